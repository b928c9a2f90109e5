"""What the file system says of a path before anything is written to it."""

from __future__ import annotations

import fcntl
import os
import struct

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import FrozenSet


# linux/fs.h: FS_IOC_GETFLAGS for 64-bit longs, FS_IMMUTABLE_FL, FS_APPEND_FL.
_GET_FLAGS = 0x80086601
_IMMUTABLE = 0x10
_APPEND_ONLY = 0x20

_ESCAPED = pattern(r"\\([0-7]{3})")


def mount_points(table: str) -> FrozenSet[str]:
    """The paths where something is mounted, from the text of /proc/self/mountinfo (proc(5))."""
    found = set()
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) > 4:
            found.add(_ESCAPED.sub(lambda match: chr(int(match.group(1), 8)), fields[4]))
    return frozenset(found)


def is_mount_point(real: str) -> bool:
    """Whether a file is itself a mount (``docker run -v FILE:FILE``): rename gives EBUSY."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as table:
            return os.path.abspath(real) in mount_points(table.read())
    except OSError:
        return os.path.ismount(real)


def is_read_only(real: str) -> bool:
    """Whether its file system is mounted read-only."""
    try:
        return bool(os.statvfs(real).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def is_immutable(real: str) -> bool:
    """Whether chattr has made it immutable or append-only, where the file system can tell."""
    try:
        handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        answer = fcntl.ioctl(handle, _GET_FLAGS, struct.pack("l", 0))
        return bool(struct.unpack("l", answer)[0] & (_IMMUTABLE | _APPEND_ONLY))
    except OSError:
        return False
    finally:
        os.close(handle)
