"""Repairs of a text: each the smallest change that takes one fault away."""

from __future__ import annotations

from dockproxy.core.formats.client_repair import into_default, joined_list, one_entry
from dockproxy.core.formats.daemon_mending import KINDS as DAEMON_KINDS
from dockproxy.core.formats.daemon_mending import mended_daemon
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.formats.json_layout import quote, remove
from dockproxy.core.formats.json_place import members_at
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.plan import Repair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple
_WHOLE_NUMBER = pattern("-?(?:0|[1-9][0-9]{0,17})")


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
    if repair.kind == "drop-shadowed":
        return spliced(text, _shadowed(text, root, repair.key))
    splices: List[Splice] = []
    for node, index in members_at(root, repair.key):
        member = node.members[index]
        if repair.kind == "rename-key":
            splices.append((member.start, member.end, quote(repair.to)))
        elif repair.kind == "join-list":
            splices += filter(None, (joined_list(member.value),))
        elif repair.kind == "retype":
            value = member.value
            written = retyped(text[value.start : value.end], value, repair.to)
            if written is not None:
                splices.append((value.start, value.end, written))
        else:
            splices += remove(text, node, {index})
    return spliced(text, splices)


def retyped(raw: str, node: Node, to: str) -> Optional[str]:
    """A value written as that type (of daemon_options), None where it can't be meant so. raw: as
    it is written now.
    """
    if to == "string" and node.kind in ("number", "true", "false"):
        return quote(raw)
    strings = [item.value for item in node.items if item.kind == "string"]
    if to == "string" and strings and len(strings) == len(node.items):
        return quote(",".join(strings))
    if to == "bool" and node.kind == "string" and node.value in ("true", "false"):
        return node.value
    if to == "int" and node.kind == "string" and _WHOLE_NUMBER.fullmatch(node.value):
        return node.value
    if to == "[]string" and node.kind == "string":
        return f"[{raw}]"
    return None


def _shadowed(text: str, root: Node, key: Tuple[str, ...]) -> List[Splice]:
    """What takes all but the last string of that name away, wherever its section stands."""
    found = [
        (section.value, index)
        for section in root.members
        if same_field(section.key, key[0])
        for index, member in enumerate(section.value.members)
        if same_field(member.key, key[-1])
    ]
    strings = [place for place in found if place[0].members[place[1]].value.kind == "string"]
    gone = [place for place in found if strings and place != strings[-1]]
    splices: List[Splice] = []
    for section in {id(node): node for node, _ in gone}.values():
        splices += remove(text, section, {index for node, index in gone if node is section})
    return splices
