"""How a JSON text is laid out, so that what is added looks like what is there.

Adding and removing are each other's inverse: a member goes in behind the last one's value, and
comes out together with the separator before it.
"""

from __future__ import annotations

from dockproxy.core.formats.go_json import Node
from dockproxy.core.formats.splices import Splice
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Collection, List, Sequence, Tuple


_ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)}
_ESCAPES.update({ord('"'): '\\"', ord("\\"): "\\\\", 8: "\\b", 9: "\\t", 10: "\\n"})
_ESCAPES.update({12: "\\f", 13: "\\r"})
_INDENTED_LINE = pattern(r"\n([ \t]+)[^ \t\r\n]")
_REST_OF_LINE = pattern(r"[ \t]*\r?\n")


def quote(value: str) -> str:
    """A string as JSON, with no more escapes than JSON asks for."""
    return f'"{value.translate(_ESCAPES)}"'


class Layout:
    """How the members of one object are laid out.

    newline: the line end before each member, or "" where they share a line. child: a member's
    indentation. unit: one step of it. colon: between key and value. separator: between two
    members. pad: inside the braces of an object on one line.
    """

    __slots__ = ("child", "colon", "newline", "pad", "separator", "unit")

    def __init__(
        self, newline: str, child: str, unit: str, colon: str = ": ", pad: str = ""
    ) -> None:
        self.newline = newline
        self.child = child
        self.unit = unit
        self.colon = colon
        self.pad = pad
        self.separator = f",{newline}{child}" if newline else ", "

    def member(self, path: Sequence[str], value: str) -> str:
        """A member called ``path[0]`` that holds the value below the rest of the path."""
        return quote(path[0]) + self.colon + self.nested(path[1:], value)

    def nested(self, path: Sequence[str], value: str) -> str:
        """The value, inside as many new objects as the path has names."""
        if not path:
            return quote(value)
        if not self.newline:
            return "{" + self.pad + self.member(path, value) + self.pad + "}"
        inner = Layout(self.newline, self.child + self.unit, self.unit, self.colon)
        start = self.newline + inner.child
        return "{" + start + inner.member(path, value) + self.newline + self.child + "}"


def new_document(text: str, path: Sequence[str], value: str, indent: str) -> str:
    """What stands for ``null``, or for nothing: a document on lines of its own."""
    return Layout(newline_of(text), "", indent).nested(path, value)


def insert(
    text: str, root: Node, target: Node, added: Tuple[Sequence[str], str], indent: str
) -> Splice:
    """The splice that gives ``target`` what it lacks: added is a path and its value."""
    if target.members:
        layout = layout_of(text, target, indent)
        at = target.members[-1].value.end
        return at, at, layout.separator + layout.member(*added)
    blanks = text[target.start + 1 : target.end - 1]
    layout = _layout_of_empty(text, root, target, indent)
    before = after = blanks
    if layout.newline:
        before = layout.newline + layout.child
        after = layout.newline + (blanks or _indentation(text, target.start))
    return target.start + 1, target.end - 1, before + layout.member(*added) + after


def remove(text: str, target: Node, gone: Collection[int]) -> List[Splice]:
    """The splices that take the members with these indexes from ``target``."""
    members = target.members
    if gone and len(gone) == len(members):
        return [(target.start + 1, target.end - 1, _emptied(text, target))]
    splices: List[Splice] = []
    index = 0
    while index < len(members):
        first = index
        while index < len(members) and index in gone:
            index += 1
        if index == len(members) and first < index:
            splices.append((members[first - 1].value.end, members[-1].value.end, ""))
        elif first < index:
            splices.append((members[first].start, members[index].start, ""))
        index += 1
    return splices


def _emptied(text: str, target: Node) -> str:
    """The blanks that stay between the braces: those that ``insert`` would have found there."""
    before = text[target.start + 1 : target.members[0].start]
    after = text[target.members[-1].value.end : target.end - 1]
    if "\n" not in before:
        return before if before == after else ""
    rest = _REST_OF_LINE.sub("", after, count=1)
    return rest if "\n" in rest else ""


def layout_of(text: str, target: Node, indent: str) -> Layout:
    """How the members of an object are laid out; it has at least one."""
    members = target.members
    last = members[-1]
    before = text[target.start + 1 : members[0].start]
    colon = text[last.end : last.value.start]
    if "\n" in colon:
        colon = ": "
    if len(members) > 1:
        between = text[members[-2].value.end : last.start]
    elif "\n" in before:
        between = "," + before
    else:
        between = ", " if before or colon.endswith((" ", "\t")) else ","
    if "\n" not in between:
        layout = Layout("", "", indent, colon, "" if "\n" in before else before)
        layout.separator = between
        return layout
    newline = newline_of(between)
    child = _indentation(text, last.start)
    layout = Layout(newline, child, _unit(text, target, child, indent), colon)
    if not _REST_OF_LINE.match(between.lstrip(" \t")[1:]):  # the comma opens the line
        layout.separator = between
        layout.unit = layout.unit or indent
    return layout


def _layout_of_empty(text: str, root: Node, target: Node, indent: str) -> Layout:
    blanks = text[target.start + 1 : target.end - 1]
    colon = ": "
    if root.members:
        colon = text[root.members[0].end : root.members[0].value.start]
        colon = ": " if "\n" in colon else colon
    alone = target is root or "\n" in text[root.start : target.start]
    if "\n" not in blanks and (blanks or not alone):
        return Layout("", "", indent, colon, blanks)
    unit = indent
    indented = _INDENTED_LINE.search(text, root.start, target.start)
    if indented is not None:
        unit = indented.group(1)
    return Layout(newline_of(text), _indentation(text, target.start) + unit, unit, colon)


def _unit(text: str, target: Node, child: str, indent: str) -> str:
    """One step of indentation, as the object's members show it against its braces."""
    outer = _indentation(text, target.start)
    if child == outer:
        return ""
    return child[len(outer) :] if child.startswith(outer) else indent


def _indentation(text: str, offset: int) -> str:
    """The blanks that open the line of this offset."""
    start = text.rfind("\n", 0, offset) + 1
    end = start
    while end < offset and text[end] in " \t":
        end += 1
    return text[start:end]


def newline_of(text: str) -> str:
    """The text's line end: that of its first line."""
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
