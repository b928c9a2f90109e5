"""DP603: a proxy does not answer in time."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at
from dockproxy.rules.rule import Found, Rule


class ProxySilent(Rule):
    """See ``Rule``."""

    code = "DP603"
    name = "proxy-silent"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy does not answer in time")
    what = N_(
        "“i/o timeout”, “context deadline exceeded” or “Client.Timeout exceeded” at every pull."
    )
    why = N_(
        "A firewall throws the packets away, the address is another network's, or what listens "
        "there never says a word."
    )
    mend = N_("Check the address and the port, and whether a firewall lets this machine reach it.")
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    follows = ("DP504", "DP516")
    bad = (asked("http://10.0.0.1:3128", "timeout", detail="timed out"),)
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "timeout"):
            yield found_at(facts, answer, N_("the proxy {proxy} does not answer in time"))


RULE = ProxySilent()
