"""The restart protocol: from the files as written to a daemon that is well, or back again."""

from __future__ import annotations

import os
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from dockproxy.core.agent.apply.daemon import Daemon, Running
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.units import Unit, Units
from dockproxy.core.agent.apply.watch import Clock, Verdict, Watch
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Restart

_POLICY_GRACE = 10.0
"""Seconds that restart policies get to bring their containers back before we start any."""
_BACK_TIMEOUT = 120.0
_PASSES = 3


class Before(NamedTuple):
    """The daemon and its containers before the restart. containers None: could not be asked."""

    unit: Unit
    containers: Optional[Tuple[Running, ...]] = None


class Brought(NamedTuple):
    """Containers that were started again, and those that were not (by name)."""

    started: Tuple[str, ...] = ()
    missing: Tuple[str, ...] = ()


class Restarter:
    """Carries out one restart. reload: unit files were changed."""

    def __init__(
        self,
        restart: Restart,
        progress: Progress,
        *,
        reload: bool,
        interrupted: Callable[[], bool],
        units: Optional[Units] = None,
        daemon: Optional[Daemon] = None,
        clock: Optional[Clock] = None,
    ) -> None:
        self._restart = restart
        self._progress = progress
        self._reload = reload
        self._interrupted = interrupted
        self._units = units or Units()
        self._daemon = daemon or Daemon(restart.endpoint)
        self._clock = clock or Clock()
        self._reloaded = False
        self.touched = False

    def before(self) -> Before:
        """What is to be there again afterwards."""
        unit = self._units.show(self._restart.unit)
        if not unit.runs:
            return Before(unit)
        containers = self._daemon.running()
        return Before(unit, None if containers is None else tuple(containers))

    def go(self, before: Before) -> Verdict:
        """Make the written files live. touched says afterwards whether the daemon was stopped."""
        if self._reload:
            self._progress.step(N_("systemd reads the unit files again"))
            answer = self._units.reload()
            self._reloaded = True
            if answer.status != 0:
                return _refused_by_systemd(answer.err)
        verdict = self._can_start()
        if verdict is not None:
            return verdict
        return self._cycle(before.unit, self._restart.expect, self._restart.timeout, True)

    def back(self, before: Before) -> Verdict:
        """Have the daemon run again with the files as they were (they are put back already)."""
        if self._reloaded:
            answer = self._units.reload()
            if answer.status != 0:
                return _refused_by_systemd(answer.err)
        if not self.touched:
            unit = self._units.show(self._restart.unit)
            if unit.main_pid == before.unit.main_pid and unit.runs:
                return Verdict(True)
        self._progress.step(N_("starting the daemon again with the old files"))
        timeout = max(_BACK_TIMEOUT, self._restart.timeout)
        return self._cycle(self._units.show(self._restart.unit), {}, timeout, False)

    def _can_start(self) -> Optional[Verdict]:
        """What can be seen to keep the unit from starting, while the old daemon still runs."""
        unit = self._units.show(self._restart.unit)
        if unit.load_state != "loaded":
            return Verdict(
                False,
                "unit-not-loaded",
                message(
                    N_("systemd does not take {unit} as it is now ({state})"),
                    unit=self._restart.unit,
                    state=unit.load_state,
                ),
            )
        if unit.exec_path and not os.access(unit.exec_path, os.X_OK):
            return Verdict(
                False,
                "no-program",
                message(N_("{path} is missing or can't be executed"), path=unit.exec_path),
            )
        for path in unit.environment_files:
            if not path.startswith("-") and "*" not in path and not os.path.exists(path):
                return Verdict(
                    False,
                    "no-environment-file",
                    message(N_("the unit's EnvironmentFile {path} is missing"), path=path),
                )
        return None

    def _cycle(self, unit: Unit, expect: Dict[str, str], timeout: float, may_ask: bool) -> Verdict:
        self._units.reset_failed([self._restart.unit, *unit.sockets])
        self._progress.step(N_("restarting {unit}"), unit=self._restart.unit)
        self.touched = True
        answer = self._units.restart(self._restart.unit)
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
            interrupted=self._interrupted,
            clock=self._clock,
        )
        return watch.verdict()

    def bring_back(self, before: Before) -> Brought:
        """Start the containers that ran before and do not now."""
        wanted = [item for item in before.containers or () if not item.swarm]
        if not wanted:
            return Brought()
        missing = self._missing(wanted)
        deadline = self._clock.now() + _POLICY_GRACE
        while self._clock.now() < deadline and any(item.policy != "no" for item in missing):
            self._clock.sleep(0.5)
            missing = self._missing(wanted)
        started: List[str] = []
        for _ in range(_PASSES):
            if not missing:
                break
            for item in missing:
                self._progress.step(N_("starting container {name} again"), name=item.name)
                if self._daemon.start(item.id) == "":
                    started.append(item.name)
            missing = self._missing(wanted)
        for item in wanted:
            if item.paused and item not in missing:
                self._daemon.pause(item.id)
        return Brought(tuple(dict.fromkeys(started)), tuple(item.name for item in missing))

    def _missing(self, wanted: Sequence[Running]) -> List[Running]:
        now = self._daemon.running()
        there = {item.id for item in now or ()}
        return [item for item in wanted if item.id not in there]

    def own_words(self, since: float) -> str:
        """The daemon's own last words about a failure, without its key=value dress."""
        return quote_of(self._units.log_tail(self._restart.unit, since))

    def by_hand(self) -> Tuple[str, ...]:
        """The commands that a person can bring the daemon back with."""
        unit = self._restart.unit
        return (
            "systemctl daemon-reload",
            f"systemctl reset-failed {unit}",
            f"systemctl restart {unit}",
            f"journalctl -u {unit} -n 50",
        )


def quote_of(log: str) -> str:
    """The line that says why, from dockerd's log: its fatal message, else its last error."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for marker in (
        "failed to start daemon:",
        "unable to configure the Docker daemon",
        "level=fatal",
        "level=error",
        "unknown flag",
        "Failed to",
    ):
        for line in reversed(lines):
            if marker in line:
                return line
    return lines[-1] if lines else ""


def _refused_by_systemd(words: str) -> Verdict:
    text = message(N_("systemd refuses the restart: {words}"), words=words.strip() or "?")
    return Verdict(False, "refused-by-systemd", text)
