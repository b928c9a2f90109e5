"""DP505: NO_PROXY takes Docker Hub past the proxy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import entries
from dockproxy.route.router import Router
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import value_fix


class NoProxySwallowsRegistry(Rule):
    """See ``Rule``."""

    code = "DP505"
    name = "no-proxy-swallows-registry"
    severity = "warning"
    component = "daemon"
    title = N_("NO_PROXY takes Docker Hub past the proxy")
    what = N_("Pulls from Docker Hub go direct and time out, although the proxy works.")
    why = N_("An entry like docker.io, .io or * covers the hosts that a pull from Docker Hub asks.")
    mend = N_(
        "Take the entry out, or name just the hosts that are meant. “dockproxy route redis” "
        "shows which entry takes which host."
    )
    safety = N_("Offered: other hosts that the entry covers go through the proxy, too, without it.")
    sources = ("golang.org/x/net/http/httpproxy proxy.go useProxy; “dockproxy route”",)
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost,.io"}}\n'
            },
            fixed={
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost"}}\n'
            },
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "*"}}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost,registry.corp.example"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        listed = daemon.proxies.get("no_proxy") if daemon is not None else None
        if daemon is None or listed is None or "https_proxy" not in daemon.proxies:
            return
        if any(map(facts.is_open, daemon.proxies.values())):
            return
        environ = {key.upper(): value.value for key, value in daemon.proxies.items()}
        for entry in sorted(_entries(environ)):
            said = N_("“{entry}” takes Docker Hub past the proxy")
            yield Found(message(said, entry=entry), (facts.at(listed.origin),), entry)

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        title = message(N_("take “{entry}” out of the list"), entry=found.key)
        return value_fix(facts, "daemon", "no_proxy", title, False, Repair("entry", (found.key,)))


def _entries(environ: Mapping[str, str]) -> set[str]:
    """All that cover a host of Docker Hub: of several the program names the first alone."""
    rest = entries(environ["NO_PROXY"])
    found: set[str] = set()
    while True:
        router = Router({**environ, "NO_PROXY": ",".join(rest)})
        first = {answer.matched for answer in router.routes("docker.io/library/redis")}
        more = {entry for entry in first if entry is not None} - found
        if not more:
            return found
        found |= more
        rest = [entry for entry in rest if entry not in found]


RULE = NoProxySwallowsRegistry()
