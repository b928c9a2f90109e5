"""The client's part of a plan: which entry of config.json, and what a loopback proxy means there.

Facts: ``proxies.<daemon address>`` beats ``proxies.default`` whole (docker/cli 26.1
cli/config/configfile/file.go ParseProxyConfig). Inside a container 127.0.0.1 is the container.
"""

from __future__ import annotations

from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Change, Edit
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES
from dockproxy.core.model.secret import Secret
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.plan.address import Address
from dockproxy.resolve.host import Component, Host


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
    """The host's addresses as containers see them, Docker's default bridge first (IPv4 only)."""
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


def _gateway_unknown() -> Message:
    return message(
        N_(
            "Docker's bridge address could not be asked for; start the daemon and run this again,"
            " or use --for daemon"
        )
    )
