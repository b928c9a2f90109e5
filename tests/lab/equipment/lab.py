"""One lab: the outside world with proxies and a registry, and a host with Docker."""

from __future__ import annotations

import atexit
import os
import re

from . import boot, images, proxies, records, registry, stand_in
from .commands import LabError, run
from .downloads import REPO, cache_folder, os_release
from .host import Host
from .namespaces import HERE, Namespaces
from .trees import DEFAULT_ENGINE, OUTSIDE, Trees

OUTSIDE_SCRIPT = """
set -e
# This machine's daemons can't be met by their sockets, and nspawn keeps its locks to the lab.
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=755 dockproxy-lab "$1"
mkdir "$1/up" "$1/work" "$1/outside"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/up,workdir=$1/work" "$1/outside"
mount --bind /dev "$1/outside/dev"
mount -t tmpfs -o mode=1777 shm "$1/outside/dev/shm"
mount -t proc proc "$1/outside/proc"
printf '127.0.0.1 localhost registry.corp.test\\n' > "$1/outside/etc/hosts"
mkdir -p "$1/outside/lab"
cp "$3/names.py" "$3/relay.py" "$1/outside/lab"
chroot "$1/outside" ip link set lo up
# On lo: it stays while the link to a host comes and goes.
chroot "$1/outside" ip address add "$4/32" dev lo
"""
PYTHON = ("/usr/bin/python3", "-I", "-S")


def unusable() -> str | None:
    """Say why this machine can't have a lab, or nothing when it can."""
    if os.geteuid() != 0:
        return "the lab needs root: it makes namespaces and mounts"
    release = os_release()
    if release.get("ID") != "debian":
        return f"the lab needs Debian, this is {release.get('PRETTY_NAME', 'another system')}"
    if re.search(r"[^\w./+@-]", cache_folder()):
        return f"set DOCKPROXY_LAB_CACHE to a plain path: mount options can't hold {cache_folder()}"
    return None


class Lab:
    """A registry that only proxies can resolve, proxies, and a host with Docker.

    Several can run at the same time: all they share is the cache. As a context
    manager it is started, and ended whatever happens.
    """

    def __init__(self, *, engine: str = DEFAULT_ENGINE, detached: bool = False) -> None:
        self.engine = engine
        self.spaces = Namespaces()
        self.host = Host(self)
        self.registry = registry.Registry(self)
        self.squid = proxies.Squid(self, "squid", 3128)
        self.auth_proxy = proxies.Squid(
            self, "auth-proxy", 3129, user=proxies.USER, password=proxies.PASSWORD
        )
        self.tls_proxy = proxies.TlsSquid(self, "tls-proxy", 3130)
        self.socks = proxies.Socks(self, "socks", 1080)
        self.auth_socks = proxies.Socks(
            self, "auth-socks", 1081, user=proxies.USER, password=proxies.PASSWORD
        )
        self._trees = Trees()
        self._paths: dict[str, str] = {}
        self._detached = detached
        self._open = False
        self._used = False

    @classmethod
    def attach(cls, name: str | None = None) -> Lab:
        """Give a lab that another process started: the named one, or the only one there is."""
        running = {lab: state for lab, state in records.recorded().items() if records.alive(state)}
        if name is None and len(running) == 1:
            name = next(iter(running))
        if name not in running:
            raise LabError(f"which lab? running: {', '.join(running) or 'none'}")
        lab = cls(detached=True, engine=running[name]["engine"])
        lab.spaces = Namespaces(running[name])
        lab._paths = lab._trees.prepare(lab.engine)
        lab._open = True
        return lab

    @property
    def name(self) -> str:
        """The lab's own name, as its folder below ``.lab/run`` and its cgroup have it."""
        return str(self.spaces.state["name"])

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bring everything up; from nothing it takes a minute, from the cache a second."""
        reason = unusable()
        if reason is not None:
            raise LabError(reason)
        records.sweep()
        self._paths = self._trees.prepare(self.engine)
        self.spaces.state["engine"] = self.engine
        atexit.register(self.stop)
        self._open = True
        try:
            self.spaces.open(detached=self._detached)
            self._make_outside()
            self.boot_host()
            self._used = False
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all processes of this lab, and remove what it made. Twice is fine."""
        if self._open:
            self.spaces.close()
            self._open = False
            atexit.unregister(self.stop)

    def leave(self) -> None:
        """Let a detached lab outlive this process."""
        atexit.unregister(self.stop)

    def clean(self) -> None:
        """Give a host as new; the first one after ``start`` is that already."""
        if self._used or not self.spaces.runs("init"):
            self.boot_host(self.engine)
        self._used = True

    @property
    def tools(self) -> str:
        """The tree with a static busybox."""
        return self._paths["tools"]

    def programs(self) -> str:
        """Give the tree with ``trees.PROGRAMS``, made if it is not there yet."""
        return self._trees.programs()

    def fresh_image(self) -> str:
        """Put an image under a tag never used before into the registry; give its reference."""
        return images.fresh(self.registry.storage, self.registry.address, self.tools)

    def stand_in(self, image: str = stand_in.IMAGE, host: Host | None = None) -> str:
        """Have an image on the host that stands in for BuildKit's; gives its name."""
        with open(os.path.join(self._paths["tools"], "usr/bin/busybox"), "rb") as file:
            return stand_in.load(host or self.host, file.read(), image)

    def boot_host(self, engine: str | None = None) -> None:
        """Throw the old host away and boot a clean one, until its daemon answers.

        ``engine`` is another version than the host had, of ``trees.ENGINES``.
        """
        self._used = True
        boot.shut(self.spaces)
        if engine is not None and engine != self.spaces.state["engine"]:
            self._paths = self._trees.prepare(engine)
            self.spaces.state["engine"] = engine
        boot.boot(self.spaces, self._paths, os.path.join(REPO, "src"))
        self.host.wait_until_ready()

    def _make_outside(self) -> None:
        lower = f"{self._paths['services']}:{self._paths['base']}"
        folder = self.spaces.inner_path()
        script = ["/bin/sh", "-c", OUTSIDE_SCRIPT, "sh", folder, lower, HERE, OUTSIDE]
        run(self.spaces.enter(script), env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        names = self.spaces.enter([*PYTHON, "/lab/names.py", OUTSIDE], root="outside")
        self.spaces.spawn("names", names)
        parts = (self.registry, self.squid, self.auth_proxy, self.socks)
        for part in parts:
            part.launch()
        for part in parts:
            part.wait()
