"""DP606: a proxy that speaks TLS is given with http://."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, fix_of, found_at
from dockproxy.rules.rule import Found, Rule


class TlsProxyWithHttp(Rule):
    """See ``Rule``."""

    code = "DP606"
    name = "tls-proxy-with-http"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy that speaks TLS is given with http://")
    what = N_(
        "“malformed HTTP response”, “EOF”, or an answer 400: “The plain HTTP request was sent to "
        "HTTPS port”."
    )
    why = N_(
        "This proxy was asked, and wants TLS from the first byte on: that is what https:// in its "
        "address says."
    )
    mend = N_(
        "Write https:// in its address. This machine has to trust its certificate; many programs "
        "in containers know no such proxy, give them a plain port if there is one."
    )
    safety = N_("Offered: whether its certificate is trusted is not known before.")
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (asked("http://10.0.0.1:3130", "speaks-tls", fixed="https://10.0.0.1:3130"),)
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "speaks-tls"):
            yield found_at(
                facts,
                answer,
                N_("the proxy {proxy} speaks TLS, and its address does not begin with https://"),
            )

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        title = message(N_("write it with https://"))
        return fix_of(facts, found, title, False, scheme="https")


RULE = TlsProxyWithHttp()
