"""Daemons whose settings are not this machine's files to edit: said, never guessed at.

Facts: platforms.md, "Recognise, and may a program change it?" (Docker Desktop, Podman, snap,
rootless, remote contexts).
"""

from __future__ import annotations

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.report import LeftOut
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.resolve.capabilities import has
from dockproxy.resolve.host import Host
from dockproxy.resolve.unit import runs_by_hand


def config_unseen(snapshot: Snapshot) -> str:
    """The path of another user's config.json where it decides on the daemon and could not be read;
    else "". What its own user can't read docker can't read either, and takes the default.
    """
    client = snapshot.client
    if client is None or client.endpoint_from != "default" or client.uid == snapshot.machine.uid:
        return ""
    config = snapshot.file(client.config_path)
    return client.config_path if config is not None and config.kind == "unreadable" else ""


def why_out_of_reach(host: Host) -> LeftOut | None:
    """Why the daemon in use can't be set from here, or None where it can."""
    snapshot = host.snapshot
    if snapshot.machine.root:
        return None
    if host.component("daemon") is None:
        return LeftOut(
            "daemon",
            message(N_("there is no Docker daemon on this machine")),
            message(N_("--for client sets what containers and builds get, wherever they run")),
        )
    unseen = config_unseen(snapshot)
    if unseen:
        return LeftOut(
            "daemon",
            message(
                N_("{path} can't be read, so it is not known which daemon is meant"), path=unseen
            ),
            message(N_("run it with sudo, or as that user; --context names a daemon, too")),
        )
    engine, client = snapshot.engine, snapshot.client
    endpoint = engine.endpoint if engine else (client.endpoint if client else "")
    if endpoint and not endpoint.startswith("unix://"):
        return LeftOut(
            "daemon",
            message(N_("the daemon in use is another machine's: {endpoint}"), endpoint=endpoint),
            message(N_("run dockproxy there, or choose this machine's with --context default")),
        )
    if engine is None:
        return None
    if runs_by_hand(snapshot) and not has(engine, "daemon-json-proxies"):
        return _started_by_hand(snapshot)
    if engine.operating_system == "Docker Desktop":
        return LeftOut(
            "daemon",
            message(N_("this is Docker Desktop: it ignores `proxies` in daemon.json")),
            message(N_("set it in Docker Desktop: Settings, Resources, Proxies")),
        )
    if "Podman Engine" in engine.components:
        return LeftOut(
            "daemon",
            message(N_("behind this socket is Podman, which does not read Docker's files")),
            message(N_('put env = ["HTTPS_PROXY=…"] under [engine] in containers.conf')),
        )
    if snapshot.rootless is None and any(
        "rootless" in option for option in engine.security_options
    ):
        return LeftOut(
            "daemon",
            message(N_("this daemon runs rootless: its settings are its user's")),
            message(
                N_(
                    "put `proxies` into ~/.config/docker/daemon.json, then:"
                    " systemctl --user restart docker"
                )
            ),
        )
    if snapshot.daemon_json.startswith("/var/snap/"):
        return LeftOut(
            "daemon",
            message(N_("this daemon comes from a snap, which dockproxy does not restart yet")),
            message(
                N_("put `proxies` into {path}, then: snap restart docker.dockerd"),
                path=snapshot.daemon_json,
            ),
        )
    return None


def _started_by_hand(snapshot: Snapshot) -> LeftOut:
    """An Engine without ``proxies`` in its file, and no unit whose drop-in it would read."""
    pid = snapshot.dockerd.pid if snapshot.dockerd else 0
    return LeftOut(
        "daemon",
        message(
            N_("dockerd (process {pid}) was started by hand, and reads its environment alone"),
            pid=pid,
        ),
        message(
            N_("start it again with HTTP_PROXY, HTTPS_PROXY and NO_PROXY in its environment"),
        ),
    )
