"""A Linux system package of Docker: where its daemon, units and client keep their settings.

Sources: moby 26.1 contrib/init/systemd, cmd/dockerd/daemon_unix.go; Debian docker.io 20.10 and
26.1 (unit with EnvironmentFile); systemd 252 basic/path-lookup.c, lookup_paths_init; docker/cli
26.1 cli/config, cli/context/store.
"""

from __future__ import annotations

from typing import Tuple

DAEMON_JSON = "/etc/docker/daemon.json"
PID_FILE = "/var/run/docker.pid"
SOCKET = "/var/run/docker.sock"
DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"

SERVICE_UNIT = "docker.service"
SOCKET_UNIT = "docker.socket"
UNITS: Tuple[str, ...] = (SERVICE_UNIT, SOCKET_UNIT, "containerd.service")

UNIT_FOLDERS: Tuple[str, ...] = (
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
)
"""First wins. With a merged /usr the last but one is the same folder as that before it."""

ENVIRONMENT_FILES: Tuple[str, ...] = ("/etc/default/docker", "/etc/sysconfig/docker")
"""Known names; systemd reads one only if the unit says EnvironmentFile."""

BOOTED = "/run/systemd/system"
"""This folder is there exactly if systemd is the running init (sd_booted(3))."""

CLIENT_FOLDER = ".docker"
CLIENT_FILE = "config.json"


def drop_in_folders(unit: str) -> Tuple[str, ...]:
    """The folders' names that hold drop-ins of a unit, the most specific first.

    ``docker.service.d``, for ``a-b.service`` also ``a-.service.d``, and ``service.d`` for all
    (systemd 252 man systemd.unit; unit-file.c unit_file_find_dropin_paths).
    """
    stem, dot, kind = unit.rpartition(".")
    names = [f"{unit}.d"]
    parts = stem.split("-")
    names.extend(
        f"{'-'.join(parts[:count])}-{dot}{kind}.d" for count in range(len(parts) - 1, 0, -1)
    )
    names.append(f"{kind}.d")
    return tuple(names)
