"""A Linux system package of Docker: where its daemon, units and client keep their settings.

Sources: moby 26.1 contrib/init/systemd, cmd/dockerd/daemon_unix.go; Debian docker.io 20.10 and
26.1 (unit with EnvironmentFile); docker/cli 26.1 cli/config, cli/context/store. Where systemd looks
for units: ``formats/unit_dropins.py``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Tuple


DAEMON_JSON = "/etc/docker/daemon.json"
PID_FILE = "/var/run/docker.pid"
SOCKET = "/var/run/docker.sock"
DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"

HOST_NAMES: Tuple[str, ...] = ("host.docker.internal", "gateway.docker.internal")
"""What containers call this machine, where their Engine or --add-host tells them."""

SERVICE_UNIT = "docker.service"
SOCKET_UNIT = "docker.socket"
UNITS: Tuple[str, ...] = (SERVICE_UNIT, SOCKET_UNIT, "containerd.service")

ENVIRONMENT_FILES: Tuple[str, ...] = (
    "/etc/default/docker",
    "/etc/sysconfig/docker",
    "/etc/conf.d/docker",
)
"""Known names; systemd reads one only if the unit says EnvironmentFile. The scripts of sysvinit and
OpenRC (conf.d) source theirs as shell."""

BOOTED = "/run/systemd/system"
"""This folder is there exactly if systemd is the running init (sd_booted(3))."""

ROOT_JOURNAL = "/var/lib/dockproxy/journal"

CLIENT_FOLDER = ".docker"
CLIENT_FILE = "config.json"
SNAP_PROGRAMS = "/snap/bin"
SNAP_HOME = "snap/docker/current"
"""Below a user's home what snapd gives to the docker command of its snap as HOME
(canonical/docker-snap issue 18, digitalocean/doctl issue 968)."""
PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"

BUILDX_FOLDER = "buildx"
"""Below the client's folder, unless BUILDX_CONFIG names one (buildx util/confutil/config.go)."""
BUILDX_INSTANCES = "instances"
BUILDX_CONTAINER = "buildx_buildkit_"
"""Before a node's name it makes its container's (buildx driver/driver.go, BuilderName); behind
that ``_state`` makes its volume's."""


def journal_folder(root: str, uid: int, caller: Mapping[str, Any]) -> str:
    """Where changes are recorded: root's folder, or the user's own; below ``--root``, that tree's.

    caller: ``home`` and ``environment`` of who asks (XDG Base Directory 0.8: XDG_STATE_HOME counts
    only if it is absolute).
    """
    if root or uid == 0:
        return ROOT_JOURNAL
    state = str(caller.get("environment", {}).get("XDG_STATE_HOME", ""))
    if not state.startswith("/"):
        state = f"{caller.get('home') or ''}/.local/state"
    return f"{state}/dockproxy"
