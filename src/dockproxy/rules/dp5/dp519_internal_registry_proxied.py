"""DP519: a registry of your own network is asked through the proxy."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.route.router import Router
from dockproxy.rules.addresses import place_of
from dockproxy.rules.facts import Facts
from dockproxy.rules.registries import daemon_proxies, internal_registries
from dockproxy.rules.rule import Example, Found, Rule

_NETWORK = pattern(r"(?!127\.)[0-9.]+(?:/[0-9]+)?|(?!::1\Z)[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:/[0-9]+)?")


class InternalRegistryProxied(Rule):
    """See ``Rule``."""

    code = "DP519"
    name = "internal-registry-proxied"
    severity = "info"
    component = "daemon"
    title = N_("A registry of your own network is asked through the proxy")
    what = N_("Pulls from an internal registry fail with 403, 502, 503 or a time-out, others work.")
    why = N_(
        "What no entry of NO_PROXY covers goes to the proxy. Entries that are addresses or "
        "networks count for addresses alone: Go does not look a name up for them."
    )
    mend = N_(
        "Add the registry by the name that images have it by: dockproxy set --no-proxy-add HOST. "
        "If the proxy is meant to reach it, all is well."
    )
    sources = (
        "golang.org/x/net/http/httpproxy proxy.go useProxy; docs.docker.com/engine/daemon/proxy",
    )
    bad = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}, "insecure-registries": ["registry.local:5000"]}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": "localhost,.corp.example"}, "registry-mirrors": ["https://10.1.2.3"]}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": "10.0.0.0/8"}, "insecure-registries": ["nexus.corp.internal:8083"]}\n'
            }
        ),
    )
    good = (
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128", "no-proxy": ".local"}, "insecure-registries": ["registry.local:5000"], "registry-mirrors": ["https://mirror.gcr.io"]}\n'
            }
        ),
        Example(
            {
                "/etc/docker/daemon.json": '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}, "insecure-registries": ["10.1.2.0/24", "127.0.0.1:5000", "localhost:5001"]}\n'
            }
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        daemon = facts.daemon_component
        if daemon is None or any(map(facts.is_open, daemon.proxies.values())):
            return
        if not daemon.proxies:
            return
        named = {key.upper(): value.value for key, value in daemon.proxies.items()}
        router = Router(named, images=False)
        entries = named.get("NO_PROXY", "").split(",")
        by_address = any(_NETWORK.fullmatch(entry.strip()) for entry in entries)
        proxies = daemon_proxies(facts)
        for url in internal_registries(facts.snapshot):
            place = place_of(url)
            if place is not None and (place.host, place.port) in proxies:
                continue  # DP520 says that it is no registry
            answer = router.route(url)
            if answer.decision != "proxy":
                continue
            value = daemon.proxies.get(answer.via or "") or next(iter(daemon.proxies.values()))
            host = url.partition("://")[2]
            said = N_(
                "the daemon asks {registry} through the proxy: no entry of no_proxy covers it"
            )
            if by_address and any(char.isalpha() for char in host.partition(":")[0]):
                said = N_(
                    "the daemon asks {registry} through the proxy: an entry that is an address "
                    "covers no name"
                )
            places: tuple[Evidence, ...] = (facts.at(value.origin),)
            listed = daemon.proxies.get("no_proxy")
            if listed is not None:
                places = (facts.at(listed.origin), *places)
            yield Found(message(said, registry=host), places, host)


RULE = InternalRegistryProxied()
