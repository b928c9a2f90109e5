"""DP605: a proxy that speaks plain HTTP is given with https://."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, fix_of, found_at
from dockproxy.rules.rule import Found, Rule


class PlainProxyWithHttps(Rule):
    """See ``Rule``."""

    code = "DP605"
    name = "plain-proxy-with-https"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy that speaks plain HTTP is given with https://")
    what = N_(
        "“proxyconnect tcp: tls: first record does not look like a TLS handshake” at every pull."
    )
    why = N_(
        "The scheme says how to talk to the proxy itself, not what is fetched through it. This one "
        "was asked, and speaks plain HTTP."
    )
    mend = N_("Write http:// in its address: https registries work with it.")
    safety = N_("Safe: the proxy was asked, and does not understand what is said to it now.")
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (asked("https://10.0.0.1:3128", "speaks-plain", fixed="http://10.0.0.1:3128"),)
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "speaks-plain"):
            yield found_at(
                facts,
                answer,
                N_("the proxy {proxy} speaks plain HTTP, and its address begins with https://"),
            )

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        title = message(N_("write it with http://"))
        return fix_of(facts, found, title, True, scheme="http")


RULE = PlainProxyWithHttps()
