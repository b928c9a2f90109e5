"""Booting a host: an overlay of the cached trees, a link, and systemd-nspawn."""

from __future__ import annotations

import contextlib
import glob
import os
import time

from . import records
from .commands import LabError, child_of, run
from .namespaces import CHROOT, NSENTER, UNSHARE, Namespaces, inner_pid
from .trees import INSIDE, INSIDE_V6, OUTSIDE, OUTSIDE_V6

MOUNT = """
set -e
mkdir -p "$1" "$3"
mount -t tmpfs -o mode=755 dockproxy-host "$1"
mkdir "$1/up" "$1/work" "$1/root" "$1/docker" "$1/containerd"
chmod 710 "$1/docker"
chmod 711 "$1/containerd"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/up,workdir=$1/work" "$1/root"
"""
UNMOUNT = 'umount -l "$1/root" && umount -l "$1" && rmdir "$1"'
LINK = """
set -e
ip link set lo up
ip address add "$1/24" dev eth0
ip link set eth0 up
ip address add "$3/64" dev eth0 nodad
ip route add default via "$2"
"""


def boot(spaces: Namespaces, trees: dict[str, str], source: str) -> None:
    """Boot a host from nothing; its systemd is recorded as ``init``.

    ``trees`` are the cached trees' paths by role, ``source`` is what it sees of the repository.
    """
    number = spaces.state["boots"] = spaces.state.get("boots", 0) + 1
    folder = spaces.inner_path(f"host-{number}")
    lower = ":".join(trees[role] for role in ("site", "rootless", "engine", "base"))
    spaces.run(["/bin/sh", "-c", MOUNT, "sh", folder, lower, spaces.inner_path("pycache")])
    _link(spaces)
    binds = {
        "bind-ro": f"{source.replace(':', chr(92) + ':')}:/opt/dockproxy/src",
        "bind": f"{spaces.inner_path('pycache')}:/opt/dockproxy/pycache",
    }
    spaces.spawn(
        "host",
        spaces.enter([*_nspawn(trees["tools"], trees["base"]), *_options(spaces, folder, binds)]),
        cgroup=f"host-{number}",
        # Without the first the network's settings are read-only and dockerd can't forward; the
        # second gives cgroup 2 to the host where this machine has the old hierarchies.
        env={"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
    )
    _find_init(spaces)


def shut(spaces: Namespaces) -> None:
    """End the host, if one runs or did, and free all that it wrote."""
    if "link" not in spaces.names():
        return
    # The host's own first process before the others: the kernel ends all that run under it.
    for name in ("init", "host", *(n for n in spaces.names() if n.startswith("relay"))):
        spaces.kill(name)
    # The kernel takes a dead namespace's links away some time later: the next host can't wait.
    if spaces.runs("link"):
        _ip(spaces, "link", "delete", "host0")
    spaces.kill("link")
    number = spaces.state["boots"]
    spaces.run(["/bin/sh", "-c", UNMOUNT, "sh", spaces.inner_path(f"host-{number}")])
    records.remove_cgroups(f"{spaces.state['name']}/host-{number}")


def _link(spaces: Namespaces) -> None:
    spaces.spawn("link", spaces.enter([UNSHARE, "--net", "sleep", "infinity"]))
    link = spaces.pid("link")
    while os.readlink(f"/proc/{link}/ns/net") == os.readlink(f"/proc/{spaces.keeper}/ns/net"):
        time.sleep(0.002)
    peer = ["peer", "name", "eth0", "netns", str(link)]
    _ip(spaces, "link", "add", "host0", "type", "veth", *peer)
    _ip(spaces, "link", "set", "host0", "up")
    _ip(spaces, "route", "add", f"{INSIDE}/32", "dev", "host0", "src", OUTSIDE)
    _ip(spaces, "address", "add", f"{OUTSIDE_V6}/64", "dev", "host0", "nodad")
    shell = ["/bin/sh", "-c", LINK, "sh", INSIDE, OUTSIDE, INSIDE_V6]
    run(spaces.enter_network_of("link", shell, root="outside"))


def _ip(spaces: Namespaces, *args: str) -> None:
    run(spaces.enter_network_of("keeper", ["ip", *args], root="outside"))


def _nspawn(tools: str, base: str) -> list[str]:
    # With the base tree's own loader and libraries it runs the same on every machine.
    (loader,) = glob.glob(f"{base}/usr/lib/*-linux-gnu*/ld-linux-*.so.*")
    where = os.path.basename(os.path.dirname(loader))
    places = [
        f"{tree}/usr/lib/{where}{part}" for tree in (tools, base) for part in ("", "/systemd")
    ]
    return [loader, "--library-path", ":".join(places), f"{tools}/usr/bin/systemd-nspawn"]


def _options(spaces: Namespaces, folder: str, binds: dict[str, str]) -> list[str]:
    return [
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
        f"--network-namespace-path=/proc/{inner_pid(spaces.pid('link'))}/ns/net",
        # runc: "unable to join session keyring" without these.
        "--system-call-filter=add_key keyctl bpf",
        # An overlay can't lie on an overlay, and both of them make some.
        f"--bind={folder}/docker:/var/lib/docker",
        f"--bind={folder}/containerd:/var/lib/containerd",
        *(f"--{option}={value}" for option, value in binds.items()),
    ]


def _find_init(spaces: Namespaces, timeout: float = 30) -> None:
    last = time.monotonic() + timeout
    while time.monotonic() < last and spaces.runs("host"):
        init = child_of(spaces.pid("host"))
        with contextlib.suppress(OSError):
            if init is not None:
                with open(f"/proc/{init}/comm", encoding="ascii") as comm:
                    if comm.read() == "systemd\n":
                        spaces.record("init", init)
                        return
        time.sleep(0.005)
    raise LabError(f"the host did not boot\n{spaces.log('host')}")


def into_host(spaces: Namespaces, argv: list[str]) -> list[str]:
    """Give the command line that runs a program on the host."""
    return [NSENTER, "-t", str(spaces.pid("init")), "-a", "--", *argv]


def beside_host(spaces: Namespaces, argv: list[str]) -> list[str]:
    """Give the command line that runs a program with the host's network and nothing else of it."""
    network = f"--net=/proc/{spaces.pid('init')}/ns/net"
    namespaces = ["-t", str(spaces.keeper), "-m", "-p", network]
    return [NSENTER, *namespaces, "--", CHROOT, spaces.inner_path("outside"), *argv]
