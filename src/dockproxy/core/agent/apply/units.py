"""systemd as the restart protocol needs it: ``systemctl`` and what it says of a unit."""

from __future__ import annotations

import os

from dockproxy.core.agent.apply.pre_start import Command, commands
from dockproxy.core.agent.observe.systemd import (
    blocks,
    environment_files,
    exec_words,
    split_shown,
    started,
)
from dockproxy.core.agent.system import Ran, read_text, run
from dockproxy.core.formats.unit_dropins import SYSTEM_UNIT_PATHS
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.places import rootless
from dockproxy.core.places.linux import BOOTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Sequence, Tuple


_PROPERTIES = (
    "LoadState",
    "ActiveState",
    "SubState",
    "Result",
    "MainPID",
    "NRestarts",
    "Job",
    "FragmentPath",
    "DropInPaths",
    "ExecMainStartTimestamp",
    "ExecMainStartTimestampMonotonic",
    "ExecStart",
    "ExecStartPre",
    "NeedDaemonReload",
    "Environment",
    "EnvironmentFiles",
    "TriggeredBy",
    "Type",
)
TIME_LIMIT = 30.0


class Unit(NamedTuple):
    """A unit as ``systemctl show`` gives it. started_at: seconds since 1970, 0 if never.
    job: a job is queued or runs for it. words: its first ExecStart, variables not expanded.
    environment: ``NAME=value`` of its Environment=, with whatever secrets are in it.
    tells_ready: it is active only once its process has said so. pre_start: what runs before it.
    needs_reload: its files are not as systemd has read them.
    """

    load_state: str = "not-found"
    active: str = "inactive"
    sub: str = "dead"
    result: str = ""
    main_pid: int = 0
    restarts: int = 0
    job: bool = False
    fragment: str = ""
    drop_ins: Tuple[str, ...] = ()
    started_at: float = 0.0
    words: Tuple[str, ...] = ()
    environment_files: Tuple[str, ...] = ()
    sockets: Tuple[str, ...] = ()
    environment: Tuple[str, ...] = ()
    tells_ready: bool = False
    pre_start: Tuple[Command, ...] = ()
    needs_reload: bool = False

    @property
    def runs(self) -> bool:
        """Whether its process is up and ready."""
        return self.active in ("active", "reloading") and self.main_pid > 0

    @property
    def has_failed(self) -> bool:
        """Whether it was to run and does not: given up, or between two tries of systemd's own."""
        return self.active == "failed" or self.sub.startswith("auto-restart")


class Units:
    """The service manager of this machine, or (user) that of the user whom we run as."""

    user: Optional[int] = None
    program = "systemctl"

    def __init__(self, user: Optional[int] = None) -> None:
        self.user = user
        self.program = "systemctl" if user is None else "systemctl --user"
        self._scope = () if user is None else ("--user",)
        self._runtime = "" if user is None else rootless.runtime_folder(user)
        self._environment = {} if user is None else {"XDG_RUNTIME_DIR": self._runtime}

    def present(self) -> bool:
        """Whether systemd runs this machine (sd_booted(3)), and this user's manager."""
        if self.user is None:
            return os.path.isdir(BOOTED)
        return os.path.exists(f"{self._runtime}/{rootless.MANAGER_SOCKET}")

    def _systemctl(self, *words: str, timeout: float = TIME_LIMIT) -> Ran:
        command = ["systemctl", *self._scope, *words]
        return run(command, timeout, self._environment, apart=True)

    def paths(self) -> Tuple[str, ...]:
        """Where the manager looks for units, the first place winning."""
        if self.user is None:
            return SYSTEM_UNIT_PATHS
        said = self._systemctl("show", "--property=UnitPath", "--value").out
        return tuple(split_shown(said.strip()))

    def show(self, unit: str) -> Unit:
        """What systemd says of it now."""
        words = ("show", "--no-pager", f"--property={','.join(_PROPERTIES)}", unit)
        return parse_show(self._systemctl(*words).out)

    def reload(self) -> Ran:
        """Have systemd read the unit files again."""
        return self._systemctl("daemon-reload", timeout=90.0)

    def reset_failed(self, units: Sequence[str]) -> None:
        """Forget failures and the count of starts, so that the limit does not stop the next one.

        A unit that has nothing to forget is no error.
        """
        for unit in units:
            self._systemctl("reset-failed", unit)

    def reload_unit(self, unit: str) -> Ran:
        """Have the daemon read its configuration again (SIGHUP)."""
        return self._systemctl("reload", unit)

    def restart(self, unit: str, sockets: Sequence[str] = ()) -> Ran:
        """Ask for a restart, of these sockets before it, and come back at once."""
        return self._systemctl("--no-block", "restart", *sockets, unit)

    def replaced(self, unit: Unit) -> Tuple[str, ...]:
        """The unit's sockets where its process, which was not told of them, listens itself."""
        words = _words_of(unit.main_pid) if self.user is None else ()
        return unit.sockets if words and not _takes_sockets(words) else ()

    def without_file(self, unit: Unit) -> Tuple[str, ...]:
        """Sockets that systemd holds for the unit and whose file in /run is no longer theirs.

        A dockerd without ``-H fd://`` puts its own socket in that place, and takes it away when
        it ends (go-connections sockets/unix_socket.go NewUnixSocket): who starts after it with
        ``fd://`` would listen where nobody can come in.
        """
        if not _takes_sockets(unit.words):
            return ()
        replaced, lost = self.replaced(unit), []
        for socket in unit.sockets:
            shown = self._systemctl("show", "--property=ActiveState,Listen", socket).out
            got = next(iter(blocks(shown)), {})
            paths = [
                line.rpartition(" (")[0]
                for line in got.get("Listen", ())
                if line.startswith("/") and line.endswith(" (Stream)")
            ]
            gone = paths and (replaced or not all(map(os.path.exists, paths)))
            if gone and got.get("ActiveState") == ["active"]:
                lost.append(socket)
        return tuple(lost)

    def log_tail(self, unit: str, since: float) -> str:
        """The unit's last own words since that moment, or ""."""
        words = ["journalctl", *self._scope, "--no-pager", "-q", "-o", "cat", "-n", "40"]
        return run([*words, f"--since=@{int(since)}", "-u", unit], TIME_LIMIT, apart=True).out


def parse_show(text: str) -> Unit:
    """A Unit from what ``systemctl show`` prints of one."""
    got = next(iter(blocks(text)), {})

    def one(name: str, default: str = "") -> str:
        return got.get(name, [default])[0]

    words = exec_words(got.get("ExecStart", []))
    return Unit(
        one("LoadState", "not-found"),
        one("ActiveState", "inactive"),
        one("SubState", "dead"),
        one("Result"),
        _number(one("MainPID")),
        _number(one("NRestarts")),
        one("Job") not in ("", "0"),
        one("FragmentPath"),
        tuple(split_shown(one("DropInPaths"))),
        started(one("ExecMainStartTimestamp"), _number(one("ExecMainStartTimestampMonotonic"))),
        words,
        tuple(environment_files(got.get("EnvironmentFiles", []))),
        tuple(name for name in one("TriggeredBy").split() if name.endswith(".socket")),
        tuple(split_shown(one("Environment"))),
        one("Type").startswith("notify"),
        commands(got.get("ExecStartPre", [])),
        one("NeedDaemonReload") == "yes",
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _words_of(pid: int) -> Tuple[str, ...]:
    return tuple((read_text(f"/proc/{pid}/cmdline") or "").split("\0")) if pid else ()


def _takes_sockets(words: Sequence[str]) -> bool:
    return any("fd://" in word for word in words)
