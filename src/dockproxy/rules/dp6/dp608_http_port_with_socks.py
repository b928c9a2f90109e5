"""DP608: an HTTP port is given as a SOCKS proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, fix_of, found_at
from dockproxy.rules.rule import Found, Rule


class HttpPortWithSocks(Rule):
    """See ``Rule``."""

    code = "DP608"
    name = "http-port-with-socks"
    severity = "warning"
    component = "daemon"
    title = N_("An HTTP port is given as a SOCKS proxy")
    what = N_("“socks connect tcp …: unexpected protocol version 72” or “EOF” at every pull.")
    why = N_("This port was asked, and speaks HTTP: 72 is the H that its answer begins with.")
    mend = N_("Write http:// in its address.")
    safety = N_("Safe: the proxy was asked, and does not understand what is said to it now.")
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (asked("socks5://10.0.0.1:3128", "speaks-http", fixed="http://10.0.0.1:3128"),)
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "speaks-http"):
            yield found_at(
                facts,
                answer,
                N_("the proxy {proxy} speaks HTTP, and its address begins with socks5://"),
            )

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        title = message(N_("write it with http://"))
        return fix_of(facts, found, title, True, scheme="http")


RULE = HttpPortWithSocks()
