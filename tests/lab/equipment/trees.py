"""The file trees that hosts are stacked from, made once and kept in the cache.

An overlay of them is a host: ``base`` (Debian 12 with systemd), an ``engine``,
``rootless`` (what a rootless engine needs beside it) and ``site`` (what this lab
adds: the registry's certificate, the name server, two users). ``services`` is
what proxies and the registry run on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence

from .commands import LabError, run
from .downloads import Archive, cache_folder, locked, mirror

BASE_SUITE = "bookworm"
BASE_PACKAGES = (
    "systemd,systemd-sysv,dbus,iptables,iproute2,runc,ca-certificates,openssl,python3,"
    "python3-venv,procps,libseccomp2,sudo,strace,libunwind8"
)
NEWEST = "newest"
TOOLS = ("debootstrap", "systemd-container", "libsystemd-shared", "busybox-static")
SERVICES = ("squid-openssl", "microsocks")
ROOTLESS = ("rootlesskit", "slirp4netns", "uidmap", "dbus-user-session")
ENGINES = {
    "26.1.5": ("trixie", ("docker.io", "docker-cli", "docker-buildx", "docker-compose"), True),
    "20.10.24": ("bookworm", ("docker.io",), False),
    NEWEST: ("forky", ("docker.io", "docker-cli", "docker-buildx", "docker-compose"), True),
}
SHELLS = ("zsh", "fish", "mandoc", "groff-base")
PROGRAMS = ("curl", "wget", "git", "python3-pip")
CAREFUL_RUNC = os.path.join(os.path.dirname(os.path.realpath(__file__)), "careful_runc.py")
PLUGINS = {"20.10.24": ("trixie", ("docker-buildx", "docker-compose"))}
"""For an engine whose own suite has none: plugins that its users took from elsewhere."""
DEFAULT_ENGINE = "26.1.5"
REGISTRY = "registry.corp.test"
REGISTRY_PORT = 5443
PROXY_NAME = "proxy.corp.test"
REGISTRY_ADDRESS = f"{REGISTRY}:{REGISTRY_PORT}"
OUTSIDE = "10.88.0.1"
INSIDE = "10.88.0.2"
OUTSIDE_V6 = "fd88::1"
INSIDE_V6 = "fd88::2"

BASE_SCRIPT = """
set -e
groupadd -r docker
useradd -m -s /bin/bash -G sudo ann
useradd -m -s /bin/bash bob
printf 'ann ALL=(ALL) NOPASSWD: ALL\\n' > /etc/sudoers.d/ann
chmod 440 /etc/sudoers.d/ann
printf 'dockerhost\\n' > /etc/hostname
printf '127.0.0.1 localhost\\n127.0.1.1 dockerhost\\n::1 localhost\\n' > /etc/hosts
printf 'nameserver %s\\noptions timeout:1 attempts:1\\n' {outside} > /etc/resolv.conf
printf '0123456789abcdef0123456789abcdef\\n' > /etc/machine-id
systemctl mask console-getty.service apt-daily.timer apt-daily-upgrade.timer \\
  dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/*
"""

CERTIFICATE_SCRIPT = """
set -e
mkdir -p /lab
cd /lab
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \\
  -subj /CN={name} -addext subjectAltName=DNS:{name} \\
  -keyout registry.key -out registry.crt 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \\
  -subj "/CN=the lab's own CA" -keyout ca.key -out ca.crt 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=proxy \\
  -keyout proxy.key -out proxy.csr 2>/dev/null
printf 'subjectAltName=IP:%s,DNS:{proxy}\\n' {outside} > proxy.ext
openssl x509 -req -in proxy.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 \\
  -extfile proxy.ext -out proxy.crt 2>/dev/null
chmod 644 proxy.key
"""

SITE_SCRIPT = """
set -e
systemctl enable containerd.service docker.service docker.socket
mkdir -p /etc/docker/certs.d/{address}
cat > /etc/docker/certs.d/{address}/ca.crt
"""


class Trees:
    """Where each tree lies; made by ``prepare``."""

    def __init__(self) -> None:
        self.folder = os.path.join(cache_folder(), "trees")

    def prepare(self, engine: str = DEFAULT_ENGINE) -> dict[str, str]:
        """Make what is missing; give each tree's path by role."""
        if engine not in ENGINES:
            raise LabError(f"no engine {engine!r}; there are {', '.join(ENGINES)}")
        with locked("trees.lock"):
            tools, base = self._tools_and_base()
            made = {
                "tools": tools,
                "base": base,
                "engine": self._tree(
                    f"engine-{engine}",
                    repr((*ENGINES[engine], *PLUGINS.get(engine, ())))
                    + _text_of(CAREFUL_RUNC if engine in PLUGINS else os.devnull),
                    lambda to: _make_engine(to, engine),
                ),
                "rootless": self._tree(
                    "rootless",
                    repr(ROOTLESS) + base,
                    lambda to: _make_rootless(to, self._path(base)),
                ),
                "services": self._tree(
                    "services",
                    repr(SERVICES) + CERTIFICATE_SCRIPT + base,
                    lambda to: _make_services(to, self._path(base)),
                ),
            }
            below = sorted((role, name) for role, name in made.items() if role != "rootless")
            made["site"] = self._tree(
                f"site-{engine}",
                SITE_SCRIPT + repr(below),
                lambda to: _make_site(
                    to, *(self._path(made[r]) for r in ("services", "engine", "base"))
                ),
            )
        return {role: self._path(name) for role, name in made.items()}

    def base(self) -> str:
        """Give the tree of a bare Debian host."""
        with locked("trees.lock"):
            return self._path(self._tools_and_base()[1])

    def programs(self) -> str:
        """Give the tree of programs that people run in containers, on top of ``base``."""
        with locked("trees.lock"):
            _, name = self._tools_and_base()
            base = self._path(name)
            recipe = repr(PROGRAMS) + name
            return self._path(self._tree("programs", recipe, lambda to: _make_programs(to, base)))

    def shells(self) -> str:
        """Give the tree of shells and mandoc, with all that a bare Debian lacks for them."""
        with locked("trees.lock"):
            _, base = self._tools_and_base()
            status = f"{self._path(base)}/var/lib/dpkg/status"
            return self._path(
                self._tree(
                    "shells",
                    repr(SHELLS) + base,
                    lambda to: unpack(Archive(BASE_SUITE).download_with_needs(SHELLS, status), to),
                )
            )

    def _tools_and_base(self) -> tuple[str, str]:
        tools = self._tree("tools", repr(TOOLS), _make_tools)
        recipe = BASE_PACKAGES + BASE_SCRIPT
        return tools, self._tree("base", recipe, lambda to: _make_base(to, self._path(tools)))

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def _tree(self, name: str, recipe: str, make: Callable[[str], None]) -> str:
        full = f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"
        path = self._path(full)
        if not os.path.isdir(path):
            os.makedirs(self.folder, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="making-", dir=self.folder) as scratch:
                target = os.path.join(scratch, "tree")
                os.mkdir(target, 0o755)
                make(target)
                os.rename(target, path)
        return full


def unpack(debs: Sequence[str], target: str) -> None:
    """Unpack packages into a tree whose /lib, /bin and /sbin are links into /usr."""
    for deb in debs:
        with tempfile.TemporaryDirectory(dir=os.path.dirname(target)) as scratch:
            run(["dpkg-deb", "-x", deb, scratch], timeout=300)
            for name in ("lib", "bin", "sbin", "lib64"):
                old = os.path.join(scratch, name)
                if os.path.isdir(old) and not os.path.islink(old):
                    new = os.path.join(scratch, "usr", name)
                    os.makedirs(new, exist_ok=True)
                    run(["cp", "-a", f"{old}/.", new])
                    shutil.rmtree(old)
            os.chmod(scratch, 0o755)
            run(["cp", "-a", f"{scratch}/.", target])


def contained(argv: Sequence[str], input: bytes = b"") -> None:
    """Run a program that may mount things or start others, in namespaces that end with it."""
    prefix = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    run([*prefix, *argv], timeout=300, input=input, env=environment)


def in_tree(tree: str, script: str, *lower: str, input: bytes = b"") -> None:
    """Run a shell script inside a tree, or inside an overlay with ``tree`` on top."""
    if not lower:
        contained(["chroot", tree, "/bin/sh", "-c", script], input)
        return
    with tempfile.TemporaryDirectory(dir=os.path.dirname(tree)) as scratch:
        os.mkdir(f"{scratch}/work")
        os.mkdir(f"{scratch}/root")
        mount = (
            'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3/work" "$3/root"'
            ' && exec chroot "$3/root" /bin/sh -c "$4"'
        )
        argv = ["sh", "-c", mount, "sh", ":".join(lower), tree, scratch, script]
        contained(argv, input)


def _make_tools(target: str) -> None:
    unpack(list(Archive(BASE_SUITE).download(TOOLS).values()), target)


def _make_base(target: str, tools: str) -> None:
    if shutil.which("wget") is None:
        run(["apt-get", "install", "-y", "-q", "wget"], timeout=600)
    os.rmdir(target)
    prefix = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    run(
        [
            *prefix,
            f"{tools}/usr/sbin/debootstrap",
            "--variant=minbase",
            f"--include={BASE_PACKAGES}",
            BASE_SUITE,
            target,
            mirror(),
        ],
        timeout=900,
        env={
            **os.environ,
            "DEBOOTSTRAP_DIR": f"{tools}/usr/share/debootstrap",
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin",
        },
    )
    in_tree(target, BASE_SCRIPT.format(outside=OUTSIDE))


def _make_engine(target: str, engine: str) -> None:
    suite, packages, own_containerd = ENGINES[engine]
    debs = Archive(suite).download([*packages, *(["containerd"] if own_containerd else [])])
    if not own_containerd:
        debs.update(Archive(BASE_SUITE).download(["containerd"]))
    debs.update(Archive(BASE_SUITE).download(["tini"]))
    if engine in PLUGINS:
        suite_of_plugins, plugins = PLUGINS[engine]
        debs.update(Archive(suite_of_plugins).download(plugins))
    if engine != NEWEST and f"_{engine}+" not in debs["docker.io"]:
        raise LabError(f"{suite} has another engine than {engine}: {debs['docker.io']}")
    unpack(list(debs.values()), target)
    if engine in PLUGINS:
        os.makedirs(f"{target}/usr/local/sbin")
        shutil.copy(CAREFUL_RUNC, f"{target}/usr/local/sbin/runc")
        os.chmod(f"{target}/usr/local/sbin/runc", 0o755)


def _text_of(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _make_programs(target: str, base: str) -> None:
    status = f"{base}/var/lib/dpkg/status"
    unpack(Archive(BASE_SUITE).download_with_needs(PROGRAMS, status), target)


def _make_services(target: str, base: str) -> None:
    needs = Archive(BASE_SUITE).download_with_needs(SERVICES, f"{base}/var/lib/dpkg/status")
    unpack([*needs, *Archive("trixie").download(["docker-registry"]).values()], target)
    in_tree(
        target, CERTIFICATE_SCRIPT.format(name=REGISTRY, proxy=PROXY_NAME, outside=OUTSIDE), base
    )


def _make_rootless(target: str, base: str) -> None:
    unpack(Archive(BASE_SUITE).download_with_needs(ROOTLESS, f"{base}/var/lib/dpkg/status"), target)


def _make_site(target: str, services: str, engine: str, base: str) -> None:
    with open(f"{services}/lab/registry.crt", "rb") as file:
        certificate = file.read()
    in_tree(target, SITE_SCRIPT.format(address=REGISTRY_ADDRESS), engine, base, input=certificate)
