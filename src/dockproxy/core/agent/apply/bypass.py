"""The last resort: have the daemon run as it ran, around a colleague's edit that it can't take.

A restart makes other people's edits live too. Where one of them keeps the daemon from starting,
putting back our own files does not help, and their files are not ours to change. So a drop-in that
is new is switched off, and a daemon.json is replaced, by files under /run alone: the next boot, or
the next change by dockproxy, finds the machine as its people left it. Of a drop-in that was changed
the old text is known to nobody, but systemd held what it came to: where nothing else helps it is
switched off too, and the command line and the environment are given as the daemon had them.

systemd 252 shared/path-lookup.c: /run/systemd/system.control comes before every place that people
or packages write to but /etc/systemd/system.control, and a link to /dev/null there masks a
namesake.
"""

from __future__ import annotations

import os

from dockproxy.core.agent.apply.files import write_all
from dockproxy.core.agent.apply.validate import without_config_file
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.go_names import same_field, trimmed
from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.formats.text_codec import decode
from dockproxy.core.formats.unit_edit import quote_assignment
from dockproxy.core.model.errors import DockproxyError, ParseError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.places.rootless import runtime_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple


FOLDER = "/run/dockproxy"
CONTROL = "/run/systemd/system.control"
_DROP_IN = "zz-dockproxy-bypass.conf"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=/.:,@+")


class Ran(NamedTuple):
    """What is known of how the daemon ran. info: its ``/info``. bridge: its default bridge's
    address with prefix, or "". words: its command line; flags: that without its ``--config-file``.
    """

    info: Dict[str, Any]
    bridge: str
    words: Tuple[str, ...]

    @property
    def flags(self) -> List[str]:
        """The command line, to which another configuration can be given."""
        return without_config_file(self.words)


class Bypass:
    """The machine's own, or (user) that of a user's manager, in their runtime folder."""

    def __init__(self, user: Optional[int] = None) -> None:
        self._user = user
        self._folder, self._control = FOLDER, CONTROL
        if user is not None:
            runtime = runtime_folder(user)
            self._folder = f"{runtime}/dockproxy"
            self._control = f"{runtime}/systemd/user.control"
        self._list = f"{self._folder}/bypass"
        self._config = f"{self._folder}/daemon.json"

    def switch_off(self, unit: str, drop_ins: Sequence[str]) -> None:
        """Mask these drop-ins until the next boot. Raises OSError."""
        if not drop_ins:
            return
        folder = f"{self._control}/{unit}.d"
        os.makedirs(folder, 0o755, exist_ok=True)
        for path in drop_ins:
            link = f"{folder}/{os.path.basename(path)}"
            self._remember(link)
            os.symlink("/dev/null", link)

    def replace_config(self, ran: Ran, content: bytes) -> List[str]:
        """Put this daemon.json where the unit's lines that are given name it. Raises OSError."""
        self._remember(self._config)
        _create(self._config, content, 0o600)
        return exec_start((*ran.flags, f"--config-file={self._config}"))

    def add_drop_in(self, unit: str, lines: Sequence[str]) -> None:
        """Have the unit read these lines behind all others until the next boot. Raises OSError."""
        folder = f"{self._control}/{unit}.d"
        os.makedirs(folder, 0o755, exist_ok=True)
        path = f"{folder}/{_DROP_IN}"
        self._remember(path)
        text = "\n".join(["[Service]", *lines, ""])
        _create(path, text.encode("utf-8", "surrogateescape"), 0o600)

    def paths(self) -> List[str]:
        """What the last resort has left on this machine."""
        try:
            with open(self._list, encoding="utf-8", errors="surrogateescape") as source:
                listed = source.read().splitlines()
        except OSError:
            return []
        return [path for path in listed if os.path.lexists(path)]

    def clear(self) -> bool:
        """Take all of it away; whether there was any."""
        there = self.paths()
        for path in there:
            try:
                os.unlink(path)
            except OSError:
                pass
        try:
            os.unlink(self._list)
        except OSError:
            pass
        return bool(there)

    def by_hand(self, unit: str) -> Tuple[str, ...]:
        """The commands that end the bypass once the colleague's file is mended."""
        there = self.paths()
        if not there:
            return ()
        program = "systemctl" if self._user is None else "systemctl --user"
        return (f"rm {' '.join(there)}", f"{program} daemon-reload", f"{program} restart {unit}")

    def _remember(self, path: str) -> None:
        os.makedirs(self._folder, 0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self._list, flags, 0o600)
        try:
            write_all(handle, os.fsencode(path) + b"\n")
        finally:
            os.close(handle)


def exec_start(words: Sequence[str]) -> List[str]:
    """The unit's lines for this command line."""
    return ["ExecStart=", f"ExecStart={' '.join(quoted(word) for word in words)}"]


def environment_files(files: Sequence[str]) -> List[str]:
    """The unit's lines for these EnvironmentFiles, ``PATH`` or ``-PATH``."""
    return ["EnvironmentFile=", *(f"EnvironmentFile={file.replace('%', '%%')}" for file in files)]


def environment(assignments: Sequence[str]) -> List[str]:
    """The unit's lines for this environment. What can't be spelled there is left out."""
    lines = ["Environment="]
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        try:
            lines.append(f"Environment={quote_assignment(name, value)}")
        except DockproxyError:
            continue
    return lines


def quoted(word: str) -> str:
    """A word as ExecStart takes it (systemd.service(5), Command lines)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if set(word) <= _PLAIN else f'"{escaped}"'


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
    splices: List[Splice] = []
    for key, value in real.items():
        node = _member(root, key)
        if node is not None and value and not (node.kind == "string" and node.value == value):
            splices.append((node.start, node.end, _json(value)))
    if not splices:
        return None
    return spliced(text, splices).encode("utf-8", "surrogateescape")


def _member(root: Node, key: str) -> Optional[Node]:
    found = [member.value for member in root.members if same_field(member.key, key)]
    return found[-1] if found else None


def _json(value: str) -> str:
    import json

    return json.dumps(value)
