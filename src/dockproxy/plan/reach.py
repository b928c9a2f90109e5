"""Daemons whose settings are not this machine's files to edit: said, never guessed at.

Facts: platforms.md, "Recognise, and may a program change it?" (Docker Desktop, Podman, snap,
rootless, remote contexts).
"""

from __future__ import annotations

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.report import LeftOut
from dockproxy.resolve.host import Host


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
    if any("rootless" in option for option in engine.security_options):
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
