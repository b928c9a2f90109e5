"""Whether there is any sign of a Docker daemon here, told by a handful of stats: most machines
where a proxy is asked about have one, and on the others nothing else need be loaded or looked at.
"""

from __future__ import annotations

import os

from dockproxy.core.formats.unit_dropins import SYSTEM_UNIT_PATHS
from dockproxy.core.places import linux
from dockproxy.core.places.rootless import runtime_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator


_NAMING = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG")


def signs(request: Dict[str, Any]) -> Dict[str, Any]:
    """``docker``: False if nothing names, starts, configures or records a daemon, or a change to
    one. True says only that it is worth a look.
    """
    caller = request.get("caller") or {}
    variables = caller.get("environment") or {}
    named = any(variables.get(name) for name in _NAMING)
    return {"docker": named or any(map(_may_be, _places(caller, variables)))}


def _places(caller: Dict[str, Any], variables: Dict[str, str]) -> Iterator[str]:
    yield linux.DAEMON_JSON
    yield linux.PID_FILE
    yield linux.SOCKET
    yield linux.ROOT_JOURNAL
    yield from linux.ENVIRONMENT_FILES
    for folder in SYSTEM_UNIT_PATHS:
        yield f"{folder}/{linux.SERVICE_UNIT}"
        yield f"{folder}/{linux.SERVICE_UNIT}.d"
    for folder in linux.PROGRAMS.split(":"):
        yield f"{folder}/dockerd"
    homes = {str(caller.get("home") or ""), os.path.expanduser("~")}
    if os.getuid() == 0:
        homes |= {f"/home/{name}" for name in _names("/home")}
    for home in homes - {""}:
        yield f"{home}/{linux.CLIENT_FOLDER}"
        yield f"{home}/.config/docker"
        yield linux.journal_folder("", 1, {"home": home, "environment": variables})
    yield f"{variables.get('XDG_RUNTIME_DIR') or runtime_folder(os.getuid())}/docker.sock"


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _may_be(path: str) -> bool:
    """Whether something is there, or may be: what can't be seen is no absence."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
    return True
