"""The sample host's files: a copy of them in a folder, what they are, and whether they changed.

Each file is advice as many articles give it, with the mistakes that come with it (tests/cases has
what a real Docker says to each).
"""

from __future__ import annotations

import hashlib
import os
import stat
from importlib.resources import files

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

DAEMON_JSON = "etc/docker/daemon.json"
JOURNAL = "var/lib/dockproxy"
"""Where the agent keeps its journal: the one thing that remains after an undo."""

_TRAILING_COMMA = b'registry.corp.example",\n'


class Fingerprint(NamedTuple):
    """What must be the same again. digest: SHA-256 of the content."""

    digest: str
    size: int
    mode: int
    owner: tuple[int, int]


def copy_to(folder: str) -> None:
    """Write the sample host's files below an empty folder."""
    _copy(files("dockproxy.demo").joinpath("sample"), folder)


def _copy(source: Traversable, target: str) -> None:
    os.makedirs(target, exist_ok=True)
    for item in source.iterdir():
        path = os.path.join(target, item.name)
        if item.is_dir():
            _copy(item, path)
        else:
            with open(path, "wb") as file:
                file.write(item.read_bytes())
            os.chmod(path, 0o644)


def read(folder: str, path: str) -> bytes:
    """The content of one file below the folder."""
    with open(os.path.join(folder, path), "rb") as file:
        return file.read()


def take_the_comma_away(folder: str) -> None:
    """What a person does in an editor: the one byte that keeps daemon.json from being JSON."""
    content = read(folder, DAEMON_JSON)
    with open(os.path.join(folder, DAEMON_JSON), "wb") as file:
        file.write(content.replace(_TRAILING_COMMA, _TRAILING_COMMA.replace(b",", b"")))


def fingerprints(folder: str) -> dict[str, Fingerprint]:
    """Every file below the folder, the journal left out, by its path as the host spells it."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(where, name), folder)
            if not path.startswith(JOURNAL + os.sep):
                found["/" + path] = _fingerprint(folder, path)
    return dict(sorted(found.items()))


def _fingerprint(folder: str, path: str) -> Fingerprint:
    content = read(folder, path)
    status = os.stat(os.path.join(folder, path))
    digest = hashlib.sha256(content).hexdigest()
    owner = (status.st_uid, status.st_gid)
    return Fingerprint(digest, len(content), stat.S_IMODE(status.st_mode), owner)
