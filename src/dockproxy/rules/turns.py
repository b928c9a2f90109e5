"""Which fault of daemon.json dockerd names first: it looks at flags before it decodes values."""

from __future__ import annotations

from dockproxy.core.formats.daemon_json import DaemonJson, Refusal

_BEFORE_FLAGS = ("not-an-object", "number-range", "unknown-directive")
CONFLICT = 1_000_000
"""The turn of options that are both flags and in the file (findConfigurationConflicts)."""


def turn_of(read: DaemonJson, refusal: Refusal) -> int:
    """When it has its turn."""
    at = read.refusals.index(refusal)
    return at if refusal.kind in _BEFORE_FLAGS else CONFLICT + 1 + at
