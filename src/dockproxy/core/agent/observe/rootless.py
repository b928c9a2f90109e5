"""Whose rootless daemon the client's endpoint leads to, and what its network can reach."""

from __future__ import annotations

import os

from dockproxy.core.agent.observe.client import Connection
from dockproxy.core.agent.observe.dockerd import Running
from dockproxy.core.agent.observe.engine_api import Answers
from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.system import User, look_at, read_text, user_of
from dockproxy.core.formats.unit_dropins import SYSTEM_UNIT_PATHS
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.snapshot import Client, Rootless
from dockproxy.core.places import linux
from dockproxy.core.places import rootless as places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


NAME = "rootless"
_GENERATIONS = 4
"""RootlessKit runs itself once more inside, and that runs dockerd."""


class Found(NamedTuple):
    """A user with a daemon of their own. connection: to that daemon."""

    user: User
    runtime: str
    config_home: str
    unit_paths: Tuple[str, ...]
    connection: Connection


def find(look: Look, who: Client, connection: Connection) -> Optional[Found]:
    """By the endpoint, or where it is the default one and this machine has no daemon of its own
    by the user's unit. None where it leads to the machine's daemon, or elsewhere.
    """
    runtime, uid = places.runtime_of(connection.endpoint)
    if runtime:
        user = user_of(uid, look.root)
        return _found(look, who, user, runtime, connection) if user else None
    runtime = _own_runtime(look, who)
    me = User(who.user, who.uid, who.gid, who.home)
    if connection.endpoint == f"unix://{runtime}/docker.sock":
        return _found(look, who, me, runtime, connection)
    if who.endpoint_from != "default" or who.uid == 0 or _has_own_daemon(look):
        return None
    found = _found(look, who, me, runtime, Connection(f"unix://{runtime}/docker.sock"))
    return found if _has_unit(look, found) else None


def of_peer(look: Look, who: Client, said: Answers, connection: Connection) -> Optional[Found]:
    """By what an Engine behind any other socket says of itself, and by who listens there."""
    if said.engine is None or not said.peer or not _says_rootless(said.engine.security_options):
        return None
    try:
        uid = os.stat(f"/proc/{said.peer}").st_uid
    except OSError:
        return None
    user = user_of(uid) if uid else None
    if user is None:
        return None
    return _found(look, who, user, places.runtime_folder(uid), connection)


def _says_rootless(options: Sequence[str]) -> bool:
    """moby 26.1 daemon/info.go: ``name=rootless``."""
    return any(option.partition(",")[0] == "name=rootless" for option in options)


def _own_runtime(look: Look, who: Client) -> str:
    own = look.live and who.uid == look.caller.uid
    given = look.caller.environment.get("XDG_RUNTIME_DIR", "") if own else ""
    return given if given.startswith("/") else places.runtime_folder(who.uid)


def _found(look: Look, who: Client, user: User, runtime: str, connection: Connection) -> Found:
    own = look.live and user.uid == look.caller.uid == who.uid
    variables = look.caller.environment if own else {}

    def folder(name: str, default: str) -> str:
        """XDG Base Directory 0.8: a relative path is not valid."""
        given = variables.get(name, "")
        return given if given.startswith("/") else f"{user.home}/{default}"

    config = folder("XDG_CONFIG_HOME", ".config")
    paths = places.unit_paths(config, runtime, folder("XDG_DATA_HOME", ".local/share"))
    return Found(user, runtime, config, paths, connection)


def _has_own_daemon(look: Look) -> bool:
    """Whether this machine has a daemon of its own, be it stopped."""
    there = (linux.DAEMON_JSON, *(f"{path}/{linux.SERVICE_UNIT}" for path in SYSTEM_UNIT_PATHS))
    if look.live:
        there = (*there, linux.SOCKET)
    return any(look_at(look.root, path, 0).kind != "missing" for path in there)


def _has_unit(look: Look, found: Found) -> bool:
    """Whether the user has one: their own unit, or a configuration for it."""
    own = found.unit_paths[0].rpartition(".")[0]
    there = (f"{own}/{linux.SERVICE_UNIT}", f"{found.config_home}/{places.DAEMON_JSON}")
    return any(look_at(look.root, path, 0).kind in ("file", "unreadable") for path in there)


def pid_of_file(runtime: str) -> int:
    """The process that the pid file names, 0 if there is none."""
    text = (read_text(f"{runtime}/{places.PID_FILE}") or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0


def facts(
    found: Found, running: Optional[Running] = None, said: Optional[Answers] = None
) -> Rootless:
    """What a Snapshot keeps of it."""
    details = said.rootlesskit if said else {}
    words = _rootlesskit(running.process.pid) if running else []
    state = details.get("StateDir") or f"{found.runtime}/{places.STATE_FOLDER}"
    config_home = running.config_home if running and running.config_home else found.config_home
    user = found.user
    return Rootless(
        user.name,
        user.uid,
        user.gid,
        user.home,
        config_home,
        found.runtime,
        found.unit_paths,
        details.get("NetworkDriver", ""),
        details.get("PortDriver", ""),
        os.path.lexists(f"{state}/{places.DETACHED}") if running else None,
        "--disable-host-loopback" not in words if words else None,
    )


def _rootlesskit(pid: int) -> List[str]:
    """The words of the RootlessKit above this dockerd, none where they can't be seen."""
    for _generation in range(_GENERATIONS):
        status = read_text(f"/proc/{pid}/status") or ""
        parents = [line.split() for line in status.split("\n") if line.startswith("PPid:")]
        if not parents or not parents[0][1:]:
            break
        pid = int(parents[0][1])
        words = (read_text(f"/proc/{pid}/cmdline") or "").rstrip("\0").split("\0")
        if any(word.startswith(("--state-dir", "--net")) for word in words):
            return words
    return []
