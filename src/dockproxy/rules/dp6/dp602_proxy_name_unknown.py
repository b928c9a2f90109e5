"""DP602: a proxy's name can not be resolved."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at
from dockproxy.rules.rule import Found, Rule


class ProxyNameUnknown(Rule):
    """See ``Rule``."""

    code = "DP602"
    name = "proxy-name-unknown"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy's name can not be resolved")
    what = N_("“lookup proxy.corp.example: no such host” at every pull.")
    why = N_(
        "The name is misspelt, or known only to a name server of the company that this machine "
        "does not ask (a VPN that is not up)."
    )
    mend = N_(
        "Check the spelling with getent hosts NAME, connect the VPN, or give the proxy by its IP "
        "address."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    follows = ("DP504", "DP507", "DP514", "DP515", "DP517")
    bad = (
        asked(
            "http://proxy.corp.example:3128", "resolve-failed", detail="Name or service not known"
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "resolve-failed"):
            yield found_at(
                facts, answer, N_("the name of the proxy {proxy} leads nowhere: {detail}")
            )


RULE = ProxyNameUnknown()
