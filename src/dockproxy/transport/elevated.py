"""The agent as root on this machine, through sudo, doas or pkexec, asked once.

The request travels over a pipe, never in an argument. The program started is this interpreter,
isolated (``-I``: no PYTHONPATH, no user site, nothing from the working folder), with only the
folder that holds ``dockproxy`` put before its path, so a tool installed with pipx works.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

from dockproxy.core.agent.protocol import error_from_json
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.transport.base import Channel

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
        process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=False
        )
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
