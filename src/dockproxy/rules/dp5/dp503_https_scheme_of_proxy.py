"""DP503: the proxy's address begins with https://."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.rules.addresses import found_at_value, is_judged
from dockproxy.rules.facts import Facts
from dockproxy.rules.probed import answer_about
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import fix_found

_NOTHING_LEARNT = ("bad-url", "resolve-failed", "refused", "unreachable", "timeout")


class HttpsSchemeOfProxy(Rule):
    """See ``Rule``."""

    code = "DP503"
    name = "https-scheme-of-proxy"
    severity = "info"
    component = "daemon"
    title = N_("The proxy's address begins with https://")
    what = N_(
        "Pulls fail with “proxyconnect tcp: tls: first record does not look like a TLS "
        "handshake”, or hang until “TLS handshake timeout”, if the proxy speaks plain HTTP."
    )
    why = N_(
        "The scheme says how to talk to the proxy itself, not what is fetched through it. "
        "Nearly all proxies take plain HTTP, also for https targets."
    )
    mend = N_(
        "Write http:// unless you know that the proxy speaks TLS itself; dockproxy set asks "
        "the proxy and says which it is."
    )
    safety = N_(
        "Offered: a proxy that takes TLS itself would be lost. doctor --probe asks the proxy "
        "(DP605)."
    )
    sources = ("docker/cli issue 3351; seen in the lab",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "https://10.0.0.1:3128", "https-proxy": "https://10.0.0.1:3128"}}\n'
            },
            at=(1, 28),
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            },
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        for component, key, value in facts.addresses():
            kind, name = component.component, component.name
            asked = answer_about(facts, f"{kind}.{name}" if kind == "builder" else kind, key)
            if asked is not None and asked.problem not in _NOTHING_LEARNT:
                continue  # what it speaks is known: DP604 and DP605 say what is wrong
            if value.value.lower().startswith("https://") and not is_judged(value.value):
                said = N_("{key} of the {component} is spoken to by TLS: is it meant to be?")
                yield found_at_value(facts, (component, key, value), said)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        title = message(N_("write it with http://"))
        return fix_found(facts, found, title, False, Repair("address", to="scheme:http"))


RULE = HttpsSchemeOfProxy()
