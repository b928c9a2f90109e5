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


def cli(snapshot: Snapshot) -> Component:
    """The caller's environment as the docker command reads it."""
    environ = snapshot.environment
    proxies = {}
    for key in DAEMON_KEYS:
        name = chosen_name(environ, key)
        if name is None:
            continue
        lost = tuple(
            Overridden(environ[other], Origin("environment", name=other))
            for other in variable_names(key)
            if other != name and environ.get(other, "") not in ("", environ[name])
        )
        proxies[key] = Value(
            environ[name], is_masked(environ[name]), Origin("environment", name=name), lost
        )
    name = snapshot.client.user if snapshot.client else snapshot.machine.user
    in_use = {key: value.value for key, value in proxies.items()}
    return Component("cli", name, proxies, in_use, True, True)
