"""One change, whole: checked, journaled, written, made live; or everything put back."""

from __future__ import annotations

import os
import time
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from dockproxy.core.agent.apply import edits
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.files import State, token
from dockproxy.core.agent.apply.journal import Journal, Record, Written
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.restart import Before, Brought, Restarter
from dockproxy.core.agent.apply.signals import Deferred
from dockproxy.core.agent.apply.targets import is_torn, restored
from dockproxy.core.agent.apply.units import Units
from dockproxy.core.agent.apply.watch import Verdict
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.report import Outcome, Problem

UNIT_FORMATS = ("systemd-unit",)


class Change(NamedTuple):
    """What is to be done. undoes: the journal entry that it takes back, or ""."""

    plan: Plan
    steps: Tuple[Step, ...]
    intent: str
    undoes: str = ""
    containers: Tuple[str, ...] = ()
    daemon_ran: bool = False


class Carrier:
    """Carries out one Change under the journal's lock."""

    def __init__(
        self, access: Access, journal: Journal, progress: Progress, units: Optional[Units] = None
    ) -> None:
        self._access = access
        self._journal = journal
        self._progress = progress
        self._units = units or Units()
        self._notes: List[Message] = []

    def carry_out(self, change: Change) -> Outcome:
        """The way from the present files to a verdict. Raises Refusal before the first write."""
        with Deferred() as signals:
            restarter = self._restarter(change, signals)
            before = restarter.before() if restarter else None
            if before is not None and not (before.unit.runs or change.daemon_ran):
                self._notes.append(
                    Message(N_("the daemon does not run: it takes this up when it is started"))
                )
                restarter = None
            record = self._plan(change, before)
            outcome = self._write(record, change)
            if outcome is None:
                outcome = self._make_live(record, restarter, before, signals)
            self._journal.prune()
            return outcome._replace(
                interrupted=bool(signals.noted), notes=(*self._notes, *outcome.notes)
            )

    def _restarter(self, change: Change, signals: Deferred) -> Optional[Restarter]:
        restart = change.plan.restart
        if restart is None or change.plan.root:
            return None
        if not self._units.present():
            self._notes.append(
                Message(N_("no systemd runs here: restart the daemon yourself to make it live"))
            )
            return None
        reload = any(step.format in UNIT_FORMATS and step.changes for step in change.steps)
        return Restarter(
            restart,
            self._progress,
            reload=reload,
            interrupted=lambda: bool(signals.noted),
            units=self._units,
        )

    def _plan(self, change: Change, before: Optional[Before]) -> Record:
        entry = self._journal.new_id()
        written = tuple(
            _written(step, f".dockproxy-{entry}-{index}")
            for index, step in enumerate(change.steps)
            if step.changes
        )
        ran = before is not None and before.unit.runs
        containers = tuple(item.id for item in (before.containers if before else None) or ())
        return self._journal.save(
            Record(
                entry,
                time.time(),
                change.intent,
                "planned",
                change.plan,
                written,
                change.undoes,
                False,
                ran,
                containers,
                os.getpid(),
                self._journal.scope,
            )
        )

    def _write(self, record: Record, change: Change) -> Optional[Outcome]:
        """None when every file is written; else how it ended."""
        steps = [step for step in change.steps if step.changes]
        try:
            for file, step in zip(record.files, steps):
                reason = self._access.write(step, file.temporary)
                if reason:
                    self._notes.append(in_place_note(step.base.path, reason))
                if step.wanted.content is None and change.undoes:
                    self._remove_folders(step, change.undoes)
            self._journal.save(record._replace(state="written"))
        except Refusal as refused:
            return self._give_up(record, refused.problem, restarter=None, before=None)
        return None

    def _remove_folders(self, step: Step, undoes: str) -> None:
        for file in self._journal.find(undoes).files:
            if file.before.path == step.base.path:
                self._access.remove_folders(step, file.before.missing)

    def _make_live(
        self,
        record: Record,
        restarter: Optional[Restarter],
        before: Optional[Before],
        signals: Deferred,
    ) -> Outcome:
        record = record._replace(state="written")
        if restarter is None or before is None:
            self._finish(record)
            return Outcome("applied", record.id)
        if signals.noted:
            problem = Problem(
                "interrupted", message(N_("{signal} came"), signal=signals.noted), True
            )
            return self._give_up(record, problem, restarter, before)
        begun = time.time()
        verdict = restarter.go(before)
        if not verdict.healthy:
            problem = Problem(verdict.code, verdict.text, True, "", restarter.own_words(begun))
            return self._give_up(record, problem, restarter, before)
        record = self._journal.save(record._replace(state="restarted", restarted=True))
        brought = restarter.bring_back(before)
        self._finish(record)
        return Outcome("applied", record.id, None, (), brought.started, brought.missing, True)

    def _finish(self, record: Record) -> None:
        self._journal.save(record._replace(state="done"))
        if record.undoes:
            mark_undone(self._journal, record.undoes)

    def _give_up(
        self,
        record: Record,
        problem: Problem,
        restarter: Optional[Restarter],
        before: Optional[Before],
    ) -> Outcome:
        """Put everything back, files first, then the daemon."""
        self._progress.step(N_("putting everything back"))
        left = put_back(self._access, record)
        verdict = Verdict(True)
        brought = Brought()
        touched = False
        if restarter is not None and before is not None:
            verdict = restarter.back(before)
            touched = restarter.touched
            if verdict.healthy and touched:
                brought = restarter.bring_back(before)
        if left or not verdict.healthy:
            self._journal.save(record._replace(state="broken", restarted=touched))
            by_hand = (*left, *(restarter.by_hand() if restarter else ()))
            notes = () if verdict.healthy else (verdict.text,)
            return Outcome("broken", record.id, problem, by_hand, restarted=touched, notes=notes)
        self._journal.save(record._replace(state="undone", restarted=touched))
        result = "rolled-back" if record.state != "planned" or touched else "refused"
        return Outcome(result, record.id, problem, (), brought.started, brought.missing, touched)


def mark_undone(journal: Journal, entry: str) -> None:
    """An entry was taken back; if it was itself an undo, what that took back holds again."""
    record = journal.find(entry)
    journal.save(record._replace(state="undone"))
    if record.undoes:
        for earlier in journal.records():
            if earlier.id == record.undoes:
                journal.save(earlier._replace(state="done"))


def in_place_note(path: str, reason: str) -> Message:
    """What is said of a file that could not be replaced by a rename."""
    why = {
        "bind-mount": N_("{path} is a mount of its own, so it was written in place"),
        "hard-links": N_("{path} has several names (hard links), so it was written in place"),
        "owner": N_("{path} belongs to another user, so it was written in place"),
        "label": N_("{path} has labels that a new file can't get, so it was written in place"),
    }
    return message(why[reason], path=path)


def _written(step: Step, temporary: str) -> Written:
    content = step.wanted.content
    values: Dict[Tuple[str, ...], Optional[str]] = edits.values(content, step.format, step.keys)
    return Written(
        step.base,
        token(content),
        step.format,
        step.component,
        values,
        temporary,
        step.owner,
        step.group,
        content if step.base.in_place else None,
    )


def put_back(access: Access, record: Record) -> Sequence[str]:
    """Every file of the record as it was before; gives the paths that could not be put back."""
    left = []
    for file in reversed(record.files):
        try:
            _put_back(access, file)
        except Refusal as refused:
            left.append(f"{file.before.path}: {refused.problem.message}")
    return left


def _put_back(access: Access, file: Written) -> None:
    now = access.look(file.before.path, file.owner, file.group)
    step = Step(
        now, restored(file.before), file.format, file.component, file.keys, file.owner, file.group
    )
    if now.token != file.before.token:
        if now.token != file.after and not is_torn(now.content, file):
            raise _changed_meanwhile(now)
        access.write(step, file.temporary)
    access.remove_folders(step, file.before.missing)


def _changed_meanwhile(now: State) -> Refusal:
    return Refusal(
        Problem(
            "changed",
            Message(N_("somebody changed it while this ran, so it is left as it is")),
            True,
            now.path,
        )
    )
