"""DP211: a proxy is set outside of the unit's [Service] section."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class EnvironmentOutsideService(Rule):
    """See ``Rule``."""

    code = "DP211"
    name = "environment-outside-service"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy is set outside of the unit's [Service] section")
    what = N_("The drop-in is there, systemctl cat shows it, and the daemon has no proxy.")
    why = N_(
        "Environment= counts in the section [Service] alone. Before the first header, in "
        "[Unit], or in a section whose name is spelled otherwise ([service]) systemd ignores "
        "it."
    )
    mend = N_("Put the line [Service] before it.")
    sources = ("systemd 252 shared/conf-parser.c, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "Environment=HTTPS_PROXY=http://10.0.0.1:3128\n",
            },
            at=(1, 1),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Unit]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[service]\nEnvironment=HTTPS_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 1),
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128 HTTPS_PROXY=http://10.0.0.1:3128 NO_PROXY=localhost\n",
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        for path, content in unit.stack if unit is not None else ():
            for assignment in content.assignments:
                if assignment.section == "Service" or assignment.key.lower() != "environment":
                    continue
                value = assignment.value.lower()
                if not any(f"{name}_proxy=" in value for name in ("http", "https", "no")):
                    continue
                said = N_("systemd ignores this line: it stands in no [Service] section")
                if assignment.section is not None:
                    said = N_("systemd ignores this line: it stands in [{section}], not [Service]")
                place = facts.evidence(path, assignment.line, assignment.column)
                about = message(said, section=assignment.section or "")
                yield Found(about, (place,), str(assignment.line))


RULE = EnvironmentOutsideService()
