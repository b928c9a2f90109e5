"""DP610: a proxy wants a user and a password, or refuses those that it is given."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answers, asked, found_at, is_basic
from dockproxy.rules.rule import Found, Rule


class ProxyWantsPassword(Rule):
    """See ``Rule``."""

    code = "DP610"
    name = "proxy-wants-password"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy wants a user and a password, or refuses those that it is given")
    what = N_("“Proxy Authentication Required” (407) at every pull.")
    why = N_(
        "The address names none, or wrong ones, or they are cut at a character that has to be "
        "written as %XX."
    )
    mend = N_(
        "Give the user in the address: dockproxy set http://USER@HOST:PORT asks for the password "
        "and writes it as each file needs it."
    )
    sources = ("core/agent/probe, against real proxies in the lab: tests/lab/test_doctor_probe.py",)
    follows = ("DP510", "DP201", "DP202")
    bad = (
        asked(
            "http://10.0.0.1:3128",
            "auth-required",
            status=407,
            schemes=("Basic",),
            detail="HTTP 407 Proxy Authentication Required",
        ),
        asked(
            "http://ann:pw@10.0.0.1:3128",
            "auth-failed",
            shown="http://xxxxx:xxxxx@10.0.0.1:3128",
            status=407,
            schemes=("Basic",),
            detail="HTTP 407 Proxy Authentication Required",
        ),
    )
    good = (asked("http://10.0.0.1:3128"),)

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for answer in answers(facts, "auth-required", "auth-failed"):
            if not is_basic(answer):
                continue
            said = N_("the proxy {proxy} refuses this user and password: {detail}")
            if answer.problem == "auth-required":
                said = N_("the proxy {proxy} wants a user and a password")
            yield found_at(facts, answer, said)


RULE = ProxyWantsPassword()
