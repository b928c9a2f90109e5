"""Which transport serves a plan: as oneself where that is enough, else as root."""

from __future__ import annotations

import os

from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.message import N_
from dockproxy.transport.base import Transport
from dockproxy.transport.elevated import Elevated, way_to_root
from dockproxy.transport.local import Local


def transport_for(needs_root: bool, interactive: bool) -> Transport:
    """Raises RefusedError where root is needed and there is no way to it."""
    if not needs_root or os.geteuid() == 0:
        return Local()
    way = way_to_root()
    if way is None:
        raise RefusedError(
            N_("this needs root, and there is neither sudo nor doas nor pkexec here"),
            hint=N_("run the same command as root, or --for client for your own settings alone"),
        )
    return Elevated(way, interactive)
