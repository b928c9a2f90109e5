"""DP601: nothing listens where a proxy is looked for."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at
from dockproxy.rules.rule import Found, Rule


class ProxyRefuses(Rule):
    """See ``Rule``."""

    code = "DP601"
    name = "proxy-refuses"
    severity = "warning"
    component = "daemon"
    title = N_("Nothing listens where a proxy is looked for")
    what = N_("“connection refused”, “no route to host” or “network is unreachable” at every pull.")
    why = N_(
        "The proxy does not run, listens at another port or address (Clash-like programs: at "
        "127.0.0.1 alone while “allow LAN” is off), or a firewall turns the packets away."
    )
    mend = N_(
        "Start the proxy, check address and port in its own settings, and see that it listens "
        "where it is looked for: ss -ltn on its machine lists that."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    follows = ("DP504", "DP516", "DP517")
    bad = (
        asked("http://10.0.0.1:3128", "refused", detail="Connection refused"),
        asked("http://10.0.0.1:3128", "unreachable", detail="No route to host"),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "refused", "unreachable"):
            yield found_at(facts, answer, N_("nothing answers at the proxy {proxy}: {detail}"))


RULE = ProxyRefuses()
