"""Live-restore switched on for one restart: the texts of daemon.json on the way, in their order.

The file passes through: as wanted with ``true`` (reload; restart), as wanted with ``false``
(reload), as wanted. The journal knows each of them as our own.
"""

from __future__ import annotations

from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.daemon import is_in_a_swarm, live_restore_of
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.agent.apply.files import token
from dockproxy.core.agent.apply.keep import saying
from dockproxy.core.agent.apply.problems import Refusal, refusal
from dockproxy.core.agent.apply.restart import Before, Restarter
from dockproxy.core.agent.apply.taking_back import is_ours
from dockproxy.core.agent.apply.targets import restored
from dockproxy.core.agent.apply.writing import changed_meanwhile, put_back_one
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


_FORMAT = "daemon-json"
_STAYS_ON = N_("the daemon keeps live-restore switched on until its next restart")


class Keeper:
    """Keeps the containers of one restart. step: daemon.json's, whether or not it changes."""

    def __init__(self, access: Access, restarter: Restarter, step: Step) -> None:
        self._access = access
        self._restarter = restarter
        self._step = step
        self._is_on = False
        self._file: Optional[Written] = None

    @classmethod
    def wanted(
        cls,
        access: Access,
        plan: Plan,
        steps: Sequence[Step],
        restarter: Optional[Restarter],
        before: Optional[Before],
    ) -> Optional[Keeper]:
        """A Keeper where one is asked for and the daemon does not do it by itself already."""
        restart = plan.restart
        if restart is None or not restart.keep_containers or restarter is None or before is None:
            return None
        is_on = live_restore_of(before.ran.info)
        if not before.unit.runs or is_on is None or is_in_a_swarm(before.ran.info):
            return None
        for step in steps:
            if step.base.path == plan.daemon_json and (step.former is not None or not is_on):
                return cls(access, restarter, step)
        if is_on:
            return None
        base = access.look(plan.daemon_json)
        untouched = Step(base, restored(base, _FORMAT), _FORMAT, "daemon", ())
        return cls(access, restarter, untouched)

    def steps(self, steps: Sequence[Step]) -> List[Step]:
        """These steps, daemon.json's among them with every text that it passes through."""
        contents = (self._step.wanted.content, self._step.before.content)
        texts = [saying(content, on) for content in contents for on in (True, False)]
        step = self._step._replace(interim=tuple(token(text) for text in texts))
        others = [other for other in steps if other.base.path != step.base.path]
        return [*others, step]

    def switch_on(self, record: Record) -> None:
        """Live-restore on. Raises Refusal where the daemon does not follow."""
        self._is_on = True
        self._file = _file_of(record, self._step)
        self._put(saying(self._step.wanted.content, True))
        if not self._restarter.live_restore(True):
            raise refusal(
                "live-restore-refused",
                N_("the daemon does not switch live-restore on, so containers would stop"),
                self._step.base.path,
                Message(N_("leave --keep-containers out to restart all the same")),
            )

    def switch_off(self) -> Optional[Message]:
        """After the restart: off again, and the file as wanted. Gives what is left to say."""
        try:
            self._put(saying(self._step.wanted.content, False))
            followed = self._restarter.live_restore(False)
            self._put(self._step.wanted.content)
        except Refusal as refused:
            said = N_("live-restore could not be taken out of {path} again: {why}")
            return message(said, path=self._step.base.path, why=refused.problem.message)
        if followed:
            return None
        return Message(_STAYS_ON)

    def stay_on(self) -> None:
        """The old files are back: keep containers over the restart that makes them live."""
        if self._is_on:
            self._put(saying(self._step.before.content, True))

    @property
    def is_on(self) -> bool:
        """Whether live-restore was or may have been switched on."""
        return self._is_on

    def end(self, record: Record, runs: bool) -> Tuple[List[str], List[Message]]:
        """After that restart, however it went: off again, and the old file. Gives what could not be
        put back, and what is left to say. runs: the daemon is well.
        """
        if not self._is_on:
            return [], []
        path, notes = self._step.base.path, []
        try:
            if runs:
                self._put(saying(self._step.before.content, False))
                if not self._restarter.live_restore(False):
                    notes.append(Message(_STAYS_ON))
        except Refusal:
            notes.append(Message(_STAYS_ON))
        try:
            put_back_one(self._access, _file_of(record, self._step))
        except Refusal as refused:
            left = f"{path}: {refused.problem.message}; if it says live-restore, take that out"
            return [left], notes
        return [], notes

    def _put(self, content: Optional[bytes]) -> None:
        now = self._access.look(self._step.base.path)
        if self._file is not None and not is_ours(now, self._file):
            raise changed_meanwhile(now)
        wanted = self._step.wanted
        if now.content is not None:
            wanted = restored(now, _FORMAT)
        step = self._step._replace(base=now, wanted=wanted._replace(content=content))
        if step.changes:
            self._access.write(step, self._file.temporary if self._file else "")


def _file_of(record: Record, step: Step) -> Written:
    return next(file for file in record.files if file.before.path == step.base.path)
