"""A Snapshot's file, or the standard streams: read up to a limit, written whole or not at all."""

from __future__ import annotations

import os
import select
import stat
import sys
from contextlib import suppress

from dockproxy.core.formats.snapshot_json import LIMIT, too_large
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message

STDIN = "-"
STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""Names of standard output. The last three are links, to whatever the shell put there."""
_PIECE = 1 << 20


def shown_name(name: str) -> str:
    """What to call it in an error."""
    return N_("standard input") if name == STDIN else name


def read_bytes(name: str) -> bytes:
    """All of a file, a pipe, or (``-``) standard input. Raises UsageError, also above the limit.

    A pipe with no writer is not waited for: it is empty.
    """
    if name == STDIN:
        return _all(sys.stdin.fileno(), shown_name(name))
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from None
    try:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise UsageError(N_("this is a folder; a Snapshot is one file"), name)
        return _all(handle, name)
    finally:
        os.close(handle)


def _all(handle: int, name: str) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size <= LIMIT:
        try:
            piece = os.read(handle, _PIECE)
        except BlockingIOError:
            select.select([handle], [], [])
            continue
        except OSError as error:
            raise _unreadable(name, error) from None
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
    raise UsageError(too_large(), name)


def _unreadable(name: str, error: OSError | ValueError) -> UsageError:
    why = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
    return UsageError(message(N_("it can't be read: {why}"), why=why), shown_name(name))


def write_text(name: str, text: str, *, private: bool = False) -> None:
    """Put a text (ASCII) into a file: beside it first, made durable, then renamed over it.

    private: nobody else may read it (0600); a pipe or a device is refused then. A symbolic link is
    neither followed nor replaced: it may be another's trap, and in /dev it is the system's.
    Raises UsageError; what was there is then as it was.
    """
    try:
        if _is_special(name):
            if private:
                raise UsageError(N_("secrets are written to a file of their own alone"), name)
            with open(name, "w", encoding="ascii") as file:
                file.write(text)
            return
        if os.path.islink(name):
            raise UsageError(N_("this is a symbolic link: name the file itself"), name)
        _replace(name, text.encode("ascii"), 0o600 if private else 0o666)
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        raise UsageError(message(N_("it can't be written: {why}"), why=why), name) from None


def _is_special(name: str) -> bool:
    """A device, a pipe or a socket, also by a link (/dev/stdout)."""
    try:
        mode = os.stat(name).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "", name)
    return not stat.S_ISREG(mode)


def _replace(name: str, content: bytes, mode: int) -> None:
    folder = os.path.dirname(name) or "."
    beside = os.path.join(folder, f".dockproxy-{os.getpid()}-{os.path.basename(name)[:100]}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(beside, flags, mode)
    try:
        try:
            _give_to_caller(handle, folder)
            left = memoryview(content)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(beside, name)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _give_to_caller(handle: int, folder: str) -> None:
    """Under sudo or pkexec, in a folder of who called it, the file is theirs too."""
    caller = os.environ.get("SUDO_UID", "") or os.environ.get("PKEXEC_UID", "")
    if os.geteuid() == 0 and caller.isascii() and caller.isdigit() and int(caller) != 0:
        there = os.stat(folder)
        if there.st_uid == int(caller):
            os.fchown(handle, there.st_uid, there.st_gid)
