"""Ask dockerd itself whether it takes a daemon.json, before the file is written.

``dockerd --validate`` (Engine 23.0+) with the unit's own flags: the same setting as a flag and in
the file is refused. One that does not know the flag is started aside, as nobody: it judges its file
first and then ends, before it makes any file, because it is not root (moby 20.10
cmd/dockerd/daemon.go, DaemonCli.start; 20.10.24 seen in the lab). The text is handed over in
memory, so no file with a password is left behind.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.units import Unit
from dockproxy.core.agent.system import read_text
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import Problem
from dockproxy.core.model.secret import mask_url
from dockproxy.core.places.rootless import PID_FILE, runtime_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple


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
_NO_VALIDATE = "unknown flag: --validate"
_WANTS_ROOT = "dockerd needs to be started with root"
"""What Engine 20.10 says to a user without rights once it has taken its flags and its file."""

_UNJUDGED = (_NO_VALIDATE, "permission denied")
_NOBODY = 65534


class Program(NamedTuple):
    """The dockerd that runs, or that the unit starts, and its flags less ``--config-file``."""

    path: str
    flags: Tuple[str, ...]
    rootless: bool = False


class Judged(NamedTuple):
    """words: why dockerd refuses the text, "" if it takes it. unknown: why it was not asked."""

    words: str = ""
    unknown: Optional[Message] = None


def program_of(unit: Unit, user: Optional[int] = None) -> Optional[Program]:
    """The unit's dockerd: as it runs, else as it would be started; None where there is none.

    user: whose it is, if it is rootless; the unit's own process is then RootlessKit.
    """
    words: Sequence[str] = ()
    if user is not None:
        return next_program(unit, user)
    if unit.main_pid:
        words = (read_text(f"/proc/{unit.main_pid}/cmdline") or "").rstrip("\0").split("\0")
    return next_program(unit) if not words or not words[0] else _program(words)


def next_program(unit: Unit, user: Optional[int] = None) -> Optional[Program]:
    """The dockerd that the next start would run, with the flags that can be known."""
    words = [word for word in unit.words if not word.startswith("$")]
    if user is not None:
        return _rootless_program(words, user)
    return _program(words) if words else None


def _rootless_program(words: Sequence[str], user: int) -> Optional[Program]:
    """dockerd-rootless.sh hands its words on to the dockerd of its PATH (26.1.5)."""
    path = _running_program(user) or shutil.which("dockerd", path=":".join(_FOLDERS))
    if path is None or not words:
        return None
    return Program(path, tuple(without_config_file(words[1:])), True)


def _running_program(user: int) -> Optional[str]:
    pid = (read_text(f"{runtime_folder(user)}/{PID_FILE}") or "").strip()
    try:
        path = os.readlink(f"/proc/{int(pid)}/exe")
    except (OSError, ValueError):
        return None
    return path if os.path.basename(path) == "dockerd" else None


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
    handle = os.memfd_create("daemon.json")
    try:
        os.write(handle, content)
        said = _ask(program, handle, ("--validate",))
        if said is not None and _NO_VALIDATE in said.output:
            said = _ask(program, handle, (), as_nobody=True)
            if said is not None and _WANTS_ROOT in said.output:
                return Judged()
    finally:
        os.close(handle)
    if said is None:
        return Judged("", message(N_("{program} could not be asked"), program=program.path))
    if said.good:
        return Judged()
    if any(reason in said.output for reason in _UNJUDGED):
        return Judged("", message(N_("this dockerd can't judge a file before it starts")))
    words = _last_line(said.output).replace(f"/proc/self/fd/{handle}", path)
    return Judged(mask_url(words) or "?")


class _Said(NamedTuple):
    good: bool
    output: str


def _ask(
    program: Program, handle: int, flags: Tuple[str, ...], as_nobody: bool = False
) -> Optional[_Said]:
    """What dockerd says of its flags and the file that is open as handle; None: it could not."""
    folders = (os.path.dirname(program.path), *_FOLDERS)
    environment = {**os.environ, "LC_ALL": "C", "PATH": ":".join(folders)}
    if program.rootless and flags:
        # So that it judges as it will start (moby 26.1 pkg/rootless, RunningWithRootlessKit); one
        # that does not know --validate must not think so: it would go on and start.
        environment["ROOTLESSKIT_STATE_DIR"] = "/nonexistent"
    drop: Dict[str, Any] = {}
    if as_nobody and os.geteuid() == 0:
        drop = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    name = f"/proc/self/fd/{handle}"
    try:
        done = subprocess.run(
            [program.path, *program.flags, *flags, "--config-file", name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_TIME_LIMIT,
            check=False,
            env=environment,
            pass_fds=(handle,),
            start_new_session=True,
            **drop,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _Said(done.returncode == 0, done.stdout.decode("utf-8", "replace"))


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
