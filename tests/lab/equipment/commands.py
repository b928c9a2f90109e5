"""Running programs and saying plainly what went wrong."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class LabError(Exception):
    """The lab could not be built or used; the text says what to do."""


class Result(NamedTuple):
    """What a finished program left: its exit code and both outputs as text."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both outputs, for looking for a message wherever it was printed."""
        return self.stdout + self.stderr


class CommandFailed(LabError):
    """A program ended with an exit code other than 0."""

    def __init__(self, argv: Sequence[str], result: Result) -> None:
        self.argv = list(argv)
        self.result = result
        tail = result.output[-3000:]
        super().__init__(f"exit {result.returncode}: {shlex.join(argv)}\n{tail}")


def run(
    argv: Sequence[str],
    *,
    check: bool = True,
    input: bytes | str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
    cwd: str | None = None,
    shown: Sequence[str] | None = None,
) -> Result:
    """Run a program to its end, without a terminal; its output is decoded as UTF-8.

    ``shown`` is what an error names instead of the whole command line.
    """
    raw = run_bytes(argv, check=check, input=input, env=env, timeout=timeout, cwd=cwd, shown=shown)
    return Result(raw[0], text(raw[1]), text(raw[2]))


def run_bytes(
    argv: Sequence[str],
    *,
    check: bool = True,
    input: bytes | str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
    cwd: str | None = None,
    shown: Sequence[str] | None = None,
) -> tuple[int, bytes, bytes]:
    """As ``run``, with the outputs as bytes."""
    data = input.encode() if isinstance(input, str) else input
    try:
        done = subprocess.run(
            list(argv),
            input=data if data is not None else b"",
            capture_output=True,
            env=dict(env) if env is not None else None,
            timeout=timeout,
            cwd=cwd,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        so_far = text(error.stdout or b"") + text(error.stderr or b"")
        raise LabError(
            f"still running after {timeout:g} s: {shlex.join(shown or argv)}\n{so_far[-3000:]}"
        ) from None
    if check and done.returncode != 0:
        result = Result(done.returncode, text(done.stdout), text(done.stderr))
        raise CommandFailed(shown or argv, result)
    return done.returncode, done.stdout, done.stderr


def text(data: bytes) -> str:
    """Decode a program's output, keeping what is no UTF-8 visible."""
    return data.decode("utf-8", "backslashreplace")


def child_of(pid: int) -> int | None:
    """Give the first child of a process, by the parent that /proc names for each."""
    for name in sorted((n for n in os.listdir("/proc") if n.isdigit()), key=int):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            continue
        if len(fields) > 1 and int(fields[1]) == pid:
            return int(name)
    return None


def start_time(pid: int) -> str | None:
    """Give the kernel's start time of a process: with the pid, it names one process only."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None
