"""Ask dockerd itself whether it takes a daemon.json, before the file is written.

``dockerd --validate`` (Engine 23.0+) with the unit's own flags: the same setting as a flag and in
the file is refused. The text is handed over in memory, so no file with a password is left behind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import List, NamedTuple, Optional, Sequence, Tuple

from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.units import Unit
from dockproxy.core.agent.system import read_text
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import Problem
from dockproxy.core.model.secret import mask_url

_TIME_LIMIT = 15.0
_FOLDERS = (
    "/usr/libexec/docker",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/sbin",
    "/usr/bin",
    "/sbin",
    "/bin",
)
_UNJUDGED = ("unknown flag: --validate", "permission denied")


class Program(NamedTuple):
    """The dockerd that runs, or that the unit starts, and its flags less ``--config-file``."""

    path: str
    flags: Tuple[str, ...]


class Judged(NamedTuple):
    """words: why dockerd refuses the text, "" if it takes it. unknown: why it was not asked."""

    words: str = ""
    unknown: Optional[Message] = None


def program_of(unit: Unit) -> Optional[Program]:
    """The unit's dockerd: as it runs, else as it would be started; None where there is none."""
    words: Sequence[str] = ()
    if unit.main_pid:
        words = (read_text(f"/proc/{unit.main_pid}/cmdline") or "").rstrip("\0").split("\0")
    return next_program(unit) if not words or not words[0] else _program(words)


def next_program(unit: Unit) -> Optional[Program]:
    """The dockerd that the next start would run, with the flags that can be known."""
    words = [word for word in unit.words if not word.startswith("$")]
    return _program(words) if words else None


def _program(words: Sequence[str]) -> Optional[Program]:
    path = words[0] if words[0].startswith("/") else shutil.which(words[0])
    if path is None or os.path.basename(path) != "dockerd":
        return None
    return Program(path, tuple(without_config_file(words[1:])))


def without_config_file(words: Sequence[str]) -> List[str]:
    """The flags less the one that names the file, which is replaced by ours."""
    kept: List[str] = []
    skip = False
    for word in words:
        if skip or word == "--validate" or word.startswith("--config-file="):
            skip = False
            continue
        if word == "--config-file":
            skip = True
            continue
        kept.append(word)
    return kept


def judge(program: Program, content: bytes, path: str) -> Judged:
    """What dockerd says of this text as its daemon.json. path: what the words call the file."""
    folders = (os.path.dirname(program.path), *_FOLDERS)
    environment = {**os.environ, "LC_ALL": "C", "PATH": ":".join(folders)}
    handle = os.memfd_create("daemon.json")
    try:
        os.write(handle, content)
        name = f"/proc/self/fd/{handle}"
        done = subprocess.run(
            [program.path, *program.flags, "--validate", "--config-file", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIME_LIMIT,
            check=False,
            env=environment,
            pass_fds=(handle,),
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return Judged("", message(N_("{program} could not be asked"), program=program.path))
    finally:
        os.close(handle)
    if done.returncode == 0:
        return Judged()
    output = done.stdout.decode("utf-8", "replace")
    words = _last_line(output).replace(name, path)
    if any(reason in output for reason in _UNJUDGED):
        return Judged(
            "",
            message(
                N_("this dockerd can't judge a file before it starts (Engine 23.0 and later can)")
            ),
        )
    return Judged(mask_url(words) or "?")


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def check(program: Program, path: str, before: Optional[bytes], after: bytes) -> Judged:
    """Judge the new text. Raises Refusal (code ``validate-refused``) where dockerd refuses it."""
    judged = judge(program, after, path)
    if not judged.words:
        return judged
    text = N_("dockerd would not start with this file")
    hint = None
    if judge(program, before if before is not None else b"{}", path).words:
        text = N_("dockerd would not start with this file, and not without this change either")
        hint = Message(N_("mend that first, in an editor, then run the same command again"))
    raise Refusal(Problem("validate-refused", Message(text), True, path, judged.words, hint))
