"""DP617: a proxy's name leads to an address that is none."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import asked, found_at
from dockproxy.rules.rule import Found, Rule


class ProxyAtFakeAddress(Rule):
    """See ``Rule``."""

    code = "DP617"
    name = "proxy-at-fake-address"
    severity = "info"
    component = "daemon"
    title = N_("A proxy's name leads to an address that is none")
    what = N_(
        "The proxy is reached as long as the TUN mode of a Clash-like program is on; else every "
        "request hangs."
    )
    why = N_(
        "Names answer with 198.18.0.0/15: that is “fake-ip”, made up by such a program and "
        "understood by it alone."
    )
    mend = N_(
        "Give the proxy by its real IP address, or keep its name out of fake-ip (fake-ip-filter)."
    )
    sources = ("RFC 2544; wiki.metacubex.one/en/config/dns: fake-ip",)
    bad = (asked("http://proxy.corp.example:3128", addresses=("198.18.0.7",)),)
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in facts.snapshot.probes.proxies if facts.snapshot.probes is not None else ():
            made_up = [each for each in answer.addresses if each.startswith(("198.18.", "198.19."))]
            if made_up and answer.purpose == "registry":
                said = N_("the name of the proxy {proxy} leads to an address that only fake-ip has")
                yield found_at(facts, answer, said)


RULE = ProxyAtFakeAddress()
