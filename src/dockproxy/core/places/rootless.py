"""A rootless Docker: where its user's daemon, units and manager keep their settings.

Sources: moby 26.1 contrib/dockerd-rootless.sh and dockerd-rootless-setuptool.sh, pkg/homedir;
systemd 252 shared/path-lookup.c, and ``systemctl --user show --property=UnitPath`` on Debian 12.
"""

from __future__ import annotations

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Tuple


DAEMON_JSON = "docker/daemon.json"
"""Below the daemon's XDG_CONFIG_HOME, else ~/.config."""

UNITS: Tuple[str, ...] = ("docker.service",)
STATE_FOLDER = "dockerd-rootless"
"""Below the runtime folder, unless DOCKERD_ROOTLESS_ROOTLESSKIT_STATE_DIR names another."""

DETACHED = "netns"
"""In the state folder exactly if dockerd runs outside of its containers' network namespace (moby
29.7 daemon/internal/rootless/rootless_linux.go)."""

PID_FILE = "docker.pid"
MANAGER_SOCKET = "systemd/private"
"""Below the runtime folder: where ``systemctl --user`` finds the user's manager."""

HOST_BY_DRIVER = {"slirp4netns": "10.0.2.2"}
"""The host's loopback as seen from inside, where RootlessKit lets anybody see it (slirp4netns(1);
26.1.5 seen in the lab)."""

_SOCKET = pattern(r"unix://(/run/user/([0-9]{1,10}))/docker\.sock\Z")


def runtime_folder(uid: int) -> str:
    """XDG_RUNTIME_DIR as systemd's login manager gives it (pam_systemd(8))."""
    return f"/run/user/{uid}"


def runtime_of(endpoint: str) -> Tuple[str, int]:
    """The runtime folder and the user of a rootless daemon's usual socket; ``("", -1)`` for any
    other endpoint."""
    found = _SOCKET.match(endpoint)
    return (found.group(1), int(found.group(2))) if found else ("", -1)


def unit_paths(config_home: str, runtime: str, data_home: str) -> Tuple[str, ...]:
    """Where a user's manager looks for units, the first place winning."""
    return (
        f"{config_home}/systemd/user.control",
        f"{runtime}/systemd/user.control",
        f"{runtime}/systemd/transient",
        f"{runtime}/systemd/generator.early",
        f"{config_home}/systemd/user",
        "/etc/xdg/systemd/user",
        "/etc/systemd/user",
        f"{runtime}/systemd/user",
        "/run/systemd/user",
        f"{runtime}/systemd/generator",
        f"{data_home}/systemd/user",
        "/usr/local/share/systemd/user",
        "/usr/share/systemd/user",
        "/usr/local/lib/systemd/user",
        "/usr/lib/systemd/user",
        f"{runtime}/systemd/generator.late",
    )
