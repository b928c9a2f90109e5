"""DP202: part of an Environment= line is not what it was meant to be."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.systemd_unit import environment_assignments
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class EnvironmentMisspelt(Rule):
    """See ``Rule``."""

    code = "DP202"
    name = "environment-misspelt"
    severity = "warning"
    component = "daemon"
    title = N_("Part of an Environment= line is not what it was meant to be")
    what = N_(
        "The proxy, or the end of NO_PROXY, is missing; the journal has a line “Invalid "
        "environment assignment, ignoring”."
    )
    why = N_(
        "Blanks part assignments, so NO_PROXY=a, b ends at the comma. Quotes must enclose the "
        "whole NAME=value or just the value, be straight and be closed."
    )
    mend = N_(
        "Put the whole assignment into double quotes: "
        'Environment="NO_PROXY=localhost,127.0.0.1,.corp.example"'
    )
    sources = ("systemd 252 core/load-fragment.c config_parse_environ, seen in the lab",)
    bad = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": "[Service]\nEnvironment=NO_PROXY=localhost, 127.0.0.1 HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n",
            },
            at=(2, 33),
        ),
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="HTTPS_PROXY=http://10.0.0.1:3128 HTTP_PROXY=http://10.0.0.1:3128\n',
            }
        ),
    )
    good = (
        Example(
            {
                "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
                "/etc/systemd/system/docker.service.d/http-proxy.conf": '[Service]\nEnvironment="NO_PROXY=localhost,127.0.0.1" HTTPS_PROXY=http://10.0.0.1:3128 "HTTP_PROXY=http://10.0.0.1:3128"\n',
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        unit = facts.unit
        for path, content in unit.stack if unit is not None else ():
            for assignment in content.service("Environment"):
                items = list(environment_assignments(content, assignment))
                meant = any(item.name.lower() in DAEMON_KEYS for item in items)
                for item in items:
                    if item.note in ("", "specifier", "unresolved") or not meant:
                        continue
                    said = N_("systemd ignores this part of the line: it is no NAME=value")
                    if item.note == "unclosed-quote":
                        said = N_("systemd ignores the rest of the line: a quote is not closed")
                    place = facts.evidence(path, item.line, item.column)
                    yield Found(message(said), (place,), f"{item.line}:{item.column}")


RULE = EnvironmentMisspelt()
