"""Repairs of config.json that keep what was meant: each makes the docker CLI take a value."""

from __future__ import annotations

from dockproxy.core.formats.client_json import read_client_json
from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.formats.json_edit import set_values
from dockproxy.core.formats.json_layout import quote, remove
from dockproxy.core.formats.json_place import members_at, values_of
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.formats.text_codec import BOMS
from dockproxy.core.model.errors import DockproxyError, ParseError
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Tuple


_KEYS = {name: key for key, name in CLIENT_JSON_NAMES.items()}


def into_default(text: str, key: Tuple[str, ...], name: str) -> str:
    """The text with the string at ``key`` as ``name`` of ``proxies.default``, and no more where it
    was; objects that this leaves empty go as well. As it was where something is in the way.
    """
    found = [node for node in values_of(parse(text, trailing=True), key) if node.kind == "string"]
    if len({node.value for node in found}) != 1:
        return text
    place = ("proxies", "default", name)
    default = read_client_json(text).default
    if default is not None and default.settings[_KEYS[name]].value is not None:
        return text
    try:
        moved = set_values(text, [(place, found[-1].value)], dialect="client", indent="\t")
        return set_values(moved, [(key, None)], dialect="client", drop_empty=True)
    except DockproxyError:
        return text


def one_entry(text: str, key: Tuple[str, ...]) -> str:
    """The text with the last of several entries of that path alone, which gets what the earlier
    ones say beside it.
    """
    places = members_at(parse(text, trailing=True), key)
    if len(places) < 2:
        return text
    missing: Dict[str, str] = {}
    last = places[-1][0].members[places[-1][1]].value
    for node, index in places[:-1]:
        for member in node.members[index].value.members:
            for name in CLIENT_JSON_NAMES.values():
                if same_field(member.key, name) and member.value.kind == "string":
                    missing[name] = member.value.value
    for member in last.members:
        for name in CLIENT_JSON_NAMES.values():
            if same_field(member.key, name):
                missing.pop(name, None)
    changes: List[Tuple[Tuple[str, ...], Optional[str]]] = [
        ((*key, name), value) for name, value in missing.items()
    ]
    try:
        text = set_values(text, changes, dialect="client", indent="\t")
    except DockproxyError:
        return text
    gone: List[Splice] = []
    for node, index in members_at(parse(text, trailing=True), key)[:-1]:
        gone += remove(text, node, {index})
    return spliced(text, gone)


def joined_list(node: Node) -> Optional[Splice]:
    """The change that makes a list of strings the one string that the CLI wants."""
    if node.kind != "array" or any(item.kind != "string" for item in node.items):
        return None
    return node.start, node.end, quote(",".join(item.value for item in node.items))


def as_utf8(data: bytes) -> Optional[bytes]:
    """The bytes as UTF-8 without a byte order mark; None where they open with no such mark, or are
    no JSON even so. The CLI reads neither a mark nor UTF-16.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
                if repaired(text, trailing=True) is None:
                    parse(text or "{}", trailing=True)
            except (UnicodeDecodeError, ParseError):
                return None
            return text.encode()
    return None
