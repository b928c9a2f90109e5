"""The restart protocol: from the files as written to a daemon that is well, or back again."""

from __future__ import annotations

import os

from dockproxy.core.agent.apply import bypass, pre_start, validate
from dockproxy.core.agent.apply.containers import Brought, bring_back
from dockproxy.core.agent.apply.daemon import Daemon, Running, live_restore_of
from dockproxy.core.agent.apply.pending import Pending
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.units import Unit, Units
from dockproxy.core.agent.apply.watch import Clock, Verdict, Watch
from dockproxy.core.agent.system import look_at, read_text
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Restart
from dockproxy.core.model.secret import mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, List, Optional, Sequence, Tuple


_BACK_TIMEOUT = 120.0
_HANGS_AGAIN = 30.0
"""Where a start hung and others changed files too, the next one may well hang for their reason."""
_LEAST_SPACE = 1024 * 1024


class Before(NamedTuple):
    """The daemon before the restart. containers None: could not be asked. pending: what others
    changed since it started. unasked: ids of containers that ran when an earlier run began, of a
    daemon that is down.
    """

    unit: Unit
    ran: bypass.Ran
    containers: Optional[Tuple[Running, ...]] = None
    pending: Tuple[Pending, ...] = ()
    unasked: Tuple[str, ...] = ()


class Restarter:
    """Carries out one restart. reload: unit files were changed. daemon_json: the daemon's file."""

    def __init__(
        self,
        restart: Restart,
        daemon_json: str,
        progress: Progress,
        *,
        reload: bool,
        interrupted: Callable[[], bool],
        units: Units,
        daemon: Daemon,
        clock: Clock,
    ) -> None:
        self._restart = restart
        self.unit = restart.unit
        self._daemon_json = daemon_json
        self._progress = progress
        self._reload = reload
        self._interrupted = interrupted
        self._units = units
        self._daemon = daemon
        self._clock = clock
        self._bypass = bypass.Bypass(restart.user)
        self._reloaded = False
        self._sockets: Tuple[str, ...] = ()
        self.touched = False
        self.leaves_down = False
        """It had failed before: with the old files it could only fail again."""
        self.notes: Tuple[Message, ...] = ()

    def before(self) -> Before:
        """What is to be there again afterwards."""
        unit = self._units.show(self._restart.unit)
        if not unit.runs:
            return Before(unit, bypass.Ran({}, "", ()))
        words = (read_text(f"/proc/{unit.main_pid}/cmdline") or "").rstrip("\0").split("\0")
        if self._restart.user is not None:  # that process is RootlessKit
            words = [word for word in unit.words if not word.startswith("$")]
        ran = bypass.Ran(self._daemon.info() or {}, self._daemon.bridge(), tuple(words))
        containers = self._daemon.running()
        return Before(unit, ran, None if containers is None else tuple(containers))

    def go(self, before: Before) -> Verdict:
        """Make the written files live. touched says afterwards whether the daemon was stopped."""
        if self._bypass.clear() or self._reload:
            self._progress.step(N_("systemd reads the unit files again"))
            self._reloaded = True
            answer = self._units.reload()
            if answer.status != 0:
                return _refused_by_systemd(answer.err)
        return self._can_start(before) or self._cycle(
            before.unit, self._restart.expect, self._restart.timeout, True
        )

    def back(self, before: Before, failed: str) -> Verdict:
        """Have the daemon run again with the files as they were (they are put back already).

        failed: the code of the verdict on the change itself.
        """
        if self._reloaded:
            answer = self._units.reload()
            if answer.status != 0:
                return _refused_by_systemd(answer.err)
        if self.leaves_down:
            return Verdict(True)
        unit = self._units.show(self._restart.unit)
        undisturbed = unit.runs and not unit.job and unit.main_pid == before.unit.main_pid
        if before.unit.runs and undisturbed:
            self._warn_of_read(before)
            return Verdict(True)
        self._progress.step(N_("starting the daemon again with the old files"))
        timeout = max(_BACK_TIMEOUT, self._restart.timeout)
        if failed == "still-activating" and before.pending:
            timeout = min(_HANGS_AGAIN, self._restart.timeout)
        verdict = self._cycle(unit, {}, timeout, False)
        if not verdict.healthy and before.unit.runs:
            if verdict.code == "no-answer":
                self._sockets = unit.sockets
            verdict = self._around_others(before, verdict)
        return verdict

    def _warn_of_read(self, before: Before) -> None:
        """What systemd has read of others' files can't be unread."""
        new = [item.path for item in before.pending if item.new_drop_in]
        if self._reloaded and new:
            text = N_("systemd has now read {paths} too: the daemon's next start uses it")
            self.notes = (message(text, paths=", ".join(new)),)

    def _around_others(self, before: Before, verdict: Verdict) -> Verdict:
        """The files are as before and the daemon does not start: others' pending edits are why."""
        content = look_at("", self._daemon_json).data
        config = bypass.as_it_ran(content, before.ran)
        new = [item.path for item in before.pending if item.new_drop_in and self._reloaded]
        changed = [
            item.path
            for item in before.pending
            if item.drop_in and (self._reloaded or item.is_read)
        ]
        for also in ([], changed) if changed else ([],):
            try:
                self._put_around(before, [*new, *also], config)
            except OSError:
                continue
            there = self._bypass.paths()
            if not there:
                continue
            self._progress.step(N_("starting the daemon as it ran before others changed its files"))
            unit = self._units.show(self._restart.unit)
            again = self._cycle(unit, {}, max(_BACK_TIMEOUT, self._restart.timeout), False)
            if again.healthy:
                named = [*new, *also, *([self._daemon_json] if config is not None else ())]
                self.notes = (_said_of_bypass(named, there, also),)
                return again
            self._bypass.clear()
        self._units.reload()
        return verdict

    def _put_around(self, before: Before, off: List[str], config: Optional[bytes]) -> None:
        """Switch these drop-ins off, and give the unit what it then lacks of how it ran."""
        self._bypass.switch_off(self._restart.unit, off)
        self._units.reload()
        now, lines = self._units.show(self._restart.unit), []
        if off and set(now.environment) != set(before.unit.environment):
            lines += bypass.environment(before.unit.environment)
        if off and now.environment_files != before.unit.environment_files:
            lines += bypass.environment_files(before.unit.environment_files)
        if config is not None:
            lines += self._bypass.replace_config(before.ran, config)
        elif off and now.words != before.unit.words:
            lines += bypass.exec_start(before.ran.words)
        if lines:
            self._bypass.add_drop_in(self._restart.unit, lines)
            self._units.reload()

    def _can_start(self, before: Before) -> Optional[Verdict]:
        """What can be seen to keep the unit from starting, while the old daemon still runs."""
        unit = self._units.show(self._restart.unit)
        if unit.load_state != "loaded":
            text = N_("systemd does not take {unit} as its files are now ({state})")
            said = message(text, unit=self._restart.unit, state=unit.load_state)
            return Verdict(False, "unit-not-loaded", said)
        program = unit.words[0] if unit.words else ""
        if program.startswith("/") and not os.access(program, os.X_OK):
            said = message(N_("{path} is missing or can't be executed"), path=program)
            return Verdict(False, "no-program", said)
        for path in unit.environment_files:
            if not path.startswith("-") and "*" not in path and not os.path.exists(path):
                said = message(N_("the unit's EnvironmentFile {path} is missing"), path=path)
                return Verdict(False, "no-environment-file", said)
        bound_to_fail = pre_start.bound_to_fail(unit.pre_start)
        if bound_to_fail is not None:
            return Verdict(False, "pre-start", bound_to_fail[1])
        return self._space(before) or self._flags(unit)

    def _space(self, before: Before) -> Optional[Verdict]:
        root = str(before.ran.info.get("DockerRootDir") or "")
        try:
            facts = os.statvfs(root)
        except (OSError, ValueError):
            return None
        if facts.f_bavail * facts.f_frsize >= _LEAST_SPACE:
            return None
        said = message(N_("{path} has no space left, so the daemon might not start"), path=root)
        return Verdict(False, "disk-full", said)

    def _flags(self, unit: Unit) -> Optional[Verdict]:
        """Whether dockerd takes the flags that the unit now gives it, beside its file."""
        program = validate.next_program(unit, self._restart.user)
        content = look_at("", self._daemon_json).data
        if program is None:
            return None
        judged = validate.judge(
            program, content if content is not None else b"{}", self._daemon_json
        )
        if not judged.words:
            return None
        said = message(N_("dockerd refuses its flags and file: {words}"), words=judged.words)
        return Verdict(False, "validate-refused", said)

    def _cycle(self, unit: Unit, expect: Dict[str, str], timeout: float, may_ask: bool) -> Verdict:
        self._units.reset_failed([self._restart.unit, *unit.sockets])
        self._progress.step(N_("restarting {unit}"), unit=self._restart.unit)
        self.touched = True
        now = self._units.show(self._restart.unit)
        answer = self._units.restart(self._restart.unit, self._units.without_file(now))
        if answer.status != 0:
            return _refused_by_systemd(answer.err)
        watch = Watch(
            lambda: self._units.show(self._restart.unit),
            self._daemon,
            self._progress,
            old_pid=unit.main_pid,
            expect=expect,
            timeout=timeout,
            may_ask=may_ask,
            interrupted=self._interrupted if may_ask else lambda: False,
            clock=self._clock,
        )
        return watch.verdict()

    def live_restore(self, on: bool) -> bool:
        """Have the daemon read its file again, and see that live-restore is as meant."""
        if self._units.reload_unit(self._restart.unit).status != 0:
            return False
        deadline = self._clock.now() + 10.0
        while self._clock.now() < deadline:
            if live_restore_of(self._daemon.info()) is on:
                return True
            self._clock.sleep(0.1)
        return False

    def bring_back(self, before: Before) -> Brought:
        """Start the containers that ran before and do not now."""
        ran = [*(before.containers or ()), *self._daemon.known(before.unasked)]
        return bring_back(self._daemon, ran, self._progress, self._clock)

    def own_words(self, since: float) -> str:
        """The line of the daemon's own log that says why it does not start."""
        unit = self._restart.unit
        return quote_of(
            self._units.log_tail(unit, since),
            pre_start.that_failed(self._units.show(unit).pre_start),
        )

    def by_hand(self) -> Tuple[str, ...]:
        """The commands that a person can bring the daemon back with."""
        unit, program = self._restart.unit, self._units.program
        log = "journalctl" if self._restart.user is None else "journalctl --user"
        return (
            f"{log} -u {unit} -n 50",
            f"{program} daemon-reload",
            f"{program} reset-failed {unit}",
            f"{program} restart {' '.join((*self._sockets, unit))}",
        )

    def end_of_bypass(self) -> Tuple[str, ...]:
        """The commands that end the last resort, () where it was not needed."""
        return self._bypass.by_hand(self._restart.unit)


def _said_of_bypass(named: Sequence[str], links: Sequence[str], changed: Sequence[str]) -> Message:
    words = {"paths": ", ".join(named), "links": ", ".join(links)}
    if changed:
        text = N_(
            "the daemon can't start with {paths} as others left it; until the next boot it runs"
            " with the command line and environment that it had, and without what else {changed}"
            " sets, by way of {links}"
        )
        return message(text, changed=", ".join(changed), **words)
    text = N_(
        "the daemon can't start with {paths} as others left it; until the next boot it"
        " runs as it did before, by way of {links}"
    )
    return message(text, **words)


_MARKERS = (
    "failed to start daemon:",
    "unable to configure the Docker daemon",
    "level=fatal",
    "unknown flag",
    "Failed at step",
    "Unable to locate executable",
    "level=error",
    "process exited",
    "Failed with result",
    "Failed to",
)
_OF_PRE_START = ("Failed at step", "Unable to locate executable", "ontrol process exited")
_SYSTEMDS = pattern(
    r"[\w@.-]+\.(service|socket): |(Start|Stopp)(ing|ed) |Failed to start |This usually "
)
_MOST_OWN = 3


def quote_of(log: str, command: str = "") -> str:
    """The line that says why, from a unit's log: dockerd's fatal message, else its last error.

    command: what was to run before the daemon and failed: then what it said, and how it ended.
    """
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    ends = [at for at, line in enumerate(lines) if any(each in line for each in _OF_PRE_START)]
    if command and ends:
        quoted = [command, *_own_lines(lines, ends[-1])[-_MOST_OWN:], lines[ends[-1]]]
        return "\n".join(mask_url(line) for line in quoted)
    for marker in _MARKERS:
        for line in reversed(lines):
            if marker in line:
                return mask_url(line)
    return ""


def _own_lines(lines: Sequence[str], end: int) -> List[str]:
    """What the command that ended there said: that may have come into the log a moment later."""
    starts = [at for at, line in enumerate(lines) if line.startswith("Starting ")]
    first = max((at for at in starts if at < end), default=0)
    last = min((at for at in starts if at > end), default=len(lines))
    return [line for line in lines[first:last] if not _SYSTEMDS.match(line)]


def _refused_by_systemd(words: str) -> Verdict:
    said = message(N_("systemd refuses the restart: {words}"), words=words.strip() or "?")
    return Verdict(False, "refused-by-systemd", said)
