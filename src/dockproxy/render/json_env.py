"""The documents of ``dockproxy env --json`` and ``dockproxy args --json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockproxy import __version__
from dockproxy.core.model.snapshot import SCHEMA
from dockproxy.render.json_v1 import document
from dockproxy.resolve.given import Given
from dockproxy.resolve.host import Host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def env_json(
    texts: Mapping[str, tuple[str, bool]],
    unset: Sequence[str],
    host: Host | None,
    given: Given | None,
) -> dict[str, Any]:
    """texts: by our keys what may be shown there, and whether it is masked; unset: variables."""
    opening = _opening("env", host)
    unknown = opening.pop("unknown")
    proxies: dict[str, Any] = {}
    for key, (text, masked) in texts.items():
        known = given.values.get(key) if given is not None else None
        origin = known.origin._asdict() if known is not None else None
        proxies[key] = {"value": text, "masked": masked, "origin": origin}
    return {
        **opening,
        "component": given.component if given is not None else None,
        "name": given.name if given is not None else None,
        "proxies": proxies,
        "unset": list(unset),
        "unknown": unknown,
    }


def args_json(command: str, words: Sequence[str]) -> dict[str, Any]:
    """words: those of the docker command."""
    opening = _opening("args", None)
    unknown = opening.pop("unknown")
    return {**opening, "command": command, "words": list(words), "unknown": unknown}


def _opening(kind: str, host: Host | None) -> dict[str, Any]:
    if host is not None:
        return document(kind, host.snapshot, host.unknown)
    return {"schema": SCHEMA, "kind": kind, "version": __version__, "host": {}, "unknown": []}
