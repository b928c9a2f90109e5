"""Options that are lists of NAME=VALUE and masked in a Snapshot: ``labels`` and
``node-generic-resources``. What is wrong with them travels as a trait, ``KIND INDEX``.
"""

from __future__ import annotations

from dockproxy.core.formats.daemon_scalars import is_integer
from dockproxy.core.model.secret import MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Mapping, Optional, Sequence, Tuple


HIDDEN = ("labels", "node-generic-resources")

_RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")


def pair_fault(
    name: str, items: Sequence[str], traits: Optional[Mapping[str, str]]
) -> Optional[Tuple[int, str]]:
    """Which of that option's items is wrong, and dockerd's words. traits: of a text with masks in
    it, None for the text itself."""
    if traits is None:
        found = kind_of_fault(name, items)
    else:
        kind, _, index = traits.get(name, "").partition(" ")
        known = (name, kind) in _WORDS and index.isascii() and index.isdigit()
        found = (kind, int(index[:9])) if known else None
    if found is None or found[1] >= len(items):
        return None
    return found[1], _WORDS[name, found[0]]


def kind_of_fault(name: str, items: Sequence[str]) -> Optional[Tuple[str, int]]:
    """What is wrong with them, and which one it is."""
    return _label_fault(items) if name == "labels" else _resource_fault(items)


def _label_fault(items: Sequence[str]) -> Optional[Tuple[str, int]]:
    """moby 20.10 to 29.7 opts.go ValidateLabel, config.go GetConflictFreeLabels."""
    values: Dict[str, str] = {}
    clash = None
    for index, item in enumerate(items):
        key, equals, value = item.partition("=")
        if not equals:
            return "no-equals-sign", index
        if item.lower().startswith(_RESERVED):
            return "reserved", index
        if values.setdefault(key, value) != value and clash is None:
            clash = "conflict", index
        values[key] = value
    return clash


def _resource_fault(items: Sequence[str]) -> Optional[Tuple[str, int]]:
    """swarmkit api/genericresource/parse.go Parse."""
    found: Dict[str, List[Tuple[int, str]]] = {}
    for index, item in enumerate(items):
        parts = item.split("=")
        if len(parts) != 2:
            return "no-equals-sign", index
        found.setdefault(parts[0].strip(), []).append((index, parts[1].strip()))
    for values in found.values():
        numbers = [(index, each) for index, each in values if is_integer(each)]
        if len(values) == 1 and numbers and _is_negative(numbers[0][1]):
            return "negative", numbers[0][0]
        if len(values) > 1 and numbers:
            return "mixed", numbers[0][0]
    return None


def _is_negative(text: str) -> bool:
    return text.startswith("-") and text.strip("-0") != ""


_WORDS = {
    ("labels", "no-equals-sign"): f"bad attribute format: {MASK}",
    (
        "labels",
        "reserved",
    ): f"label {MASK} is not allowed: the namespaces com.docker.*, io.docker.*,"
    " and org.dockerproject.* are reserved for internal use",
    ("labels", "conflict"): f"conflict labels for {MASK}",
    ("node-generic-resources", "no-equals-sign"): "could not parse GenericResource: incorrect term"
    f" {MASK}, missing '=' or malformed expression",
    ("node-generic-resources", "negative"): "could not parse GenericResource: cannot ask for"
    f" negative resource {MASK}",
    ("node-generic-resources", "mixed"): "could not parse GenericResource: mixed discrete and named"
    f" resources in expression '{MASK}'",
}
