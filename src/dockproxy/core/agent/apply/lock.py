"""One run at a time: a lock in the journal's folder that ends with the process that holds it."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from types import TracebackType
from typing import Optional, Type

from dockproxy.core.agent.apply.problems import Refusal, of_error, refusal
from dockproxy.core.model.message import N_, Message

NAME = "lock"
_STEP = 0.1


class Lock:
    """Held from ``__enter__`` to ``__exit__``. wait: seconds to wait for another run to end.

    Raises Refusal (code ``busy``) that names the other run's process.
    """

    def __init__(self, folder: str, wait: float) -> None:
        self._path = os.path.join(folder, NAME)
        self._wait = wait
        self._handle = -1

    def __enter__(self) -> Lock:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._handle = os.open(self._path, flags, 0o600)
            try:
                self._take()
            except BaseException:
                os.close(self._handle)
                raise
        except OSError as error:
            raise Refusal(of_error(error, self._path)) from error
        return self

    def _take(self) -> None:
        deadline = time.monotonic() + self._wait
        while not _taken(self._handle):
            if time.monotonic() >= deadline:
                holder = os.pread(self._handle, 32, 0).decode("ascii", "replace").strip()
                raise refusal(
                    "busy",
                    N_("another dockproxy is at work (process {pid})"),
                    hint=Message(N_("wait until it has ended, then run this again")),
                    pid=holder or "?",
                )
            time.sleep(_STEP)
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        os.close(self._handle)


def is_held(folder: str) -> bool:
    """Whether a run is at work now."""
    try:
        handle = os.open(os.path.join(folder, NAME), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return False
    return True
