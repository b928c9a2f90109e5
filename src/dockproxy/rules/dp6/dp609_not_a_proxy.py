"""DP609: what listens at a proxy's address is no proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at
from dockproxy.rules.rule import Found, Rule


class NotAProxy(Rule):
    """See ``Rule``."""

    code = "DP609"
    name = "not-a-proxy"
    severity = "warning"
    component = "daemon"
    title = N_("What listens at a proxy's address is no proxy")
    what = N_(
        "“malformed HTTP response”, “Bad Request”, “Not Found” or “Method Not Allowed” at every "
        "pull."
    )
    why = N_(
        "A web server, a control panel or another program has that port. A proxy opens a way when "
        "it is asked by CONNECT; this one does not."
    )
    mend = N_("Look up the proxy's port in its own settings: usually 3128, 8080 or 7890.")
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    follows = ("DP508", "DP513", "DP516")
    bad = (
        asked("http://10.0.0.1:3128", "not-a-proxy", status=404, detail="HTTP 404 Not Found"),
        asked("http://10.0.0.1:3128", "not-http", detail="the answer is not HTTP"),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(
            facts, "not-http", "not-socks", "not-a-proxy", "tls-failed", "http-status"
        ):
            yield found_at(facts, answer, N_("what listens at {proxy} is no proxy: {detail}"))


RULE = NotAProxy()
