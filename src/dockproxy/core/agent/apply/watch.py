"""Wait for the daemon after a restart was asked for, and say how it went."""

from __future__ import annotations

import time

from dockproxy.core.agent.apply.daemon import proxies_of
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.units import Unit
from dockproxy.core.model.light import NamedTuple, Protocol
from dockproxy.core.model.message import N_, Message, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Dict, Optional


STABLE_SECONDS = 5.0
"""So long the same process has to stay up: dockerd with a fault often dies within two."""
_STEP = 0.2
_MOST_DEATHS = 3
_MUTE_SECONDS = 30.0
"""So long one that has told systemd that it is ready may leave a ping without an answer."""
_AFTER_SIGNAL = 10.0


class Asks(Protocol):
    """What of the Engine the watch needs."""

    def answers(self) -> bool:
        """Whether it answers a ping."""

    def info(self) -> Optional[Dict[str, object]]:
        """What it says of itself."""


class Verdict(NamedTuple):
    """Whether the daemon is well, and if not why, with the code of its Problem."""

    healthy: bool
    code: str = ""
    text: Message = Message("")


class Clock(NamedTuple):
    """The time, as a parameter for tests."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Watch:
    """One wait. old_pid: the process before the restart. may_ask: a person may be asked to wait
    longer. interrupted: whether a signal was noted; it ends the wait for a slow daemon, not the
    short one for a verdict.
    """

    def __init__(
        self,
        show: Callable[[], Unit],
        daemon: Asks,
        progress: Progress,
        *,
        old_pid: int,
        expect: Dict[str, str],
        timeout: float,
        may_ask: bool,
        interrupted: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._show = show
        self._daemon = daemon
        self._progress = progress
        self._old_pid = old_pid
        self._expect = expect
        self._timeout = timeout
        self._may_ask = may_ask
        self._interrupted = interrupted
        self._clock = clock
        self._begun = clock.now()
        self._deadline = self._begun + timeout
        self._pid = 0
        self._since = self._up_at = 0.0
        self._deaths = 0
        self._signalled = False

    def verdict(self) -> Verdict:
        """Wait until it is known how the daemon is."""
        while True:
            unit = self._show()
            verdict = self._judge(unit)
            if verdict is not None:
                return verdict
            self._heed_signals()
            if self._clock.now() >= self._deadline and not self._longer():
                seconds = round(self._clock.now() - self._begun)
                said = N_("the daemon was not ready after {seconds} s")
                if self._signalled:
                    said = N_("interrupted; {seconds} s after its start the daemon was not ready")
                return Verdict(False, "still-activating", message(said, seconds=seconds))
            self._clock.sleep(_STEP)

    def _judge(self, unit: Unit) -> Optional[Verdict]:
        if unit.runs and not unit.job and unit.main_pid != self._old_pid:
            return self._judge_running(unit)
        if self._pid:
            self._pid = 0
            self._deaths += 1
        if unit.job:
            self._tell_waiting(unit)
            return None
        if unit.active == "failed":
            return Verdict(
                False,
                "start-failed",
                message(N_("the daemon does not start ({result})"), result=unit.result),
            )
        if unit.active == "inactive":
            return Verdict(False, "stopped", Message(N_("somebody stopped the daemon meanwhile")))
        if max(self._deaths, unit.restarts) >= _MOST_DEATHS:
            return Verdict(
                False,
                "start-failed",
                message(
                    N_("the daemon ended {count} times within seconds of its start"),
                    count=max(self._deaths, unit.restarts),
                ),
            )
        self._tell_waiting(unit)
        return None

    def _judge_running(self, unit: Unit) -> Optional[Verdict]:
        now = self._clock.now()
        if unit.main_pid != self._pid:
            if self._pid:
                self._deaths += 1
            self._pid, self._since, self._up_at = unit.main_pid, now, now
        if not self._daemon.answers():
            self._since = now
            if unit.tells_ready and now - self._up_at >= _MUTE_SECONDS:
                return Verdict(
                    False, "no-answer", Message(N_("the daemon runs, but does not answer"))
                )
            self._progress.step(N_("waiting for the daemon to answer"))
            return None
        self._up_at = now
        if now - self._since < STABLE_SECONDS:
            self._progress.step(N_("the daemon is up; seeing that it stays"))
            return None
        return self._as_meant()

    def _as_meant(self) -> Optional[Verdict]:
        info = self._daemon.info()
        if info is None:
            return None
        now = proxies_of(info)
        for key, value in self._expect.items():
            if now.get(key, "") != value:
                return Verdict(
                    False,
                    "not-in-effect",
                    message(
                        N_("the daemon runs, but its {key} is {now} instead of {meant}"),
                        key=key,
                        now=repr(now.get(key, "")),
                        meant=repr(value),
                    ),
                )
        return Verdict(True)

    def _heed_signals(self) -> None:
        if not self._signalled and self._interrupted():
            self._signalled = True
            self._may_ask = False
            self._deadline = min(self._deadline, self._clock.now() + _AFTER_SIGNAL)

    def _longer(self) -> bool:
        seconds = round(self._clock.now() - self._begun)
        if not self._may_ask or not self._progress.ask(
            "still-activating",
            message(
                N_("the daemon is still starting after {seconds} s. Wait as long again?"),
                seconds=seconds,
            ),
        ):
            return False
        self._deadline = self._clock.now() + self._timeout
        return True

    def _tell_waiting(self, unit: Unit) -> None:
        seconds = int(self._clock.now() - self._begun)
        if seconds < 1:
            return
        if unit.active == "deactivating":
            self._progress.step(N_("waiting for the daemon to stop ({seconds} s)"), seconds=seconds)
        else:
            self._progress.step(
                N_("waiting for the daemon to start ({seconds} s)"), seconds=seconds
            )
