"""The agent's requests that change a machine."""

from __future__ import annotations

from dockproxy.core.agent.apply import taking_back, targets
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.change import Carrier, Change, mark_undone
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.journal import Journal
from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.agent.apply.lookup import journal_of, lock_of
from dockproxy.core.agent.apply.moot import close_moot
from dockproxy.core.agent.apply.preview import foresee
from dockproxy.core.agent.apply.problems import Refusal, refusal
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.targets import Targets
from dockproxy.core.agent.apply.writing import remove_left_folders
from dockproxy.core.agent.channel import Channel
from dockproxy.core.model.message import N_, Message
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.report import Outcome, Preview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Sequence, Tuple


def preview(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """``{"plan"}`` → ``{"preview"}``: what the plan would do. Nothing is changed."""
    plan = load(Plan, request["plan"])
    records = journal_of(request).records()
    aims = targets.of_plan(Access(plan.root), plan, records)
    return {"preview": dump(foresee(plan, aims, records).preview)}


def apply(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """``{"plan", "bases", "timeout", "force", "wait"}`` → ``{"outcome"}``."""
    plan = load(Plan, request["plan"])
    plan = _with_timeout(plan, request)
    return {"outcome": dump(_guarded(request, channel, lambda run: run.apply(plan)))}


def undo(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """``{"entry", "preview"}`` → ``{"preview"}``, or with bases ``{"outcome"}``."""
    entry = request.get("entry")
    if request.get("preview"):
        journal = journal_of(request)
        return {"preview": dump(_preview_undo(_access(request), journal, entry))}
    return {"outcome": dump(_guarded(request, channel, lambda run: run.undo(entry)))}


def _access(request: Dict[str, Any]) -> Access:
    return Access(str(request.get("root") or ""))


def _with_timeout(plan: Plan, request: Dict[str, Any]) -> Plan:
    if plan.restart is None or "timeout" not in request:
        return plan
    return plan._replace(restart=plan.restart._replace(timeout=float(request["timeout"])))


class _Run:
    """One change under the lock."""

    def __init__(self, request: Dict[str, Any], channel: Channel, journal: Journal) -> None:
        self.access = _access(request)
        self.journal = journal
        self.progress = Progress(channel)
        self.bases: Optional[Dict[str, str]] = request.get("bases")
        self.force: Tuple[str, ...] = tuple(request.get("force") or ())
        self.timeout: Optional[float] = request.get("timeout")

    def clean(self) -> None:
        """Take away temporary files of runs that were killed."""
        for record in self.journal.records():
            if record.state not in FINISHED:
                for file in record.files:
                    self.access.clean(file.before, file.temporary, file.owner, file.group)

    def apply(self, plan: Plan) -> Outcome:
        """Carry out a plan."""
        aims = targets.of_plan(self.access, plan, self.journal.records())
        return self._carry_out(aims, Change(plan, aims.steps, plan.intent))

    def undo(self, entry: Optional[str]) -> Outcome:
        """Take back an entry."""
        record = _entry(self.journal, entry)
        aims = taking_back.of_undo(self.access, record, self.journal.records())
        plan = _undo_plan(record, self.timeout)
        change = Change(plan, aims.steps, "undo", record.id)
        if record.state not in FINISHED:
            change = change._replace(containers=record.containers, daemon_ran=record.daemon_ran)
        return self._carry_out(aims, change, record)

    def _carry_out(self, aims: Targets, change: Change, undone: Optional[Record] = None) -> Outcome:
        records = self.journal.records()
        self._compare(aims.steps)
        seen = foresee(change.plan, aims, records, undone)
        for problem in seen.preview.problems:
            if problem.refuses and not (problem.force and problem.force in self.force):
                return Outcome("refused", problem=problem)
        remove_left_folders(self.access, aims.steps)
        if not seen.preview.changed:
            if change.undoes:
                mark_undone(self.journal, change.undoes)
            return Outcome("unchanged")
        change = change._replace(pending=seen.pending)
        restart = seen.preview.restart
        if restart is not None and restart.running and not restart.needed:
            change = change._replace(plan=change.plan._replace(restart=None))
        outcome = Carrier(self.access, self.journal, self.progress).carry_out(change)
        if outcome.result == "applied":
            self._settle(outcome.entry)
        return outcome

    def _settle(self, entry: str) -> None:
        """Entries that are kept open by mistake change nothing about what was done."""
        try:
            close_moot(self.access, self.journal, entry)
        except Refusal:
            pass

    def _compare(self, steps: Sequence[Step]) -> None:
        if self.bases is None:
            return
        for step in steps:
            if self.bases.get(step.base.path) != step.base.token:
                raise refusal(
                    "changed",
                    N_("the file is no longer what the plan was made from"),
                    step.base.path,
                    Message(N_("run the command again: it plans from the file as it is now")),
                )


def _guarded(request: Dict[str, Any], channel: Channel, act: Any) -> Outcome:
    """Lock, clean up, act. A Refusal on the way means that nothing was changed."""
    journal = journal_of(request)
    try:
        journal.open()
        with lock_of(request, channel, journal):
            journal.tidy()
            run = _Run(request, channel, journal)
            run.clean()
            outcome: Outcome = act(run)
            return outcome
    except Refusal as refused:
        return Outcome("refused", problem=refused.problem)


def _entry(journal: Journal, entry: Optional[str]) -> Record:
    """The entry to take back: the one named, or the newest that still stands."""
    if entry:
        record = journal.find(entry)
        if record.state == "undone":
            raise refusal("undone", N_("{entry} was taken back already"), entry=entry)
        return record
    standing = (
        record
        for record in journal.records()
        if record.state != "undone" and not record.undoes and (record.files or record.plan.builders)
    )
    newest, broken = next(standing, None), journal.unreadable()
    if broken and (newest is None or _second(broken[0].id) >= _second(newest.id)):
        raise refusal(
            "unreadable-entry",
            N_("this entry of the journal can't be read, so it can't be taken back"),
            broken[0].paths[0],
            Message(N_("name an older one, or remove this one with dockproxy history rm")),
        )
    if newest is None:
        raise refusal("nothing-left", N_("there is nothing to take back"))
    return newest


def _second(entry: str) -> str:
    """When it was begun; the rest of its name is random."""
    return entry.rpartition("-")[0]


def _undo_plan(record: Record, timeout: Optional[float]) -> Plan:
    restart = record.plan.restart
    if restart is not None:
        restart = restart._replace(expect={}, required=False)
        if timeout is not None:
            restart = restart._replace(timeout=float(timeout))
    return record.plan._replace(intent="undo", restart=restart)


def _preview_undo(access: Access, journal: Journal, entry: Optional[str]) -> Preview:
    try:
        record = _entry(journal, entry)
        aims = taking_back.of_undo(access, record, journal.records())
    except Refusal as refused:
        return Preview(False, (), None, (refused.problem,))
    plan = _undo_plan(record, None)
    return foresee(plan, aims, journal.records(), record).preview
