"""The namespaces of one lab, and the programs that run in them."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from . import records
from .commands import LabError, child_of, run, start_time

HERE = os.path.dirname(os.path.abspath(__file__))
NSENTER, UNSHARE, CHROOT = "/usr/bin/nsenter", "/usr/bin/unshare", "/usr/sbin/chroot"


class Namespaces:
    """Mounts, processes and network of a lab: they last as long as its first process.

    ``state`` is all that another process needs to use or end the lab.
    """

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self.state: dict[str, Any] = state or {"name": f"dockproxy-lab-{secrets.token_hex(4)}"}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def folder(self) -> str:
        """The lab's folder on this machine: records and logs."""
        return os.path.join(records.runs_folder(), self.state["name"])

    @property
    def keeper(self) -> int:
        """The lab's first process."""
        return int(self.state["processes"]["keeper"]["pid"])

    def open(self, *, detached: bool) -> None:
        """Make the namespaces; unless ``detached`` they end when this process does."""
        lock = records.claim(self.state["name"])
        kinds = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--mount-proc"]
        mode = "detached" if detached else "owned"
        keeper = [sys.executable, "-I", "-S", os.path.join(HERE, "keeper.py"), mode]
        with open(os.path.join(self.folder, "keeper.log"), "wb") as log:
            child = subprocess.Popen(
                [UNSHARE, *kinds, "--kill-child", *keeper],
                stdin=subprocess.DEVNULL if detached else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,
            )
        os.close(lock)
        self._children["keeper"] = child
        assert child.stdout is not None
        ready = child.stdout.readline() == b"ready\n"
        pid = child_of(child.pid)
        if not ready or pid is None:
            raise LabError(f"no namespaces could be made: {self.log('keeper')}")
        self.state["processes"] = {"keeper": records.process(pid)}
        records.save(self.state)

    def close(self) -> None:
        """End everything in the namespaces, and remove what the lab made."""
        records.end(self.state)
        for child in self._children.values():
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
            child.wait(30)
        self._children.clear()

    def inner_path(self, *names: str) -> str:
        """Give a path of the lab's own file system as its programs see it."""
        return os.path.join(self.folder, "fs", *names)

    def path(self, *names: str) -> str:
        """Give that path as this machine's processes reach it."""
        return os.path.join(f"/proc/{self.keeper}/root", self.inner_path(*names).lstrip("/"))

    def enter(self, argv: Sequence[str], *, root: str | None = None) -> list[str]:
        """Give the command line that runs a program in the lab, below ``root`` if given."""
        below = [CHROOT, self.inner_path(root)] if root is not None else []
        return [NSENTER, "-t", str(self.keeper), "-m", "-n", "-p", "--", *below, *argv]

    def enter_network_of(self, name: str, argv: Sequence[str], *, root: str) -> list[str]:
        """Give the command line that runs a program below ``root``, with a process's network.

        It stays in this machine's process namespace: ids given to it are ours.
        """
        network = f"--net=/proc/{self.pid(name)}/ns/net"
        mounts = f"--mount=/proc/{self.keeper}/ns/mnt"
        return [NSENTER, mounts, network, "--", CHROOT, self.inner_path(root), *argv]

    def run(self, argv: Sequence[str]) -> str:
        """Run a program in the lab to its end; give its output."""
        return run(self.enter(argv)).stdout

    def spawn(
        self,
        name: str,
        argv: Sequence[str],
        *,
        cgroup: str = "outside",
        env: dict[str, str] | None = None,
    ) -> None:
        """Start a command line of ``enter`` and record the process under ``name``."""
        group = records.make_cgroup(f"{self.state['name']}/{cgroup}")
        join = 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"'
        with open(os.path.join(self.folder, f"{name}.log"), "ab") as log:
            child = subprocess.Popen(
                ["/bin/sh", "-c", join, "sh", group, *argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})},
                start_new_session=True,
            )
        self._children[name] = child
        last = time.monotonic() + 10
        while (pid := child_of(child.pid)) is None:
            if child.poll() is not None or time.monotonic() > last:
                raise LabError(f"{name} ended at once\n{self.log(name)}")
            time.sleep(0.002)
        self.record(name, pid)

    def record(self, name: str, pid: int) -> None:
        """Record a process of the lab under a name."""
        self.state["processes"][name] = records.process(pid)
        records.save(self.state)

    def pid(self, name: str) -> int:
        """Give the id, on this machine, of a recorded process that runs."""
        record = self.state.get("processes", {}).get(name)
        if record is None or start_time(record["pid"]) != record["start"]:
            raise LabError(f"{name} is not running")
        return int(record["pid"])

    def runs(self, name: str) -> bool:
        """Say if a recorded process runs."""
        return records.runs(self.state.get("processes", {}).get(name))

    def names(self) -> list[str]:
        """Give the names of all recorded processes."""
        return list(self.state.get("processes", {}))

    def kill(self, name: str) -> None:
        """End a recorded process, if it runs."""
        records.kill(self.state["processes"].pop(name, None))
        child = self._children.pop(name, None)
        if child is not None:
            child.wait(30)
        records.save(self.state)

    def log(self, name: str) -> str:
        """Give what a program of the lab has printed so far."""
        try:
            path = os.path.join(self.folder, f"{name}.log")
            with open(path, encoding="utf-8", errors="backslashreplace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_for_port(self, name: str, port: int, timeout: float = 30) -> None:
        """Wait until a process listens on a TCP port of its network."""
        last = time.monotonic() + timeout
        while time.monotonic() < last and self.runs(name):
            rows = []
            for table in ("tcp", "tcp6"):
                with open(f"/proc/{self.pid(name)}/net/{table}", encoding="ascii") as lines:
                    rows += [line.split() for line in lines][1:]
            # State 0A is LISTEN; the address ends with the port in hexadecimal (proc(5)).
            if any(row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port for row in rows):
                return
            time.sleep(0.01)
        raise LabError(f"{name} does not listen on {port}\n{self.log(name)}")


def inner_pid(pid: int) -> str:
    """Give a process's id within the innermost process namespace that it is in."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as status:
        return next(line for line in status if line.startswith("NSpid:")).split()[-1]
