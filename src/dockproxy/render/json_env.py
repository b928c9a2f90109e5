"""The documents of ``dockproxy env --json`` and ``dockproxy args --json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockproxy.render.json_v1 import document, opening_of
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
    opening = opening_of("env")
    unknown: list[dict[str, str]] = []
    if host is not None:
        opening = document("env", host.snapshot, host.unknown)
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
    return {**opening_of("args"), "command": command, "words": list(words), "unknown": []}
