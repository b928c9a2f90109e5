"""DP607: a SOCKS port is given as an HTTP proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, fix_of, found_at
from dockproxy.rules.rule import Found, Rule


class SocksPortWithHttp(Rule):
    """See ``Rule``."""

    code = "DP607"
    name = "socks-port-with-http"
    severity = "warning"
    component = "daemon"
    title = N_("A SOCKS port is given as an HTTP proxy")
    what = N_("“malformed HTTP response”, “EOF” or “connection reset by peer” at every pull.")
    why = N_("This port was asked, and speaks SOCKS5 alone.")
    mend = N_(
        "For the daemon write socks5:// (Docker knows it). For containers give the proxy's HTTP "
        "port: many programs there know no SOCKS."
    )
    safety = N_("Offered, for the daemon: its HTTP port may be meant.")
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    follows = ("DP508", "DP516")
    bad = (asked("http://10.0.0.1:1080", "speaks-socks", fixed="socks5://10.0.0.1:1080"),)
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "speaks-socks"):
            yield found_at(
                facts,
                answer,
                N_(
                    "the proxy {proxy} speaks SOCKS5, and its address does not begin with socks5://"
                ),
            )

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        title = message(N_("write it with socks5://"))
        return fix_of(facts, found, title, False, scheme="socks5", kinds=("daemon",))


RULE = SocksPortWithHttp()
