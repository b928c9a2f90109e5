"""DP520: the proxy stands in registry-mirrors."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.route.on_host import registries_of
from dockproxy.rules.addresses import place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.registries import daemon_proxies
from dockproxy.rules.rule import Example, Found, Rule


class MirrorIsTheProxy(Rule):
    """See ``Rule``."""

    code = "DP520"
    name = "mirror-is-the-proxy"
    severity = "warning"
    component = "daemon"
    title = N_("The proxy stands in registry-mirrors")
    what = N_("Each pull waits, or is refused, before it goes on without the mirror.")
    why = N_(
        "A registry mirror answers as a registry does. A proxy is something else: asked for /v2/ "
        "it says 400 or 404."
    )
    mend = N_(
        "Take its address out of registry-mirrors; as http-proxy and https-proxy it is enough."
    )
    sources = (
        "docs.docker.com/docker-hub/image-library/mirror; Squid answers 400 to GET /v2/, seen in the lab",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}, "registry-mirrors": ["http://10.0.0.1:3128"]}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}, "registry-mirrors": ["https://mirror.gcr.io"]}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        mirrors = {url: place_of(url) for url in registries_of(facts.snapshot).mirrors}
        proxies = daemon_proxies(facts)
        for url, mirror in mirrors.items():
            if mirror is not None and (mirror.host, mirror.port) in proxies:
                path = facts.snapshot.daemon_json
                shown = facts.evidence_of(path, '"registry-mirrors"')
                said = N_("{url} is the proxy, no mirror of a registry")
                yield Found(message(said, url=url), (shown,), url)


RULE = MirrorIsTheProxy()
