"""What sudo changes: where pipx and pip install its path does not lead, and its home is root's."""

from __future__ import annotations

import os
import sys

from dockproxy.core.model.message import N_, Message, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.core.model.plan import Plan
    from dockproxy.resolve.host import Host

_NAME = "dockproxy"
_ROOTS_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Debian's secure_path in sudoers; what other systems have is a part of it."""
_SOCKETS = ("unix:///var/run/docker.sock", "unix:///run/docker.sock")


def program() -> str:
    """What to write behind ``sudo``: the name alone where that is found, else the whole path."""
    started = sys.argv[0]
    if not os.path.basename(started).startswith(_NAME) or not os.access(started, os.X_OK):
        return _NAME  # python3 -m dockproxy: there is no program whose path could be given
    folders = _ROOTS_PATH.split(":")
    if any(os.access(os.path.join(folder, _NAME), os.X_OK) for folder in folders):
        return _NAME
    from shlex import quote

    return quote(os.path.abspath(started))


def same_again() -> str:
    """What was typed, with sudo; "" where the name alone is found."""
    found = program()
    if found == _NAME:
        return ""
    from shlex import join

    return f"sudo {found} {join(sys.argv[1:])}"


def of_sudo_docker(host: Host, plan: Plan) -> tuple[Message, ...]:
    """For a user whom the Engine's socket is closed to: the config.json that is written is read by
    a docker command that can't reach the daemon, and ``sudo docker`` reads another.
    """
    client = host.snapshot.client
    if client is None or client.endpoint not in _SOCKETS:
        return ()
    if all(edit.component != "client" for edit in plan.edits):
        return ()
    note = message(
        N_(
            "without sudo your docker can't reach this daemon, and `sudo docker` reads root's"
            " config.json, not {path}: join the group docker, or set root's too, with {command}"
        ),
        path=client.config_path,
        command=f"sudo {program()} set … --user root --for client",
    )
    return (note,)
