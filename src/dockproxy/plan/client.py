"""The client's part of a plan: which entry of config.json, and what a loopback proxy means there.

Facts: ``proxies.<daemon address>`` beats ``proxies.default`` whole (docker/cli 26.1
cli/config/configfile/file.go ParseProxyConfig). Inside a container 127.0.0.1 is the container.
"""

from __future__ import annotations

import re

from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Change, Edit
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.core.model.secret import Secret
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.plan.address import Address
from dockproxy.resolve.host import Component, Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def client_edits(host: Host, values: dict[str, str | None]) -> tuple[Edit, ...]:
    """The edit of config.json that gives new containers and builds ``values`` (our keys)."""
    client = host.snapshot.client
    if client is None:
        return ()
    entry = host.client_entry
    component = host.component("client")
    current = component.proxies if component else {}
    changes = tuple(
        Change(("proxies", entry, CLIENT_JSON_NAMES[key]), None if value is None else Secret(value))
        for key, value in values.items()
        if value is not None or key in current or _may_hold_unseen(component)
    )
    if not changes:
        return ()
    return (Edit(client.config_path, "client-json", "client", changes, client.uid, client.gid),)


def _may_hold_unseen(component: Component | None) -> bool:
    """Whether config.json could not be read for what it sets: the agent then says why not."""
    if component is None:
        return False
    return component.in_use is None or any(
        drift.code == "config-json-broken" for drift in component.drift
    )


def gateways(snapshot: Snapshot) -> tuple[str, ...]:
    """The host's addresses as containers see them, Docker's default bridge first (IPv4 only).

    A rootless daemon's bridges are in a network of its own: none of them is the host.
    """
    if snapshot.rootless is not None:
        return ()
    bridges = [network for network in snapshot.networks if network.driver == "bridge"]
    bridges.sort(key=lambda network: network.name != "bridge")
    found = (gateway for network in bridges for gateway in network.gateways)
    return tuple(gateway for gateway in dict.fromkeys(found) if gateway and ":" not in gateway)


def loopback_refusal(address: Address, tried: tuple[str, ...]) -> tuple[Message, Message]:
    """Why containers can't use a proxy on this machine's loopback, and what to change exactly."""
    why = message(
        N_("inside a container {host} is the container itself, so {proxy} is out of reach there"),
        host=address.host,
        proxy=address.shown,
    )
    if not tried:
        return why, _gateway_unknown()
    how = message(
        N_(
            "let the proxy listen on {gateway}:{port} as well (in Clash, Mihomo, V2Ray and the like"
            " switch on “allow LAN”), let the firewall pass it from Docker's bridge, then run this"
            " again; --for daemon sets the daemon alone, --force loopback writes it all the same"
        ),
        gateway=tried[0],
        port=address.port,
    )
    return why, how


_NOT_FOR_ALL = {
    "socks5": N_(
        "in containers and builds curl, git and Go programs speak SOCKS; wget, pip without PySocks"
        " and Python's urllib do not. With socks5h:// apt does too, and curl and git leave names"
        " to the proxy"
    ),
    "socks5h": N_(
        "in containers and builds curl, git, apt and Go programs speak SOCKS; wget, pip without"
        " PySocks and Python's urllib do not; Node and Go before 1.23 know socks5:// only"
    ),
    "https": N_(
        "containers and builds: each image has to trust the proxy's certificate by itself; wget"
        " and Python's urllib speak no TLS to a proxy"
    ),
}


def family_notes(snapshot: Snapshot, addresses: Iterable[Address | None]) -> list[Message]:
    """What to say of IPv6 addresses that are given to containers all the same."""
    unlike = {a.url: a for a in addresses if a is not None}.values()
    refused = (family_refusal(snapshot, address) for address in unlike)
    return [refusal[0] for refusal in refused if refusal is not None]


def family_refusal(snapshot: Snapshot, address: Address) -> tuple[Message, Message] | None:
    """Why containers can't reach an IPv6 address, and what to change: no network of Docker's has
    IPv6 (its default). None where they may.
    """
    subnets = [subnet for network in snapshot.networks for subnet in network.subnets]
    if not subnets or any(":" in subnet for subnet in subnets):
        return None
    if ":" not in address.host or address.is_loopback:
        return None
    why = N_("no network of Docker's here has IPv6, so containers and builds can't reach {proxy}")
    how = N_(
        "give the proxy's name or IPv4 address, or switch IPv6 on in daemon.json; --for daemon sets"
        " the daemon alone, --force loopback writes it all the same"
    )
    return message(why, proxy=address.shown), message(how)


def scheme_notes(addresses: Iterable[Address | None]) -> list[Message]:
    """Which programs in containers can't use such a proxy. A mixed port's http:// serves all.

    curl 7.88, git 2.39, wget 1.21, pip 23.0, apt 2.6, Python 3.11 and docker 26.1 seen in the lab;
    Node and others: program-semantics, "Proxy values".
    """
    schemes = dict.fromkeys(address.scheme for address in addresses if address is not None)
    return [Message(_NOT_FOR_ALL[scheme]) for scheme in schemes if scheme in _NOT_FOR_ALL]


_LOGINS = (
    (
        re.compile(rb"[\x80-\xff]"),
        N_(
            "the user or password holds characters outside ASCII: in containers and builds pip, and"
            " whatever else uses Python's requests, can't send them"
        ),
    ),
    (
        re.compile(rb"%[0-9A-Fa-f]{2}"),
        N_(
            "the user or password holds a percent sign before two hexadecimal digits: in containers"
            " and builds git takes it for an escape"
        ),
    ),
)


def login_notes(addresses: Iterable[Address | None]) -> list[Message]:
    """Which programs can't send such a user and password, though the address is right.

    requests 2.28 in pip 23.0 (auth.py, _basic_auth_str: Latin-1), git 2.39 (it decodes, and so
    does libcurl 7.88 below it: lib/url.c, parse_proxy_auth); both seen in the lab.
    """
    from urllib.parse import unquote_to_bytes

    logins = b"\n".join(
        unquote_to_bytes(part or "")
        for address in addresses
        if address is not None and not address.scheme.startswith("socks")
        for part in (address.user, address.password)
    )
    return [Message(text) for pattern, text in _LOGINS if pattern.search(logins)]


def zone_refusal(address: Address) -> tuple[Message, Message]:
    """Why containers can't use an address of this machine's own link, and what to do."""
    why = message(
        N_("{proxy} is at the end of a link of this machine; a container has links of its own"),
        proxy=address.shown,
    )
    return why, Message(N_("give the proxy's address or name in your network, or use --for daemon"))


def _gateway_unknown() -> Message:
    return message(
        N_(
            "Docker's bridge address could not be asked for; start the daemon and run this again,"
            " or use --for daemon"
        )
    )
