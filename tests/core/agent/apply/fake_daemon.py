"""A service manager and an Engine made of rules, with a clock that only moves when one sleeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dockproxy.core.agent.apply.daemon import Daemon, Running
from dockproxy.core.agent.apply.units import Unit, Units
from dockproxy.core.agent.apply.watch import Clock
from dockproxy.core.agent.system import Ran

OK = Ran(0)
UNIT = "docker.service"


class FakeHost:
    """One daemon. starts: what becomes of each start in turn, the last for all further ones:
    ``well``, ``dies`` (systemd gives up), ``hangs``, ``flaps`` (dies again and again),
    ``refused`` (systemctl itself says no), ``stopped`` (somebody stops it).
    """

    def __init__(self, *starts: str, containers: Sequence[Running] = ()) -> None:
        self.time = 1000.0
        self.starts = list(starts) or ["well"]
        self.calls: list[str] = []
        self.pid = 100
        self.state = "well"
        self.since = self.time
        self.restarts = 0
        self.all = {item.id: item for item in containers}
        self.running = set(self.all)
        self.info: dict[str, Any] = {"HttpProxy": "", "LiveRestoreEnabled": False}
        self.on_call: Callable[[str], None] = lambda name: None
        self.load_state = "loaded"
        self.reload_status = 0
        self.answers = True
        self.lost_sockets: tuple[str, ...] = ()

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.time, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.time += seconds

    def call(self, name: str) -> None:
        self.calls.append(name)
        self.on_call(name)

    def restart(self) -> Ran:
        becomes = self.starts.pop(0) if len(self.starts) > 1 else self.starts[0]
        self.call("restart")
        if becomes == "refused":
            return Ran(1, "", "Unit docker.service is masked.\n")
        self.state, self.since, self.restarts = becomes, self.time, 0
        self.pid += 1
        self.running = {
            item.id
            for item in self.all.values()
            if item.id in self.running and (item.policy != "no" or self.info["LiveRestoreEnabled"])
        }
        self.all = {
            key: item
            for key, item in self.all.items()
            if not item.auto_remove or key in self.running
        }
        return OK

    def show(self) -> Unit:
        facts = {
            "well": ("active", "running", "success", self.pid),
            "dies": ("failed", "failed", "exit-code", 0),
            "hangs": ("activating", "start", "success", self.pid),
            "flaps": ("activating", "auto-restart", "exit-code", 0),
            "stopped": ("inactive", "dead", "success", 0),
        }
        active, sub, result, pid = facts[self.state]
        count = int(self.time - self.since) if self.state == "flaps" else 0
        return Unit(
            self.load_state,
            active,
            sub,
            result,
            pid,
            count,
            started_at=1.0,
            sockets=("docker.socket",),
            tells_ready=True,
        )


class FakeUnits(Units):
    """``systemctl`` of a FakeHost."""

    def __init__(self, host: FakeHost) -> None:
        self._host = host

    @staticmethod
    def present() -> bool:
        return True

    def show(self, unit: str) -> Unit:
        return self._host.show()

    def reload(self) -> Ran:
        self._host.call("daemon-reload")
        return Ran(self._host.reload_status, "", "no")

    def reset_failed(self, units: Sequence[str]) -> None:
        self._host.call(f"reset-failed {' '.join(units)}")

    def reload_unit(self, unit: str) -> Ran:
        self._host.call("reload")
        return OK

    def restart(self, unit: str, sockets: Sequence[str] = ()) -> Ran:
        for socket in sockets:
            self._host.call(f"restart {socket}")
        return self._host.restart()

    def without_file(self, unit: Unit) -> tuple[str, ...]:
        return self._host.lost_sockets

    def log_tail(self, unit: str, since: float) -> str:
        return "Starting up\nfailed to start daemon: no such driver\n"


class FakeDaemon(Daemon):
    """The Engine of a FakeHost."""

    def __init__(self, host: FakeHost) -> None:
        super().__init__("unix:///nowhere")
        self._host = host

    def answers(self) -> bool:
        return self._host.answers

    def info(self) -> dict[str, Any] | None:
        return self._host.info

    def bridge(self) -> str:
        return "172.17.0.1/16"

    def running(self) -> list[Running] | None:
        return [item for key, item in self._host.all.items() if key in self._host.running]

    def known(self, containers: Sequence[str]) -> list[Running]:
        return [self._host.all[key] for key in containers if key in self._host.all]

    def start(self, container: str) -> str:
        self._host.call(f"start {container}")
        if container not in self._host.all:
            return "No such container"
        self._host.running.add(container)
        return ""

    def pause(self, container: str) -> str:
        self._host.call(f"pause {container}")
        return ""
