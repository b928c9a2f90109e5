"""DP612: a proxy forbids the way to the registry."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at, severity_of
from dockproxy.rules.rule import Found, Rule


class ProxyForbidsRegistry(Rule):
    """See ``Rule``."""

    code = "DP612"
    name = "proxy-forbids-registry"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy forbids the way to the registry")
    what = N_("“Forbidden” (403) at every pull.")
    why = N_(
        "The proxy answers, and its rules do not allow this host, or not this port: many allow "
        "CONNECT to port 443 alone."
    )
    mend = N_(
        "Ask whoever runs the proxy to allow CONNECT to that host and port. If the registry is "
        "inside your network, name it in NO_PROXY: dockproxy set --no-proxy-add HOST."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (
        asked(
            "http://10.0.0.1:3128",
            "denied",
            target="registry.corp.example:5000",
            status=403,
            detail="HTTP 403 Forbidden",
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "denied"):
            said = N_("the proxy {proxy} forbids the way to {target}")
            severity = severity_of(facts, answer.target)
            yield found_at(facts, answer, said, severity=severity)


RULE = ProxyForbidsRegistry()
