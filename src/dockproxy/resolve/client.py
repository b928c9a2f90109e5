"""The client: which proxies config.json gives to new containers and builds."""

from __future__ import annotations

from dockproxy.core.formats.client_json import ClientJson, read_client_json
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.snapshot import Client, FileFact
from dockproxy.resolve.daemon_file import fault_of, said
from dockproxy.resolve.host import Component, Drift, Value
from dockproxy.resolve.masks import is_masked

SSH_HOST = "http://docker.example.com"
"""What the CLI calls every daemon behind ssh:// (docker/cli cli/connhelper/connhelper.go)."""


def client(who: Client, fact: FileFact | None) -> tuple[Component, str]:
    """The client's component, and the entry of ``proxies`` that is read for its daemon.

    fact: its config.json, None if it was not looked at.
    """
    name = who.user
    if fact is None or fact.kind in ("missing", "dangling"):
        return Component("client", name, {}, {}, True, True), "default"
    if fact.text is None:
        return Component("client", name, {}), "default"
    try:
        read = read_client_json(fact.text, _daemon_host(who.endpoint))
    except ParseError as error:
        fault = fault_of(fact, error)
        about = message(
            N_("{path}:{line}:{column}: {quote}. So the docker command gives no proxies at all."),
            path=fact.path,
            line=fault.line,
            column=fault.column,
            quote=fault.quote,
        )
        broken = Drift("config-json-broken", about)
        return Component("client", name, {}, {}, True, False, (broken,)), "default"
    proxies = _proxies(fact.path, read)
    in_use = {key: value.value for key, value in proxies.items()}
    drift = _warnings(fact, read)
    entry = read.host.name if read.host else "default"
    return Component("client", name, proxies, in_use, True, True, drift), entry


def client_endpoint(who: Client | None) -> str:
    """The daemon's address as docker compares it with the keys of ``proxies``."""
    return "" if who is None else _daemon_host(who.endpoint)


def _daemon_host(endpoint: str) -> str:
    return SSH_HOST if endpoint.startswith("ssh://") else endpoint


def _proxies(path: str, read: ClientJson) -> dict[str, Value]:
    """The entry's values. An empty one gives nothing, and what it shadows gives nothing either."""
    proxies = {}
    settings = read.used.settings if read.used else {}
    for key in PROXY_KEYS:
        if key not in settings or not settings[key].value:
            continue
        first, *rest = said(path, settings[key], "config.json")
        proxies[key] = Value(first.value, is_masked(first.value), first.origin, tuple(rest))
    return proxies


def _warnings(fact: FileFact, read: ClientJson) -> tuple[Drift, ...]:
    """Values of a wrong type: the CLI warns of the first and goes on without them."""
    return tuple(
        Drift(
            "config-json-broken",
            message(
                N_("{path}:{line}:{column}: {quote}. The docker command goes on without it."),
                path=fact.path,
                line=warned.line,
                column=fact.real_column(warned.line, warned.column),
                quote=warned.message,
            ),
        )
        for warned in read.warnings
    )
