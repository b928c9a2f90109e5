"""One run at a time: a lock in the journal's folder that ends with the process that holds it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from types import TracebackType

from dockproxy.core.agent.apply.left_open import LOCK
from dockproxy.core.agent.apply.problems import Refusal, of_error
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Optional, Type


_STEP = 0.1


class Holder(NamedTuple):
    """The run that has its turn. since: seconds since 1970. command: its words, never a value."""

    pid: int
    user: str
    since: float
    command: str

    @property
    def said(self) -> Message:
        """Who is at work."""
        return message(
            N_("another dockproxy is at work: {command}, process {pid} of {user}, since {since}"),
            command=self.command,
            pid=self.pid,
            user=self.user,
            since=time.strftime("%H:%M:%S", time.localtime(self.since)),
        )


class Lock:
    """Held from ``__enter__`` to ``__exit__``. wait: seconds to wait for another run to end; told:
    called with that run, once, where there is one to wait for. user, command: whom to name.

    Raises Refusal (code ``busy``) that names the other run.
    """

    def __init__(
        self,
        folder: str,
        wait: float,
        *,
        user: str = "",
        command: str = "dockproxy",
        told: Optional[Callable[[Optional[Holder]], None]] = None,
    ) -> None:
        self._path = os.path.join(folder, LOCK)
        self._wait = wait
        self._told = told
        self._holder = Holder(os.getpid(), user, time.time(), command)
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
            holder = _read(self._handle)
            if time.monotonic() >= deadline:
                raise busy(holder)
            if self._told is not None:
                self._told(holder)
                self._told = None
            time.sleep(_STEP)
        os.ftruncate(self._handle, 0)
        data = json.dumps(self._holder._replace(since=time.time())._asdict())
        os.pwrite(self._handle, data.encode(), 0)

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        os.close(self._handle)


def busy(holder: Optional[Holder]) -> Refusal:
    """The refusal that names who is at work."""
    said = holder.said if holder else Message(N_("another dockproxy is at work"))
    hint = Message(N_("run this again when it has ended, or with --wait"))
    return Refusal(Problem("busy", said, True, hint=hint))


def is_held(folder: str) -> bool:
    """Whether a run is at work now."""
    try:
        handle = os.open(os.path.join(folder, LOCK), os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _taken(handle)
    finally:
        os.close(handle)


def _read(handle: int) -> Optional[Holder]:
    """Who has it; None in the moment before that is written."""
    try:
        data = json.loads(os.pread(handle, 4096, 0))
        return Holder(
            int(data["pid"]), str(data["user"]), float(data["since"]), str(data["command"])
        )
    except (ValueError, KeyError, TypeError):
        return None


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return False
    return True
