"""JSON exactly as Go's encoding/json reads it, with the position of everything.

Numbers stay as spelled, duplicate keys stay. What Go refuses is refused with Go's own words
(go_json_errors). Nothing here recurses: depth costs no stack.
"""

from __future__ import annotations

import re
from typing import List, NoReturn, Optional, Tuple

from dockproxy.core.formats.go_json_errors import fault

MAX_DEPTH = 10000
"""Go 1.19 to 1.26 encoding/json scanner.go, maxNestingDepth."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_STRING_PART = re.compile(
    r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*'
)
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_SIMPLE_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LONE = re.compile("[\ud800-\udfff]")


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
        self.members: List[Member] = []
        self.items: List[Node] = []

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

    def fail(self, at: int, context: str, inside: bool = False) -> NoReturn:
        """inside: within a token that a blank would break, which matters at the text's end."""
        raise fault(
            self.text, at, context, inside=inside, trailing=self.trailing, wording=self.wording
        )

    def run(self) -> Node:
        text = self.text
        root: Optional[Node] = None
        open_nodes: List[Node] = []
        pending: List[Tuple[str, int, int]] = []
        at = self.skip(0)
        while True:
            node, at = self.begin_value(at, len(open_nodes))
            if root is None:
                root = node
            if open_nodes:
                parent = open_nodes[-1]
                if parent.kind == "object":
                    parent.members.append(Member(*pending[-1], node))
                else:
                    parent.items.append(node)
            at = self.skip(at)
            if node.kind in {"object", "array"}:
                closer = "}" if node.kind == "object" else "]"
                if at < self.size and text[at] == closer:
                    node.end = at = at + 1
                else:
                    open_nodes.append(node)
                    if node.kind == "object":
                        pending.append(("", 0, 0))
                        at = self.key(at, pending)
                    continue
            while True:
                if not open_nodes:
                    return self.finish(root, at)
                parent = open_nodes[-1]
                at = self.skip(at)
                char = text[at] if at < self.size else ""
                if char == ",":
                    at = self.skip(at + 1)
                    if parent.kind == "object":
                        at = self.key(at, pending)
                    break
                if parent.kind == "object":
                    if char != "}":
                        self.fail(at, "after object key:value pair")
                    pending.pop()
                elif char != "]":
                    self.fail(at, "after array element")
                parent.end = at = at + 1
                open_nodes.pop()

    def finish(self, root: Node, at: int) -> Node:
        if not self.trailing:
            at = self.skip(at)
            if at < self.size:
                self.fail(at, "after top-level value")
        return root

    def skip(self, at: int) -> int:
        match = _BLANKS.match(self.text, at)
        return at if match is None else match.end()

    def key(self, at: int, pending: List[Tuple[str, int, int]]) -> int:
        text = self.text
        if at >= self.size or text[at] != '"':
            self.fail(at, "looking for beginning of object key string")
        end = self.string_end(at)
        pending[-1] = (decode_string(text[at + 1 : end - 1]), at, end)
        at = self.skip(end)
        if at >= self.size or text[at] != ":":
            self.fail(at, "after object key")
        return self.skip(at + 1)

    def begin_value(self, at: int, depth: int) -> Tuple[Node, int]:
        """The node that begins here, and where to go on: a container is only opened."""
        text = self.text
        char = text[at] if at < self.size else ""
        if char == '"':
            end = self.string_end(at)
            return Node("string", at, end, decode_string(text[at + 1 : end - 1])), end
        if char in {"{", "["}:
            if depth >= MAX_DEPTH:
                self.fail(at, "exceeded max depth")
            return Node("object" if char == "{" else "array", at, at), at + 1
        if char in _LITERALS:
            return self.literal(at, _LITERALS[char])
        match = _NUMBER.match(text, at)
        if match is not None:
            self.check_number_end(match)
            return Node("number", at, match.end(), match.group()), match.end()
        if char == "-":
            self.fail(at + 1, "in numeric literal", inside=True)
        self.fail(at, "looking for beginning of value")

    def literal(self, at: int, word: str) -> Tuple[Node, int]:
        if self.text.startswith(word, at):
            return Node(word, at, at + len(word)), at + len(word)
        index = 1
        while self.text.startswith(word[index], at + index):
            index += 1
        context = f"in literal {word} (expecting '{word[index]}')"
        self.fail(at + index, context, inside=True)

    def check_number_end(self, match: re.Match[str]) -> None:
        """Go reads on after ``1`` at ``.`` and ``e``; what is missing then is its own fault."""
        at = match.end()
        char = self.text[at] if at < self.size else ""
        if char == "." and match.group(1) is None and match.group(2) is None:
            self.fail(at + 1, "after decimal point in numeric literal", inside=True)
        if char in {"e", "E"} and match.group(2) is None:
            at += 1
            if at < self.size and self.text[at] in "+-":
                at += 1
            self.fail(at, "in exponent of numeric literal", inside=True)

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
                self.fail(at, "in \\u hexadecimal character escape", inside=True)
            self.fail(at, "in string escape code", inside=True)
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
