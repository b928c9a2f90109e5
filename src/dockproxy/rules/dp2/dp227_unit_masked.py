"""DP227: the daemon's unit is masked."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Machine, Systemd, UnitFact
from dockproxy.resolve.unit import systemctl
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_starts import EMPTY, mask

_UNIT = "/usr/lib/systemd/system/docker.service"
_OWN = "/etc/systemd/system/docker.service"
_START = "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
_AS_LOADED = UnitFact("docker.service", "masked", "inactive", "dead", "success")


class UnitMasked(Rule):
    """See ``Rule``."""

    code = "DP227"
    name = "unit-masked"
    severity = "error"
    component = "daemon"
    title = N_("The daemon's unit is masked")
    what = N_("Nothing starts the service: “Unit docker.service is masked.”")
    why = N_(
        "A unit's file that is empty, or a link to /dev/null, takes the unit away: systemd does not start it, whatever other files of its name or its drop-ins say. A daemon that runs goes on, and cannot be started again."
    )
    mend = N_(
        "If Docker is to run here: sudo systemctl unmask docker.service && sudo systemctl start docker. systemctl unmask leaves an empty file where it is: take that away yourself."
    )
    sources = ("systemd 252 core/load-fragment.c unit_load_fragment, seen in the lab",)
    bad = (
        Example({_UNIT: _START, _OWN: ""}),
        Example(
            {_UNIT: _START},
            more={
                "machine": Machine("here", "linux", 0, "root"),
                "systemd": Systemd(252, True, {}, (_AS_LOADED,)),
            },
        ),
    )
    good = (
        Example({_UNIT: _START, _OWN: _START}),
        Example({_UNIT: _START, f"{_OWN}.d/http-proxy.conf": ""}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        if unit is None:
            return
        place = mask(facts, unit)
        if place is None:
            return
        said = N_("{unit} is masked, so systemd does not start it")
        remedy = None
        if place.text != EMPTY:
            remedy = message(
                N_("if Docker is to run here: {systemctl} unmask {unit}"),
                systemctl=systemctl(facts.snapshot),
                unit=unit.name,
            )
        runs = unit.fact is not None and unit.fact.active_state == "active"
        about = message(said, unit=unit.name)
        yield Found(about, (place,), remedy=remedy, severity="warning" if runs else "")


RULE = UnitMasked()
