"""The process that lives in a world of its own: all addresses are the recorder's there.

``python -m tests.lab.oracle.world PROGRAM@VERSION`` below ``unshare`` (see oracle.py) reads a case
a line as JSON from standard input and writes what was seen as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.lab.oracle import agreement, names, recorder
from tests.lab.oracle.agreement import Seen
from tests.lab.oracle.drivers import Driver, driver

BASE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/mnt"}
NETWORK = f"""
set -e
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
for ip in iptables ip6tables; do
  "$1" "$2" $ip-legacy -w -t nat -A OUTPUT -p tcp -j REDIRECT --to-ports {recorder.PORT}
done
"""
OUTPUT = 2000


def main(name: str, firewall_root: str) -> None:
    """Set the world up and answer until standard input ends."""
    asked = driver(name)
    subprocess.run(["sh", "-c", NETWORK, "sh", "chroot", firewall_root], check=True)
    root = asked.root() if asked.root is not None else "/"
    _lay_out(root, asked)
    world = World(asked, root)
    print("ready", flush=True)
    for line in sys.stdin:
        case = json.loads(line)
        answers = list(world.ask(case["env"], case["targets"]))
        print(json.dumps(answers), flush=True)


def _lay_out(root: str, asked: Driver) -> None:
    """Mount what a program finds below its root."""
    if root != "/":
        for kind in ("dev", "proc"):
            _mount("--rbind", f"/{kind}", f"{root}/{kind}")
        _mount("-t", "tmpfs", "tmpfs", f"{root}/tmp")
    scratch = tempfile.mkdtemp(dir="/dev/shm")
    _mount("-t", "tmpfs", "tmpfs", scratch)
    for name, content in {
        "resolv.conf": f"nameserver {names.ADDRESS}\noptions timeout:1 attempts:2\n",
        "hosts": f"127.0.0.1 localhost {socket.gethostname()}\n::1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
    }.items():
        with open(f"{scratch}/{name}", "w", encoding="utf-8") as file:
            file.write(content)
        _mount("--bind", f"{scratch}/{name}", f"{root}/etc/{name}")
    _mount("-t", "tmpfs", "tmpfs", f"{root}/mnt")
    for name, content in asked.files.items():
        with open(f"{root}/mnt/{name}", "w", encoding="utf-8") as file:
            file.write(content)
    for name, get in asked.binds.items():
        os.mkdir(f"{root}/mnt/{name}")
        _mount("--bind", get(), f"{root}/mnt/{name}")


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


class World:
    """Asks one program."""

    def __init__(self, asked: Driver, root: str) -> None:
        self._driver = asked
        self._below = ["/usr/sbin/chroot", root] if root != "/" else []
        self._names = names.Names(asked.strict_names)
        self._recorder = recorder.Recorder()

    def ask(self, env: Mapping[str, str], targets: Sequence[str]) -> Iterator[dict[str, Any]]:
        """For each target: token, all connections, and the end of what the program printed."""
        environment = {**BASE, **self._driver.env, **env}
        run = self._line_by_line if self._driver.lines else self._one_by_one
        for target, output in run(environment, targets):
            came = [Seen(self._names.name(each.host), *each[1:]) for each in self._recorder.take()]
            yield {
                "token": agreement.token(came, target),
                "came": came,
                "output": output[-OUTPUT:],
            }

    def _one_by_one(
        self, environment: dict[str, str], targets: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        for target in targets:
            command = [word.replace("{}", target) for word in self._driver.command]
            yield target, self._once(command, environment)

    def _once(self, command: list[str], environment: dict[str, str]) -> str:
        try:
            process = subprocess.Popen(
                [*self._below, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"(can't be run: {error})"
        said, ended = b"", ""
        try:
            said, _ = process.communicate(timeout=self._driver.timeout)
        except subprocess.TimeoutExpired:
            # What it started holds its output open: end these too.
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            ended = "(ended: it took too long)"
        return f"{said.decode('utf-8', 'backslashreplace')}{ended}(exit {process.returncode})"

    def _line_by_line(
        self, environment: dict[str, str], targets: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        program: _Program | None = None
        for target in targets:
            program = program or _Program([*self._below, *self._driver.command], environment)
            output, alive = program.ask(target, self._driver.timeout)
            yield target, output
            if not alive:
                program.end()
                program = None
        if program is not None:
            program.end()


class _Program:
    """A program that is given a target a line, and says ``done`` after each."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._log = tempfile.TemporaryFile(dir="/dev/shm")  # noqa: SIM115
        self._read = 0
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            bufsize=0,
        )

    def ask(self, target: str, timeout: float) -> tuple[str, bool]:
        """Its output, and whether it goes on."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        said, alive = b"", True
        timer = _Timer(self._process, time.monotonic() + timeout)
        try:
            self._process.stdin.write(target.encode("utf-8", "surrogateescape") + b"\n")
            while (line := self._process.stdout.readline()).strip() != b"done":
                said += line
                if not line:
                    alive = False
                    break
        except OSError:
            alive = False
        finally:
            timer.stop()
        self._log.seek(self._read)
        said += self._log.read()
        self._read = self._log.tell()
        return said.decode("utf-8", "backslashreplace"), alive

    def end(self) -> None:
        """End it, however it is."""
        self._process.kill()
        self._process.communicate()
        self._log.close()


class _Timer:
    """Kills a process at a time, unless stopped."""

    def __init__(self, process: subprocess.Popen[bytes], at: float) -> None:
        self._timer = threading.Timer(at - time.monotonic(), process.kill)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
