"""From a Plan to the files as they shall be."""

from __future__ import annotations

import os

from dockproxy.core.agent.apply import edits, file_values, packages
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.files import State, Wanted
from dockproxy.core.agent.apply.journal import came_from
from dockproxy.core.agent.apply.keep import without_ours
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.observe.managed import managed_by
from dockproxy.core.formats import text_codec
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Edit, Plan
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Sequence, Tuple


_FOR_ALL = 0o644
_FOR_OWNER = 0o600


class Targets(NamedTuple):
    """The steps of a change, and what stands in their way or needs a yes. barred: steps that only
    root could carry out, whose rights we have not.
    """

    steps: Tuple[Step, ...]
    problems: Tuple[Problem, ...] = ()
    barred: Tuple[Step, ...] = ()


def of_plan(access: Access, plan: Plan, records: Sequence[Record]) -> Targets:
    """The steps that carry out this plan on the files as they are now."""
    steps: List[Step] = []
    problems: List[Problem] = []
    barred: List[Step] = []
    for edit in _merged(plan.edits):
        step: Optional[Step] = None
        try:
            step = _step(access, edit, records)
            if step.changes:
                access.check_writable(step)
        except Refusal as refused:
            problems.append(refused.problem)
            if step is not None and refused.problem.code == "not-permitted" and _is_roots(edit):
                barred.append(step)
            continue
        steps.append(step)
        problems += [*_exposed(step, edit), *managed(step), *_packaged(access, step)]
    steps += _left_behind(access, plan, steps, records)
    return Targets(tuple(steps), tuple(problems), tuple(barred))


def _left_behind(
    access: Access, plan: Plan, steps: Sequence[Step], records: Sequence[Record]
) -> List[Step]:
    """Where the daemon is restarted: daemon.json without what a run that was cut short left in it,
    also where this plan has nothing to do with that file.
    """
    changes = any(step.changes and step.component == "daemon" for step in steps)
    if plan.restart is None or not (changes or plan.restart.required):
        return []
    if any(edit.path == plan.daemon_json for edit in plan.edits):
        return []
    try:
        base = access.look(plan.daemon_json)
    except Refusal:
        return []
    former = without_ours(base, records)
    if former is None:
        return []
    wanted = restored(former, "daemon-json")
    return [Step(base, wanted, "daemon-json", "daemon", (), former=former)]


def _packaged(access: Access, step: Step) -> List[Problem]:
    """A file that a package brought; what lies in a home is nobody's but its user's."""
    if step.base.content is None or not step.changes or step.owner is not None:
        return []
    question = packages.question(access.root, step.base.target)
    return [] if question is None else [question]


def _is_roots(edit: Edit) -> bool:
    """Whether root may be told to write there: never to a place that a user's links decide on."""
    return edit.owner is None and os.geteuid() != 0


def _merged(plan_edits: Sequence[Edit]) -> List[Edit]:
    """One edit a file, in the order of the first one each."""
    merged: Dict[str, Edit] = {}
    for edit in plan_edits:
        there = merged.get(edit.path)
        if there is not None:
            edit = there._replace(
                changes=there.changes + edit.changes, repairs=there.repairs + edit.repairs
            )
        merged[edit.path] = edit
    return list(merged.values())


def _step(access: Access, edit: Edit, records: Sequence[Record]) -> Step:
    there = access.look(edit.path, edit.owner, edit.group)
    former = without_ours(there, records)
    base = former or there
    keys = tuple(change.key for change in edit.changes)
    made = [
        file.before
        for record in records
        if record.state != "undone"
        for file in record.files
        if file.before.path == edit.path and file.before.content is None
    ]
    source = _source(access, base, edit)
    content = edits.changed(source.content if source else base.content, edit, bool(made))
    wanted = _wanted(access, base, edit, content)
    if source is not None:
        wanted = wanted._replace(mode=source.mode)
    if made and _is_as_we_make_it(base) and edits.holds_password(edit):
        wanted = wanted._replace(mode=_FOR_OWNER)
    taken_away = bool(keys) and all(change.value is None for change in edit.changes)
    if content != base.content and taken_away:
        earlier = _earlier(base, content, edit, keys, records)
        if earlier is not None:
            wanted = put_back(base, earlier, edit.format)
    folders = made[0].missing if made and wanted.content is None else ()
    owner, group = edit.owner, edit.group
    step = Step(there, wanted, edit.format, edit.component, keys, owner, group, folders)
    return step._replace(former=former)


def _source(access: Access, base: State, edit: Edit) -> Optional[State]:
    """The file that a new one is a copy of, with its mode: its secrets are for whom they were."""
    for repair in edit.repairs:
        if repair.kind == "copy-of" and base.content is None:
            return access.look(repair.key[0], edit.owner, edit.group)
    return None


def _wanted(access: Access, base: State, edit: Edit, content: Optional[bytes]) -> Wanted:
    if base.content is not None:
        return Wanted(content, base.mode, base.uid, base.gid, base.xattrs)
    uid, gid = access.owner_of_new(edit.owner, edit.group)
    private = edit.format == "client-json" or edits.holds_password(edit)
    mode = _FOR_OWNER if private else _FOR_ALL
    return Wanted(content, mode, uid, gid, {}, _folder_mode(edit.format))


def _is_as_we_make_it(base: State) -> bool:
    """Whether a file that we made still has the mode that we gave it, and can be given another."""
    return base.content is not None and base.mode == _FOR_ALL and not base.in_place


def _folder_mode(format_: str) -> int:
    """docker/cli 26.1 cli/config/configfile/file.go, Save: its own folder is for its owner."""
    return 0o700 if format_ == "client-json" else 0o755


def put_back(now: State, before: State, format_: str, given: Optional[int] = None) -> Wanted:
    """The old bytes. We change no file's owner or attributes, and its mode only to ``given``: where
    these differ now somebody else changed them, and they are left so.
    """
    wanted = restored(before, format_)
    if now.content is None or before.content is None:
        return wanted
    mode = before.mode if now.mode == given else now.mode
    return wanted._replace(mode=mode, uid=now.uid, gid=now.gid, xattrs=now.xattrs)


def restored(state: State, format_: str) -> Wanted:
    """The file exactly as it was."""
    return Wanted(
        state.content, state.mode, state.uid, state.gid, state.xattrs, _folder_mode(format_)
    )


def _earlier(
    base: State,
    content: Optional[bytes],
    edit: Edit,
    keys: Tuple[Tuple[str, ...], ...],
    records: Sequence[Record],
) -> Optional[State]:
    """The state that this very unset leads back to, if all since then was our own doing.

    The nearest one that gives every setting which we touched since then the value that it shall
    have now: nothing for those taken away, the present one for the others. Not one that dockerd
    would not start with where it does now: what set has mended (``"http-proxy": 3128``) is not
    broken again, only undo does that.
    """
    touched = set(keys)
    faults = file_values.faults(content, edit.format)
    for written in came_from(list(records), edit.path, base.content):
        touched.update(written.keys)
        asked = sorted(touched)
        shall = _given(content, edit.format, asked)
        before = written.before
        try:
            if _given(before.content, edit.format, asked) == shall:
                return before if file_values.faults(before.content, edit.format) <= faults else None
        except ParseError:
            return None
    return None


def _given(
    content: Optional[bytes], format_: str, keys: Sequence[file_values.Key]
) -> file_values.Values:
    """What the file gives for these keys: an empty value gives nothing."""
    return {key: value or None for key, value in file_values.values(content, format_, keys).items()}


def _exposed(step: Step, edit: Edit) -> List[Problem]:
    """A password about to be written to a file that others can read; its mode is not ours."""
    if not (step.changes and edits.holds_password(edit) and step.wanted.mode & 0o044):
        return []
    return [
        Problem(
            "readable-by-others",
            message(N_("the password will be readable by everyone who can log in")),
            False,
            edit.path,
            "",
            message(N_("first run: chmod 600 {path}"), path=edit.path),
        )
    ]


def managed(step: Step) -> List[Problem]:
    """A file that configuration management owns: a change there is undone at its next run."""
    owner = manager_of(step)
    if not owner or not step.changes:
        return []
    return [
        Problem(
            "managed",
            message(
                N_("{owner} writes this file: its next run takes the change away again"),
                owner=owner,
            ),
            False,
            step.base.path,
            "",
            message(N_("make the change in {owner}"), owner=owner),
        )
    ]


def manager_of(step: Step) -> str:
    """The tool that owns the file, or ""."""
    if step.base.content is None:
        return ""
    text = text_codec.decode(step.base.content, "daemon").text
    return managed_by(text, step.base.target) or ""
