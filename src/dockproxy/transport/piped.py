"""An agent in a process of its own, spoken to over its standard input and output.

One process serves every request, so what starts it (sudo, which asks for a password; ssh, which
logs in) is gone through once, however many requests a command makes.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.conversation import answer_in, last_reply
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.message import N_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = [];"
    " from dockproxy.core.agent.__main__ import main; sys.exit(main())"
)


def agent_command(python: str = sys.executable, folder: str = "") -> list[str]:
    """What starts an agent with this interpreter, isolated (``-I``: no PYTHONPATH, no user site,
    nothing from the working folder; ``-S``: no ``.pth`` file is run). folder: holds ``dockproxy``.
    """
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return [python, "-I", "-S", "-c", _START, folder or here]


class Piped:
    """Starts ``command`` at the first request. environment: of that process; None: this one's."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.command = list(command)
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._has_spoken = self._has_answered = False

    def request(self, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
        """See ``Transport.request``."""
        with _LeavingSignalsToTheAgent(self._end_the_question) as signals:
            answer = self._converse(request, _Asking(channel, signals))
        if answer is None and (signals.noted or self._ended_by_interrupt()):
            raise KeyboardInterrupt
        if answer is None:
            self._process = None
            raise self.lost() if self._has_answered else self.refused()
        self._has_answered = True
        if signals.noted and isinstance(answer.get("outcome"), dict):
            answer["outcome"]["interrupted"] = True
        elif signals.noted:
            raise KeyboardInterrupt
        return answer

    def close(self) -> None:
        """Let the agent end; it is waited for. Twice is fine."""
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass
        process.wait()

    def refused(self) -> DockproxyError:
        """What it means that no agent came to be."""
        return DockproxyError(N_("the agent could not be started"))

    def lost(self) -> DockproxyError:
        """What it means that an agent which had answered before answers no more."""
        return DockproxyError(
            N_("the agent ended before it answered"),
            hint=N_("dockproxy history tells what was begun, dockproxy undo takes it back"),
        )

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=self._environment,
                )
            except OSError as error:
                raise self.refused() from error
            atexit.register(self.close)
        return self._process

    def _converse(self, request: dict[str, Any], channel: Channel) -> dict[str, Any] | None:
        """The answer, None if the process ended without one. Raises the agent's errors."""
        process = self._started()
        try:
            _send(process, request)
            reply = last_reply(self._lines(process), lambda yes: _send(process, yes), channel)
        except BrokenPipeError:
            reply = None
        if reply is None:
            process.wait()
            return None
        self._has_answered = True
        return answer_in(reply)

    def _lines(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        assert process.stdout is not None
        for line in process.stdout:
            self._has_spoken = True
            yield line

    def _end_the_question(self) -> None:
        """Unlike Ctrl-C, SIGTERM comes to us alone: sudo would go on asking for its password."""
        if self._process is not None and not self._has_spoken:
            with contextlib.suppress(PermissionError):
                self._process.terminate()

    def _ended_by_interrupt(self) -> bool:
        return self._process is not None and self._process.returncode == -signal.SIGINT


def _send(process: subprocess.Popen[bytes], value: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(value).encode() + b"\n")
    process.stdin.flush()


class _LeavingSignalsToTheAgent:
    """While an agent works, Ctrl-C and a closed terminal are its to heed (both reach it too): it
    brings a change to a whole end and says so. noted: one that came, or "". on_term: done when
    SIGTERM comes.

    Only the main thread can do this; elsewhere signals act as the program around us has it.
    """

    _NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self, on_term: Callable[[], None]) -> None:
        self.noted = ""
        self._on_term = on_term
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> _LeavingSignalsToTheAgent:
        if threading.current_thread() is threading.main_thread():
            for number in self._NUMBERS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: object) -> None:
        self.noted = self.noted or signal.Signals(number).name
        if number == signal.SIGTERM:
            self._on_term()

    def paused(self, ask: Callable[[], bool]) -> bool:
        """Ask with Ctrl-C meaning no."""
        during = {
            number: signal.signal(number, signal.default_int_handler) for number in self._before
        }
        try:
            return ask()
        except KeyboardInterrupt:
            return False
        finally:
            for number, handler in during.items():
                signal.signal(number, handler)


class _Asking:
    """The person's channel, at which a question can be answered with Ctrl-C."""

    def __init__(self, channel: Channel, signals: _LeavingSignalsToTheAgent) -> None:
        self._channel = channel
        self._signals = signals

    def emit(self, event: dict[str, Any]) -> None:
        self._channel.emit(event)

    def ask(self, question: dict[str, Any]) -> bool:
        return self._signals.paused(lambda: self._channel.ask(question))
