"""The builders that buildx keeps for the client's user, and what their containers were given.

buildx 0.13 to 0.36 store/store.go, util/confutil/config.go, driver/docker-container/driver.go: the
container's environment is fixed when it is made, whatever the instance file says afterwards.
"""

from __future__ import annotations

import json
import os
import re
from urllib.parse import quote

from dockproxy.core.agent.apply.as_user import Identity, call, identity, look_as
from dockproxy.core.agent.observe.buildx_folder import buildx_folder
from dockproxy.core.agent.observe.client import Connection, context_endpoint
from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.observe.secrets import addresses_in
from dockproxy.core.agent.observe.values import pairs, proxy_variables
from dockproxy.core.agent.system import Seen, look_at, names_in
from dockproxy.core.engine import Engine, EngineError
from dockproxy.core.formats import buildx_instance
from dockproxy.core.formats.redact_instance import shown_option
from dockproxy.core.formats.redact_values import PROXY_NAMES
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.secret import mask_url
from dockproxy.core.model.snapshot import Builder, BuilderNode, Client, DriverOption
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple


NAME = "builders"
_MOST = 200
_MOST_NODES = 50
_CONTAINER_DRIVER = "docker-container"
_GOOD_NAME = pattern(r"[A-Za-z][A-Za-z0-9._-]*", re.ASCII)
_BAD_NAME = (
    "1:1 invalid name, name needs to start with a letter and may not contain symbols, except ._-"
)


class _Place(NamedTuple):
    """Where buildx keeps its builders, and the daemon that the client talks to.

    rights: with which the folder is looked into; None for this process's own.
    """

    folder: str
    client: Client
    connection: Connection
    rights: Optional[Identity] = None

    def seen(self, root: str, path: str) -> Seen:
        """What lies there, as that user sees it."""
        return look_at(root, path) if self.rights is None else look_as(self.rights, root, path)


def observe(look: Look, client: Client, connection: Connection) -> Tuple[Builder, ...]:
    """Every builder of that user, by name; containers are looked at on this machine alone."""
    rights = identity(client.uid, client.gid) if look.live else None
    place = _Place(buildx_folder(look, client), client, connection, rights)
    instances = f"{place.folder}/{linux.BUILDX_INSTANCES}"
    names: Optional[List[str]] = names_in(look.root, instances)
    if names and rights is not None:
        names = call(rights, lambda: names_in(look.root, instances))
    if names is None:
        look.miss("builders", "permission", "run it as the user whose they are, or as root")
    current = _current(look, place).lower() if names else ""
    found = [_builder(look, place, name, current) for name in (names or ())[:_MOST]]
    return tuple(builder for builder in found if builder is not None)


def _current(look: Look, place: _Place) -> str:
    """The name of the builder that builds use, "" for the daemon's own (store.go, Current)."""
    client = place.client
    own = look.live and client.uid == look.caller.uid
    chosen = look.caller.environment.get("BUILDX_BUILDER", "") if own else ""
    if chosen:
        return chosen
    key = client.endpoint if client.context == "default" else client.context
    said = _object(_text(look, place, f"{place.folder}/current"))
    name = said.get("Name")
    if isinstance(name, str) and name and (said.get("Global") is True or said.get("Key") == key):
        return name
    import hashlib

    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:20]
    return (_text(look, place, f"{place.folder}/defaults/{digest}") or "").strip()


def _builder(look: Look, place: _Place, name: str, current: str) -> Optional[Builder]:
    path = f"{place.folder}/{linux.BUILDX_INSTANCES}/{name}"
    seen = place.seen(look.root, path)
    if seen.kind not in ("file", "unreadable"):
        return None
    if not _GOOD_NAME.fullmatch(name):
        return Builder(name, "", path, (), False, _BAD_NAME)
    if seen.data is None:
        look.miss(f"builder.{name}", seen.reason or "not-readable")
        return Builder(name, "", path, (), name == current)
    try:
        read = buildx_instance.read_instance(seen.data.decode("utf-8", "surrogateescape"))
    except ParseError as error:
        fault = f"{error.line}:{error.column} {error.message}"
        return Builder(name, "", path, (), name == current, fault)
    if not all(_GOOD_NAME.fullmatch(item) for item in (read.name, *(n.name for n in read.nodes))):
        return Builder(name, "", path, (), False, _BAD_NAME)
    for node in read.nodes:
        given = {key[4:]: value for key, value in node.values().items() if key.startswith("env.")}
        look.secrets.note(addresses_in(f"builder.{name}.{node.name}", given))
    shown = read.nodes[:_MOST_NODES]
    if len(shown) < len(read.nodes):
        look.miss(f"builder.{name}", "too-large")
    nodes = tuple(_node(look, place, read.driver, node) for node in shown)
    return Builder(read.name or name, read.driver, path, nodes, name == current)


def _node(
    look: Look, place: _Place, driver: str, node: buildx_instance.InstanceNode
) -> BuilderNode:
    options = tuple(
        DriverOption(item.name, shown_option(item.name, item.value), item.line, item.column)
        for item in node.options
    )
    fact = BuilderNode(node.name, mask_url(node.endpoint), options)
    if driver != _CONTAINER_DRIVER:
        return fact
    fact = fact._replace(container=linux.BUILDX_CONTAINER + node.name)
    where = _connection(look, place, node.endpoint)
    fact = fact._replace(address=mask_url(where.endpoint))
    return _with_container(where, fact) if look.live and _may_ask(place, where) else fact


def _may_ask(place: _Place, where: Connection) -> bool:
    """The client's own daemon, or a socket of this machine: a network is asked by nobody. As root
    for another user only sockets that are no trap of theirs.
    """
    if where == place.connection:
        return True
    if place.rights is None:
        return where.endpoint.startswith("unix://")
    return where.endpoint in (linux.DEFAULT_ENDPOINT, "unix:///run/docker.sock")


def _connection(look: Look, place: _Place, endpoint: str) -> Connection:
    """An endpoint is an address, or a context's name (builder/node.go, NewClientAPI)."""
    if endpoint in (place.connection.endpoint, place.client.context):
        return place.connection
    if "://" in endpoint:
        return Connection(endpoint)
    if endpoint == "default":
        return Connection(linux.DEFAULT_ENDPOINT)
    folder = os.path.dirname(place.client.config_path)
    return Connection(context_endpoint(look, folder, endpoint, place.rights))


def _with_container(where: Connection, fact: BuilderNode) -> BuilderNode:
    try:
        with Engine(where.endpoint, tls=where.tls) as engine:
            found = inspected(engine, fact.container)
            if found is None:
                return fact._replace(state="absent")
            environ = proxies_of(found)
            named = {f"env.{name}" for name in environ}
            extra = named - {option.name for option in fact.options}
            image = image_proxies(engine, found) if extra else {}
    except EngineError:
        return fact
    state = found.get("State")
    return fact._replace(
        state=str((state if isinstance(state, dict) else {}).get("Status") or "unknown"),
        environ=proxy_variables(environ),
        image_environ=proxy_variables(image),
    )


def container_path(container: str) -> str:
    """A container's path in the Engine's API, whatever a file calls it."""
    return f"/containers/{quote(container, safe='')}"


def inspected(engine: Engine, container: str) -> Optional[Dict[str, Any]]:
    """What the Engine says of a container, None if there is none. Raises EngineError."""
    try:
        answer = engine.get(f"{container_path(container)}/json")
    except EngineError as error:
        if error.status == 404:
            return None
        raise
    return answer if isinstance(answer, dict) else {}


def proxies_of(detail: Dict[str, Any]) -> Dict[str, str]:
    """The variables of a container, or an image, as they are: with their secrets."""
    config = detail.get("Config")
    words: Any = (config if isinstance(config, dict) else {}).get("Env")
    given: List[str] = [item for item in words or () if isinstance(item, str)]
    return {name: value for name, value in pairs(given).items() if name in PROXY_NAMES}


def image_proxies(engine: Engine, detail: Dict[str, Any]) -> Dict[str, str]:
    """The proxy variables that come from the container's image. Raises EngineError."""
    try:
        answer = engine.get(f"/images/{detail.get('Image')}/json")
    except EngineError as error:
        if error.status == 404:
            return {}
        raise
    return proxies_of(answer) if isinstance(answer, dict) else {}


def _text(look: Look, place: _Place, path: str) -> Optional[str]:
    data = place.seen(look.root, path).data
    return None if data is None else data.decode("utf-8", "surrogateescape")


def _object(text: Optional[str]) -> Dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
