"""What a lab records of itself, so that it is ended by its own process ids and no others."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from typing import Any

from .commands import LabError, start_time
from .downloads import cache_folder

CGROUP_ROOTS = ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup")

Process = dict[str, Any]


def runs_folder() -> str:
    """Give the folder that has one folder for each running lab."""
    return os.path.join(cache_folder(), "run")


def claim(name: str) -> int:
    """Make a lab's folder; give the lock that its first process holds while it lives."""
    os.makedirs(runs_folder(), exist_ok=True)
    # Locked before it is where another lab's sweep looks.
    scratch = tempfile.mkdtemp(prefix="new-", dir=cache_folder())
    os.mkdir(os.path.join(scratch, "fs"))
    lock = os.open(os.path.join(scratch, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.rename(scratch, os.path.join(runs_folder(), name))
    return lock


def save(state: dict[str, Any]) -> None:
    """Write a lab's state for other processes to find."""
    folder = os.path.join(runs_folder(), state["name"])
    scratch = os.path.join(folder, "state.new")
    with open(scratch, "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(scratch, os.path.join(folder, "state.json"))


def recorded() -> dict[str, dict[str, Any]]:
    """Give the state of every lab that has a folder, running or not."""
    found = {}
    for name in sorted(os.listdir(runs_folder())) if os.path.isdir(runs_folder()) else []:
        try:
            with open(os.path.join(runs_folder(), name, "state.json"), encoding="utf-8") as file:
                found[name] = json.load(file)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            found[name] = {}
    return found


def process(pid: int) -> Process:
    """Record a process so that another that gets its id later is never taken for it."""
    return {"pid": pid, "start": start_time(pid)}


def runs(record: Process | None) -> bool:
    """Say if the very process that was recorded still runs."""
    if record is None or start_time(record["pid"]) != record["start"]:
        return False
    try:
        with open(f"/proc/{record['pid']}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(record: Process | None, timeout: float = 30) -> None:
    """End a recorded process, if it still runs, and wait until it is gone."""
    if record is None or not runs(record):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(record["pid"], signal.SIGKILL)
    end = time.monotonic() + timeout
    while runs(record):
        if time.monotonic() > end:
            raise LabError(f"process {record['pid']} did not end within {timeout:g} s")
        time.sleep(0.002)


def alive(state: dict[str, Any]) -> bool:
    """Say if a lab's first process runs."""
    return runs(state.get("processes", {}).get("keeper"))


def end(state: dict[str, Any]) -> None:
    """End a lab: its first process, and by the kernel all others; remove what it left."""
    kill(state.get("processes", {}).get("keeper"))
    remove_cgroups(state["name"])
    shutil.rmtree(os.path.join(runs_folder(), state["name"]), ignore_errors=True)


def sweep() -> list[str]:
    """Remove what is left of labs whose first process is gone; give their names."""
    swept = []
    for name, state in recorded().items():
        try:
            lock = os.open(os.path.join(runs_folder(), name, "lock"), os.O_RDWR)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            end({**state, "name": name})
            swept.append(name)
        finally:
            os.close(lock)
    return swept


def make_cgroup(name: str) -> str:
    """Make a cgroup below the root of cgroup 2, wherever the machine has that; give its path."""
    for root in (CGROUP_ROOTS[0], CGROUP_ROOTS[2]):
        if os.path.exists(os.path.join(root, "cgroup.procs")):
            path = os.path.join(root, name)
            os.makedirs(path, exist_ok=True)
            return path
    raise LabError("no cgroup2 file system is mounted below /sys/fs/cgroup")


def remove_cgroups(name: str, timeout: float = 10) -> None:
    """Remove a cgroup and those below it, in every hierarchy, once their processes are gone."""
    last = time.monotonic() + timeout
    for root in CGROUP_ROOTS:
        top = os.path.join(root, name)
        while os.path.isdir(top):
            for path, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(path)
            if os.path.isdir(top):
                if time.monotonic() > last:
                    raise LabError(f"processes are left in {top}")
                time.sleep(0.005)
