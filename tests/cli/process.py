"""dockproxy as a process of its own: at a terminal, on a console of any encoding, with signals."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", "src"))
# A test run in the background ignores Ctrl-C, and so would all that it starts.
CONTROLLED = ("setsid", "--ctty", "--wait", "env", "--default-signal=INT,QUIT,HUP,TERM")
_PATIENCE = 20.0


def command(*argv: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "dockproxy", *argv]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Next to nothing: neither HOME nor a language."""
    bare = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "PYTHONPATH": SOURCE}
    return {**bare, **(extra or {})}


def run(*argv: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end, with nobody to ask."""
    return subprocess.run(
        command(*argv),
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )


def run_as(uid: int, *argv: str) -> subprocess.CompletedProcess[bytes]:
    """The same as another user, which only root can; a checkout may lie where only root can go."""
    become = ("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups")
    return subprocess.run(
        [*become, os.path.realpath(sys.executable), "-m", "dockproxy", *argv],
        env=environment({"PYTHONPATH": _open_source()}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )


@cache
def _open_source() -> str:
    """A copy of the sources that every user can read."""
    folder = tempfile.mkdtemp(prefix="dockproxy-source-")
    atexit.register(shutil.rmtree, folder)
    Path(folder).chmod(0o755)
    shutil.copytree(SOURCE, f"{folder}/src", ignore=shutil.ignore_patterns("__pycache__"))
    return f"{folder}/src"


_IN_TURN = """
import json, sys
from dockproxy.cli.main import main
codes = []
for argv in json.loads(sys.argv[1]):
    try:
        codes.append(main(argv))
    except SystemExit as ended:
        codes.append(ended.code)
sys.exit(0 if set(codes) <= set(json.loads(sys.argv[2])) else f"exit codes {codes}")
"""


def run_in_turn(
    commands: Sequence[Sequence[str]], codes: Sequence[int], env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Several commands in one process, which ends with 0 if each ends with one of these codes."""
    return subprocess.run(
        [sys.executable, "-c", _IN_TURN, json.dumps(commands), json.dumps(codes)],
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )


class AtATerminal:
    """A program at a terminal of its own, which is its controlling one by ``CONTROLLED``."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            list(argv),
            env=dict(env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._screen = b""

    @property
    def screen(self) -> str:
        """All that it showed."""
        return self._screen.decode("utf-8", "replace").replace("\r\n", "\n")

    def wait_for(self, text: str) -> None:
        """Until this is shown."""
        end = time.monotonic() + _PATIENCE
        while text not in self.screen:
            assert time.monotonic() < end, f"never showed {text!r}:\n{self.screen}"
            assert self._read(), f"ended and never showed {text!r}:\n{self.screen}"

    def type(self, text: str | bytes) -> None:
        """At its keyboard."""
        os.write(self._ours, text.encode() if isinstance(text, str) else text)

    def signal(self, number: signal.Signals) -> None:
        """To the program itself, as ``kill`` does."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as file:
            pids = [int(word) for word in file.read().split()]
        os.kill(pids[0] if pids else self.process.pid, number)

    def hang_up(self) -> None:
        """The terminal is closed."""
        os.close(self._ours)
        self._ours = -1

    def end(self) -> int:
        """Until it has ended; its exit code."""
        end = time.monotonic() + _PATIENCE
        while self._ours >= 0 and self._read():
            assert time.monotonic() < end, f"does not end:\n{self.screen}"
        return self.process.wait(_PATIENCE)

    def close(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        if self._ours >= 0:
            os.close(self._ours)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 0.2)[0]:
            return self.process.poll() is None
        try:
            piece = os.read(self._ours, 65536)
        except OSError:
            return False
        self._screen += piece
        return bool(piece)


@contextlib.contextmanager
def at_a_terminal(
    *argv: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
) -> Iterator[AtATerminal]:
    """Start it; it is ended in any case. before: a program that starts it in its turn."""
    terminal = AtATerminal(
        [*CONTROLLED, *before, *command(*argv)],
        environment({"NO_COLOR": "1", "LANG": "C.UTF-8", **(env or {})}),
    )
    try:
        yield terminal
    finally:
        terminal.close()
