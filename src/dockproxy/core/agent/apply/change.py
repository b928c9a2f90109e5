"""One change, whole: checked, journaled, written, made live; or everything put back."""

from __future__ import annotations

import os
import time

from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.builders import Remaker
from dockproxy.core.agent.apply.containers import Brought
from dockproxy.core.agent.apply.daemon import Daemon
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.journal import Journal
from dockproxy.core.agent.apply.keeper import Keeper
from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.agent.apply.pending import Pending
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.restart import Before, Restarter
from dockproxy.core.agent.apply.signals import Deferred
from dockproxy.core.agent.apply.starting import user_of, who_starts_it
from dockproxy.core.agent.apply.units import Units
from dockproxy.core.agent.apply.watch import Clock, Verdict
from dockproxy.core.agent.apply.writing import put_back, write_steps, written_of
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.report import Outcome, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


class Change(NamedTuple):
    """What is to be done. undoes: the journal entry that it takes back, or ""; containers and
    daemon_ran: what ran when that entry was begun, if it never came to its end. pending: what
    others changed meanwhile.
    """

    plan: Plan
    steps: Tuple[Step, ...]
    intent: str
    undoes: str = ""
    containers: Tuple[str, ...] = ()
    daemon_ran: bool = False
    pending: Tuple[Pending, ...] = ()


class Carrier:
    """Carries out one Change under the journal's lock."""

    def __init__(
        self,
        access: Access,
        journal: Journal,
        progress: Progress,
        *,
        units: Optional[Units] = None,
        daemon: Optional[Daemon] = None,
        clock: Optional[Clock] = None,
    ) -> None:
        self._access = access
        self._journal = journal
        self._progress = progress
        self._given_units = units
        self._daemon = daemon
        self._clock = clock or Clock()
        self._notes: List[Message] = []

    def carry_out(self, change: Change) -> Outcome:
        """The way from the present files to a verdict. Raises Refusal before the first write."""
        self._units = self._given_units or Units(user_of(change.plan))
        with Deferred() as signals:
            restarter = self._restarter(change, signals)
            before = restarter.before() if restarter else None
            if before is not None:
                before = self._with_earlier(before, change)
                failed = change.plan.restart is not None and change.plan.restart.starts_failed
                failed = failed and before.unit.has_failed and not change.undoes
                if restarter is not None:
                    restarter.leaves_down = failed
                if not (before.unit.runs or change.daemon_ran or failed):
                    self._notes.append(who_starts_it(change.plan, before.unit))
                    restarter = before = None
            outcome = _Course(self, change, restarter, before, signals).run()
            if restarter is None and _changes_units(change) and self._is_live(change):
                self._units.reload()  # who starts the daemon later would start it with the old ones
            self._prune()
        notes = (*self._notes, *outcome.notes)
        return outcome._replace(interrupted=bool(signals.noted), notes=notes)

    def _with_earlier(self, before: Before, change: Change) -> Before:
        """With what a run that was killed has stopped and never started again."""
        restart = change.plan.restart
        if restart is None or not change.containers:
            return before._replace(pending=change.pending)
        daemon = self._daemon or Daemon(restart.endpoint)
        running = list(before.containers or ())
        there = {item.id for item in running}
        ids = [item for item in change.containers if item not in there]
        if not before.unit.runs:
            return before._replace(pending=change.pending, unasked=tuple(ids))
        running += daemon.known(ids)
        return before._replace(pending=change.pending, containers=tuple(running))

    def _restarter(self, change: Change, signals: Deferred) -> Optional[Restarter]:
        restart = change.plan.restart
        if restart is None or not self._is_live(change):
            if not change.plan.root and _changes_the_daemon(change):
                self._notes.append(who_starts_it(change.plan, None))
            return None
        return Restarter(
            restart,
            change.plan.daemon_json,
            self._progress,
            reload=restart.required or _changes_units(change),
            interrupted=lambda: bool(signals.noted),
            units=self._units,
            daemon=self._daemon or Daemon(restart.endpoint),
            clock=self._clock,
        )

    def _is_live(self, change: Change) -> bool:
        return not change.plan.root and self._units.present()

    def _prune(self) -> None:
        """Old entries that can't be removed change nothing about what was done."""
        try:
            self._journal.prune()
        except Refusal as refused:
            self.note(not_kept(refused))

    def note(self, text: Message) -> None:
        """Something that a person should know of how it went."""
        self._notes.append(text)

    @property
    def parts(self) -> Tuple[Access, Journal, Progress]:
        """What the course of a change works with."""
        return self._access, self._journal, self._progress


def not_kept(refused: Refusal) -> Message:
    """What a person is told where an entry could not be saved or removed."""
    return message(N_("the journal could not be kept: {why}"), why=refused.problem.message)


def _changes_units(change: Change) -> bool:
    return any(step.format == "systemd-unit" and step.changes for step in change.steps)


class _Course:
    """The course of one change, from its journal entry to its outcome."""

    def __init__(
        self,
        carrier: Carrier,
        change: Change,
        restarter: Optional[Restarter],
        before: Optional[Before],
        signals: Deferred,
    ) -> None:
        self._carrier = carrier
        self._access, self._journal, self._progress = carrier.parts
        self._change = change
        self._restarter = restarter
        self._before = before
        self._signals = signals
        self._keeper = Keeper.wanted(self._access, change.plan, change.steps, restarter, before)
        self._remaker = Remaker(
            self._access, () if change.plan.root else change.plan.builders, self._progress
        )
        self._written = 0

    def run(self) -> Outcome:
        record = self._journal.save(self._record())
        try:
            return self._run(record)
        except Refusal as refused:
            return self._give_up(record, refused.problem)
        except Exception as error:
            said = message(N_("an error of dockproxy itself: {kind}"), kind=type(error).__name__)
            return self._give_up(record, Problem("internal", said, True))

    def _record(self) -> Record:
        change, before = self._change, self._before
        ids = [item.id for item in (before.containers if before else None) or ()]
        entry = self._journal.new_id()
        return Record(
            entry,
            time.time(),
            change.intent,
            "planned",
            change.plan,
            written_of(entry, self._steps()),
            change.undoes,
            False,
            change.daemon_ran or (before is not None and before.unit.runs),
            tuple(dict.fromkeys([*ids, *change.containers])),
            os.getpid(),
            self._journal.scope,
            order=self._journal.next_order(),
        )

    def _steps(self) -> Sequence[Step]:
        steps = [step for step in self._change.steps if step.changes]
        return self._keeper.steps(steps) if self._keeper else steps

    def _run(self, record: Record) -> Outcome:
        for note in write_steps(self._access, record, self._steps(), self._count):
            self._carrier.note(note)
        record = self._journal.save(record._replace(state="written"))
        if self._signals.noted and (self._restarter or self._change.plan.builders):
            said = message(N_("{signal} came"), signal=self._signals.noted)
            return self._give_up(record, Problem("interrupted", said, True))
        if self._restarter is None or self._before is None:
            return self._with_builders(record, Outcome("applied", record.id))
        if self._keeper:
            self._keeper.switch_on(record)
        begun = time.time()
        verdict = self._restarter.go(self._before)
        if not verdict.healthy:
            quote = self._restarter.own_words(begun) if self._restarter.touched else ""
            return self._give_up(record, Problem(verdict.code, verdict.text, True, "", quote))
        record = self._journal.save(record._replace(state="restarted", restarted=True))
        if self._keeper:
            said_left = self._keeper.switch_off()
            if said_left:
                self._carrier.note(said_left)
        brought = self._restarter.bring_back(self._before)
        return self._with_builders(
            record,
            Outcome("applied", record.id, None, (), brought.started, brought.missing, True),
        )

    def _with_builders(self, record: Record, outcome: Outcome) -> Outcome:
        problem = self._remaker.go(record.id)
        if problem is not None:
            return self._give_up(record, problem)
        for note in self._remaker.finish():
            self._carrier.note(note)
        return self._finish(record, outcome._replace(builders=tuple(self._remaker.remade)))

    def _count(self) -> None:
        self._written += 1

    def _finish(self, record: Record, outcome: Outcome) -> Outcome:
        self._save(record._replace(state="done"))
        if record.undoes:
            mark_undone(self._journal, record.undoes)
        if not record.files and not record.plan.builders:
            return outcome._replace(entry="")  # a restart alone can't be taken back
        return outcome

    def _save(self, record: Record) -> None:
        """Once files are written, a journal that can't be kept changes nothing about the way on."""
        try:
            self._journal.save(record)
        except Refusal as refused:
            self._carrier.note(not_kept(refused))

    def _give_up(self, record: Record, problem: Problem) -> Outcome:
        """Put everything back, files first, then the daemon."""
        self._progress.step(N_("putting everything back"))
        touched_files = self._written + (problem.code != "changed")
        left = [*put_back(self._access, record, touched_files), *self._remaker.back()]
        verdict, brought, touched = Verdict(True), Brought(), False
        restarter, before = self._restarter, self._before
        notes: Tuple[Message, ...] = ()
        if restarter is not None and before is not None:
            verdict, more = self._daemon_back(record, restarter, before, problem)
            left += more
            touched, notes = restarter.touched, restarter.notes
            if verdict.healthy and touched:
                brought = restarter.bring_back(before)
        if left or not verdict.healthy:
            self._save(record._replace(state="broken", restarted=touched))
            by_hand = (
                *left,
                *(() if verdict.healthy else restarter.by_hand() if restarter else ()),
            )
            if not verdict.healthy and verdict.text != problem.message:
                notes = (*notes, verdict.text)
            broken = Outcome("broken", record.id, problem, by_hand, restarted=touched, notes=notes)
            return broken._replace(files_back=not left)
        self._save(record._replace(state="undone", restarted=touched, put_back=True))
        begun = self._written or touched or self._remaker.touched
        result = "rolled-back" if begun else "refused"
        return Outcome(
            result,
            record.id,
            problem,
            restarter.end_of_bypass() if restarter else (),
            brought.started,
            brought.missing,
            touched,
            notes,
        )

    def _daemon_back(
        self, record: Record, restarter: Restarter, before: Before, problem: Problem
    ) -> Tuple[Verdict, List[str]]:
        """The daemon with the old files, with live-restore on for the start that makes them live;
        where it does not start so, without. Gives what could not be put back, too.
        """
        keeper = self._keeper
        if keeper is None or not keeper.is_on:
            return restarter.back(before, problem.code), []
        try:
            if restarter.touched:
                keeper.stay_on()
        except Refusal as refused:
            self._carrier.note(refused.problem.message)
        verdict = restarter.back(before, problem.code)
        left, notes = keeper.end(record, verdict.healthy)
        if not verdict.healthy and verdict.code != "still-activating":
            self._progress.step(N_("starting the daemon without live-restore"))
            verdict = restarter.back(before, verdict.code)
        for note in notes:
            self._carrier.note(note)
        return verdict, left


def _changes_the_daemon(change: Change) -> bool:
    return any(step.component == "daemon" and step.changes for step in change.steps)


def mark_undone(journal: Journal, entry: str) -> None:
    """An entry was taken back; if it was itself an undo, what that took back holds again.

    An undo of it that was killed on its way has nothing left to do.
    """
    record = journal.find(entry)
    journal.save(record._replace(state="undone"))
    for other in journal.records():
        if other.id == record.undoes or (other.undoes == entry and other.state not in FINISHED):
            journal.save(other._replace(state="done"))
