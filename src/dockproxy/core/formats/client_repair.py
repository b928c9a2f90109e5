"""Repairs of config.json that keep what was meant: each makes the docker CLI take a value."""

from __future__ import annotations

import codecs

from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.json_edit import set_values
from dockproxy.core.formats.json_layout import Splice, quote
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.model.errors import DockproxyError, ParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def into_default(text: str, key: Tuple[str, ...], name: str) -> str:
    """The text with the string at ``key`` as ``name`` of ``proxies.default``, and no more where it
    was; objects that this leaves empty go as well. As it was where something is in the way.
    """
    found = [node for node in _values(parse(text, trailing=True), key) if node.kind == "string"]
    if not found:
        return text
    place = ("proxies", "default", name)
    try:
        moved = set_values(text, [(place, found[-1].value)], dialect="client", indent="\t")
        return set_values(moved, [(key, None)], dialect="client", drop_empty=True)
    except DockproxyError:
        return text


def joined_list(node: Node) -> Optional[Splice]:
    """The change that makes a list of strings the one string that the CLI wants."""
    if node.kind != "array" or any(item.kind != "string" for item in node.items):
        return None
    return node.start, node.end, quote(",".join(item.value for item in node.items))


def as_utf8(data: bytes) -> Optional[bytes]:
    """The bytes as UTF-8 without a byte order mark; None where they open with no such mark, or are
    no JSON even so. The CLI reads neither a mark nor UTF-16.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
                if repaired(text, trailing=True) is None:
                    parse(text or "{}", trailing=True)
            except (UnicodeDecodeError, ParseError):
                return None
            return text.encode()
    return None


def _values(node: Node, key: Tuple[str, ...]) -> Tuple[Node, ...]:
    here = [member.value for member in node.members if member.key == key[0]]
    if len(key) == 1:
        return tuple(here)
    return tuple(value for each in here for value in _values(each, key[1:]))
