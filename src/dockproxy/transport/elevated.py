"""The agent as root on this machine, through sudo, doas or pkexec, asked once.

The request travels over a pipe, never in an argument. The program started is this interpreter,
isolated (``-I``: no PYTHONPATH, no user site, nothing from the working folder), with only the
folder that holds ``dockproxy`` put before its path, so a tool installed with pipx works.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.protocol import error_from_json
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.core.model.message import N_, message

WAYS = ("sudo", "doas", "pkexec")

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); sys.argv[1:] = [];"
    " from dockproxy.core.agent.__main__ import main; sys.exit(main())"
)


def way_to_root() -> str | None:
    """The first of sudo, doas, pkexec that is installed, or None."""
    return next((name for name in WAYS if shutil.which(name)), None)


class Elevated:
    """Starts an agent as root for each request; the question for a password is the way's own."""

    def __init__(self, way: str, interactive: bool) -> None:
        self._way = way
        self._interactive = interactive

    @property
    def command(self) -> list[str]:
        """What is run, to be shown before."""
        package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        options = ["-n"] if not self._interactive and self._way in ("sudo", "doas") else []
        return [self._way, *options, sys.executable, "-I", "-S", "-c", _START, package]

    def request(self, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
        """See ``Transport.request``. Raises RefusedError if root's rights are not given."""
        process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with _LeavingInterruptsToTheAgent() as interrupts:
            return self._converse(process, request, _Asking(channel, interrupts))

    def _converse(
        self, process: subprocess.Popen[bytes], request: dict[str, Any], channel: Channel
    ) -> dict[str, Any]:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            for line in process.stdout:
                reply = json.loads(line)
                if "question" in reply:
                    answer = channel.ask(reply["question"])
                    process.stdin.write(json.dumps(answer).encode() + b"\n")
                    process.stdin.flush()
                elif "event" in reply:
                    channel.emit(reply)
                elif "error" in reply:
                    raise error_from_json(reply["error"])
                else:
                    answered: dict[str, Any] = reply["answer"]
                    return answered
        except BrokenPipeError:
            pass
        except ValueError as error:
            raise UsageError(N_("the agent's answer could not be read")) from error
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait()
        raise RefusedError(
            message(N_("{way} did not give root's rights: nothing was changed"), way=self._way)
        )


class _LeavingInterruptsToTheAgent:
    """While root's agent works, Ctrl-C is its to heed (the terminal sends it to both): it brings
    the change to a whole end and says so.
    """

    def __enter__(self) -> _LeavingInterruptsToTheAgent:
        self._before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def paused(self, ask: Callable[[], bool]) -> bool:
        """Ask with Ctrl-C meaning no."""
        during = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return ask()
        except KeyboardInterrupt:
            return False
        finally:
            signal.signal(signal.SIGINT, during)


class _Asking:
    """The person's channel, at which a question can be answered with Ctrl-C."""

    def __init__(self, channel: Channel, interrupts: _LeavingInterruptsToTheAgent) -> None:
        self._channel = channel
        self._interrupts = interrupts

    def emit(self, event: dict[str, Any]) -> None:
        self._channel.emit(event)

    def ask(self, question: dict[str, Any]) -> bool:
        return self._interrupts.paused(lambda: self._channel.ask(question))
