"""DP208: the unit's files keep systemd from starting the daemon."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.unit_exec import leading_variables
from dockproxy.core.model.finding import Evidence, Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Example, Found, Rule


class UnitDoesNotStart(Rule):
    """See ``Rule``."""

    code = "DP208"
    name = "unit-does-not-start"
    severity = "error"
    component = "daemon"
    title = N_("The unit's files keep systemd from starting the daemon")
    what = N_("Starting the service fails before dockerd is even run.")
    why = N_(
        "An EnvironmentFile that is missing (without a dash before its name), or a unit that "
        "systemd cannot read to its end, as with a command whose path is not absolute, keeps the service from starting."
    )
    mend = N_(
        "Mend the line that is shown, then: sudo systemctl daemon-reload && sudo systemctl "
        "start docker"
    )
    safety = N_(
        "Only offered: a dash before the path lets the daemon start, without what the file was to set."
    )
    sources = ("systemd 252 core/execute.c, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=/etc/docker/proxy.env\n",
            },
            at=(2, 1),
            fixed={
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=-/etc/docker/proxy.env\n"
            },
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=sbin/dockerd -H fd://\n"
            },
            at=(2, 1),
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=-/etc/docker/proxy.env\n",
            }
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironmentFile=/etc/docker/proxy.env\n",
                "/etc/docker/proxy.env": "HTTP_PROXY=http://10.0.0.1:3128\nHTTPS_PROXY=http://10.0.0.1:3128\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        link = facts.snapshot.file(unit.fragment or "") if unit is not None else None
        if link is not None and link.kind == "dangling":
            said = N_("systemd finds no unit: {path} is a link to nothing, and hides all others")
            yield Found(message(said, path=link.path), (Evidence(link.path),), "link")
            return
        own = unit.stack[0][1].refused if unit is not None and unit.stack else None
        if own is not None and leading_variables(own.value):
            return  # DP229 says so
        for fault in unit.disk.faults if unit is not None else ():
            said = N_("systemd will not start the daemon: {quote}")
            place = facts.evidence(fault.path, fault.line)
            yield Found(message(said, quote=fault.message), (place,), str(fault.line))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        fact, line = file_of(facts, found), found.evidence[0].line
        if fact is None:
            return None
        lines = [
            each
            for there, content in facts.stack
            if there == fact.path
            for each in content.service("EnvironmentFile")
        ]
        named = next((each.value for each in lines if each.line == line), "")
        if not named:
            return None
        title = message(N_("let the daemon start without {path}"), path=named)
        edit = edit_of(facts, fact, "daemon", Repair("optional-file", (named,)))
        return Fix(title, False, (edit,), ("daemon",))


RULE = UnitDoesNotStart()
