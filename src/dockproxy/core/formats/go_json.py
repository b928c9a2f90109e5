"""JSON exactly as Go's encoding/json reads it, with the position of everything.

Numbers stay as spelled, duplicate keys stay. What Go refuses is refused with Go's own words
(go_json_errors). Nothing here recurses: depth costs no stack.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from dockproxy.core.formats.go_json_errors import fault
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, NoReturn, Sequence, Tuple


MAX_DEPTH = 10000
"""Go 1.19 to 1.26 encoding/json scanner.go, maxNestingDepth."""

_NEWLINE = pattern("\n")
_BLANKS = pattern(r"[ \t\r\n]*")
_PLAIN_KEY = pattern(r'"([^"\\\x00-\x1f]*)"[ \t\r\n]*:[ \t\r\n]*')
_STRING = pattern(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_STRING_PART = pattern(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*')
_ESCAPE = pattern(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)
_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGERS = pattern(r"(?:-?(?:0|[1-9][0-9]*),[ \t\r\n]*)+")
_DIGITS = pattern(r"-?[0-9]+")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_KINDS = {"{": "object", "[": "array"}
_CLOSERS = {"object": "}", "array": "]"}
_AFTER = {"object": "after object key:value pair", "array": "after array element"}
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_SIMPLE_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LONE = pattern("[\ud800-\udfff]")


class Node:
    """One value. kind: object, array, string, number, true, false or null.

    start, end: its place in the text. value: a string's decoded text, a number as spelled, else "".
    """

    __slots__ = ("end", "items", "kind", "members", "start", "value")

    def __init__(self, kind: str, start: int, end: int, value: str = "") -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.members: Sequence[Member] = ()
        self.items: Sequence[Node] = ()

    def __repr__(self) -> str:
        return f"Node({self.kind}, {self.start}, {self.end})"


class Member:
    """One key of an object with its value. key: decoded; start, end: the quoted key's place."""

    __slots__ = ("end", "key", "start", "value")

    def __init__(self, key: str, start: int, end: int, value: Node) -> None:
        self.key = key
        self.start = start
        self.end = end
        self.value = value

    def __repr__(self) -> str:
        return f"Member({self.start}, {self.end}, {self.value!r})"


class _Open:
    """An object or array whose end is still to come. key: the one whose value is read."""

    __slots__ = ("items", "key", "members", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.key = ("", 0, 0)
        self.members: List[Member] = []
        self.items: List[Node] = []
        node.members = self.members
        node.items = self.items


class Positions:
    """Lines and columns of many offsets of one text, each in no time."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def of(self, offset: int) -> Tuple[int, int]:
        """As ``position``."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def position(text: str, offset: int) -> Tuple[int, int]:
    """Line and column of an offset, both from 1, the column in code points."""
    before = text.rfind("\n", 0, offset)
    return text.count("\n", 0, offset) + 1, offset - before


def parse(text: str, *, trailing: bool = False, wording: str = "go1.24") -> Node:
    """The document's value; raises ParseError, worded as Go words it, where Go refuses it.

    trailing: read one value and leave the rest, as json.NewDecoder(…).Decode does (docker CLI);
    else the whole text has to be one value, as for json.Unmarshal (dockerd).
    wording: ``go1.24`` or ``go1.27`` (see go_json_errors).
    """
    return _Parser(text, trailing, wording).run()


class _Parser:
    __slots__ = ("size", "text", "trailing", "wording")

    def __init__(self, text: str, trailing: bool, wording: str) -> None:
        self.text = text
        self.size = len(text)
        self.trailing = trailing
        self.wording = wording

    def fail(self, at: int, context: str) -> NoReturn:
        raise fault(self.text, at, context, trailing=self.trailing, wording=self.wording)

    def run(self) -> Node:
        text = self.text
        stack: List[_Open] = []
        at = self.skip(0)
        while True:
            if stack and stack[-1].node.kind == "array":
                at = self.integers(at, stack[-1].items)
            node, at = self.begin_value(at, len(stack))
            if stack:
                parent = stack[-1]
                if parent.node.kind == "object":
                    parent.members.append(Member(*parent.key, node))
                else:
                    parent.items.append(node)
            else:
                root = node
            if node.kind in _CLOSERS:
                at = self.skip(at)
                if not text.startswith(_CLOSERS[node.kind], at):
                    opened = _Open(node)
                    stack.append(opened)
                    if node.kind == "object":
                        at = self.key(at, opened)
                    continue
                node.end = at = at + 1
            at = self.skip(at)
            while stack and not text.startswith(",", at):
                at = self.close(at, stack.pop().node)
            if not stack:
                break
            at = self.skip(at + 1)
            if stack[-1].node.kind == "object":
                at = self.key(at, stack[-1])
        if at < self.size and not self.trailing:
            self.fail(at, "after top-level value")
        return root

    def integers(self, at: int, items: List[Node]) -> int:
        """Read whole numbers that a comma follows, at one go: a list may hold half a million."""
        run = _INTEGERS.match(self.text, at)
        if run is None:
            return at
        for match in _DIGITS.finditer(self.text, at, run.end()):
            items.append(Node("number", match.start(), match.end(), match.group()))
        return run.end()

    def skip(self, at: int) -> int:
        match = _BLANKS.match(self.text, at)
        return at if match is None else match.end()

    def close(self, at: int, node: Node) -> int:
        """End a container that has members, and go on behind the blanks after it."""
        if not self.text.startswith(_CLOSERS[node.kind], at):
            self.fail(at, _AFTER[node.kind])
        node.end = at + 1
        return self.skip(at + 1)

    def key(self, at: int, opened: _Open) -> int:
        """Read a key and its colon; gives the place of the value."""
        text = self.text
        match = _PLAIN_KEY.match(text, at)
        if match is not None:
            opened.key = (decode_string(match.group(1)), at, match.end(1) + 1)
            return match.end()
        if not text.startswith('"', at):
            self.fail(at, "looking for beginning of object key string")
        end = self.string_end(at)
        opened.key = (decode_string(text[at + 1 : end - 1]), at, end)
        at = self.skip(end)
        if not text.startswith(":", at):
            self.fail(at, "after object key")
        return self.skip(at + 1)

    def begin_value(self, at: int, depth: int) -> Tuple[Node, int]:
        """The node that begins here, and where to go on: a container is only opened."""
        text = self.text
        char = text[at : at + 1]
        if char == '"':
            end = self.string_end(at)
            return Node("string", at, end, decode_string(text[at + 1 : end - 1])), end
        if char in _KINDS:
            if depth >= MAX_DEPTH:
                self.fail(at, "exceeded max depth")
            return Node(_KINDS[char], at, at), at + 1
        if char in _LITERALS:
            return self.literal(at, _LITERALS[char])
        match = _NUMBER.match(text, at)
        if match is not None:
            self.check_number_end(match)
            return Node("number", at, match.end(), match.group()), match.end()
        if char == "-":
            self.fail(at + 1, "in numeric literal")
        self.fail(at, "looking for beginning of value")

    def literal(self, at: int, word: str) -> Tuple[Node, int]:
        if self.text.startswith(word, at):
            return Node(word, at, at + len(word)), at + len(word)
        index = 1
        while self.text.startswith(word[index], at + index):
            index += 1
        context = f"in literal {word} (expecting '{word[index]}')"
        self.fail(at + index, context)

    def check_number_end(self, match: re.Match[str]) -> None:
        """Go reads on after ``1`` at ``.`` and ``e``; what is missing then is its own fault."""
        at = match.end()
        char = self.text[at] if at < self.size else ""
        if char == "." and match.group(1) is None and match.group(2) is None:
            self.fail(at + 1, "after decimal point in numeric literal")
        if char in {"e", "E"} and match.group(2) is None:
            at += 1
            if at < self.size and self.text[at] in "+-":
                at += 1
            self.fail(at, "in exponent of numeric literal")

    def string_end(self, at: int) -> int:
        match = _STRING.match(self.text, at)
        if match is not None:
            return match.end()
        part = _STRING_PART.match(self.text, at)
        at = at if part is None else part.end()
        if at < self.size and self.text[at] == "\\":
            at += 1
            if at < self.size and self.text[at] == "u":
                at += 1
                while at < self.size and self.text[at] in _HEX_DIGITS:
                    at += 1
                self.fail(at, "in \\u hexadecimal character escape")
            self.fail(at, "in string escape code")
        self.fail(at, "in string literal")


def decode_string(raw: str) -> str:
    """What Go makes of a string's inside: escapes resolved, each bad byte or half of a surrogate
    pair replaced by U+FFFD (Go encoding/json decode.go, unquoteBytes).
    """
    if "\\" in raw:
        raw = _ESCAPE.sub(_resolve, _LONE.sub("\ufffd", raw))
    return raw if raw.isascii() else _LONE.sub("\ufffd", raw)


def _resolve(match: re.Match[str]) -> str:
    high, low, plain, char = match.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if plain is not None:
        return chr(int(plain, 16))
    return _SIMPLE_ESCAPES.get(char, char)
