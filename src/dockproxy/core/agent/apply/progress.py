"""The channel as a change uses it: a reader that went away never stops what was begun."""

from __future__ import annotations

from dockproxy.core.agent.channel import Channel
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.message import Message, message
from dockproxy.core.model.record import dump


class Progress:
    """Steps told and questions asked over a channel that may be gone."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._last = ""

    def step(self, text: str, **params: object) -> None:
        """Tell a step, unless it is word for word the one told last."""
        said = message(text, **params)
        if str(said) == self._last:
            return
        self._last = str(said)
        try:
            self._channel.emit({"event": "step", "text": dump(said)})
        except (OSError, ValueError):
            pass

    def ask(self, code: str, text: Message) -> bool:
        """A person's yes; no where nobody can answer."""
        try:
            return bool(self._channel.ask({"code": code, "text": dump(text)}))
        except (OSError, ValueError, EOFError, DockproxyError):
            return False
