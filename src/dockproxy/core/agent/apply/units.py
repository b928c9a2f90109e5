"""systemd as the restart protocol needs it: ``systemctl`` and what it says of a unit."""

from __future__ import annotations

import os
import time
from typing import Dict, List, NamedTuple, Sequence, Tuple

from dockproxy.core.agent.system import Ran, run

_PROPERTIES = (
    "LoadState",
    "LoadError",
    "ActiveState",
    "SubState",
    "Result",
    "MainPID",
    "NRestarts",
    "Job",
    "NeedDaemonReload",
    "FragmentPath",
    "DropInPaths",
    "ExecMainStartTimestampMonotonic",
    "ExecStart",
    "EnvironmentFiles",
    "TriggeredBy",
)
TIME_LIMIT = 30.0


class Unit(NamedTuple):
    """A unit as ``systemctl show`` gives it. started_at: seconds since 1970, 0 if never.
    job: a job is queued or runs for it. exec_start: path and words of its first ExecStart.
    """

    load_state: str = "not-found"
    active: str = "inactive"
    sub: str = "dead"
    result: str = ""
    main_pid: int = 0
    restarts: int = 0
    job: bool = False
    need_reload: bool = False
    fragment: str = ""
    drop_ins: Tuple[str, ...] = ()
    started_at: float = 0.0
    exec_path: str = ""
    exec_words: Tuple[str, ...] = ()
    environment_files: Tuple[str, ...] = ()
    sockets: Tuple[str, ...] = ()
    load_error: str = ""

    @property
    def runs(self) -> bool:
        """Whether its process is up and ready."""
        return self.active in ("active", "reloading") and self.main_pid > 0


class Units:
    """The service manager of this machine."""

    @staticmethod
    def present() -> bool:
        """Whether systemd runs this machine (sd_booted(3))."""
        return os.path.isdir("/run/systemd/system")

    def show(self, unit: str) -> Unit:
        """What systemd says of it now."""
        words = ["systemctl", "show", "--no-pager", f"--property={','.join(_PROPERTIES)}", unit]
        return parse_show(run(words, TIME_LIMIT, apart=True).out)

    def reload(self) -> Ran:
        """Have systemd read the unit files again."""
        return run(["systemctl", "daemon-reload"], 90.0, apart=True)

    def reset_failed(self, units: Sequence[str]) -> None:
        """Forget failures and the count of starts, so that the limit does not stop the next one.

        A unit that has nothing to forget is no error.
        """
        for unit in units:
            run(["systemctl", "reset-failed", unit], TIME_LIMIT, apart=True)

    def restart(self, unit: str) -> Ran:
        """Ask for a restart and come back at once."""
        return run(["systemctl", "--no-block", "restart", unit], TIME_LIMIT, apart=True)

    def start(self, unit: str) -> Ran:
        """Ask for a start and come back at once."""
        return run(["systemctl", "--no-block", "start", unit], TIME_LIMIT, apart=True)

    def log_tail(self, unit: str, since: float) -> str:
        """The unit's last own words since that moment, or ""."""
        words = [
            "journalctl",
            "--no-pager",
            "-q",
            "-o",
            "cat",
            "-n",
            "40",
            f"--since=@{int(since)}",
            f"_SYSTEMD_UNIT={unit}",
        ]
        return run(words, TIME_LIMIT, apart=True).out


def parse_show(text: str) -> Unit:
    """A Unit from the lines of ``systemctl show``."""
    got: Dict[str, str] = {}
    for line in text.splitlines():
        name, separator, value = line.partition("=")
        if separator and (name not in got or name == "ExecStart"):
            got.setdefault(name, value)
        elif separator and name == "EnvironmentFiles":
            got[name] += "\n" + value
    path, words = _exec_start(got.get("ExecStart", ""))
    return Unit(
        got.get("LoadState", "not-found"),
        got.get("ActiveState", "inactive"),
        got.get("SubState", "dead"),
        got.get("Result", ""),
        _number(got.get("MainPID", "")),
        _number(got.get("NRestarts", "")),
        got.get("Job", "") not in ("", "0"),
        got.get("NeedDaemonReload", "") == "yes",
        got.get("FragmentPath", ""),
        tuple(got.get("DropInPaths", "").split()),
        _since_1970(_number(got.get("ExecMainStartTimestampMonotonic", ""))),
        path,
        words,
        tuple(_environment_files(got.get("EnvironmentFiles", ""))),
        tuple(name for name in got.get("TriggeredBy", "").split() if name.endswith(".socket")),
        got.get("LoadError", "").strip(),
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _since_1970(monotonic: int) -> float:
    if monotonic == 0:
        return 0.0
    return time.time() - (time.clock_gettime(time.CLOCK_MONOTONIC) - monotonic / 1_000_000)


def _exec_start(text: str) -> Tuple[str, Tuple[str, ...]]:
    """Path and words of ``{ path=… ; argv[]=… ; ignore_errors=… }``, variables not expanded."""
    path = text.partition("path=")[2].partition(" ;")[0]
    words = text.partition("argv[]=")[2].partition(" ; ignore_errors=")[0]
    return path, tuple(words.split())


def _environment_files(text: str) -> List[str]:
    """``PATH``, or ``-PATH`` where it may be missing, from ``PATH (ignore_errors=yes)`` lines."""
    found = []
    for line in text.splitlines():
        path, _, rest = line.partition(" (ignore_errors=")
        if path:
            found.append(f"-{path}" if rest.startswith("yes") else path)
    return found
