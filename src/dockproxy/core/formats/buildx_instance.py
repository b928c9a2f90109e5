"""A builder as buildx keeps it: ``instances/NAME``, one line of JSON that Go's encoder wrote.

buildx 0.13 to 0.36 store/nodegroup.go (types NodeGroup and Node) and store/store.go (Save). Only
the text of ``DriverOpts`` is edited, and written as that encoder would: keys sorted, ``< > &``
escaped, ``null`` where none is left.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from dockproxy.core.formats.go_json import Member, parse, position
from dockproxy.core.formats.go_json import Node as Json
from dockproxy.core.formats.go_names import same_field
from dockproxy.core.formats.json_place import go_kind
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, NoReturn, Optional, Sequence, Tuple


_ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)}
_ESCAPES.update({ord('"'): '\\"', ord("\\"): "\\\\", 9: "\\t", 10: "\\n", 13: "\\r"})
_ESCAPES.update({ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


class DriverOption(NamedTuple):
    """One option of a node's driver, as ``env.HTTP_PROXY``. line, column: of its value, from 1."""

    name: str
    value: str
    line: int
    column: int


class InstanceNode(NamedTuple):
    """A node: one BuildKit daemon. endpoint: a daemon's address or a context's name."""

    name: str
    endpoint: str
    options: Tuple[DriverOption, ...]

    def values(self) -> Dict[str, str]:
        """The options by name."""
        return {option.name: option.value for option in self.options}


class Instance(NamedTuple):
    """What buildx takes from the file."""

    name: str
    driver: str
    nodes: Tuple[InstanceNode, ...]


OptionKey = tuple[str, str]
"""A node's name and an option's."""


def read_instance(text: str) -> Instance:
    """Raises ParseError, worded about as Go does, where buildx can't read the file."""
    root = _root(text)
    places = _Places(text)
    nodes = tuple(_node(text, item, places) for item in _nodes(text, root))
    return Instance(_string(text, root, "Name"), _string(text, root, "Driver"), nodes)


def set_options(text: str, changes: Sequence[Tuple[OptionKey, Optional[str]]]) -> str:
    """The text with each named node's option set, or taken away where the value is None.

    What already is so leaves the text as it was. Raises ParseError as ``read_instance`` does.
    """
    splices: List[Tuple[int, int, str]] = []
    asked: Dict[str, Dict[str, Optional[str]]] = {}
    for (node, name), value in changes:
        asked.setdefault(node, {})[name] = value
    places = _Places(text)
    for item in _nodes(text, _root(text)):
        read = _node(text, item, places)
        wanted = read.values()
        for name, value in asked.get(read.name, {}).items():
            if value is None:
                wanted.pop(name, None)
            else:
                wanted[name] = value
        if wanted != read.values():
            splices += _splices(item, _go_map(wanted))
    pieces: List[str] = []
    at = 0
    for start, end, new in sorted(splices):
        pieces += (text[at:start], new)
        at = end
    return "".join((*pieces, text[at:]))


def _splices(item: Json, new: str) -> List[Tuple[int, int, str]]:
    named = [member for member in item.members if same_field(member.key, "DriverOpts")]
    if not named:
        at = item.members[-1].value.end if item.members else item.start + 1
        return [(at, at, f'{"," if item.members else ""}"DriverOpts":{new}')]
    *earlier, last = [member.value for member in named]
    return [*((value.start, value.end, "{}") for value in earlier), (last.start, last.end, new)]


def _root(text: str) -> Json:
    root = parse(text)
    if root.kind not in ("object", "null"):
        _refuse(text, root, "Go value", "store.NodeGroup")
    return root


def _nodes(text: str, root: Json) -> Sequence[Json]:
    found: Sequence[Json] = ()
    for member in _members(root, "Nodes"):
        if member.value.kind not in ("array", "null"):
            _refuse(text, member.value, "Go struct field NodeGroup.Nodes", "[]store.Node")
        found = member.value.items
    for item in found:
        if item.kind not in ("object", "null"):
            _refuse(text, item, "Go struct field NodeGroup.Nodes", "store.Node")
    return found


class _Places:
    """Line and column of offsets in one text, each found at once."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def of(self, offset: int) -> Tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _node(text: str, item: Json, places: _Places) -> InstanceNode:
    options: Dict[str, DriverOption] = {}
    for member in _members(item, "DriverOpts"):
        if member.value.kind not in ("object", "null"):
            _refuse(text, member.value, "Go struct field Node.DriverOpts", "map[string]string")
        for option in member.value.members:
            options[option.key] = _option(text, option, places)
    name, endpoint = _string(text, item, "Name"), _string(text, item, "Endpoint")
    return InstanceNode(name, endpoint, tuple(options.values()))


def _option(text: str, member: Member, places: _Places) -> DriverOption:
    if member.value.kind not in ("string", "null"):
        _refuse(text, member.value, "Go struct field Node.DriverOpts", "string")
    return DriverOption(member.key, member.value.value, *places.of(member.value.start))


def _string(text: str, holder: Json, name: str) -> str:
    found = ""
    for member in _members(holder, name):
        if member.value.kind not in ("string", "null"):
            _refuse(text, member.value, f"Go struct field .{name}", "string")
        found = member.value.value if member.value.kind == "string" else found
    return found


def _members(holder: Json, name: str) -> List[Member]:
    return [member for member in holder.members if same_field(member.key, name)]


def _refuse(text: str, node: Json, what: str, kind: str) -> NoReturn:
    line, column = position(text, node.start)
    said = f"json: cannot unmarshal {go_kind(node.kind)} into {what} of type {kind}"
    raise ParseError(said, line, column, node.start)


def _go_map(values: Dict[str, str]) -> str:
    """As Go's json.Marshal writes a map of strings; none at all is a nil map."""
    if not values:
        return "null"
    names = sorted(values, key=lambda name: name.encode("utf-8", "surrogatepass"))
    return "{" + ",".join(f"{_go_string(name)}:{_go_string(values[name])}" for name in names) + "}"


def _go_string(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'
