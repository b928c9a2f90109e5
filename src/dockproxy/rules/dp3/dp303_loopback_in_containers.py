"""DP303: containers are given a proxy at a loopback address."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.snapshot import Container, Network
from dockproxy.core.places.rootless import HOST_BY_DRIVER
from dockproxy.rules.addresses import has_no_host, is_loopback_address, place_of
from dockproxy.rules.containers import evidence_of, gateway, own_proxies, waits_at
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Example, Found, Rule
from dockproxy.rules.value_repairs import value_fix

_BRIDGE = Network("bridge", "bridge", ("172.17.0.0/16",), ("172.17.0.1",))
_APP = Container("1", "app", "app", 1.0, "running", network_mode="bridge")
_OWN = {"https_proxy": "http://localhost:7890", "http_proxy": "http://10.0.0.1:3128"}
_CONFIG = "/root/.docker/config.json"


class LoopbackInContainers(Rule):
    """See ``Rule``."""

    code = "DP303"
    name = "loopback-in-containers"
    severity = "warning"
    component = "client"
    title = N_("Containers are given a proxy at a loopback address")
    what = N_("In a container or a build: “connection refused” from 127.0.0.1 or localhost.")
    why = N_(
        "Every container has a loopback of its own: 127.0.0.1 there is the container, not "
        "this machine."
    )
    mend = N_(
        "Use an address of this machine that containers reach: the gateway of Docker's bridge "
        "(often 172.17.0.1), or host.docker.internal with --add-host "
        "host.docker.internal:host-gateway. The proxy has to listen there too. dockproxy set "
        "finds such an address by itself."
    )
    safety = N_(
        "Only offered, where the proxy is seen to listen at that address: a firewall between "
        "Docker's bridge and this machine may still drop what comes."
    )
    sources = ("docs.docker.com/engine/cli/proxy; seen in the lab",)
    bad = (
        Example(
            {
                "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://127.0.0.1:7890", "httpsProxy": "http://localhost:7890"}}}\n'
            },
            at=(1, 39),
        ),
        Example(
            {
                _CONFIG: '{"proxies": {"default": {"httpProxy": "http://u:p@127.0.0.1:7890", "httpsProxy": "http://u:p@[::1]:7890"}}}\n'
            },
            more={"networks": (_BRIDGE,), "listening": ("[::]:7890",)},
            at=(1, 39),
            fixed={
                _CONFIG: '{"proxies": {"default": {"httpProxy": "http://u:p@172.17.0.1:7890", "httpsProxy": "http://u:p@172.17.0.1:7890"}}}\n'
            },
        ),
        Example(
            {_CONFIG: '{"proxies": {"default": {"allProxy": "socks5://127.1:1080"}}}\n'},
            more={"networks": (_BRIDGE,), "listening": ("127.0.0.1:1080",)},
        ),
        Example({}, engine="26.1.5", more={"containers": (_APP._replace(environ=_OWN),)}),
    )
    good = (
        Example(
            {
                "/root/.docker/config.json": '{\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "http://10.0.0.1:3128",\n\t\t\t"httpsProxy": "http://10.0.0.1:3128",\n\t\t\t"noProxy": "localhost,127.0.0.1"\n\t\t}\n\t}\n}\n'
            }
        ),
        Example(
            {},
            engine="26.1.5",
            more={
                "containers": (
                    _APP._replace(name="a", environ=_OWN, network_mode="host"),
                    _APP._replace(name="b", environ=_OWN, state="exited"),
                )
            },
        ),
    )

    def check(self, facts: Facts) -> Iterator[Found]:
        """See ``Rule``."""
        client, known = facts.client_component, False
        for key, value in client.proxies.items() if client is not None else ():
            if key == "no_proxy" or has_no_host(value.value):
                continue  # DP504 says so
            if is_loopback_address(value.value):
                said = N_("{key} leads containers to their own loopback: {value}")
                about = message(said, key=key, value=value.value)
                yield Found(about, (facts.at(value.origin),), key, _remedy(facts, value.value))
                known = True
        told = set[str]()
        for container, key, address in () if known else own_proxies(facts):
            if container.name in told or not is_loopback_address(address) or has_no_host(address):
                continue
            told.add(container.name)
            said = N_("{key} leads {container} to its own loopback: {value}")
            about = message(said, key=key, container=container.name, value=address)
            place = evidence_of(container.name)
            yield Found(about, (place,), f"container.{container.name}", _remedy(facts, address))

    def fix(self, facts: Facts, found: Found) -> Fix | None:
        """See ``Rule``."""
        client = facts.client_component
        value = client.proxies.get(found.key) if client is not None else None
        place, bridge = place_of(value.value) if value else None, gateway(facts.snapshot)
        if place is None or not bridge or not waits_at(facts.snapshot, bridge, place.port):
            return None
        title = message(N_("give containers {gateway} in its place"), gateway=bridge)
        return value_fix(
            facts, "client", found.key, title, False, Repair("address", to=f"host:{bridge}")
        )


def _remedy(facts: Facts, address: str) -> Message | None:
    """What is to be done first, where it is seen that the proxy cannot be reached from outside."""
    place, bridge = place_of(address), gateway(facts.snapshot)
    rootless = facts.snapshot.rootless
    if rootless is not None:
        inside = HOST_BY_DRIVER.get(rootless.network_driver, "")
        if inside and rootless.host_loopback:
            said = N_("of this rootless Docker, {host} is this machine: give it in that place")
            return message(said, host=inside)
        return message(
            N_(
                "a rootless Docker's bridge is not this machine: let the proxy listen at an "
                "address of the network card as well, and give that one"
            )
        )
    if place is None or not bridge or waits_at(facts.snapshot, bridge, place.port) is not False:
        return None
    said = N_(
        "nothing listens at {gateway}:{port} yet: let the proxy listen there as well (in Clash, "
        "Mihomo, V2Ray and the like switch on “allow LAN”), then run: dockproxy set"
    )
    return message(said, gateway=bridge, port=place.port)


RULE = LoopbackInContainers()
