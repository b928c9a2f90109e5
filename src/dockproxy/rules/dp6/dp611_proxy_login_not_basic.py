"""DP611: a proxy wants a log-in of a kind that Docker does not know."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at, is_basic
from dockproxy.rules.rule import Found, Rule


class ProxyLoginNotBasic(Rule):
    """See ``Rule``."""

    code = "DP611"
    name = "proxy-login-not-basic"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy wants a log-in of a kind that Docker does not know")
    what = N_(
        "“Proxy Authentication Required” (407) at every pull, with the right user and password, "
        "too."
    )
    why = N_(
        "Docker can log in to a proxy with user and password alone (Basic). This one offers other "
        "ways: NTLM, Negotiate (Kerberos) or Digest."
    )
    mend = N_(
        "Run a relay that logs in for Docker (px, cntlm, alpaca) and give Docker the relay's "
        "address, or ask for a rule that lets this machine through without a log-in."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    bad = (
        asked(
            "http://10.0.0.1:3128",
            "auth-required",
            status=407,
            schemes=("Negotiate", "NTLM"),
            detail="HTTP 407 Proxy Authentication Required",
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "auth-required", "auth-failed"):
            if not is_basic(answer):
                said = N_("the proxy {proxy} takes no user and password, but offers {schemes}")
                yield found_at(facts, answer, said)


RULE = ProxyLoginNotBasic()
