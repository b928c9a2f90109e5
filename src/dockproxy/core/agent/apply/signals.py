"""Signals that would end this process, noted while a change is being made and obeyed after it."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Type


DEFERRED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP)


class Deferred:
    """Between ``__enter__`` and ``__exit__`` signals are noted only; ``noted`` is the first one's
    name, or "". A stop (^Z) is obeyed at the end and does not count as noted. What is ignored, as
    SIGHUP under nohup, stays so.

    Only the main thread can do this; elsewhere signals act as the program around us has it.
    """

    def __init__(self) -> None:
        self.noted = ""
        self._stopped = False
        self._before: Dict[signal.Signals, Any] = {}

    def __enter__(self) -> Deferred:
        if threading.current_thread() is threading.main_thread():
            for number in DEFERRED:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._stopped:
            os.kill(os.getpid(), signal.SIGTSTP)

    def _note(self, number: int, frame: Optional[FrameType]) -> None:
        if number == signal.SIGTSTP:
            self._stopped = True
        elif not self.noted:
            self.noted = signal.Signals(number).name
