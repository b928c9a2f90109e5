"""Whose docker CLI: its config.json, its context, and the daemon that it talks to.

docker/cli 26.1: cli/command/cli.go resolveContextName, opts/hosts.go ParseHost, cli/config,
cli/context/store; ``default`` has no folder and takes DOCKER_HOST.
"""

from __future__ import annotations

import os

from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.paths import below
from dockproxy.core.agent.system import User, look_at, user_named, user_of
from dockproxy.core.engine import Tls, parse_endpoint
from dockproxy.core.formats.client_json import string_at
from dockproxy.core.model.errors import ParseError, UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.secret import mask_url
from dockproxy.core.model.snapshot import Client
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

    from dockproxy.core.agent.apply.as_user import Identity

NAME = "client"


class Connection(NamedTuple):
    """How to reach the client's daemon. endpoint may hold a user: never into a Snapshot."""

    endpoint: str
    tls: Optional[Tls] = None


def observe(look: Look, context: str, user: str) -> Tuple[Client, Connection]:
    """The client of the user named, else of the caller; under sudo of who called sudo.

    Raises UsageError for a user whom this machine does not know.
    """
    who, own = _who(look, user)
    environment = look.caller.environment if look.live and own else {}
    folder, config_from = _folder(look, who, environment)
    config_path = f"{folder}/{linux.CLIENT_FILE}"
    rights = rights_of(look, who)
    if look.for_daemon:
        config = look.text(config_path, rights)
    else:
        config = look.file(config_path, "client-json", rights) or ""
    name, named_by = _context(context, environment, config)
    if name == "default":
        connection, endpoint_from = _default(environment, named_by)
    else:
        connection, endpoint_from = _from_store(look, folder, name, rights), named_by
    client = Client(
        who.name,
        who.uid,
        who.gid,
        who.home,
        config_path,
        config_from,
        name,
        mask_url(connection.endpoint),
        endpoint_from,
    )
    return client, connection


def rights_of(look: Look, who: User) -> Optional[Identity]:
    """Those of the user, where root looks into another's home; None for this process's own."""
    if not look.live or os.geteuid() != 0 or who.uid == 0:
        return None
    from dockproxy.core.agent.apply.as_user import identity

    return identity(who.uid, who.gid)


def _who(look: Look, user: str) -> Tuple[User, bool]:
    """The user, and whether the caller's variables are theirs."""
    if user:
        found = user_named(user, look.root)
        if found is None:
            raise UsageError(message(N_("there is no user {user} on this machine"), user=user))
        return found, look.live and found.uid == look.caller.uid
    if not look.live:
        return user_of(0, look.root) or User("root", 0, 0, "/root"), False
    caller = look.caller
    if caller.uid == 0:
        behind = behind_sudo(caller.environment)
        if behind is not None:
            return behind, True
    entry = user_of(caller.uid)
    name = entry.name if entry else caller.user or str(caller.uid)
    home = caller.home if _owns(caller.home, caller.uid) else ""
    return User(name, caller.uid, caller.gid, home or (entry.home if entry else "/")), True


def behind_sudo(environment: Dict[str, str]) -> Optional[User]:
    """Who called sudo, pkexec or doas; their home is that of their passwd entry."""
    for variable in ("SUDO_UID", "PKEXEC_UID"):
        value = environment.get(variable, "")
        if value.isascii() and value.isdigit() and int(value) != 0:
            return user_of(int(value))
    name = environment.get("DOAS_USER", "")
    return user_named(name) if name not in ("", "root") else None


def _owns(home: str, uid: int) -> bool:
    """Whether $HOME may be believed: a home kept across su or sudo belongs to somebody else."""
    try:
        return os.path.isabs(home) and os.stat(home).st_uid == uid
    except OSError:
        return False


def _folder(look: Look, who: User, environment: Dict[str, str]) -> Tuple[str, str]:
    """The client's folder, and what names it."""
    named = environment.get("DOCKER_CONFIG", "")
    if named:
        return os.path.abspath(named), "DOCKER_CONFIG"
    home = f"{who.home}/{linux.SNAP_HOME}"
    if _is_snaps(look, environment) and look_at(look.root, home, 0).kind == "directory":
        return f"{home}/{linux.CLIENT_FOLDER}", "snap"
    return f"{who.home}/{linux.CLIENT_FOLDER}", "home"


def _is_snaps(look: Look, environment: Dict[str, str]) -> bool:
    """Whether the docker command that a shell would find is the snap's."""
    for folder in (environment.get("PATH") or linux.PROGRAMS).split(":"):
        if os.path.lexists(below(look.root, f"{folder}/docker")):
            return folder == linux.SNAP_PROGRAMS
    return False


def _context(context: str, environment: Dict[str, str], config: str) -> Tuple[str, str]:
    if context:
        return context, "--context"
    if environment.get("DOCKER_HOST"):
        return "default", "DOCKER_HOST"
    if environment.get("DOCKER_CONTEXT"):
        return environment["DOCKER_CONTEXT"], "DOCKER_CONTEXT"
    try:
        current = string_at(config, "currentContext").value
    except ParseError:
        current = None
    if current:
        return current, "currentContext"
    return "default", "default"


def _default(environment: Dict[str, str], named_by: str) -> Tuple[Connection, str]:
    host = environment.get("DOCKER_HOST", "").strip()
    if not host:
        return Connection(linux.DEFAULT_ENDPOINT), named_by
    folder = environment.get("DOCKER_CERT_PATH", "")
    verify = bool(environment.get("DOCKER_TLS_VERIFY"))
    tls = None
    if verify or environment.get("DOCKER_TLS"):
        tls = _tls(folder or environment.get("DOCKER_CONFIG", ""), verify)
    return Connection(_endpoint(host, tls is not None), tls), "DOCKER_HOST"


def _endpoint(host: str, tls: bool) -> str:
    """The address as the CLI spells it, which is what keys of ``proxies`` are compared with."""
    if "://" not in host:
        host = f"tcp://{host}"
    if host == "unix://":
        return linux.DEFAULT_ENDPOINT
    scheme, _, rest = host.partition("://")
    if scheme != "tcp" or not rest:
        return host if rest else f"tcp://localhost:{2376 if tls else 2375}"
    authority, slash, path = rest.partition("/")
    authority = authority.rpartition("@")[2]
    if ":" not in authority.rpartition("]")[2]:
        authority += f":{2376 if tls else 2375}"
    if authority.startswith(":"):
        authority = f"localhost{authority}"
    return f"{scheme}://{authority}{slash}{path}"


def _from_store(look: Look, folder: str, name: str, rights: Optional[Identity]) -> Connection:
    key, path, docker = _stored(look, folder, name, rights)
    fact = look.files[path]
    host = docker.get("Host")
    if not isinstance(host, str) or not host:
        look.miss("client.endpoint", "no-context" if fact.kind == "missing" else "bad-context")
        return Connection("")
    tls_folder = f"{folder}/contexts/tls/{key}/docker"
    has_tls = look.live and os.path.isdir(tls_folder)
    skip = docker.get("SkipTLSVerify") is True
    return Connection(host, _tls(tls_folder, not skip) if has_tls or skip else None)


def context_endpoint(look: Look, folder: str, name: str, rights: Optional[Identity]) -> str:
    """The address of a context's daemon, "" where the store below that folder has none."""
    host = _stored(look, folder, name, rights)[2].get("Host")
    return host if isinstance(host, str) else ""


def _stored(
    look: Look, folder: str, name: str, rights: Optional[Identity]
) -> Tuple[str, str, Dict[str, Any]]:
    """A context's key in the store, the path of its meta.json, and what that says of Docker."""
    import hashlib

    key = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    path = f"{folder}/contexts/meta/{key}/meta.json"
    endpoints = _parsed(look.file(path, "context", rights)).get("Endpoints")
    docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
    return key, path, docker if isinstance(docker, dict) else {}


def _tls(folder: str, verify: bool) -> Tls:
    def there(name: str) -> str:
        path = f"{folder}/{name}"
        return path if folder and os.path.isfile(path) else ""

    return Tls(there("ca.pem"), there("cert.pem"), there("key.pem"), verify)


def _parsed(text: Optional[str]) -> Dict[str, Any]:
    import json

    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_default_socket(endpoint: str) -> bool:
    """Whether it is the socket that systemd listens on for docker.service, by any path."""
    address = parse_endpoint(endpoint)
    return address.kind == "unix" and os.path.realpath(address.path) == os.path.realpath(
        linux.SOCKET
    )
