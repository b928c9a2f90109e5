"""Proxies and registries contacted: part of the library (``dockproxy.api``)."""

from __future__ import annotations

from dockproxy.core.model.probe import DaemonProof, ProxyProbe, RegistryAnswer
from dockproxy.core.model.record import load
from dockproxy.plan.address import Address
from dockproxy.plan.client import gateways
from dockproxy.plan.intent import Intent
from dockproxy.plan.make import loopback_address
from dockproxy.resolve.host import Host
from dockproxy.transport.base import Silent, Transport, request
from dockproxy.transport.local import Local


def answering_gateways(host: Host, intent: Intent) -> tuple[str, ...]:
    """At which of Docker's gateways the intent's loopback proxy answers too."""
    address = loopback_address(intent)
    for_containers = any(part != "daemon" for part in intent.parts)
    if address is None or not for_containers:
        return ()
    if host.recorded or host.snapshot.machine.root:
        return ()
    hosts = gateways(host.snapshot)
    probes = check_proxies([address.with_host(name) for name in hosts], probe_target(host))
    return tuple(name for name, probe in zip(hosts, probes, strict=True) if probe.answers)


def probe_target(host: Host) -> str:
    """One registry of this machine as ``host:port``: a mirror, an image's, else Docker Hub's."""
    image = proof_image(host)
    engine = host.snapshot.engine
    if engine is not None and engine.registry_mirrors:
        first = engine.registry_mirrors[0]
        authority = first.partition("://")[2].partition("/")[0]
        port = 80 if first.startswith("http://") else 443
        return authority if _has_port(authority) else f"{authority}:{port}"
    if image is not None:
        registry = image.partition("/")[0]
        return registry if _has_port(registry) else f"{registry}:443"
    return "registry-1.docker.io:443"


def proof_image(host: Host) -> str | None:
    """An image that this machine has from a registry named in its reference, or None."""
    for image in host.snapshot.images:
        registry, slash, _ = image.partition("/")
        if slash and ("." in registry or ":" in registry):
            return image
    return None


def check_proxies(addresses: list[Address], target: str, timeout: float = 5.0) -> list[ProxyProbe]:
    """Contact each proxy, side by side, and ask it for the way to target (``host:port``)."""
    return ask_proxies([(address.url, target) for address in addresses], timeout)


def ask_proxies(asked: list[tuple[str, str]], timeout: float = 5.0) -> list[ProxyProbe]:
    """As ``check_proxies``: addresses as they stand in a variable, each with its target."""
    if not asked:
        return []
    checks = [{"proxy": url, "target": target, "timeout": timeout} for url, target in asked]
    answer = Local().request(request("probe", "", checks=checks), Silent())
    return [load(ProxyProbe, probe) for probe in answer["probes"]]


def ask_registries(urls: list[str], timeout: float = 5.0) -> list[RegistryAnswer]:
    """Ask each registry (``https://host:port``) itself, without a proxy, side by side."""
    if not urls:
        return []
    asked = [{"url": url, "timeout": timeout} for url in urls]
    answer = Local().request(request("probe", "", registries=asked), Silent())
    return [load(RegistryAnswer, each) for each in answer["registries"]]


def prove_daemon(
    endpoint: str, image: str, timeout: float = 30.0, transport: Transport | None = None
) -> DaemonProof:
    """Have the daemon itself ask the image's registry, through its own proxy; nothing is pulled."""
    asked = {"endpoint": endpoint, "image": image, "timeout": timeout}
    answer = (transport or Local()).request(request("probe", "", daemon=asked), Silent())
    return load(DaemonProof, answer["daemon"])


def _has_port(authority: str) -> bool:
    return authority.rpartition(":")[2].isdigit() and not authority.endswith("]")
