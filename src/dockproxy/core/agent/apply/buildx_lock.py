"""buildx's own lock, held while an instance file is written (store/store.go, Txn: flock)."""

from __future__ import annotations

import fcntl
import os
import time

from dockproxy.core.agent.apply.problems import refusal
from dockproxy.core.model.message import N_, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    T = TypeVar("T")


_WAIT = 10.0
_STEP = 0.05


def holding(instance: str, act: Callable[[], T]) -> T:
    """What ``act`` gives, while no buildx changes its builders. Raises Refusal (code ``busy``).

    instance: the real path of the file. Where buildx has made no lock none is taken.
    """
    path = os.path.join(os.path.dirname(os.path.dirname(instance)), ".lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return act()
    try:
        _take(handle, path)
        return act()
    finally:
        os.close(handle)


def _take(handle: int, path: str) -> None:
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                hint = Message(N_("wait until it has ended, then run this again"))
                raise refusal(
                    "busy", N_("a buildx is at work on its builders"), path, hint
                ) from None
        time.sleep(_STEP)
