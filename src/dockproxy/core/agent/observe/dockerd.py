"""The running dockerd: its words, its environment at start, and since when it runs."""

from __future__ import annotations

import os
import time

from dockproxy.core.agent.observe.look import NEEDS_ROOT, Look
from dockproxy.core.agent.observe.secrets import addresses_in
from dockproxy.core.agent.observe.values import kept_variables, masked_arguments, pairs
from dockproxy.core.agent.system import read_text, run, user_of
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.snapshot import Process
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterable, List, Optional, Sequence, Tuple


NAME = "daemon"
_PROGRAM = "dockerd"
# proc(5): field 22 of stat, counted from the one after the command's closing parenthesis.
_START_TIME = 19
_VERSION_TIMEOUT = 5.0


class Running(NamedTuple):
    """words: the arguments unmasked, for ``--config-file``; folder: its working folder.

    config_home: below RootlessKit where it looks for ``docker/daemon.json``, else "".
    unit: the system's unit that it belongs to, "" if none or a user's.
    """

    process: Process
    words: Tuple[str, ...]
    folder: str
    config_home: str = ""
    unit: str = ""


def pid_of_file() -> int:
    """The process of the default pid file if it is a dockerd, else 0. Cheap."""
    text = (read_text(linux.PID_FILE) or "").strip()
    pid = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return pid if pid and is_dockerd(pid) else 0


def is_dockerd(pid: int) -> bool:
    """Whether that process is a dockerd of this process namespace, not one in a container."""
    if (read_text(f"/proc/{pid}/comm") or "").strip() != _PROGRAM:
        return False
    for line in (read_text(f"/proc/{pid}/status") or "").split("\n"):
        if line.startswith("NSpid:"):
            return len(line.split()) == 2
    return True


def find(candidates: Iterable[int], owner: Optional[int] = None) -> int:
    """The first candidate that is a dockerd, else the first dockerd of /proc, else 0.

    owner: the only user whose one counts, None for anybody's.
    """
    for pid in candidates:
        if pid > 1 and is_dockerd(pid):
            return pid
    try:
        names = os.listdir("/proc")
    except OSError:
        return 0
    pids = sorted(int(name) for name in names if name.isascii() and name.isdigit())
    ours = (pid for pid in pids if owner is None or owner_of(pid) == owner)
    return next((pid for pid in ours if is_dockerd(pid)), 0)


def observe(
    look: Look, candidates: Iterable[int], owner: Optional[int] = None
) -> Optional[Running]:
    """The dockerd of this machine or (owner) of this user, None if none runs."""
    pid = find(candidates, owner)
    if pid:
        running = _running(look, pid)
        if running is not None:
            return running
    if read_text("/proc/1/comm") is None:
        look.miss("daemon.process", "permission", NEEDS_ROOT)
    return None


def _running(look: Look, pid: int) -> Optional[Running]:
    started = start_time(pid)
    command = read_text(f"/proc/{pid}/cmdline")
    if started is None or not command:
        return None
    words = tuple(command.rstrip("\0").split("\0"))
    environment = _environment(pid)
    if environment is None:
        look.miss("daemon.environment", "permission", NEEDS_ROOT)
    look.secrets.note(addresses_in("daemon.environment", environment or {}))
    look.secrets.note_flags("daemon.flags", words)
    process = Process(
        pid,
        masked_arguments(words),
        started,
        _link(pid, "exe"),
        None if environment is None else kept_variables(environment),
    )
    home = _config_home(pid, environment)
    return Running(process, words, _link(pid, "cwd") or "/", home, unit_of(pid))


def version_of(words: Sequence[str]) -> str:
    """What the program that a unit starts says of itself; "" where it is no dockerd of root's."""
    path = words[0] if words else ""
    if not path.startswith("/") or os.path.basename(path) != _PROGRAM:
        return ""
    try:
        facts = os.stat(path)
    except OSError:
        return ""
    if facts.st_uid != 0 or facts.st_mode & 0o022:
        return ""
    said = run([path, "--version"], _VERSION_TIMEOUT).out
    before, _, rest = said.partition("Docker version ")
    return "" if before else rest.partition(",")[0].strip()


def _config_home(pid: int, environment: Optional[Dict[str, str]]) -> str:
    """moby 26.1 cmd/dockerd/daemon_unix.go with pkg/rootless and pkg/homedir: RootlessKit's own
    variable decides. Where it can't be read, another user than root does."""
    uid = owner_of(pid)
    if environment is None:
        user = user_of(uid) if uid else None
        return f"{user.home}/.config" if user else ""
    if "ROOTLESSKIT_STATE_DIR" not in environment:
        return ""
    user = user_of(uid)
    home = environment.get("HOME") or (user.home if user else "")
    return environment.get("XDG_CONFIG_HOME") or f"{home}/.config"


def owner_of(pid: int) -> int:
    """The user that a process runs as, 0 if it is gone."""
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return 0


def unit_of(pid: int) -> str:
    """The system's unit that a process belongs to, by its cgroup (systemd names groups after
    units); "" for a user's unit and for none."""
    for line in (read_text(f"/proc/{pid}/cgroup") or "").split("\n"):
        hierarchy, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if hierarchy != "0" and controllers != "name=systemd":
            continue
        parts = path.split("/")
        if parts[-1].endswith(".service") and not any(part.startswith("user@") for part in parts):
            return parts[-1]
    return ""


def start_time(pid: int) -> Optional[float]:
    """When a process started, in seconds since 1970, to a hundredth; None if it is gone.

    /proc/stat's btime is cut to whole seconds; the clocks give the moment of boot exactly.
    """
    stat = read_text(f"/proc/{pid}/stat")
    if not stat:
        return None
    fields: List[str] = stat.rpartition(")")[2].split()
    if len(fields) <= _START_TIME:
        return None
    ticks = int(fields[_START_TIME]) / os.sysconf("SC_CLK_TCK")
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return booted + ticks


def _environment(pid: int) -> Optional[Dict[str, str]]:
    text = read_text(f"/proc/{pid}/environ")
    return None if text is None else pairs(text.split("\0"))


def _link(pid: int, name: str) -> Optional[str]:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return None
