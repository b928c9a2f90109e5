"""DP613: a proxy answers, and does not reach the registry itself."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at, severity_of
from dockproxy.rules.rule import Found, Rule


class ProxyReachesNoRegistry(Rule):
    """See ``Rule``."""

    code = "DP613"
    name = "proxy-reaches-no-registry"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy answers, and does not reach the registry itself")
    what = N_(
        "“Bad Gateway” (502), “Service Unavailable” (503), “general SOCKS server failure” or a "
        "time-out at every pull."
    )
    why = N_(
        "The proxy is there and let this machine in, but the way on from it is not open: no name "
        "server, no way out, a registry inside your own network."
    )
    mend = N_(
        "If the registry is inside your network, name it in NO_PROXY: dockproxy set --no-proxy-add "
        "HOST. Else the proxy's log says why."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (
        asked(
            "http://10.0.0.1:3128", "bad-gateway", status=503, detail="HTTP 503 Service Unavailable"
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "bad-gateway", "target-timeout", "socks-refused", "closed"):
            said = N_("the proxy {proxy} answers, and does not open the way to {target}: {detail}")
            severity = severity_of(facts, answer.target)
            yield found_at(facts, answer, said, severity=severity)


RULE = ProxyReachesNoRegistry()
