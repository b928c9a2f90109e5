"""What starts a daemon that is down, by the state of its unit."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.apply import starting
from dockproxy.core.agent.apply.units import Unit
from dockproxy.core.agent.observe import dockerd
from dockproxy.core.model.plan import Plan, Restart

PLAN = Plan("set", (), Restart("docker.service", "unix:///var/run/docker.sock"))


@pytest.mark.parametrize(
    ("unit", "command"),
    [
        (Unit("loaded"), "systemctl start docker.service"),
        (
            Unit("masked"),
            "systemctl unmask docker.service && systemctl start docker.service",
        ),
        (
            Unit("loaded", active="failed"),
            "systemctl reset-failed docker.service && systemctl start docker.service",
        ),
    ],
    ids=["loaded", "masked", "failed"],
)
def test_the_command_fits_the_unit(
    unit: Unit, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dockerd, "find", lambda *_args: 0)

    assert starting.who_starts_it(PLAN, unit).params["command"] == command
