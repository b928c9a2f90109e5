"""``python -m dockproxy.core.agent``: requests on standard input, JSON lines on standard output.

To each request ``{"event": …}`` as work goes on, ``{"question": …}`` which one line ``true`` or
``false`` on standard input answers, and last ``{"answer": …}``, ``{"error": …}`` or
``{"interrupted": true}``. The end of standard input is the end of the agent.
"""

from __future__ import annotations

import json
import signal
import sys
from types import FrameType

from dockproxy.core.agent.protocol import error_to_json, handle
from dockproxy.core.model.errors import DockproxyError, UsageError
from dockproxy.core.model.message import N_, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, TextIO


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
    """Serve requests until standard input ends; 0 if the last was answered, 1 if it failed."""
    pipe = Pipe(sys.stdin, sys.stdout)
    signal.signal(signal.SIGINT, _nothing)
    failed = serve(sys.stdin.readline(), pipe)
    for line in iter(sys.stdin.readline, ""):
        failed = serve(line, pipe)
    return failed


def _nothing(_number: int, _frame: Optional[FrameType]) -> None:
    """Between requests Ctrl-C is for whoever started us: it closes our standard input."""


def serve(line: str, pipe: Pipe) -> int:
    """Answer one request; 0 if it was answered, 1 if it failed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    answer: Dict[str, Any]
    try:
        answer = {"answer": handle(_request(line), pipe)}
    except KeyboardInterrupt:
        answer = {"interrupted": True}
    except DockproxyError as error:
        answer = {"error": error_to_json(error)}
    except OSError as error:
        failed = DockproxyError(message(N_("{said}"), said=error.strerror or type(error).__name__))
        answer = {"error": error_to_json(failed)}
    except Exception as error:  # its text is not told, since it may hold anything
        failed = DockproxyError(
            message(N_("a bug in the agent ({kind})"), kind=type(error).__name__)
        )
        answer = {"error": error_to_json(failed)}
    signal.signal(signal.SIGINT, _nothing)
    pipe.emit(answer)
    return 0 if "answer" in answer else 1


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
