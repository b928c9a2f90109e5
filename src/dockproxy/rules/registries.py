"""Registries that are this network's own, as far as their names tell, and what is none."""

from __future__ import annotations

from dockproxy.core.model.light import pattern
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.route.on_host import registries_of
from dockproxy.rules.addresses import place_of
from dockproxy.rules.facts import Facts

_OWN = pattern(r".*\.(local|internal|lan|intranet|corp|home|localdomain|home\.arpa)\Z")
_PORT = pattern(r":[0-9]+\Z")


def internal_registries(snapshot: Snapshot) -> list[str]:
    """Their addresses, http:// for those that are asked so; each once, in order."""
    registries = registries_of(snapshot)
    found: list[str] = []
    for mirror in registries.mirrors:
        scheme, _, rest = mirror.partition("://")
        found.append(f"{scheme}://{rest.partition('/')[0]}")
    for named in registries.insecure:
        if "/" not in named:
            found.append(f"https://{named.partition('/')[0]}")
    for image in snapshot.images:
        registry, slash, _ = image.partition("/")
        if slash and ("." in registry or ":" in registry):
            found.append(f"https://{registry}")
    return [url for url in dict.fromkeys(found) if is_internal(url.partition("://")[2])]


def daemon_proxies(facts: Facts) -> set[tuple[str, str]]:
    """Host and port of the daemon's own proxies."""
    ours = (value for part, _, value in facts.addresses() if part.component == "daemon")
    places = (place_of(value.value) for value in ours)
    return {(place.host, place.port) for place in places if place is not None and place.port}


def is_internal(authority: str) -> bool:
    """Whether this host:port can be none of the Internet: a private address, a name without a dot,
    or under a domain that the Internet does not have. Loopback is nobody's network.
    """
    import ipaddress

    host = _PORT.sub("", authority).strip("[]").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host in ("", "localhost"):
            return False
        return "." not in host or _OWN.match(host) is not None
    return address.is_private and not address.is_loopback and not address.is_unspecified
