"""The docker command itself: its own environment, by Go's rule.

It proxies requests to a daemon at tcp:// only, never over unix, npipe or ssh (docker/cli 26.1
with go-connections sockets.ConfigureTransport).
"""

from __future__ import annotations

from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.resolve.host import Component, Origin, Overridden, Value
from dockproxy.resolve.masks import is_masked
from dockproxy.semantics.go import chosen_name


def cli(snapshot: Snapshot, user: str) -> Component:
    """The caller's environment as that user's docker command reads it."""
    environ = snapshot.environment
    proxies = {}
    for key in DAEMON_KEYS:
        name = chosen_name(environ, key)
        if name is None:
            continue
        lost = tuple(
            Overridden(environ[other], Origin("environment", name=other))
            for other in variable_names(key)
            if environ.get(other, "") not in ("", environ[name])
        )
        proxies[key] = Value(
            environ[name], is_masked(environ[name]), Origin("environment", name=name), lost
        )
    in_use = {key: value.value for key, value in proxies.items()}
    return Component("cli", user, proxies, in_use, True, True)
