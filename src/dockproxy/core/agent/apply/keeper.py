"""Live-restore switched on for one restart: the texts of daemon.json on the way, in their order.

The file passes through: as wanted with ``true`` (reload; restart), as wanted with ``false``
(reload), as wanted. The journal knows each of them as our own.
"""

from __future__ import annotations

from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.daemon import live_restore_of
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.agent.apply.files import token
from dockproxy.core.agent.apply.keep import with_live_restore
from dockproxy.core.agent.apply.problems import Refusal, refusal
from dockproxy.core.agent.apply.restart import Before, Restarter
from dockproxy.core.agent.apply.targets import restored
from dockproxy.core.agent.apply.writing import put_back_one
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence


_FORMAT = "daemon-json"


class Keeper:
    """Keeps the containers of one restart. step: daemon.json's, whether or not it changes."""

    def __init__(self, access: Access, restarter: Restarter, step: Step) -> None:
        self._access = access
        self._restarter = restarter
        self._step = step
        self._is_on = False
        self._temporary = ""

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
        if live_restore_of(before.ran.info) is not False:
            return None
        for step in steps:
            if step.base.path == plan.daemon_json:
                return cls(access, restarter, step)
        base = access.look(plan.daemon_json)
        untouched = Step(base, restored(base, _FORMAT), _FORMAT, "daemon", ())
        return cls(access, restarter, untouched)

    def steps(self, steps: Sequence[Step]) -> List[Step]:
        """These steps, daemon.json's among them with every text that it passes through."""
        contents = (self._step.wanted.content, self._step.base.content)
        texts = [with_live_restore(content, on) for content in contents for on in (True, False)]
        step = self._step._replace(interim=tuple(token(text) for text in texts))
        others = [other for other in steps if other.base.path != step.base.path]
        return [*others, step]

    def switch_on(self, record: Record) -> None:
        """Live-restore on. Raises Refusal where the daemon does not follow."""
        self._is_on = True
        self._temporary = _file_of(record, self._step).temporary
        self._put(with_live_restore(self._step.wanted.content, True))
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
            self._put(with_live_restore(self._step.wanted.content, False))
            followed = self._restarter.live_restore(False)
            self._put(self._step.wanted.content)
        except Refusal as refused:
            said = N_("live-restore could not be taken out of {path} again: {why}")
            return message(said, path=self._step.base.path, why=refused.problem.message)
        if followed:
            return None
        return Message(N_("the daemon keeps live-restore switched on until its next restart"))

    def stay_on(self) -> None:
        """The old files are back: keep containers over the restart that makes them live."""
        if self._is_on:
            self._put(with_live_restore(self._step.base.content, True))

    def end(self, record: Record) -> List[str]:
        """After that restart: off again, and the old file. Gives what could not be put back."""
        if not self._is_on:
            return []
        path = self._step.base.path
        try:
            self._put(with_live_restore(self._step.base.content, False))
            self._restarter.live_restore(False)
            put_back_one(self._access, _file_of(record, self._step))
        except Refusal as refused:
            return [f"{path}: {refused.problem.message}"]
        return []

    def _put(self, content: Optional[bytes]) -> None:
        now = self._access.look(self._step.base.path)
        wanted = self._step.wanted
        if now.content is not None:
            wanted = restored(now, _FORMAT)
        step = self._step._replace(base=now, wanted=wanted._replace(content=content))
        if step.changes:
            self._access.write(step, self._temporary)


def _file_of(record: Record, step: Step) -> Written:
    return next(file for file in record.files if file.before.path == step.base.path)
