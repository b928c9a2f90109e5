"""DP322: containers are given a proxy on this machine, and nothing listens there."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.snapshot import Network
from dockproxy.rules.addresses import place_of
from dockproxy.rules.containers import gateways, waits_at
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule

CONFIG = "/root/.docker/config.json"
_BRIDGE = Network("bridge", "bridge", ("172.17.0.0/16",), ("172.17.0.1",))
_TEXT = '{"proxies": {"default": {"httpProxy": "http://172.17.0.1:7890", "httpsProxy": "http://172.17.0.1:7890", "noProxy": "localhost,127.0.0.1"}}}\n'


class GatewayNotListening(Rule):
    """See ``Rule``."""

    code = "DP322"
    name = "gateway-not-listening"
    severity = "warning"
    component = "client"
    title = N_("Containers are given a proxy on this machine, and nothing listens there")
    what = N_("In a container or a build: “connection refused” from the bridge's address.")
    why = N_(
        "The address is this machine's on Docker's bridge, and no program of this machine waits "
        "for connections at that port. Many proxies listen at 127.0.0.1 alone, where containers "
        "do not reach them."
    )
    mend = N_(
        "Start the proxy, or let it listen at that address too: in Clash, Mihomo, V2Ray and the "
        "like switch on “allow LAN”."
    )
    sources = ("Linux /proc/net/tcp; seen in the lab",)
    bad = (
        Example(
            {CONFIG: _TEXT},
            more={"networks": (_BRIDGE,), "listening": ("127.0.0.1:7890",)},
            at=(1, 39),
        ),
    )
    good = (
        Example({CONFIG: _TEXT}, more={"networks": (_BRIDGE,), "listening": ("0.0.0.0:7890",)}),
        Example({CONFIG: _TEXT}, more={"networks": (_BRIDGE,), "listening": ("172.17.0.1:7890",)}),
        Example({CONFIG: _TEXT}, more={"networks": (_BRIDGE,)}),
        Example({CONFIG: _TEXT}, more={"listening": ()}),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client = facts.client_component
        ours = gateways(facts.snapshot)
        for key, value in client.proxies.items() if client is not None else ():
            place = place_of(value.value) if key != "no_proxy" else None
            if place is None or place.host not in ours or not place.port:
                continue
            if waits_at(facts.snapshot, place.host, place.port) is False:
                said = N_(
                    "nothing on this machine listens at {host}:{port}, the {key} of containers"
                )
                about = message(said, host=place.host, port=place.port, key=key)
                yield Found(about, (facts.at(value.origin),), key)


RULE = GatewayNotListening()
