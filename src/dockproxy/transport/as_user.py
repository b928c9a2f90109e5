"""An agent that has root's rights, working with a user's: for what is that user's own."""

from __future__ import annotations

import os

from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.observe.client import behind_sudo
from dockproxy.core.agent.system import user_named
from dockproxy.transport.base import Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class AsUser:
    """Requests through another transport, each to be served with the rights of this uid."""

    def __init__(self, inner: Transport, uid: int) -> None:
        self._inner, self._uid = inner, uid

    def request(self, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
        """See ``Transport.request``."""
        return self._inner.request({**request, "as": self._uid}, channel)


def user_behind(name: str | None) -> int | None:
    """The uid of the user named, else of who called sudo, doas or pkexec; None for nobody."""
    user = user_named(name) if name else behind_sudo(dict(os.environ))
    return user.uid if user is not None and user.uid != 0 else None
