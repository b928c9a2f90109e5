"""One file looked at, replaced or removed, so that at every moment it is old or new in whole."""

from __future__ import annotations

import errno
import os
import stat

from dockproxy.core.agent import paths
from dockproxy.core.agent.apply.mounts import is_immutable, is_mount_point, is_read_only
from dockproxy.core.agent.apply.problems import (
    A_FILE_OR_NOTHING,
    Refusal,
    of_error,
    refusal,
    strerror,
)
from dockproxy.core.agent.system import look_at
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple


ABSENT = "absent"
_NEVER_COPIED = ("security.ima", "security.evm", "security.capability", "trusted.")


class State(NamedTuple):
    """A file as it lies there. content None: there is none. target: the path with its symbolic
    links resolved, as the programs below root spell it. in_place: why it can't be replaced by a
    rename (``bind-mount``, ``hard-links``, ``owner``), or "".
    missing: folders on the way that are not there.
    """

    path: str
    target: str
    content: Optional[bytes]
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    xattrs: Dict[str, bytes] = {}  # noqa: RUF012
    in_place: str = ""
    missing: Tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """What stands for these bytes in a plan."""
        return token(self.content)

    def same_as(self, other: State) -> bool:
        """Whether nothing that we keep or compare differs."""
        return self._comparable() == other._comparable()

    def _comparable(self) -> Tuple[object, ...]:
        there = self.content is not None
        return (self.target, self.content, there and (self.mode, self.uid, self.gid))


def token(content: Optional[bytes]) -> str:
    """The token of a file's bytes; ``absent`` where there is no file."""
    if content is None:
        return ABSENT
    import hashlib  # loads OpenSSL

    return hashlib.sha256(content).hexdigest()


def to_json(state: State) -> Dict[str, Any]:
    """A State as plain JSON values."""
    import base64

    data: Dict[str, Any] = state._asdict()
    if state.content is not None:
        data["content"] = base64.b64encode(state.content).decode()
    data["xattrs"] = {k: base64.b64encode(v).decode() for k, v in state.xattrs.items()}
    data["missing"] = list(state.missing)
    return data


def from_json(data: Dict[str, Any]) -> State:
    """A State from what ``to_json`` gave."""
    import base64

    content = data["content"]
    return State(
        str(data["path"]),
        str(data["target"]),
        None if content is None else base64.b64decode(content),
        int(data["mode"]),
        int(data["uid"]),
        int(data["gid"]),
        {str(k): base64.b64decode(v) for k, v in data["xattrs"].items()},
        str(data["in_place"]),
        tuple(str(item) for item in data["missing"]),
    )


def look(root: str, path: str) -> State:
    """The file at ``path`` below root. Raises Refusal where it is no file that can be read."""
    try:
        place = paths.resolve(root, path)
        return _look(root, path, place)
    except OSError as error:
        raise _refused(error, path) from error


def _refused(error: OSError, path: str) -> Exception:
    return Refusal(of_error(error, path))


def _look(root: str, path: str, place: paths.Place) -> State:
    seen = look_at(root, path)
    if seen.kind in ("missing", "dangling"):
        return State(path, place.inside, None, missing=place.missing)
    if seen.kind in ("directory", "other"):
        hint = Message(A_FILE_OR_NOTHING)
        raise refusal("not-a-file", N_("this is no regular file"), path, hint)
    if seen.reason == "too-large":
        hint = Message(N_("make the change in an editor: dockproxy reads no file that large"))
        raise refusal("too-large", N_("the file is larger than 1 MiB"), path, hint)
    facts = seen.status
    if seen.data is None or facts is None:
        raise strerror(errno.EACCES if seen.reason == "permission" else errno.EIO)
    return State(
        path,
        place.inside,
        seen.data,
        stat.S_IMODE(facts.st_mode),
        facts.st_uid,
        facts.st_gid,
        _xattrs(place.real),
        _in_place(place, facts),
    )


def _xattrs(real: str) -> Dict[str, bytes]:
    found: Dict[str, bytes] = {}
    try:
        for name in os.listxattr(real, follow_symlinks=False):
            if not name.startswith(_NEVER_COPIED):
                found[name] = os.getxattr(real, name, follow_symlinks=False)
    except OSError:
        pass
    return found


def _in_place(place: paths.Place, facts: os.stat_result) -> str:
    if is_mount_point(place.real):
        return "bind-mount"
    if facts.st_nlink > 1:
        return "hard-links"
    ours = os.geteuid()
    if ours != 0 and (facts.st_uid != ours or facts.st_gid not in (os.getegid(), *os.getgroups())):
        return "owner"
    return ""


def check_writable(root: str, state: State) -> None:
    """Raises Refusal where it is clear before any write that this file can't be written."""
    if state.target.startswith("/nix/store/"):
        raise _in_the_store(state)
    real = paths.below(root, state.target)
    folder = os.path.dirname(paths.below(root, (state.missing or (state.target,))[0]))
    for path in (folder, *((real,) if state.content is not None else ())):
        if is_read_only(path):
            raise refusal("read-only", N_("the file system is read-only"), state.path)
        if is_immutable(path):
            raise refusal(
                "immutable",
                N_("{path} is marked immutable (chattr +i)"),
                state.path,
                path=path,
            )
    needed = real if state.in_place else folder
    if not os.access(needed, os.W_OK, effective_ids=True):
        raise refusal(
            "not-permitted",
            N_("this user may not write to {path}"),
            state.path,
            Message(N_("run this as root, or as the user whose file it is")),
            path=needed,
        )


def _in_the_store(state: State) -> Refusal:
    """Nix makes these files; what is written into them is wrong even where it can be written.

    nixpkgs nixos/modules/virtualisation/docker.nix: ``daemon.settings`` becomes daemon.json.
    """
    hint = N_(
        "set virtualisation.docker.daemon.settings.proxies in configuration.nix, then run"
        " nixos-rebuild switch"
    )
    if "-home-manager-files/" in state.target:
        hint = N_(
            "set it with home.file in home.nix, then run home-manager switch; or take the file out"
            " of home.nix, so that docker login can write to it too"
        )
    text = N_("it lies in the Nix store, which is made anew and never changed")
    return refusal("read-only", text, state.path, Message(hint))


class Wanted(NamedTuple):
    """What a file shall be. content None: gone. folder_mode: of folders that must be made."""

    content: Optional[bytes]
    mode: int
    uid: int
    gid: int
    xattrs: Dict[str, bytes] = {}  # noqa: RUF012
    folder_mode: int = 0o755


def sync_folder(real: str) -> None:
    """Have the folder's entries survive a power cut."""
    handle = os.open(real, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, content: bytes) -> None:
    """All of it: a single write may take less."""
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def padding(content: bytes, length: int) -> bytes:
    """Line ends of that length, as the content's encoding has them; none for a negative one."""
    if length <= 0:
        return b""
    if content.startswith(b"\xff\xfe"):
        return (b"\n\0" * length)[:length]
    if content.startswith(b"\xfe\xff"):
        return (b"\0\n" * length)[:length]
    return b"\n" * length
