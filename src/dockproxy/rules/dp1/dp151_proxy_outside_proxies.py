"""DP151: a proxy stands in daemon.json where dockerd takes no notice of it."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule


class ProxyOutsideProxies(Rule):
    """See ``Rule``."""

    code = "DP151"
    name = "proxy-outside-proxies"
    severity = "warning"
    component = "daemon"
    title = N_("A proxy stands in daemon.json where dockerd takes no notice of it")
    what = N_("dockerd starts, “docker info” shows no proxy, and pulls go direct.")
    why = N_(
        "The three names count inside the object “proxies” alone. Elsewhere dockerd takes "
        "them for flags that it knows, and ignores them."
    )
    mend = N_(
        'Move them into “proxies”: {"proxies": {"http-proxy": …, "https-proxy": …}}, then '
        "restart the daemon."
    )
    sources = ("moby 26.1 daemon/config/config.go, seen in the lab",)
    bad = (
        Example(
            {"/etc/docker/daemon.json": '{"http-proxy": "http://10.0.0.1:3128"}\n'}, at=(1, 16)
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{\n  "proxy": {\n    "https-proxy": "http://10.0.0.1:3128"\n  }\n}\n'
            },
            at=(3, 20),
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"https-proxy": "http://10.0.0.1:3128", "http-proxy": "http://10.0.0.1:3128"}}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        read, fact = facts.daemon_read, facts.daemon_json
        if read is None or fact is None:
            return
        for place in read.ignored:
            said = N_("dockerd takes no notice of {name} here: it counts inside “proxies” alone")
            shown = facts.evidence(fact.path, place.line, place.column)
            yield Found(message(said, name=place.path[-1]), (shown,), ".".join(place.path))


RULE = ProxyOutsideProxies()
