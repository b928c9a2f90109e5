"""What every transport is, and what it tells the agent of the person who calls."""

from __future__ import annotations

import os
from collections.abc import Mapping

from dockproxy.core.agent.channel import Channel
from dockproxy.core.model.light import Protocol
from dockproxy.core.model.proxies import PROXY_KEYS, variable_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


__all__ = ["Channel", "Silent", "Transport", "caller", "request"]

_ALSO = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "PATH")
_ELEVATED = ("SUDO_UID", "SUDO_GID", "SUDO_USER", "DOAS_USER", "PKEXEC_UID")


class Transport(Protocol):
    """Reaches one agent.

    One to another machine leaves ``caller`` out of the request: who asks there is whom the agent
    runs as. Whatever else a request or an answer holds is handed on as it is.
    """

    def request(self, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
        """Hand over the request, give back the agent's answer; agents' errors are raised.

        Raises RefusedError if no agent came to be, KeyboardInterrupt if it was interrupted before
        anything was changed.
        """


class Silent:
    """A channel with nobody behind it: progress is dropped, every question answered no."""

    def emit(self, event: dict[str, Any]) -> None:
        """Drop it."""

    def ask(self, question: dict[str, Any]) -> bool:
        """Say no."""
        return False


def caller(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Who asks, for an agent that may run as somebody else: ids and the variables that matter."""
    variables = os.environ if environment is None else environment
    wanted = {name for key in PROXY_KEYS for name in variable_names(key)}
    kept = {
        name: value
        for name, value in variables.items()
        if name in wanted
        or name in _ALSO
        or name in _ELEVATED
        or name.startswith(("DOCKER_", "BUILDX_", "COMPOSE_"))
    }
    return {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "user": variables.get("USER", ""),
        "home": variables.get("HOME", ""),
        "environment": kept,
    }


def request(do: str, root: str, **more: object) -> dict[str, Any]:
    """A request of this process's user. root: a folder, or "" for this machine."""
    return {"do": do, "root": root, "caller": caller(), **more}
