"""``python -m dockproxy.core.agent``: one request on standard input, JSON lines on standard output.

``{"event": …}`` as work goes on, ``{"question": …}`` which one line ``true`` or ``false`` on
standard input answers, and last ``{"answer": …}`` or ``{"error": …}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, TextIO

from dockproxy.core.agent.protocol import error_to_json, handle
from dockproxy.core.model.errors import DockproxyError, UsageError
from dockproxy.core.model.message import N_, message


class Pipe:
    """The channel to whoever started this process. With nobody there a question's answer is no."""

    def __init__(self, read: TextIO, write: TextIO) -> None:
        self._read = read
        self._write = write

    def emit(self, event: Dict[str, Any]) -> None:
        """Send one line; a reader that has gone must not stop work that has begun."""
        try:
            self._write.write(json.dumps(event) + "\n")
            self._write.flush()
        except (BrokenPipeError, ValueError):
            pass

    def ask(self, question: Dict[str, Any]) -> bool:
        """Send the question and wait for its answer."""
        self.emit({"question": question})
        try:
            return json.loads(self._read.readline() or "false") is True
        except ValueError:
            return False


def main() -> int:
    """Serve one request; 0 if it was answered, 1 if the reply is an error."""
    pipe = Pipe(sys.stdin, sys.stdout)
    try:
        pipe.emit({"answer": handle(_request(sys.stdin.readline()), pipe)})
    except DockproxyError as error:
        pipe.emit({"error": error_to_json(error)})
        return 1
    except OSError as error:
        failed = DockproxyError(message(N_("{said}"), said=error.strerror or type(error).__name__))
        pipe.emit({"error": error_to_json(failed)})
        return 1
    return 0


def _request(line: str) -> Dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        raise UsageError(N_("the agent's request could not be read"))
    return request


if __name__ == "__main__":
    sys.exit(main())
