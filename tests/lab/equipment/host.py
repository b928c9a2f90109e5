"""A Linux host with systemd and docker.service, as a person at its shell sees it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from . import boot, terminal
from .commands import LabError, Result, run, run_bytes

if TYPE_CHECKING:
    from .lab import Lab
    from .proxies import Proxy
    from .rootless import RootlessHost

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SOURCE = "/opt/dockproxy/src"
# A test run started in the background ignores Ctrl-C, and so would all that it starts.
SIGNALS = ("env", "--default-signal=INT,QUIT,HUP,TERM")

TREE_SCRIPT = """
import base64, json, os, stat, sys
found = {}
def look(path):
    try:
        info = os.lstat(path)
    except FileNotFoundError:
        return
    mode = stat.S_IMODE(info.st_mode)
    kind, content = "other", b""
    if stat.S_ISLNK(info.st_mode):
        kind, content = "link", os.fsencode(os.readlink(path))
    elif stat.S_ISDIR(info.st_mode):
        kind = "folder"
    elif stat.S_ISREG(info.st_mode):
        kind = "file"
        with open(path, "rb") as file:
            content = file.read()
    found[path] = [kind, mode, info.st_uid, info.st_gid, base64.b64encode(content).decode()]
    if kind == "folder":
        for name in sorted(os.listdir(path)):
            look(os.path.join(path, name))
for path in sys.argv[1:]:
    look(path)
json.dump(found, sys.stdout)
"""


class Entry(NamedTuple):
    """One thing in a file tree: all that must be the same after ``undo``."""

    kind: str
    mode: int
    uid: int
    gid: int
    content: bytes


class Host:
    """A booted host. Made by ``Lab``; everything in it is thrown away by ``reset``."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def run(
        self,
        argv: Sequence[str],
        *,
        check: bool = True,
        input: bytes | str | None = None,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        cwd: str | None = None,
        timeout: float = 180,
    ) -> Result:
        """Run a program on the host, without a terminal and with a bare environment."""
        return run(
            self.command(argv, user=user, cwd=cwd),
            check=check,
            input=input,
            env=self.environment(env, user),
            timeout=timeout,
            shown=argv,
        )

    def sh(
        self,
        script: str,
        *args: str,
        check: bool = True,
        input: bytes | str | None = None,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        timeout: float = 180,
    ) -> Result:
        """Run a shell script on the host; ``args`` are its ``$1`` and on."""
        argv = ["sh", "-c", script, "sh", *args]
        return self.run(argv, check=check, input=input, env=env, user=user, timeout=timeout)

    def docker(
        self,
        *args: str,
        check: bool = True,
        input: bytes | str | None = None,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        timeout: float = 180,
    ) -> Result:
        """Run the docker command on the host."""
        argv = ["docker", *args]
        return self.run(argv, check=check, input=input, env=env, user=user, timeout=timeout)

    def systemctl(self, *args: str, check: bool = True, timeout: float = 180) -> Result:
        """Run systemctl on the host."""
        return self.run(["systemctl", *args], check=check, timeout=timeout)

    def dockproxy(
        self,
        *args: str,
        check: bool = True,
        input: bytes | str | None = None,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        timeout: float = 400,
    ) -> Result:
        """Run this repository's dockproxy on the host, with its Python 3.11 and no terminal."""
        return self.run(
            ["python3", "-m", "dockproxy", *args],
            check=check,
            input=input,
            env={"PYTHONPATH": SOURCE, **(env or {})},
            user=user,
            timeout=timeout,
        )

    def dockproxy_tty(
        self,
        *args: str,
        answers: Sequence[tuple[str, str]] = (),
        check: bool = False,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        timeout: float = 400,
    ) -> Result:
        """Run dockproxy at a terminal: each answer is typed when its text was shown.

        ``stdout`` of the result is all that the terminal showed.
        """
        return self.run_tty(
            ["python3", "-m", "dockproxy", *args],
            answers=answers,
            check=check,
            env={"PYTHONPATH": SOURCE, **(env or {})},
            user=user,
            timeout=timeout,
        )

    def run_tty(
        self,
        argv: Sequence[str],
        *,
        answers: Sequence[tuple[str, str]] = (),
        check: bool = False,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        timeout: float = 180,
    ) -> Result:
        """Run a program at a terminal of its own, see ``dockproxy_tty``."""
        argv = list(argv)
        return terminal.run(
            self.command([*SIGNALS, "setsid", "--ctty", "--wait", *self._as(user), *argv]),
            answers=answers,
            check=check,
            env=self.environment({"TERM": "xterm", **(env or {})}, user),
            timeout=timeout,
            shown=argv,
        )

    def start(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program on the host and leave it running; its outputs are pipes."""
        return subprocess.Popen(
            self.command([*SIGNALS, *self._as(user), *argv]),
            env=self.environment(env, user),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def write(self, path: str, content: bytes | str, mode: int = 0o644) -> None:
        """Write a file as root, and the folders above it."""
        script = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chmod "$2" "$1"'
        self.sh(script, path, f"{mode:o}", input=content)

    def read(self, path: str) -> bytes:
        """Give a file's bytes."""
        return run_bytes(self.command(["cat", path]), env=self.environment())[1]

    def exists(self, path: str) -> bool:
        """Say if there is anything at a path, be it a dangling link."""
        return self.sh('test -e "$1" || test -L "$1"', path, check=False).returncode == 0

    def remove(self, *paths: str) -> None:
        """Remove files and whole folders, if they are there."""
        self.run(["rm", "-rf", "--", *paths])

    def tree(self, *paths: str) -> dict[str, Entry]:
        """Give all that lies at and below the paths, for comparing before with after."""
        found = json.loads(self.run(["python3", "-c", TREE_SCRIPT, *paths]).stdout)
        return {
            path: Entry(kind, mode, uid, gid, base64.b64decode(content))
            for path, (kind, mode, uid, gid, content) in found.items()
        }

    def add_programs(self) -> None:
        """Give it the programs that people run in containers: ``trees.PROGRAMS``."""
        tree = self._lab.programs()
        packed = subprocess.run(["tar", "-C", tree, "-c", "."], stdout=subprocess.PIPE, check=True)
        self.run(["tar", "-C", "/", "-x", "--keep-directory-symlink"], input=packed.stdout)
        self.run(["ldconfig"])

    def add_image(self) -> str:
        """Give it an image without asking a registry: ``/busybox`` and nothing else."""
        tools = os.path.join(self._lab.tools, "usr/bin")
        packed = subprocess.run(
            ["tar", "-C", tools, "-c", "busybox"], stdout=subprocess.PIPE, check=True
        )
        self.docker("import", "-", "box", input=packed.stdout)
        return "box"

    def daemon_pid(self) -> int:
        """Give the process id of dockerd on the host, 0 when docker.service has none."""
        return int(self.systemctl("show", "--property=MainPID", "--value", "docker").stdout)

    def journal(self, unit: str = "docker") -> str:
        """Give a unit's log since boot."""
        return self.run(["journalctl", "--no-pager", "-o", "cat", "-u", unit]).stdout

    def relay(self, listen: str, to: Proxy) -> None:
        """Have a proxy answer at an address of the host itself, such as ``127.0.0.1:7890``.

        Until the next ``reset``; as a process it is not on the host, its port is.
        """
        address, _, port = listen.rpartition(":")
        target, _, target_port = to.address.rpartition(":")
        spaces = self._lab.spaces
        argv = ["/usr/bin/python3", "-I", "-S", "/lab/relay.py", address, port, target, target_port]
        name = f"relay-{listen.replace(':', '-')}"
        spaces.spawn(name, boot.beside_host(spaces, argv))
        spaces.wait_for_port(name, int(port))

    def serve_registry(self, address: str) -> None:
        """Have the registry's images served in plain HTTP at an address of the host itself, until
        the next ``reset``.
        """
        spaces = self._lab.spaces
        argv = self._lab.registry.in_plain_http(address)
        spaces.spawn("relay-registry", boot.beside_host(spaces, argv))
        spaces.wait_for_port("relay-registry", int(address.rpartition(":")[2]))

    def reset(self, engine: str | None = None) -> None:
        """Throw everything away and boot anew: a clean host with a running daemon.

        ``engine`` is another engine's version, of ``trees.ENGINES``.
        """
        self._lab.boot_host(engine)

    def rootless(self, user: str = "bob") -> RootlessHost:
        """Take root's daemon away and set up this user's; the answer is the host as they see it."""
        from . import rootless

        return rootless.install(self._lab, user)

    def stop(self) -> None:
        """End the host; ``reset`` brings a clean one back."""
        boot.shut(self._lab.spaces)

    def command(
        self, argv: Sequence[str], *, user: str | None = None, cwd: str | None = None
    ) -> list[str]:
        """Give the command line that runs a program on the host from this machine."""
        at = ["env", f"--chdir={cwd}"] if cwd else []
        return boot.into_host(self._lab.spaces, [*at, *self._as(user), *argv])

    def environment(
        self, env: Mapping[str, str] | None = None, user: str | None = None
    ) -> dict[str, str]:
        """Give a bare environment of the host's, and not this machine's."""
        home = "/root" if user in (None, "root") else f"/home/{user}"
        name = user or "root"
        bare = {"PATH": PATH, "HOME": home, "USER": name, "LOGNAME": name, "LANG": "C.UTF-8"}
        bare["PYTHONPYCACHEPREFIX"] = "/opt/dockproxy/pycache"
        return {**bare, **(env or {})}

    def wait_until_ready(self, timeout: float = 60) -> None:
        """Wait for systemd to be up and the daemon to answer."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            answer = self.run(["systemctl", "is-active", "docker.service"], check=False)
            if answer.stdout.strip() == "active" and self._answers():
                return
            time.sleep(0.05)
        failed = self.run(["systemctl", "list-units", "--failed"], check=False).output
        raise LabError(f"the daemon was not up after {timeout:g} s\n{failed}\n{self.journal()}")

    def _answers(self) -> bool:
        return self.docker("version", check=False).returncode == 0

    @staticmethod
    def _as(user: str | None) -> list[str]:
        if user in (None, "root"):
            return []
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
