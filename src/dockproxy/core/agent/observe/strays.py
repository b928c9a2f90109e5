"""Files that set proxies and lie where nothing reads them for the daemon: beside its folder of
drop-ins, in a folder named nearly like it, in that of another unit or manager; and what gives
proxies to people who log in."""

from __future__ import annotations

from dockproxy.core.agent.observe.client import rights_of
from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.system import User, look_at, names_in
from dockproxy.core.model.light import pattern
from dockproxy.core.model.snapshot import Client
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern
    from typing import Iterable, Iterator, List, Optional

    from dockproxy.core.agent.apply.as_user import Identity

NAME = "strays"
ROLE = "stray"
LOGIN_ROLE = "login-environment"
_FOR_LOGINS = "/etc/environment"
_SCRIPTS = "/etc/profile.d"
_NEAR = pattern(r"(?i)\.?(?:snap\.docker\.)?docker[a-z0-9.@_-]{0,40}")
_MISNAMED = ("/etc/docker/config.json", "/etc/docker.json")
"""Where people put what belongs into /etc/docker/daemon.json."""
_ENDINGS = r"(?:[._-]?(?:jso?n[c5]?|jason|josn|conf(?:ig)?|cfg|ya?ml|toml|txt)){0,2}"
_LIKE_DAEMON_JSON = pattern(rf"(?i)d(?:ae|ea|e|a)mons?{_ENDINGS}")
_LIKE_CONFIG_JSON = pattern(rf"(?i)(?:config{_ENDINGS}|daemon\.json|prox(?:y|ies)\.json)")
_FOLDERS = ("/etc/docker/daemon.d", "/etc/docker/daemon.json.d")
_MOST = 20
"""Files of one folder that are looked at."""
_OWN = frozenset(("docker.service", "docker.socket"))
_SYSTEM = "/etc/systemd/system"


def observe(look: Look, client: Optional[Client], *, rootless: bool = False) -> None:
    """Keep the facts of those that name a proxy; what is known already is left alone.

    rootless: the daemon is the client's own; the system's folders are then among the wrong ones,
    unless the machine has a daemon too.
    """
    alone = rootless and not any(
        look_at(look.root, f"{place}/{linux.SERVICE_UNIT}", 0).kind != "missing"
        for place in (_SYSTEM, "/usr/lib/systemd/system", "/lib/systemd/system")
    )
    for path in (*_inside("/etc/systemd", look), *_inside(_SYSTEM, look, own=alone)):
        _keep(look, path, None)
    scripts = [name for name in names_in(look.root, _SCRIPTS) or () if name.endswith(".sh")]
    for path in (_FOR_LOGINS, *(f"{_SCRIPTS}/{name}" for name in scripts[:_MOST])):
        _keep(look, path, None, LOGIN_ROLE)
    if look.for_rules:
        for path in (*_MISNAMED, *_misnamed(look)):
            _keep(look, path, None, "misnamed-daemon")
    if client is None:
        return
    user = User(client.user, client.uid, client.gid, client.home)
    if look.for_rules:
        rights = rights_of(look, user)
        for name in _like(look, f"{client.home}/.docker", _LIKE_CONFIG_JSON, "config.json"):
            role = "misnamed-daemon" if name == "daemon.json" else "misnamed-client"
            _keep(look, f"{client.home}/.docker/{name}", rights, role)
        _keep(look, f"{client.home}/.docker/config.json", rights, "misnamed-client")
    folder = f"{client.home}/.config/systemd/user"
    if rootless or f"{folder}/{linux.SERVICE_UNIT}" in look.files:
        homes: Iterable[str] = _inside(folder, look)
    elif look_at(look.root, f"{folder}/{linux.SERVICE_UNIT}", 0).kind != "missing":
        return  # the user has a daemon of their own
    else:
        homes = (*_inside(folder, look, own=True), *_inside("/etc/systemd/user", look, own=True))
    for path in homes:
        _keep(look, path, rights_of(look, user) if path.startswith(folder) else None)


def _misnamed(look: Look) -> Iterator[str]:
    for name in _like(look, "/etc/docker", _LIKE_DAEMON_JSON, "daemon.json"):
        yield f"/etc/docker/{name}"
    for folder in _FOLDERS:
        for name in (names_in(look.root, folder) or ())[:_MOST]:
            if name.endswith((".json", ".conf")):
                yield f"{folder}/{name}"


def _like(look: Look, folder: str, names: Pattern[str], right: str) -> List[str]:
    """The names in a folder that are nearly the right one."""
    found = [each for each in names_in(look.root, folder) or () if names.fullmatch(each)]
    return [each for each in found if each != right][:_MOST]


def _inside(folder: str, look: Look, own: bool = False) -> Iterator[str]:
    """The files there, and one folder below, whose name is near the daemon's. own: also those of
    docker.service itself, which that manager would read and this daemon's does not."""
    for name in names_in(look.root, folder) or ():
        if not _NEAR.fullmatch(name) or name in _OWN:
            continue
        path = f"{folder}/{name}"
        if not own and folder != "/etc/systemd" and name in _read_folders():
            continue
        if look_at(look.root, path, 0).kind != "directory":
            yield path
            continue
        for file in (names_in(look.root, path) or ())[:_MOST]:
            yield f"{path}/{file}"


def _read_folders() -> Iterable[str]:
    return [f"{unit}.d" for unit in linux.UNITS]


def _keep(look: Look, path: str, owner: Optional[Identity], role: str = ROLE) -> None:
    if path in look.files:
        return
    missed = len(look.unknown)
    text = look.file(path, role, owner)
    del look.unknown[missed:]
    if text is None or "proxy" not in text.lower():
        del look.files[path]
