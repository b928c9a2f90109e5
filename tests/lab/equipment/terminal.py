"""A program at a terminal of its own, with answers typed when their question shows."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import time
from collections.abc import Mapping, Sequence

from .commands import CommandFailed, LabError, Result, text


def run(
    argv: Sequence[str],
    *,
    answers: Sequence[tuple[str, str]],
    check: bool,
    env: Mapping[str, str],
    timeout: float,
    shown: Sequence[str],
) -> Result:
    """Run until the program ends; all that the terminal showed is ``stdout``."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        list(argv),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=dict(env),
        start_new_session=True,
    )
    os.close(theirs)
    try:
        screen = _converse(ours, process, list(answers), timeout, shown)
    finally:
        os.close(ours)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.wait()
    result = Result(process.returncode, screen, "")
    if check and result.returncode != 0:
        raise CommandFailed(shown, result)
    return result


def _converse(
    ours: int,
    process: subprocess.Popen[bytes],
    answers: list[tuple[str, str]],
    timeout: float,
    shown: Sequence[str],
) -> str:
    screen = b""
    seen = 0
    end = time.monotonic() + timeout
    while True:
        if time.monotonic() > end:
            waiting = f", waiting to see {answers[0][0]!r}" if answers else ""
            raise LabError(f"{shown[0]} still runs after {timeout:g} s{waiting}:\n{text(screen)}")
        if select.select([ours], [], [], 0.2)[0]:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                piece = b""
            if not piece:
                process.wait(10)
                break
            screen += piece
        elif process.poll() is not None:
            break
        while answers and (at := screen.find(answers[0][0].encode(), seen)) >= 0:
            seen = at + len(answers[0][0].encode())
            os.write(ours, answers.pop(0)[1].encode())
    if answers:
        raise LabError(f"{shown[0]} ended and never showed {answers[0][0]!r}:\n{text(screen)}")
    return text(screen).replace("\r\n", "\n")
