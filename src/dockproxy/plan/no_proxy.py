"""NO_PROXY: the list that ``set`` writes where the user names none, and changes to a list.

What Docker's own traffic and a container's neighbours need: loopback, Docker's networks,
host.docker.internal, and registries on private addresses. Go, curl 7.86+, git, requests and others
read CIDR entries; the single addresses beside them serve those that don't (program-semantics,
NO_PROXY).
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.no_proxy_list import with_more, without
from dockproxy.core.model.proxies import entries
from dockproxy.core.model.secret import mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockproxy.core.model.snapshot import Snapshot

_SEPARATOR = pattern(r"[ \t;|]")

LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1")


def default_for_daemon(snapshot: Snapshot) -> str:
    """Loopback (for readers; Go bypasses it anyway) and registries on private addresses."""
    return ",".join(_unique((*LOOPBACK, *private_registries(snapshot))))


def default_for_client(snapshot: Snapshot) -> str:
    """What containers reach without a proxy: loopback, Docker's names and networks."""
    from dockproxy.core.places.linux import HOST_NAMES

    return ",".join(
        _unique((*LOOPBACK, *HOST_NAMES, *docker_subnets(snapshot), *private_registries(snapshot)))
    )


def changed(current: str, add: Iterable[str], remove: Iterable[str]) -> str:
    """The list with entries added (once) and removed (in any case); the rest as it was."""
    gone = [entry for text in remove for entry in entries(text)]
    more = [entry for text in add for entry in entries(text)]
    return with_more(without(current, gone), more)


def doubts(listed: Iterable[str], parts: Sequence[str] = ("daemon", "client")) -> list[Message]:
    """What to say of entries that no program in play understands: the daemon, builders and, where
    the client is among the parts, what commonly runs in containers.

    Blanks, ``;`` and ``|`` are said in any case: they separate for few or nobody.
    """
    from dockproxy.no_proxy.plain import unread

    every = list(listed)
    single = (one for one in every if not _SEPARATOR.search(one))
    odd = set(unread(single, containers="client" in parts))
    said = []
    for entry in every:
        if _SEPARATOR.search(entry):
            said.append(
                message(
                    N_("no_proxy: “{entry}” is one entry; commas separate"), entry=mask_url(entry)
                )
            )
        elif entry not in odd:
            continue
        elif "/" in entry and "://" not in entry and not _is_network(entry):
            said.append(
                message(
                    N_("no_proxy: “{entry}” is no network: ADDRESS/BITS"), entry=mask_url(entry)
                )
            )
        else:
            said.append(
                message(N_("no_proxy: “{entry}” matches nothing for Docker"), entry=mask_url(entry))
            )
    return said


def docker_subnets(snapshot: Snapshot) -> list[str]:
    """The subnets of Docker's own networks, sorted; what is no subnet is left out."""
    subnets = set()
    for network in snapshot.networks:
        for subnet in network.subnets:
            try:
                subnets.add(str(ip_network(subnet, strict=False)))
            except ValueError:
                continue
    return sorted(subnets)


def private_registries(snapshot: Snapshot) -> list[str]:
    """Hosts (or networks) of mirrors and insecure registries with a private address."""
    engine = snapshot.engine
    if engine is None:
        return []
    hosts = []
    for registry in (*engine.registry_mirrors, *engine.insecure_registries):
        host = registry.split("://")[-1].split("/")[0] if "://" in registry else registry
        if _is_private(host) or _is_private(_without_port(host)):
            hosts.append(host if "/" in host else _without_port(host))
    return [host for host in hosts if not host.startswith(("127.", "::1", "localhost"))]


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _is_private(host: str) -> bool:
    try:
        return (
            ip_network(host, strict=False).is_private
            if "/" in host
            else ip_address(host).is_private
        )
    except ValueError:
        return False


def _is_network(entry: str) -> bool:
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return False
    return True


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
