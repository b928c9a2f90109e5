"""The daemon alone, at the price of two requests to it: where dockerd is docker.service's own, the
files and the Engine mostly tell all, and neither systemd nor containers need be asked.
"""

from __future__ import annotations

from dockproxy.core.agent.observe import daemon_json, dockerd, engine_api, units
from dockproxy.core.agent.observe.client import is_default_socket
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

    from dockproxy.core.agent.channel import Channel
    from dockproxy.core.agent.observe.client import Connection
    from dockproxy.core.agent.observe.look import Look
    from dockproxy.core.model.snapshot import Snapshot

NAME = "quickly"


def daemon(
    look: Look, snapshot: Snapshot, connection: Connection, channel: Optional[Channel]
) -> Optional[Snapshot]:
    """The snapshot with what bears on the daemon, None where it takes a whole look: another
    daemon's socket, none that runs, one that is not docker.service, one of another kind.

    What systemd knows besides its files is not in it: it counts only where the files explain what
    the Engine says that it uses.
    """
    pid = dockerd.pid_of_file()
    if not pid or not is_default_socket(connection.endpoint):
        return None
    running: Optional[dockerd.Running] = None
    texts: Dict[str, str] = {}

    def look_at_files() -> None:
        nonlocal running, texts
        running = dockerd.observe(look, (pid,), 0)
        texts = units.observe(look, (), (), (linux.SERVICE_UNIT,))
        if channel is not None:
            channel.emit({"event": "waiting", "for": "engine"})

    said = engine_api.observe_daemon(connection, look_at_files)
    if said is None or running is None or running.unit != linux.SERVICE_UNIT:
        return None
    path = daemon_json.observe(look, running, (), texts)
    return snapshot._replace(daemon_json=path, dockerd=running.process, engine=said)
