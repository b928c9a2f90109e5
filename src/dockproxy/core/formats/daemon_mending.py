"""Repairs of daemon.json that bring a proxy to where dockerd reads it."""

from __future__ import annotations

from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.go_names import trimmed
from dockproxy.core.formats.json_edit import set_values
from dockproxy.core.formats.json_layout import quote
from dockproxy.core.formats.json_place import values_of
from dockproxy.core.model.errors import DockproxyError, ParseError
from dockproxy.core.model.plan import Repair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence


KINDS = ("into-proxies", "spread")
Key = tuple[str, ...]


def mended_daemon(text: str, repair: Repair) -> str:
    """The text after the repair, as it was where there is nothing to mend.

    ``into-proxies``: the string at ``key`` for each name of ``proxies`` in ``to`` (blanks between)
    that has none, and no more where it was. ``spread``: the string that stands in the place of
    ``proxies`` for both http-proxy and https-proxy.
    """
    try:
        mend = _into_proxies if repair.kind == "into-proxies" else _spread
        return mend(text, repair)
    except DockproxyError:
        return text


def _into_proxies(text: str, repair: Repair) -> str:
    wanted = repair.to.split(" ")
    found = [as_one(value, wanted) for value in values_at(text, repair.key)]
    strings = [each for each in found if each is not None]
    if not strings:
        return text
    names = [name for name in wanted if not _has(text, name)]
    moved = set_values(text, [(("proxies", name), strings[-1]) for name in names])
    return set_values(moved, [(repair.key, None)], drop_empty=True)


def as_one(value: Node, names: Sequence[str]) -> Optional[str]:
    """What a value is as the string that dockerd wants for these names; None for what is none.
    A list is one with commas, where the name takes several, or one is in it."""
    if value.kind == "string":
        return value.value
    strings = [item.value for item in value.items if item.kind == "string"]
    several = len(strings) == 1 or (bool(strings) and list(names) == ["no-proxy"])
    return ",".join(strings) if several and len(strings) == len(value.items) else None


def _spread(text: str, repair: Repair) -> str:
    for value in values_at(text, repair.key):
        if value.kind == "string":
            both = ", ".join(
                f"{quote(name)}: {quote(value.value)}" for name in ("http-proxy", "https-proxy")
            )
            return f"{text[: value.start]}{{{both}}}{text[value.end :]}"
    return text


def _has(text: str, name: str) -> bool:
    return any(value.kind == "string" for value in values_at(text, ("proxies", name)))


def paths_of(text: str, name: str) -> List[Key]:
    """Where a name stands that dockerd sees: at the top level, or in a section."""
    found: List[Key] = []
    root = _root(text)
    for member in root.members if root is not None else ():
        if member.key == name:
            found.append((name,))
        found += [(member.key, name) for inner in member.value.members if inner.key == name]
    return found


def values_at(text: str, key: Key) -> List[Node]:
    """The values at that path, spelled just so; none where the text is no JSON."""
    root = _root(text)
    return values_of(root, key) if root is not None else []


def _root(text: str) -> Optional[Node]:
    try:
        return parse(trimmed(text))
    except ParseError:
        return None
