"""Repairs of a text: each the smallest change that takes one fault away."""

from __future__ import annotations

from dockproxy.core.formats.client_repair import into_default, joined_list, one_entry
from dockproxy.core.formats.daemon_mending import KINDS as DAEMON_KINDS
from dockproxy.core.formats.daemon_mending import mended_daemon
from dockproxy.core.formats.go_json import Member, Node, parse
from dockproxy.core.formats.json_layout import Splice, quote, remove
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.plan import Repair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple


def mended(text: str, repair: Repair, dialect: Optional[str]) -> str:
    """The text after the repair, as it was if there is nothing to mend. dialect: ``daemon`` or
    ``client`` for JSON, None for a unit.
    """
    if dialect is None:
        from dockproxy.core.formats.unit_mending import mended_unit

        return mended_unit(text, repair)
    if repair.kind in DAEMON_KINDS:
        return mended_daemon(text, repair)
    if repair.kind == "json-syntax":
        found = repaired(text, trailing=dialect == "client")
        return text if found is None else found.text
    try:
        root = parse(text, trailing=dialect == "client")
    except ParseError:
        return text
    if repair.kind == "into-default":
        return into_default(text, repair.key, repair.to)
    if repair.kind == "one-entry":
        return one_entry(text, repair.key)
    splices: List[Splice] = []
    for node, index in _places(root, repair.key):
        member = node.members[index]
        if repair.kind == "rename-key":
            splices.append((member.start, member.end, quote(repair.to)))
        elif repair.kind == "join-list":
            splices += filter(None, (joined_list(member.value),))
        else:
            splices += remove(text, node, {index})
    return _spliced(text, splices)


def _places(node: Node, key: Tuple[str, ...]) -> List[Tuple[Node, int]]:
    """Every member of that path, spelled just so, and the object that it is in."""
    here: List[Tuple[int, Member]] = [
        (index, member) for index, member in enumerate(node.members) if member.key == key[0]
    ]
    if len(key) == 1:
        return [(node, index) for index, _ in here]
    return [place for _, member in here for place in _places(member.value, key[1:])]


def _spliced(text: str, splices: List[Splice]) -> str:
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text
