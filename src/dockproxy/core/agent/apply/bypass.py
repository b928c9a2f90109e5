"""The last resort: have the daemon run as it ran, around a colleague's edit that it can't take.

A restart makes other people's edits live too. Where one of them keeps the daemon from starting,
putting back our own files does not help, and their files are not ours to change. So a drop-in that
is new is switched off, and a daemon.json is replaced, by files under /run alone: the next boot, or
the next change by dockproxy, finds the machine as its people left it.

systemd 252 shared/path-lookup.c: /run/systemd/system.control comes before every place that people
or packages write to but /etc/systemd/system.control, and a link to /dev/null there masks a
namesake.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from dockproxy.core.agent.apply.files import write_all
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.go_names import same_field, trimmed
from dockproxy.core.formats.text_codec import decode
from dockproxy.core.model.errors import ParseError

FOLDER = "/run/dockproxy"
CONTROL = "/run/systemd/system.control"
_LIST = f"{FOLDER}/bypass"
_CONFIG = f"{FOLDER}/daemon.json"
_DROP_IN = "zz-dockproxy-bypass.conf"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=/.:,@+")


class Ran(NamedTuple):
    """What is known of how the daemon ran. info: its ``/info``. bridge: its default bridge's
    address with prefix, or "". words: its command line.
    """

    info: Dict[str, Any]
    bridge: str
    words: Tuple[str, ...]


def switch_off(unit: str, drop_ins: Sequence[str]) -> None:
    """Mask these drop-ins until the next boot. Raises OSError."""
    folder = f"{CONTROL}/{unit}.d"
    os.makedirs(folder, 0o755, exist_ok=True)
    for path in drop_ins:
        link = f"{folder}/{os.path.basename(path)}"
        _remember(link)
        os.symlink("/dev/null", link)


def replace_config(unit: str, ran: Ran, content: bytes) -> None:
    """Have the unit start with this daemon.json until the next boot. Raises OSError."""
    _remember(_CONFIG)
    _create(_CONFIG, content, 0o600)
    folder = f"{CONTROL}/{unit}.d"
    os.makedirs(folder, 0o755, exist_ok=True)
    words = [*ran.words, f"--config-file={_CONFIG}"]
    line = " ".join(quoted(word) for word in words)
    path = f"{folder}/{_DROP_IN}"
    _remember(path)
    _create(path, f"[Service]\nExecStart=\nExecStart={line}\n".encode(), 0o600)


def paths() -> List[str]:
    """What the last resort has left on this machine."""
    try:
        with open(_LIST, encoding="utf-8", errors="surrogateescape") as source:
            listed = source.read().splitlines()
    except OSError:
        return []
    return [path for path in listed if os.path.lexists(path)]


def clear() -> bool:
    """Take all of it away; whether there was any."""
    there = paths()
    for path in there:
        try:
            os.unlink(path)
        except OSError:
            pass
    try:
        os.unlink(_LIST)
    except OSError:
        pass
    return bool(there)


def by_hand(unit: str) -> Tuple[str, ...]:
    """The commands that end the bypass once the colleague's file is mended."""
    there = paths()
    if not there:
        return ()
    return (f"rm {' '.join(there)}", "systemctl daemon-reload", f"systemctl restart {unit}")


def quoted(word: str) -> str:
    """A word as ExecStart takes it (systemd.service(5), Command lines)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if set(word) <= _PLAIN else f'"{escaped}"'


def _remember(path: str) -> None:
    os.makedirs(FOLDER, 0o700, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(_LIST, flags, 0o600)
    try:
        write_all(handle, os.fsencode(path) + b"\n")
    finally:
        os.close(handle)


def _create(path: str, content: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, mode)
    try:
        write_all(handle, content)
    finally:
        os.close(handle)


def as_it_ran(content: Optional[bytes], ran: Ran) -> Optional[bytes]:
    """This daemon.json with the settings that kept a good one from starting as they really were.

    Those that ``dockerd --validate`` takes and a start may not (26.1: a bad ``bip``, an unknown
    ``storage-driver`` or ``default-runtime``), and that the daemon tells of itself. None where
    nothing differs, or the file can't be read.
    """
    if content is None:
        return None
    text = trimmed(decode(content, "daemon").text)
    try:
        root = parse(text)
    except ParseError:
        return None
    if root.kind != "object":
        return None
    real = {
        "bip": ran.bridge,
        "storage-driver": str(ran.info.get("Driver") or ""),
        "default-runtime": str(ran.info.get("DefaultRuntime") or ""),
        "data-root": str(ran.info.get("DockerRootDir") or ""),
    }
    splices: List[Tuple[int, int, str]] = []
    for key, value in real.items():
        node = _member(root, key)
        if node is not None and value and not (node.kind == "string" and node.value == value):
            splices.append((node.start, node.end, _json(value)))
    if not splices:
        return None
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text.encode("utf-8", "surrogateescape")


def _member(root: Node, key: str) -> Optional[Node]:
    found = [member.value for member in root.members if same_field(member.key, key)]
    return found[-1] if found else None


def _json(value: str) -> str:
    import json

    return json.dumps(value)
