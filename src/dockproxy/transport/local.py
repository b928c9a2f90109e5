"""The agent as a call in this process."""

from __future__ import annotations

from dockproxy.core.agent.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Local:
    """Calls the agent here, with this process's rights."""

    def request(self, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
        """See ``Transport.request``."""
        from dockproxy.core.agent.protocol import handle

        return handle(request, channel)
