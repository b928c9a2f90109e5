"""The agent's ``names`` request: what a shell's completion offers. Quick, or nothing.

Only files and the local Engine's socket are looked at; nothing goes over a network, and no daemon
is started by being asked.
"""

from __future__ import annotations

import os
import time

from dockproxy.core.agent.observe import client, dockerd
from dockproxy.core.agent.observe.look import Look, caller_of
from dockproxy.core.agent.system import look_at, names_in
from dockproxy.core.engine import Engine, EngineError, parse_endpoint
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterator, List, Mapping


PATIENCE = 0.08
"""Seconds for the Engine's answers together: a whole completion is to take less than 150 ms."""

_LOGIN_FROM, _LOGIN_TO = 1000, 60000


def names(request: Dict[str, Any]) -> Dict[str, Any]:
    """``{"names": […]}`` of what ``of`` asks for: ``containers``, ``contexts``, ``builders`` or
    ``users``; sorted, none where they can't be had."""
    root = request.get("root")
    look = Look(root if isinstance(root, str) else "", caller_of(request))
    find = _FINDERS.get(str(request.get("of")))
    try:
        found = [] if find is None else sorted(set(find(look)))
    except (DockproxyError, OSError, ValueError, TypeError):
        found = []
    return {"names": found}


def _containers(look: Look) -> Iterator[str]:
    _, connection = client.observe(look, "", "")
    address = parse_endpoint(connection.endpoint)
    if not look.live or address.kind != "unix":
        return
    if connection.endpoint == linux.DEFAULT_ENDPOINT and not dockerd.pid_of_file():
        return
    end = time.monotonic() + PATIENCE
    with Engine(connection.endpoint, PATIENCE) as engine:
        try:
            engine.ping()
            answer = engine.get("/containers/json?all=1", max(end - time.monotonic(), 0.001))
        except EngineError:
            return
    for item in answer if isinstance(answer, list) else []:
        for name in item.get("Names") or ():
            if isinstance(name, str) and "/" not in name.lstrip("/"):
                yield name.lstrip("/")


def _contexts(look: Look) -> Iterator[str]:
    import json

    yield "default"
    folder = f"{_client_folder(look)}/contexts/meta"
    for name in names_in(look.root, folder) or ():
        data = look_at(look.root, f"{folder}/{name}/meta.json").data
        try:
            meta = json.loads(data or b"{}")
        except (ValueError, RecursionError):
            continue
        if isinstance(meta, dict) and isinstance(meta.get("Name"), str):
            yield meta["Name"]


def _builders(look: Look) -> Iterator[str]:
    """buildx 0.29 store/store.go: a file each, below BUILDX_CONFIG, else the client's folder."""
    own = look.caller.environment.get("BUILDX_CONFIG", "") if look.live else ""
    folder = own or f"{_client_folder(look)}/buildx"
    yield from names_in(look.root, f"{folder}/instances") or ()


def _client_folder(look: Look) -> str:
    return os.path.dirname(client.observe(look, "default", "")[0].config_path)


def _users(look: Look) -> Iterator[str]:
    """People: root, and the ids that useradd gives them (Debian's login.defs)."""
    data = look_at(look.root, "/etc/passwd").data or b""
    for line in data.decode("utf-8", "replace").split("\n"):
        fields: List[str] = line.split(":")
        if len(fields) >= 7 and fields[2].isdigit():
            uid = int(fields[2])
            if uid == 0 or _LOGIN_FROM <= uid <= _LOGIN_TO:
                yield fields[0]


_FINDERS: Mapping[str, Callable[[Look], Iterator[str]]] = {
    "containers": _containers,
    "contexts": _contexts,
    "builders": _builders,
    "users": _users,
}
