"""What rules ask of containers, and of the way from them to this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.snapshot import Container, Snapshot
from dockproxy.rules.facts import Facts
from dockproxy.semantics.base import Decider, Semantics
from dockproxy.semantics.curl import SEMANTICS as CURL
from dockproxy.semantics.target import parse_target

_WILDCARDS = ("0.0.0.0", "[::]")  # noqa: S104


def evidence_of(container: str) -> Evidence:
    """A container by its name, which stands in no file."""
    return Evidence(None, text=f"container {container}")


_OUTSIDE = ("host", "none")
"""Networks of a container that is not behind a bridge."""


def own_proxies(facts: Facts) -> Iterator[tuple[Container, str, str]]:
    """The addresses of proxies that running containers behind a bridge have, with their key."""
    for each in facts.containers:
        mode = each.network_mode
        if each.state != "running" or mode in _OUTSIDE or mode.startswith("container:"):
            continue
        for key in ("http_proxy", "https_proxy", "all_proxy"):
            value = each.environ.get(key) or each.environ.get(key.upper())
            if value:
                yield each, key, value


def gateway(snapshot: Snapshot) -> str:
    """This machine's address as containers on Docker's own bridge see it, "" where it is not known.

    A rootless daemon's bridge is in a network of its own.
    """
    if snapshot.rootless is not None:
        return ""
    for network in snapshot.networks:
        if network.name == "bridge":
            return next((each for each in network.gateways if ":" not in each), "")
    return ""


def waits_at(snapshot: Snapshot, host: str, port: str) -> bool | None:
    """Whether a program of this machine waits for connections there; None where it is not known:
    so too where the Engine is not seen to run on this machine (Desktop's, another machine's).
    """
    elsewhere = snapshot.engine is not None and snapshot.dockerd is None
    if snapshot.listening is None or elsewhere:
        return None
    return any(f"{each}:{port}" in snapshot.listening for each in (host, *_WILDCARDS))


def gateways(snapshot: Snapshot) -> set[str]:
    """This machine's addresses on all of Docker's bridges."""
    if snapshot.rootless is not None:
        return set()
    bridges = [network for network in snapshot.networks if network.driver == "bridge"]
    return {address for network in bridges for address in network.gateways}


def sent_to_proxy(environ: Mapping[str, str], hosts: Iterable[str]) -> set[str]:
    """Which of these hosts curl asks a proxy for, by plain HTTP."""
    if not environ.get("http_proxy") and not environ.get("all_proxy"):
        return set()
    decide = CURL.decider(environ, CURL.versions[-1])
    return {host for host in hosts if _is_sent(decide, f"http://{host}/")}


def asks_proxy(program: Semantics, environ: Mapping[str, str], url: str) -> bool:
    """Whether the newest known version of a program asks a proxy for that URL."""
    return _is_sent(program.decider(environ, program.versions[-1]), url)


def _is_sent(decide: Decider, url: str) -> bool:
    try:
        return decide(parse_target(url)).kind == "proxy"
    except UsageError:
        return False
