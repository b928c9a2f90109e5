"""What the Engine itself says: ``/version``, named keys of ``/info``, containers, networks."""

from __future__ import annotations

import time

from dockproxy.core.agent.observe.client import Connection
from dockproxy.core.agent.observe.containers import Details
from dockproxy.core.agent.observe.parsed import as_object, as_text, as_texts
from dockproxy.core.agent.observe.secrets import Address, addresses_in
from dockproxy.core.agent.observe.task import begun
from dockproxy.core.agent.observe.values import pairs, proxy_variables
from dockproxy.core.agent.system import utc_seconds
from dockproxy.core.engine import Engine, EngineError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.secret import mask_url
from dockproxy.core.model.snapshot import Container, Network, Unknown
from dockproxy.core.model.snapshot import Engine as EngineFacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple, TypeAlias


NAME = "engine"
_Detail: TypeAlias = "Tuple[str, Dict[str, Any], Dict[str, Any]]"
"""A container's id, its entry in the list, and what inspect says of it."""
_BUDGET = 10.0
_MOST_IMAGES = 50
_NO_ENGINE_HINT = {"permission": "run it with sudo, or as a member of the group docker"}


class Answers(NamedTuple):
    """All that the Engine said, and what it did not. peer: who listens on its socket.
    addresses: the containers' proxies, unmasked, for the observer alone. rootlesskit: what its
    component's details say.
    """

    engine: Optional[EngineFacts] = None
    containers: Tuple[Container, ...] = ()
    networks: Tuple[Network, ...] = ()
    images: Tuple[str, ...] = ()
    unknown: Tuple[Unknown, ...] = ()
    peer: int = 0
    addresses: Tuple[Address, ...] = ()
    rootlesskit: Dict[str, str] = {}  # noqa: RUF012


def observe(connection: Connection, images: bool = True) -> Answers:
    """Ask the Engine at that endpoint. Where it does not even say who it is the rest is unknown.

    images: ask for the environments of those that containers with proxies are made of.
    """
    if not connection.endpoint:
        return Answers(unknown=(Unknown("engine", "no-engine"),))
    things = begun(lambda: _things(connection, images))
    with Engine(connection.endpoint, tls=connection.tls) as engine:
        try:
            version = engine.version()
            peer = engine.peer_pid() or 0
            facts = _facts(connection.endpoint, version, as_object(engine.get("/info")))
        except EngineError as error:
            hint = _NO_ENGINE_HINT.get(error.reason, "")
            return Answers(unknown=(Unknown("engine", error.reason, hint),))
    return things()._replace(engine=facts, peer=peer, rootlesskit=_rootlesskit(version))


def observe_daemon(connection: Connection, meanwhile: Callable[[], None]) -> Optional[EngineFacts]:
    """What it says of itself but for its parts: those it runs to ask for their versions. None where
    it does not answer, and for a rootless daemon and Podman, of which more is to be known.

    meanwhile: what to do while it works on that; not called where it does not answer at all.
    """
    with Engine(connection.endpoint, tls=connection.tls) as engine:
        try:
            greeting = engine.greeting()
            info = as_object(engine.get("/info", meanwhile=meanwhile))
        except EngineError:
            return None
    if "libpod-api-version" in greeting or "name=rootless" in as_texts(info.get("SecurityOptions")):
        return None
    version = {"Version": info.get("ServerVersion"), "ApiVersion": greeting.get("api-version")}
    return _facts(connection.endpoint, version, info)


def _things(connection: Connection, with_images: bool) -> Answers:
    """Containers, networks and images, over a connection of their own: the Engine takes a while
    for its version, which runs other programs."""
    unknown: List[Unknown] = []
    with Engine(connection.endpoint, tls=connection.tls) as engine:
        networks = tuple(_network(as_object(item)) for item in _ask(engine, "/networks", unknown))
        images = _images(_ask(engine, "/images/json", unknown))
        details = _details(engine, unknown)
        reading = Details(engine.get if with_images else None)
        containers = tuple(_container(*item, reading) for item in details)
    addresses = [
        address
        for identity, _, detail in details
        for address in addresses_in(f"container.{identity}", _environment(detail))
    ]
    return Answers(None, containers, networks, images, tuple(unknown), addresses=tuple(addresses))


def _ask(engine: Engine, path: str, unknown: List[Unknown]) -> List[Any]:
    try:
        answer = engine.get(path)
    except EngineError as error:
        unknown.append(Unknown(path.strip("/").partition("/")[0], error.reason))
        return []
    return answer if isinstance(answer, list) else []


def _facts(endpoint: str, version: Dict[str, Any], info: Dict[str, Any]) -> EngineFacts:
    swarm = as_object(info.get("Swarm"))
    registries = as_object(info.get("RegistryConfig"))
    indexes = as_object(registries.get("IndexConfigs"))
    insecure = [
        name for name, config in indexes.items() if as_object(config).get("Secure") is False
    ]
    components = version.get("Components")
    return EngineFacts(
        mask_url(endpoint),
        as_text(version.get("Version")),
        as_text(version.get("ApiVersion")),
        mask_url(as_text(info.get("HttpProxy"))),
        mask_url(as_text(info.get("HttpsProxy"))),
        mask_url(as_text(info.get("NoProxy"))),
        as_text(info.get("Name")),
        as_text(info.get("OperatingSystem")),
        as_texts(info.get("SecurityOptions")),
        tuple(
            as_text(as_object(item).get("Name"))
            for item in (components if isinstance(components, list) else [])
        ),
        info.get("LiveRestoreEnabled") is True,
        as_text(swarm.get("LocalNodeState")) or "inactive",
        swarm.get("ControlAvailable") is True,
        tuple(mask_url(item) for item in as_texts(registries.get("Mirrors"))),
        (*as_texts(registries.get("InsecureRegistryCIDRs")), *insecure),
        as_text(info.get("DockerRootDir")),
    )


def _rootlesskit(version: Dict[str, Any]) -> Dict[str, str]:
    """moby 26.1 daemon/info_unix.go, fillRootlessVersion."""
    listed = version.get("Components")
    for component in listed if isinstance(listed, list) else []:
        if as_object(component).get("Name") == "rootlesskit":
            details = as_object(as_object(component).get("Details"))
            return {name: value for name, value in details.items() if isinstance(value, str)}
    return {}


def _network(item: Dict[str, Any]) -> Network:
    settings = as_object(item.get("IPAM")).get("Config")
    configs = [as_object(config) for config in settings] if isinstance(settings, list) else []
    subnets = (as_text(config.get("Subnet")) for config in configs)
    gateways = (as_text(config.get("Gateway")) for config in configs)
    return Network(
        as_text(item.get("Name")),
        as_text(item.get("Driver")),
        tuple(subnet for subnet in subnets if subnet),
        tuple(gateway for gateway in gateways if gateway),
    )


def _images(answer: List[Any]) -> Tuple[str, ...]:
    images = [as_object(item) for item in answer]
    images.sort(key=lambda image: -_number(image.get("Created")))
    tags = [tag for image in images for tag in as_texts(image.get("RepoTags"))]
    return tuple(tag for tag in tags if not tag.startswith("<none>"))[:_MOST_IMAGES]


def _details(engine: Engine, unknown: List[Unknown]) -> List[_Detail]:
    """Every container, the stopped ones too. One that goes while we ask is left out."""
    found: List[_Detail] = []
    deadline = time.monotonic() + _BUDGET
    for item in _ask(engine, "/containers/json?all=1", unknown):
        short = as_object(item)
        identity = as_text(short.get("Id"))
        if time.monotonic() > deadline:
            unknown.append(Unknown("containers", "timeout"))
            break
        try:
            detail = as_object(engine.get(f"/containers/{identity}/json"))
        except EngineError as error:
            if error.status != 404:
                unknown.append(Unknown(f"containers.{_name(short)}", error.reason))
            continue
        found.append((identity, short, detail))
    return found


def _name(short: Dict[str, Any]) -> str:
    """Its own name: the others are links of the kind ``/other/alias``."""
    names = [name.lstrip("/") for name in as_texts(short.get("Names"))]
    return next((name for name in names if "/" not in name), "")


def _container(
    identity: str, short: Dict[str, Any], detail: Dict[str, Any], reading: Details
) -> Container:
    config = as_object(detail.get("Config"))
    host = as_object(detail.get("HostConfig"))
    labels = as_object(config.get("Labels"))
    environ = proxy_variables(_environment(detail))
    made = Container(
        identity,
        as_text(detail.get("Name")).lstrip("/") or _name(short),
        as_text(config.get("Image")) or as_text(short.get("Image")),
        rfc3339(as_text(detail.get("Created"))) or float(_number(short.get("Created"))),
        as_text(as_object(detail.get("State")).get("Status")) or as_text(short.get("State")),
        as_text(as_object(host.get("RestartPolicy")).get("Name")) or "no",
        host.get("AutoRemove") is True,
        as_text(host.get("NetworkMode")),
        environ,
        as_text(labels.get("com.docker.compose.project")),
    )
    return made._replace(**reading.of(detail, environ))


def _environment(detail: Dict[str, Any]) -> Dict[str, str]:
    return pairs(as_texts(as_object(detail.get("Config")).get("Env")))


def rfc3339(text: str) -> float:
    """``2026-11-24T18:00:00.123456789Z`` in seconds since 1970; 0 for anything else."""
    main, _, fraction = text.rstrip("Z").partition(".")
    whole = utc_seconds(main.replace("T", " "))
    exact = whole and fraction.isascii() and fraction.isdigit()
    return whole + float(f"0.{fraction}") if exact else float(whole)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and abs(value) < 2**63 else 0
