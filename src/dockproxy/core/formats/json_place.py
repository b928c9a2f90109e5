"""Where in a JSON text a value stands, and what it shadows."""

from __future__ import annotations

from dockproxy.core.formats.go_json import Member, Node, Positions
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


class Place(NamedTuple):
    """A value in a text. path: its keys as spelled. value: the string, or None for anything else.

    line, column: of the value, from 1, in code points. start, end: offsets of the value. key_at:
    line and column of its key.
    """

    path: Tuple[str, ...]
    value: Optional[str]
    kind: str
    line: int
    column: int
    start: int
    end: int
    key_at: Tuple[int, int] = (0, 0)


class Setting(NamedTuple):
    """What a program takes for one setting: value is None where it is not set.

    place: what decides. shadowed: all others of that name, in the text's order; a ``null``
    stands there too, since it changes nothing.
    """

    value: Optional[str] = None
    place: Optional[Place] = None
    shadowed: Tuple[Place, ...] = ()


def place_of(positions: Positions, member: Member, parents: Sequence[str] = ()) -> Place:
    """The place of a member's value."""
    node = member.value
    line, column = positions.of(node.start)
    value = node.value if node.kind == "string" else None
    path, key_at = (*parents, member.key), positions.of(member.start)
    return Place(path, value, node.kind, line, column, node.start, node.end, key_at)


def members_at(node: Node, key: Sequence[str]) -> List[Tuple[Node, int]]:
    """Every member of that path, spelled just so: the object that it is in, and its index there."""
    here = [index for index, member in enumerate(node.members) if member.key == key[0]]
    if len(key) == 1:
        return [(node, index) for index in here]
    inner = (node.members[index].value for index in here)
    return [place for value in inner for place in members_at(value, key[1:])]


def values_of(node: Node, key: Sequence[str]) -> List[Node]:
    """The values of these members."""
    return [where.members[index].value for where, index in members_at(node, key)]


def setting_of(places: Sequence[Place]) -> Setting:
    """The setting that these places of one name make: the last string wins."""
    for index in range(len(places) - 1, -1, -1):
        if places[index].value is not None:
            others: List[Place] = [*places[:index], *places[index + 1 :]]
            return Setting(places[index].value, places[index], tuple(others))
    return Setting(None, None, tuple(places))


def go_kind(kind: str) -> str:
    """How Go calls that kind of value in an error."""
    return "bool" if kind in {"true", "false"} else kind


def go_field(struct: str, keys: Sequence[str]) -> str:
    """A field as Go 1.27 names it in an error: by the keys as spelled; one whose last part is a
    number passes for an array's item (encoding/json v2_decode.go, UnmarshalTypeError).
    """
    path = ".".join(key.replace("~", "~0").replace("/", "~1") for key in keys)
    last = path.rpartition(".")[2]
    index = last.isascii() and last.isdigit()
    return f"{struct}.{path}" if index else f"Go struct field {struct}.{path}"
