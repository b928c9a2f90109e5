"""Builders made anew after their instance files were written; or everything put back.

buildx itself makes the container, from the file: image, network, flags, buildkitd.toml and volume
are what it would give any new one. The old container is removed only when the new one runs.
"""

from __future__ import annotations

from dockproxy.core.agent.apply import builder_nodes as nodes
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.as_user import call, identity
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.formats.buildx_instance import read_instance
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan, RemadeNode, Remake
from dockproxy.core.model.report import Problem, RemakePreview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple


Options = dict[str, dict[str, str]]
"""Driver options by name, of each node by name."""


def foresee_remakes(
    access: Access, plan: Plan, steps: Sequence[Step]
) -> Tuple[List[RemakePreview], List[Problem]]:
    """What becomes of the plan's builders once these steps are carried out."""
    previews: List[RemakePreview] = []
    problems: List[Problem] = []
    for remake in () if plan.root else plan.builders:
        try:
            seen = _foreseen(remake, _options_after(access, remake, steps))
            previews.append(seen)
            if seen.needed:
                problems += _judged(remake, seen)
        except Refusal as refused:
            problems.append(refused.problem)
    return previews, problems


def _foreseen(remake: Remake, options: Options) -> RemakePreview:
    there, absent, volumes, pending = [], [], [], []
    needed = False
    for node in remake.nodes:
        if node.name not in options:
            continue
        seen = _look(remake, node, options)
        if not seen["id"] and not seen["aside"]:
            absent.append(node.name)
            continue
        there.append(node.container)
        volumes.append(str(seen.get("volume") or f"{node.container}_state"))
        pending += [item for item in seen.get("pending", ()) if item not in pending]
        needed = needed or bool(seen["aside"]) or not seen.get("agrees")
    return RemakePreview(
        remake.name, needed, tuple(there), tuple(absent), tuple(volumes), tuple(pending)
    )


def _judged(remake: Remake, seen: RemakePreview) -> List[Problem]:
    why = _as_owner(remake, nodes.has_buildx, remake)
    if why:
        text = N_("docker buildx, which makes the builder's container, can't be run")
        hint = Message(N_("install buildx (package docker-buildx), then run this again"))
        return [Problem("no-buildx", Message(text), True, remake.path, str(why), hint)]
    if not seen.pending:
        return []
    text = N_("others changed {names} in this file since the container was made: goes live too")
    said = message(text, names=", ".join(seen.pending))
    return [Problem("pending-edits", said, False, remake.path)]


def _options_after(access: Access, remake: Remake, steps: Sequence[Step]) -> Options:
    for step in steps:
        if step.base.path == remake.path:
            return _options(remake, step.wanted.content)
    return _options_now(access, remake)


def _options_now(access: Access, remake: Remake) -> Options:
    return _options(remake, access.look(remake.path, remake.owner, remake.group).content)


def _options(remake: Remake, content: Optional[bytes]) -> Options:
    if content is None:
        return {}
    try:
        read = read_instance(content.decode("utf-8", "surrogateescape"))
    except ParseError as error:
        where = f"{remake.path}:{error.line}:{error.column}"
        text = Message(N_("buildx can't read this file, so nothing is changed in it"))
        raise Refusal(Problem("broken-json", text, True, where, str(error.message))) from error
    return {node.name: node.values() for node in read.nodes}


def _look(remake: Remake, node: RemadeNode, options: Options) -> Dict[str, Any]:
    return dict(_as_owner(remake, nodes.look, node, options.get(node.name, {})))


def _as_owner(remake: Remake, act: Callable[..., Any], *words: Any) -> Any:
    """What ``act`` gives, with the rights of whose builder it is: no way to root's docker."""
    return call(identity(remake.owner, remake.group), lambda: act(*words))


_STARTS_IN_VAIN = ("restarting", "dead")
"""The Engine's words for a container that ends as often as it is started: ours would, too."""


class Remaker:
    """Carries out a plan's remakes. touched: containers were stopped, or moved, by it.

    remade: the builders that were made anew.
    """

    def __init__(self, access: Access, remakes: Sequence[Remake], progress: Progress) -> None:
        self._access = access
        self._remakes = remakes
        self._progress = progress
        self._made: List[Tuple[Remake, RemadeNode]] = []
        self._begun: List[Remake] = []
        self._notes: List[Message] = []
        self.remade: List[str] = []

    @property
    def touched(self) -> bool:
        """Whether there is anything to put back."""
        return bool(self._begun)

    def go(self, entry: str) -> Optional[Problem]:
        """Make anew what does not agree with its file; the Problem if one does not come up."""
        for remake in self._remakes:
            try:
                self._go(remake, entry)
            except Refusal as refused:
                return refused.problem
        return None

    def _go(self, remake: Remake, entry: str) -> None:
        options = _options_now(self._access, remake)
        present = [node for node in remake.nodes if node.name in options]
        before = {node.name: self._whole(remake, node, options) for node in present}
        due = [node for node in present if before[node.name]["id"]]
        due = [node for node in due if not before[node.name]["agrees"]]
        if not due:
            return
        self._progress.step(N_("making builder {name} anew"), name=remake.name)
        self._begun.append(remake)
        self._made += [(remake, node) for node in present if not before[node.name]["id"]]
        for node in due:
            _as_owner(remake, nodes.set_aside, node, entry)
        ran = any(before[node.name]["running"] for node in due)
        if not ran and all(before[node.name]["state"] in _STARTS_IN_VAIN for node in due):
            self._leave_to_buildx(remake, due, before)
            return
        words = str(_as_owner(remake, nodes.boot, remake))
        if words and not ran:
            self._leave_to_buildx(remake, due, before)
            return
        if words:
            said = message(N_("buildx could not start builder {name}"), name=remake.name)
            raise Refusal(Problem("builder-not-started", said, True, remake.path, words))
        for node in due:
            self._see(remake, node, options, before[node.name])
        for node in present:
            if before[node.name]["id"] and not before[node.name]["running"]:
                _as_owner(remake, nodes.stop, node)
        self.remade.append(remake.name)

    def _leave_to_buildx(
        self, remake: Remake, due: Sequence[RemadeNode], before: Dict[str, Dict[str, Any]]
    ) -> None:
        """What did not run before need not run now: the next build makes its container."""
        for node in remake.nodes:
            seen = before.get(node.name)
            if seen is None:
                continue
            if node in due or not seen["id"]:
                _as_owner(remake, nodes.remove, node)
            elif not seen["running"]:
                _as_owner(remake, nodes.stop, node)
            if node in due:
                text = N_(
                    "container {name} did not run before (it was {state}), so it is removed: the"
                    " next build makes it from the file, and the cache is kept"
                )
                self._notes.append(message(text, name=node.container, state=seen["state"]))

    def _whole(self, remake: Remake, node: RemadeNode, options: Options) -> Dict[str, Any]:
        """How the container is, once what a killed run has set aside is back in its place."""
        seen = _look(remake, node, options)
        if not seen["aside"]:
            return seen
        self._progress.step(N_("putting container {name} back"), name=node.container)
        _as_owner(remake, nodes.put_back, node)
        if remake.name not in self.remade:
            self.remade.append(remake.name)
        return _look(remake, node, options)

    def _see(
        self, remake: Remake, node: RemadeNode, options: Options, before: Dict[str, Any]
    ) -> None:
        now = _look(remake, node, options)
        why = None
        if not now["id"] or not now["running"]:
            why = N_("the new container {name} does not run")
        elif not now["agrees"]:
            why = N_("the new container {name} was not given the proxies of the file")
        elif before["volume"] and now["volume"] != before["volume"]:
            why = N_("the new container {name} has another volume for its cache")
        if why is not None:
            said = message(why, name=node.container)
            raise Refusal(Problem("builder-not-as-meant", said, True, remake.path))
        if before["image"] and now["image"] != before["image"]:
            text = N_("buildx has pulled a newer image of the same name for builder {name}")
            self._notes.append(message(text, name=remake.name))

    def back(self) -> List[str]:
        """Every container as it was; gives the commands for what could not be."""
        left: List[str] = []
        for remake in self._begun:
            for node in remake.nodes:
                try:
                    _as_owner(remake, nodes.put_back, node)
                except Refusal:
                    left += _by_hand(node)
        for remake, node in self._made:
            try:
                _as_owner(remake, nodes.remove, node)
            except Refusal:
                left.append(f"docker rm --force {node.container}")
        return left

    def finish(self) -> List[Message]:
        """The new ones run: the old ones go. Gives what is left to say."""
        notes = list(self._notes)
        for remake in self._begun:
            for node in remake.nodes:
                try:
                    _as_owner(remake, nodes.forget_aside, node)
                except Refusal as refused:
                    text = N_("the old container of {name} could not be removed: {why}")
                    notes.append(message(text, name=remake.name, why=refused.problem.message))
        return notes


def _by_hand(node: RemadeNode) -> List[str]:
    return [
        f"docker rm --force {node.container}",
        f"docker rename $(docker ps -aqf name={node.container}-dockproxy-) {node.container}",
        f"docker start {node.container}",
    ]
