"""One lab: its namespaces, the outside world with proxies and a registry, and a host."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import glob
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from . import images, proxies, registry
from .commands import LabError, child_of, run, start_time
from .downloads import REPO, cache_folder, os_release
from .host import Host, source_folder
from .trees import DEFAULT_ENGINE, INSIDE, OUTSIDE, Trees

CGROUP_ROOTS = ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup")
HERE = os.path.dirname(os.path.abspath(__file__))


def unusable() -> str | None:
    """Say why this machine can't have a lab, or nothing when it can."""
    if os.geteuid() != 0:
        return "the lab needs root: it makes namespaces and mounts"
    release = os_release()
    if release.get("ID") != "debian":
        return f"the lab needs Debian, this is {release.get('PRETTY_NAME', 'another system')}"
    return None


class Lab:
    """A registry that only proxies can resolve, proxies, and a host with Docker.

    Several can run at the same time: all they share is the cache. As a context
    manager it is started, and ended whatever happens.
    """

    def __init__(self, *, detached: bool = False, engine: str = DEFAULT_ENGINE) -> None:
        self.engine = engine
        self.host = Host(self)
        self.registry = registry.Registry(self)
        self.squid = proxies.Squid(self, "squid", 3128)
        self.auth_proxy = proxies.Squid(
            self, "auth-proxy", 3129, user=proxies.USER, password=proxies.PASSWORD
        )
        self.socks = proxies.Socks(self, "socks", 1080)
        self.repo = REPO
        self._trees = Trees()
        self._detached = detached
        self._state: dict[str, Any] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock: int | None = None
        self._used = False

    @classmethod
    def attach(cls, name: str | None = None) -> Lab:
        """Give a lab that another process started: the named one, or the only one there is."""
        running = {lab: state for lab, state in _recorded() if _alive(state)}
        if name is None and len(running) == 1:
            name = next(iter(running))
        if name not in running:
            raise LabError(f"no such lab; running: {', '.join(running) or 'none'}")
        lab = cls(detached=True, engine=running[name]["engine"])
        lab._state = running[name]
        return lab

    @property
    def name(self) -> str:
        """The lab's own name, as its folder below ``.lab/run`` and its cgroup have it."""
        return str(self._state["name"])

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bring everything up; from nothing it takes minutes, from the cache seconds."""
        reason = unusable()
        if reason is not None:
            raise LabError(reason)
        sweep()
        self._state = {"name": f"dockproxy-lab-{secrets.token_hex(4)}", "engine": self.engine}
        self._state["trees"] = self._trees.prepare(self.engine)
        self._claim_folder()
        atexit.register(self.stop)
        try:
            self._start_keeper()
            self._make_outside()
            self.boot_host()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all processes of this lab, and remove what it made. Twice is fine."""
        if not self._state:
            return
        _end(self._state)
        for process in self._processes.values():
            process.wait(30)
        self._processes.clear()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        self._state = {}
        atexit.unregister(self.stop)

    def leave(self) -> None:
        """Let a detached lab outlive this process."""
        atexit.unregister(self.stop)

    def clean(self) -> None:
        """Give the host of a lab that is as new: the first use of a new one costs nothing."""
        if self._used or "init" not in self._state:
            self.boot_host(DEFAULT_ENGINE)
        self._used = True

    def fresh_image(self) -> str:
        """Put an image under a tag never used before into the registry; give its reference."""
        return images.fresh(self)

    # What the parts of the lab use

    @property
    def keeper(self) -> int:
        """The process that holds the namespaces of the outside world."""
        return int(self._state["keeper"])

    def path(self, *names: str) -> str:
        """Give a path of the lab's own file system as this machine's processes reach it."""
        return os.path.join(f"/proc/{self.keeper}/root", self.inner_path(*names).lstrip("/"))

    def inner_path(self, *names: str) -> str:
        """Give that path as it is within the lab's mount namespace."""
        return os.path.join(self.folder, "fs", *names)

    @property
    def folder(self) -> str:
        """The lab's folder on this machine: records and logs."""
        return os.path.join(cache_folder(), "run", self.name)

    def tree(self, role: str) -> str:
        """Give the path of one of the cached trees."""
        return os.path.join(self._trees.folder, self._state["trees"][role])

    def inside(self, argv: list[str], **options: Any) -> str:
        """Run a program within the lab's namespaces, with this machine's files."""
        return run(self._enter(["-m", "-n", "-p"], argv), **options).stdout

    def spawn(self, name: str, argv: list[str], *, chroot: bool = True) -> None:
        """Start a program of the outside world and record its process id under ``name``."""
        if chroot:
            argv = ["chroot", self.inner_path("outside"), *argv]
        self._spawn(name, self._enter(["-m", "-n", "-p"], argv), f"{name}.log")

    def kill(self, name: str) -> None:
        """End what ``spawn`` started under that name."""
        record = self._state.get("processes", {}).pop(name, None)
        if record is not None and start_time(record["pid"]) == record["start"]:
            os.kill(record["pid"], signal.SIGKILL)
            _wait_gone(record)
        process = self._processes.pop(name, None)
        if process is not None:
            process.wait(30)
        self._save()

    def runs(self, name: str) -> bool:
        """Say if what ``spawn`` started under that name still runs."""
        record = self._state.get("processes", {}).get(name)
        return record is not None and _runs(record)

    def log(self, name: str) -> str:
        """Give what a program of the lab has printed so far."""
        try:
            with open(os.path.join(self.folder, f"{name}.log"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_for_port(self, name: str, port: int, timeout: float = 30) -> None:
        """Wait until something in the outside world listens on a TCP port."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with open(f"/proc/{self.keeper}/net/tcp", encoding="ascii") as table:
                rows = [line.split() for line in table][1:]
            if any(row[3] == "0A" and int(row[1].split(":")[1], 16) == port for row in rows):
                return
            time.sleep(0.01)
        raise LabError(f"{name} did not listen on {port} within {timeout:g} s\n{self.log(name)}")

    def host_init(self) -> int:
        """Give the process id, on this machine, of the host's systemd."""
        init = self._state.get("init")
        if init is None or start_time(init["pid"]) != init["start"]:
            raise LabError("the host is not running; host.reset() boots it")
        return int(init["pid"])

    def boot_host(self, engine: str | None = None) -> None:
        """Throw the old host away and boot a clean one, until its daemon answers."""
        self.stop_host()
        if engine is not None and engine != self._state["engine"]:
            self._state["engine"] = engine
            self._state["trees"] = self._trees.prepare(engine)
        number = self._state["boots"] = self._state.get("boots", 0) + 1
        root = self._mount_host(number)
        self._spawn(
            "link", self._enter(["-m", "-n", "-p"], ["unshare", "--net", "sleep", "infinity"]), None
        )
        self._await_own_network()
        self._make_link()
        self._spawn_nspawn(number, root)
        self._find_init()
        self.host.wait_until_ready()

    def stop_host(self) -> None:
        """End the host with all its processes, and free what it wrote."""
        if "init" not in self._state:
            return
        # The host's own process 1 first: the kernel ends its whole process namespace.
        self._state["processes"]["init"] = self._state.pop("init")
        for name in ("init", "host", "link"):
            self.kill(name)
        number = self._state["boots"]
        folder = self.inner_path(f"host-{number}")
        self.inside(["sh", "-c", 'umount -l "$1/root"; umount -l "$1"; rmdir "$1"', "sh", folder])
        _remove_cgroups(f"{self.name}/host-{number}")
        self._save()

    def _claim_folder(self) -> None:
        os.makedirs(os.path.join(self.folder, "fs"))
        self._lock = os.open(os.path.join(self.folder, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def _save(self) -> None:
        scratch = os.path.join(self.folder, "state.new")
        with open(scratch, "w", encoding="utf-8") as file:
            json.dump(self._state, file)
        os.replace(scratch, os.path.join(self.folder, "state.json"))

    def _start_keeper(self) -> None:
        namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "--mount-proc"]
        mode = "detached" if self._detached else "owned"
        keeper = [sys.executable, "-I", "-S", os.path.join(HERE, "keeper.py"), mode]
        assert self._lock is not None
        with open(os.path.join(self.folder, "keeper.log"), "wb") as log:
            process = subprocess.Popen(
                ["unshare", *namespaces, "--kill-child", *keeper],
                stdin=subprocess.DEVNULL if self._detached else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                pass_fds=[self._lock],
                start_new_session=True,
            )
        self._processes["keeper"] = process
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise LabError(f"no namespaces could be made: {self.log('keeper')}")
        pid = child_of(process.pid)
        if pid is None:
            raise LabError("the lab's first process ended at once")
        self._state["keeper"] = pid
        self._state["processes"] = {"keeper": {"pid": pid, "start": start_time(pid)}}
        self._save()

    def _make_outside(self) -> None:
        lower = ":".join(self.tree(role) for role in ("services", "base"))
        script = """
        set -e
        mount -t tmpfs -o mode=755 dockproxy-lab "$1"
        mkdir "$1/up" "$1/work" "$1/outside"
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/up,workdir=$1/work" "$1/outside"
        mount --bind /dev "$1/outside/dev"
        mount -t tmpfs -o mode=1777 shm "$1/outside/dev/shm"
        mount -t proc proc "$1/outside/proc"
        printf '127.0.0.1 localhost registry.corp.test\\n' > "$1/outside/etc/hosts"
        chroot "$1/outside" ip link set lo up
        """
        self.inside(["sh", "-c", script, "sh", self.inner_path(), lower])
        # On lo: it stays while the link to a host comes and goes.
        self._ip("address", "add", f"{OUTSIDE}/32", "dev", "lo")
        names = [sys.executable, "-I", "-S", os.path.join(HERE, "names.py"), OUTSIDE]
        self.spawn("names", names, chroot=False)
        parts = (self.registry, self.squid, self.auth_proxy, self.socks)
        for part in parts:
            part.launch()
        for part in parts:
            part.wait()

    def _ip(self, *args: str) -> None:
        # Without -p: a process id given to ip is then one of this machine's.
        run(self._enter(["-m", "-n"], ["chroot", self.inner_path("outside"), "ip", *args]))

    def _await_own_network(self) -> None:
        link = self._state["processes"]["link"]["pid"]
        while os.readlink(f"/proc/{link}/ns/net") == os.readlink(f"/proc/{self.keeper}/ns/net"):
            time.sleep(0.002)

    def _make_link(self) -> None:
        peer = str(self._state["processes"]["link"]["pid"])
        self._ip("link", "add", "host0", "type", "veth", "peer", "name", "eth0", "netns", peer)
        self._ip("link", "set", "host0", "up")
        self._ip("route", "add", f"{INSIDE}/32", "dev", "host0", "src", OUTSIDE)
        script = """
        set -e
        ip link set lo up
        ip address add "$1/24" dev eth0
        ip link set eth0 up
        ip route add default via "$2"
        """
        shell = ["chroot", self.inner_path("outside"), "sh", "-c", script, "sh", INSIDE, OUTSIDE]
        mount, net = f"/proc/{self.keeper}/ns/mnt", f"/proc/{peer}/ns/net"
        run(["nsenter", f"--mount={mount}", f"--net={net}", "--", *shell])

    def _mount_host(self, number: int) -> str:
        folder = self.inner_path(f"host-{number}")
        lower = ":".join(self.tree(role) for role in ("site", "engine", "base"))
        script = """
        set -e
        mkdir "$1"
        mount -t tmpfs -o mode=755 dockproxy-host "$1"
        mkdir "$1/up" "$1/work" "$1/root" "$1/docker" "$1/containerd"
        chmod 710 "$1/docker" "$1/containerd"
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/up,workdir=$1/work" "$1/root"
        mkdir -p "$3"
        """
        self.inside(["sh", "-c", script, "sh", folder, lower, self.inner_path("pycache")])
        return folder

    def _spawn_nspawn(self, number: int, folder: str) -> None:
        link = self._state["processes"]["link"]["pid"]
        tools, base = self.tree("tools"), self.tree("base")
        # The base tree's own loader and libraries: the same on every machine.
        (loader,) = glob.glob(f"{base}/usr/lib/*-linux-gnu*/ld-linux-*.so.*")
        where = os.path.basename(os.path.dirname(loader))
        libraries = [
            f"{tree}/usr/lib/{where}{part}" for tree in (tools, base) for part in ("", "/systemd")
        ]
        nspawn = [
            loader,
            "--library-path",
            ":".join(libraries),
            f"{tools}/usr/bin/systemd-nspawn",
            "--quiet",
            f"--directory={folder}/root",
            "--boot",
            "--machine=lab",
            "--hostname=dockerhost",
            "--capability=all",
            "--private-users=no",
            "--register=no",
            "--keep-unit",
            "--console=read-only",
            "--link-journal=no",
            "--resolv-conf=off",
            "--timezone=off",
            f"--network-namespace-path=/proc/{_inner_pid(link)}/ns/net",
            "--system-call-filter=add_key keyctl bpf",
            f"--bind={folder}/docker:/var/lib/docker",
            f"--bind={folder}/containerd:/var/lib/containerd",
            f"--bind-ro={source_folder(self.repo)}:/opt/dockproxy/src",
            f"--bind={self.inner_path('pycache')}:/opt/dockproxy/pycache",
        ]
        self._spawn(
            "host",
            self._enter(["-m", "-p"], nspawn),
            f"host-{number}.log",
            cgroup=f"host-{number}",
            SYSTEMD_NSPAWN_API_VFS_WRITABLE="network",
            SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1",
        )

    def _find_init(self, timeout: float = 30) -> None:
        nspawn = self._state["processes"]["host"]["pid"]
        end = time.monotonic() + timeout
        while time.monotonic() < end and self._processes["host"].poll() is None:
            init = child_of(nspawn)
            with contextlib.suppress(OSError):
                if init is not None:
                    with open(f"/proc/{init}/comm", encoding="ascii") as comm:
                        if comm.read() == "systemd\n":
                            self._state["init"] = {"pid": init, "start": start_time(init)}
                            self._save()
                            return
            time.sleep(0.005)
        raise LabError(f"the host did not boot\n{self.log('host-' + str(self._state['boots']))}")

    def _enter(self, namespaces: list[str], argv: list[str]) -> list[str]:
        return ["nsenter", "-t", str(self.keeper), *namespaces, "--", *argv]

    def _spawn(
        self, name: str, argv: list[str], log: str | None, cgroup: str = "outside", **env: str
    ) -> None:
        group = _make_cgroup(f"{self.name}/{cgroup}")
        out = os.path.join(self.folder, log) if log else os.devnull
        with open(out, "ab") as file:
            process = subprocess.Popen(
                [
                    "sh",
                    "-c",
                    'echo $$ > "$1/cgroup.procs" && shift && exec "$@"',
                    "sh",
                    group,
                    *argv,
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin", **env},
                start_new_session=True,
            )
        self._processes[name] = process
        end = time.monotonic() + 10
        while (pid := child_of(process.pid)) is None:
            if process.poll() is not None or time.monotonic() > end:
                raise LabError(f"{name} ended at once\n{self.log(name)}")
            time.sleep(0.002)
        self._state["processes"][name] = {"pid": pid, "start": start_time(pid)}
        self._save()


def sweep() -> list[str]:
    """Remove what labs left whose first process is gone; give their names."""
    swept = []
    for name, state in _recorded():
        folder = os.path.join(cache_folder(), "run", name)
        try:
            lock = os.open(os.path.join(folder, "lock"), os.O_RDWR)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            _end({**state, "name": name})
            swept.append(name)
        finally:
            os.close(lock)
    return swept


def _recorded() -> list[tuple[str, dict[str, Any]]]:
    folder = os.path.join(cache_folder(), "run")
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        try:
            with open(os.path.join(folder, name, "state.json"), encoding="utf-8") as file:
                found.append((name, json.load(file)))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            found.append((name, {}))
    return found


def _alive(state: dict[str, Any]) -> bool:
    record = state.get("processes", {}).get("keeper")
    return record is not None and start_time(record["pid"]) == record["start"]


def _end(state: dict[str, Any]) -> None:
    """Kill a lab's first process, and with it its process namespace; remove its leftovers."""
    if _alive(state):
        record = state["processes"]["keeper"]
        os.kill(record["pid"], signal.SIGKILL)
        _wait_gone(record)
    _remove_cgroups(state["name"])
    shutil.rmtree(os.path.join(cache_folder(), "run", state["name"]), ignore_errors=True)


def _runs(record: dict[str, Any]) -> bool:
    if start_time(record["pid"]) != record["start"]:
        return False
    with contextlib.suppress(OSError):
        with open(f"/proc/{record['pid']}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    return False


def _wait_gone(record: dict[str, Any]) -> None:
    end = time.monotonic() + 30
    while _runs(record) and time.monotonic() < end:
        time.sleep(0.005)


def _inner_pid(pid: int) -> str:
    """Give a process's id within the innermost process namespace it is in."""
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as status:
        return next(line for line in status if line.startswith("NSpid:")).split()[-1]


def _make_cgroup(name: str) -> str:
    for root in (CGROUP_ROOTS[0], CGROUP_ROOTS[2]):
        if os.path.exists(os.path.join(root, "cgroup.procs")):
            path = os.path.join(root, name)
            os.makedirs(path, exist_ok=True)
            return path
    raise LabError("no cgroup2 file system is mounted below /sys/fs/cgroup")


def _remove_cgroups(name: str) -> None:
    end = time.monotonic() + 10
    for root in CGROUP_ROOTS:
        top = os.path.join(root, name)
        while os.path.isdir(top):
            for path, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):
                    os.rmdir(path)
            if time.monotonic() > end:
                raise LabError(f"processes are left in {top}")
            if os.path.isdir(top):
                time.sleep(0.01)
