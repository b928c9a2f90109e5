"""Files that could not be read: why, and what a person can do about it."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.core.model.snapshot import FileFact, Unknown

AS_ROOT = N_("run it as root: sudo dockproxy status")


def unread(about: str, fact: FileFact | None, hint: str = AS_ROOT) -> Unknown:
    """The Unknown for a file without a text. hint: what helps where rights are all that lacks."""
    if fact is not None and fact.kind in ("other", "directory"):
        return Unknown(about, "not-a-file")
    if fact is not None and fact.kind == "file":
        return Unknown(about, "too-large")
    return Unknown(about, "not-readable", hint)
