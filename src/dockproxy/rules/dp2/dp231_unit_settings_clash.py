"""DP231: two settings of the service exclude one another."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.unit_starts import conflict, mask

_UNIT = "/usr/lib/systemd/system/docker.service"
_START = "[Service]\nType=notify\nExecStart=/usr/sbin/dockerd -H fd://\nRestart=always\n"
_DROP_IN = "/etc/systemd/system/docker.service.d/override.conf"


class UnitSettingsClash(Rule):
    """See ``Rule``."""

    code = "DP231"
    name = "unit-settings-clash"
    severity = "error"
    component = "daemon"
    title = N_("Two settings of the service exclude one another")
    what = N_(
        "The service does not start: “Service has Restart= set to either always or on-success, which isn't allowed for Type=oneshot services. Refusing.” (bad-setting), or the like."
    )
    why = N_(
        "systemd refuses a unit whose Type=oneshot is to be restarted always, whose Type=dbus has no BusName=, or whose PAMName= comes with KillMode=process. Docker's own unit has Type=notify, Restart=always and KillMode=process, so a drop-in with another Type= or a PAMName= is enough."
    )
    mend = N_(
        "Take the setting out of the drop-in: dockerd wants Type=notify. Then: sudo systemctl daemon-reload && sudo systemctl restart docker"
    )
    sources = ("systemd 252 core/service.c service_verify, seen in the lab",)
    bad = (
        Example({_UNIT: _START, _DROP_IN: "[Service]\nType=oneshot\n"}, at=(2, 1)),
        Example({_UNIT: _START, _DROP_IN: "[Service]\nType=dbus\n"}, at=(2, 1)),
    )
    good = (
        Example({_UNIT: _START, _DROP_IN: "[Service]\nType=simple\n"}),
        Example({_UNIT: _START, _DROP_IN: "[Service]\nType=oneshot\nRestart=on-failure\n"}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        if unit is None or unit.fragment is None or unit.unread or mask(facts, unit):
            return
        found = facts.commands
        clash = conflict(found)
        several = len(found.counting) > 1 and found.kind != "oneshot"
        if clash is None or several or not (found.counting or found.may_be_none):
            return
        said = N_("systemd refuses the unit: {settings}")
        settings, (path, setting) = clash
        place = facts.evidence(path, setting.line, setting.column)
        yield Found(message(said, settings=settings), (place,), setting.key)


RULE = UnitSettingsClash()
