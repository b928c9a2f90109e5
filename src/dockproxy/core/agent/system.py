"""Small helpers of all the agent: who a user is, what lies at a path, a command with a time limit.

Nothing here raises over the state of a machine.
"""

from __future__ import annotations

import errno
import os
import stat

from dockproxy.core.agent.paths import below, resolve
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence


TEXT_LIMIT = 1024 * 1024
COMMAND_TIMEOUT = 3.0
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)


class Seen(NamedTuple):
    """What lies at a path. kind: as in FileFact. reason: why data is None though the kind is
    ``file`` or ``unreadable``: ``permission``, ``too-large`` or ``input-output``.

    inside: where it really lies, as spelled below root. real: as this process spells it.
    """

    kind: str
    inside: str
    real: str
    data: Optional[bytes] = None
    status: Optional[os.stat_result] = None
    reason: str = ""


class User(NamedTuple):
    """An entry of passwd."""

    name: str
    uid: int
    gid: int
    home: str


class Ran(NamedTuple):
    """What a command gave. reason: ``""`` if it ran to its end, else ``missing``, ``permission``
    or ``timeout``; then status is -1.
    """

    status: int
    out: str = ""
    err: str = ""
    reason: str = ""


def look_at(root: str, path: str, limit: int = TEXT_LIMIT) -> Seen:
    """What lies at ``path`` below ``root``, read if it is a file of at most ``limit`` bytes.

    Only regular files are opened: a FIFO would block, and a device may act on being opened.
    """
    try:
        place = resolve(root, path)
    except OSError as error:
        return Seen(_kind_of_error(error), path, below(root, path), reason=_reason(error))
    try:
        status = os.lstat(place.real)
    except OSError as error:
        kind = _kind_of_error(error)
        if kind == "missing" and _is_link(root, path):
            # Of a tree whose /dev is empty too: what masks a unit on the host that it is for.
            kind = "other" if place.inside == os.devnull else "dangling"
        return Seen(kind, place.inside, place.real, reason=_reason(error))
    if stat.S_ISDIR(status.st_mode):
        return Seen("directory", place.inside, place.real, status=status)
    if not stat.S_ISREG(status.st_mode):
        return Seen("other", place.inside, place.real, status=status)
    return _read(place.inside, place.real, status, limit)


def _read(inside: str, real: str, status: os.stat_result, limit: int) -> Seen:
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    try:
        handle = os.open(real, flags)
    except OSError as error:
        return Seen(_kind_of_error(error), inside, real, status=status, reason=_reason(error))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return Seen("other", inside, real, status=status)
        if status.st_size > limit:
            return Seen("file", inside, real, status=status, reason="too-large")
        pieces: List[bytes] = []
        left = limit + 1
        while left > 0:
            piece = os.read(handle, left)
            if not piece:
                return Seen("file", inside, real, b"".join(pieces), status)
            pieces.append(piece)
            left -= len(piece)
        return Seen("file", inside, real, status=status, reason="too-large")
    except OSError as error:
        return Seen("unreadable", inside, real, status=status, reason=_reason(error))
    finally:
        os.close(handle)


def names_in(root: str, path: str) -> Optional[List[str]]:
    """The sorted names in a folder; none if it is not there or no folder, None if not permitted."""
    try:
        return sorted(os.listdir(resolve(root, path).real))
    except OSError as error:
        return None if error.errno in (errno.EACCES, errno.EPERM) else []


def real_folder(root: str, path: str) -> str:
    """The folder as spelled below root with every link resolved; as it is where links run wild."""
    try:
        return resolve(root, path).inside
    except OSError:
        return path


def _is_link(root: str, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    try:
        return os.path.islink(os.path.join(resolve(root, folder or "/").real, name))
    except OSError:
        return False


def _kind_of_error(error: OSError) -> str:
    if error.errno in _NOT_THERE:
        return "missing"
    return "dangling" if error.errno == errno.ELOOP else "unreadable"


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "permission"
    return "" if error.errno in (*_NOT_THERE, errno.ELOOP) else "input-output"


def read_text(path: str) -> Optional[str]:
    """A file of /proc or /sys as text, None if it can't be read."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return None


def user_of(uid: int, root: str = "") -> Optional[User]:
    """The passwd entry of a uid; below root, of that tree's own passwd."""
    if root:
        return next((user for user in _users(root) if user.uid == uid), None)
    import pwd

    try:
        entry = pwd.getpwuid(uid)
    except (KeyError, OverflowError):
        return None
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir)


def user_named(name: str, root: str = "") -> Optional[User]:
    """The passwd entry of a name; below root, of that tree's own passwd."""
    if root:
        return next((user for user in _users(root) if user.name == name), None)
    import pwd

    try:
        entry = pwd.getpwnam(name)
    except (KeyError, ValueError):
        return None
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir)


def _users(root: str) -> List[User]:
    data = look_at(root, "/etc/passwd").data or b""
    users = []
    for line in data.decode("utf-8", "surrogateescape").split("\n"):
        fields = line.split(":")
        if len(fields) >= 7 and _is_number(fields[2]) and _is_number(fields[3]):
            users.append(User(fields[0], int(fields[2]), int(fields[3]), fields[5]))
    return users


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 11


def utc_seconds(text: str) -> int:
    """``2026-11-24 18:00:00``, a time in UTC, in seconds since 1970; 0 for anything else.

    By hand: time.strptime and calendar load the locales, which takes longer than all their work.
    """
    day, _, clock = text.partition(" ")
    numbers = [*day.split("-"), *clock.split(":")]
    if len(numbers) != 6 or not all(map(_is_number, numbers)):
        return 0
    year, month, dom, hour, minute, second = (int(number) for number in numbers)
    if not (1970 <= year <= 9999 and 1 <= month <= 12 and 1 <= dom <= 31):
        return 0
    # Days since 1970 of the proleptic Gregorian calendar; the year counted from March.
    if month < 3:
        year, month = year - 1, month + 12
    days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + dom
    return ((days - 719469) * 24 + hour) * 3600 + minute * 60 + second


def run(
    command: Sequence[str],
    timeout: float = COMMAND_TIMEOUT,
    environment: Optional[Dict[str, str]] = None,
    apart: bool = False,
    user: Optional[User] = None,
) -> Ran:
    """Run a command with nothing on its standard input; killed when its time is up.

    apart: out of reach of the terminal's ^C. environment: variables laid over our own. user: whose
    rights and home it has, where they are not ours.
    Output that is no UTF-8 comes as surrogateescape.
    """
    import subprocess

    variables = {**os.environ, "LC_ALL": "C", "TZ": "UTC", **(environment or {})}
    as_user: Dict[str, Any] = {}
    if user is not None and user.uid != os.geteuid():
        variables.update(HOME=user.home, USER=user.name, LOGNAME=user.name)
        groups = os.getgrouplist(user.name, user.gid)
        as_user = {"user": user.uid, "group": user.gid, "extra_groups": groups}
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            env=variables,
            check=False,
            start_new_session=apart,
            **as_user,
        )
    except FileNotFoundError:
        return Ran(-1, reason="missing")
    except subprocess.TimeoutExpired:
        return Ran(-1, reason="timeout")
    except OSError:
        return Ran(-1, reason="permission")
    return Ran(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )
