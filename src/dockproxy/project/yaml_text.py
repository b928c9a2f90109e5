"""A YAML text to nodes, as libyaml takes it: block and flow style, quotes, anchors, documents.

Ours, since dockproxy needs no other package; what it takes and refuses is compared with PyYAML in
tests/project/test_yaml.py. No object of a tag is made, and nothing is nested deeper than 100.
Complex keys (``? [a, b]``) are refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from dockproxy.core.model.light import pattern
from dockproxy.project import yaml_scalars as scalars
from dockproxy.project.yaml_nodes import MOST_STEPS, Node, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


MOST_NODES = 200_000
MOST_DEEP = 100
_REST = pattern(r"(?:[ \t]+#[^\n]*|[ \t]*)(?=\n|\Z)")
_BETWEEN = pattern(r"(?:[ \t]*(?:(?<![^\s])#[^\n]*)?\n)*")
_GAP = pattern(r"(?:[ \t\n]|(?<![^\s])#[^\n]*)*")
_MARKER = pattern(r"(?:---|\.\.\.)(?=\s|\Z)")
_VALUE = pattern(r"[ \t]*:(?=\s|\Z)")
_PROPERTY = pattern(r"&([A-Za-z0-9_-]+)|!(?:<[^>\s]*>|[^\s,\[\]{}]*)")
_ALIAS = pattern(r"\*([A-Za-z0-9_-]+)")
_ITEM = pattern(r"-(?=\s|\Z)")


def read(text: str) -> list[Node]:
    """The documents. Raises Unreadable."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return _Reader(plain).documents()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.budget = [MOST_STEPS]
        self.nodes = 0
        self.reached = (-1, -1)
        self.anchors: dict[str, Node] = {}
        odd = scalars.NOT_ALLOWED.search(text)
        if odd is not None:
            self.fail("control characters are not allowed", odd.start())

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def fail(self, words: str, offset: int | None = None) -> NoReturn:
        raise Unreadable(words, *self.place(self.at if offset is None else offset))

    def column(self) -> int:
        return self.at - self.starts[bisect_right(self.starts, self.at) - 1]

    def new(self, kind: str, offset: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.fail("too much is in it", offset)
        return Node(kind, *self.place(offset), self.budget)

    def scalar(self, offset: int, value: str, quoted: bool = False) -> Node:
        node = self.new("scalar", offset)
        node.quoted = quoted
        node.value = None if not quoted and scalars.is_null(value) else value
        node.end = self.place(max(offset, self.at - 1))[0]
        return node

    # --- documents

    def documents(self) -> list[Node]:
        found: list[Node] = []
        begun = True
        while True:
            self.at = _BETWEEN.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.text.startswith("%", self.at) and begun:
                self.at = self._line_end()
                continue
            if self.text.startswith("---", self.at) and self._marker():
                self.at += 3
                self.anchors.clear()
                begun = False
                if _REST.match(self.text, self.at) is None:
                    self.at += len(self.text) - self.at - len(self.text[self.at :].lstrip(" \t"))
                    found.append(self.node(-1, 0, True))
                    self.finish()
                continue
            if self.text.startswith("...", self.at) and self._marker():
                self.at, begun = self.at + 3, True
                self.rest()
                continue
            column = self.content()
            if column < 0:
                if self.at >= len(self.text):
                    return found
                continue
            found.append(self.node(-1, 0, True))
            begun = False
            self.finish()

    def finish(self) -> None:
        """Behind a document's node only its end may come."""
        if self.content() >= 0:
            self.fail("did not find expected <document start>")

    def _marker(self) -> bool:
        return _MARKER.match(self.text, self.at) is not None and self.column() == 0

    def _line_end(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    def content(self) -> int:
        """Go to what comes next in block style; its column, -1 at the document's end."""
        if self.at == self.reached[0]:
            return self.reached[1]
        while True:
            if self.at >= len(self.text):
                return -1
            at_start = self.at == 0 or self.text[self.at - 1] == "\n"
            if not at_start:
                self.rest()
                self.at = min(len(self.text), self.at + 1)
                continue
            self.at = _BETWEEN.match(self.text, self.at).end()  # type: ignore[union-attr]
            start = self.at
            while self.text.startswith(" ", self.at):
                self.at += 1
            rest = self.text[self.at : self.at + 1]
            if not rest or rest in "\n#":
                self.at = self._line_end()
                continue
            if rest == "\t":
                if _REST.match(self.text, self.at) is not None:
                    self.at = self._line_end()
                    continue
                self.fail("found character that cannot start any token")
            if self.at == start and self._marker():
                return -1
            self.reached = (self.at, self.at - start)
            return self.at - start

    def rest(self) -> None:
        """The rest of the line must be empty."""
        rest = _REST.match(self.text, self.at)
        if rest is None:
            words = "did not find expected key"
            if _VALUE.match(self.text, self.at):
                words = "mapping values are not allowed in this context"
            self.fail(words)
        self.at = rest.end()

    # --- block style

    def node(self, parent: int, depth: int, block: bool, same: bool = False) -> Node:
        """What stands here. parent: the column that it must be behind. block: a map or a list may
        begin here; same: a list may begin at the parent's own column on a line below.
        """
        if depth > MOST_DEEP:
            self.fail("nested too deeply")
        start, anchor = self.at, ""
        while (found := _PROPERTY.match(self.text, self.at)) is not None:
            anchor = found.group(1) or anchor
            self.at = found.end()
            if _REST.match(self.text, self.at) is not None:
                return self.named(anchor, self.below(parent, depth, same))
            blank = re.compile(r"[ \t]+").match(self.text, self.at)
            if blank is None:
                self.fail("did not find expected whitespace or line break")
            self.at = blank.end()
        if _ITEM.match(self.text, self.at) is not None:
            if not block or self.at != start:
                self.fail("block sequence entries are not allowed in this context")
            return self.named(anchor, self.items(self.column(), depth))
        if self.text[self.at] in "|>":
            return self.named(anchor, self.block_scalar(parent))
        begin = self.at
        column = start - self.starts[bisect_right(self.starts, start) - 1]
        key, is_whole = self.simple(depth)
        if _VALUE.match(self.text, self.at) is not None:
            if not block or self.place(begin)[0] != self.place(self.at)[0]:
                self.fail("mapping values are not allowed in this context")
            self.named(anchor, key)
            return self.pairs(column, depth, key)
        if not is_whole:
            key = self.continued(begin, parent)
        self.rest()
        return self.named(anchor, key)

    def named(self, anchor: str, node: Node) -> Node:
        if anchor:
            self.anchors[anchor] = node
        return node

    def below(self, parent: int, depth: int, same: bool) -> Node:
        """The node on one of the next lines, null if there is none that is deep enough."""
        here = self.at
        column = self.content()
        if column > parent:
            return self.node(parent, depth, True)
        if same and column == parent and _ITEM.match(self.text, self.at) is not None:
            return self.items(column, depth)
        self.at, after = here, self.at
        node = self.scalar(here, "")
        self.at = after
        return node

    def items(self, column: int, depth: int) -> Node:
        """A list whose dashes stand in this column."""
        made = self.new("list", self.at)
        while True:
            self.at += 1
            if _REST.match(self.text, self.at) is not None:
                made.items.append(self.below(column, depth + 1, False))
            else:
                while self.text[self.at] in " \t":
                    self.at += 1
                made.items.append(self.node(column, depth + 1, True))
            found = self.content()
            if found > column:
                self.fail("did not find expected '-' indicator")
            if found < column or _ITEM.match(self.text, self.at) is None:
                return made

    def pairs(self, column: int, depth: int, key: Node) -> Node:
        """A map whose keys stand in this column; the first one has been read."""
        made = self.new("map", self.starts[key.line - 1] + column)
        while True:
            self.at = _VALUE.match(self.text, self.at).end()  # type: ignore[union-attr]
            made.pairs.append((key, self.value(column, depth)))
            found = self.content()
            if found > column:
                self.fail("did not find expected key")
            if found < column:
                return made
            if _ITEM.match(self.text, self.at) is not None:
                self.fail("did not find expected key")
            key = self.key(depth)

    def key(self, depth: int) -> Node:
        begin, anchor = self.at, ""
        while (found := _PROPERTY.match(self.text, self.at)) is not None:
            anchor = found.group(1) or anchor
            self.at = found.end()
            while self.text.startswith((" ", "\t"), self.at):
                self.at += 1
        if self.at >= len(self.text) or self.text[self.at] in "\n|>":
            self.fail("could not find expected ':'", begin)
        key, _ = self.simple(depth)
        if _VALUE.match(self.text, self.at) is None or "\n" in self.text[begin : self.at]:
            self.fail("could not find expected ':'", begin)
        return self.named(anchor, key)

    def value(self, column: int, depth: int) -> Node:
        if _REST.match(self.text, self.at) is not None:
            return self.below(column, depth + 1, True)
        while self.text[self.at] in " \t":
            self.at += 1
        return self.node(column, depth + 1, False, True)

    def simple(self, depth: int) -> tuple[Node, bool]:
        """What can be a key. Whether it is read to its end: a plain one may go on below."""
        char = self.text[self.at]
        begin = self.at
        if char in "[{":
            return self.flow(depth + 1), True
        if char in "\"'":
            return self.quoted(), True
        alias = _ALIAS.match(self.text, begin)
        if alias is not None:
            known = self.anchors.get(alias.group(1))
            if known is None:
                self.fail(f"unknown anchor '{alias.group(1)}' referenced")
            self.at = alias.end()
            return known, True
        if scalars.BEGINS_PLAIN.match(self.text, begin) is None:
            self.fail("found character that cannot start any token")
        found = scalars.PLAIN.match(self.text, begin)
        word = found.group().rstrip(" \t") if found is not None else char
        self.at = begin + len(word)
        return self.scalar(begin, word), False

    def continued(self, begin: int, parent: int) -> Node:
        """A plain scalar with the lines below that belong to it."""
        lines = [self.text[begin : self.at]]
        end = self.at
        while self.text.startswith("\n", self._behind_blanks(end)):
            at = self._behind_blanks(end) + 1
            empty = 0
            while (stop := self._behind_blanks(at)) < len(self.text) and self.text[stop] == "\n":
                at, empty = stop + 1, empty + 1
            indent = at
            while self.text.startswith(" ", indent):
                indent += 1
            if stop >= len(self.text) or indent - at <= parent or self.text[stop] == "#":
                break
            if indent == at and _MARKER.match(self.text, at):
                break
            found = scalars.PLAIN.match(self.text, stop)
            if found is None:
                break
            word = found.group().rstrip(" \t")
            self.at = end = stop + len(word)
            if _VALUE.match(self.text, end) is not None:
                self.fail("mapping values are not allowed in this context")
            lines += [*[""] * empty, word]
        self.at = end
        return self.scalar(begin, scalars.folded(lines))

    def _behind_blanks(self, at: int) -> int:
        while self.text.startswith((" ", "\t"), at):
            at += 1
        return at

    def quoted(self) -> Node:
        begin = self.at
        is_double = self.text[begin] == '"'
        found = (scalars.DOUBLE if is_double else scalars.SINGLE).match(self.text, begin)
        if found is None:
            self.fail("found unexpected end of stream")
        word = found.group()
        if re.search(r"\n(?:---|\.\.\.)(?=\s)", word):
            self.fail("found unexpected document indicator")
        value = scalars.double_quoted(word) if is_double else scalars.single_quoted(word)
        if value is None:
            self.fail("found unknown escape character")
        self.at = found.end()
        return self.scalar(begin, value, True)

    def block_scalar(self, parent: int) -> Node:
        begin = self.at
        header = scalars.HEADER.match(self.text, begin)
        if header is None:
            self.fail("did not find expected comment or line break")
        digit, chomp = header.group(2) or header.group(3), header.group(1) or header.group(4) or ""
        self.at = header.end()
        indent = max(parent, 0) + int(digit) if digit else 0
        lines: list[str] = []
        while self.at < len(self.text):
            end = self._line_end()
            line = self.text[self.at : end]
            spaces = len(line) - len(line.lstrip(" "))
            if spaces < len(line):
                if not indent:
                    indent = max(spaces, parent + 1, 0 if parent < 0 else 1)
                    if indent > spaces:
                        break
                if spaces < indent or (indent == 0 and _MARKER.match(line)):
                    break
            lines.append(line[indent:])
            self.at = min(len(self.text), end + 1)
        text = scalars.block(lines, self.text[begin], chomp)
        node = self.scalar(begin, text, True)
        if self.at < len(self.text) or self.text.endswith("\n"):
            self.at = max(begin, self.at - 1)
        return node

    # --- flow style

    def flow(self, depth: int) -> Node:
        """A list or map in brackets, from its first one on."""
        if depth > MOST_DEEP:
            self.fail("nested too deeply")
        is_map = self.text[self.at] == "{"
        made = self.new("map" if is_map else "list", self.at)
        close = "}" if is_map else "]"
        self.at += 1
        while True:
            self.gap()
            if self.text[self.at] == close:
                self.at += 1
                return made
            if self.text[self.at] == ",":
                self.fail("did not find expected node content")
            key, value = self.flow_entry(depth, is_map)
            if is_map:
                made.pairs.append((key, value or self.scalar(self.at, "")))
            elif value is not None:
                pair = self.new("map", self.at)
                pair.line, pair.column = key.line, key.column
                pair.pairs.append((key, value))
                made.items.append(pair)
            else:
                made.items.append(key)
            self.gap()
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] != close:
                self.fail(f"did not find expected ',' or '{close}'")

    def gap(self) -> None:
        self.at = _GAP.match(self.text, self.at).end()  # type: ignore[union-attr]
        if self.at >= len(self.text):
            self.fail("did not find expected node content")
        if self._marker():
            self.fail("did not find expected node content")

    def flow_entry(self, depth: int, is_map: bool) -> tuple[Node, Node | None]:
        begin = self.at
        key, is_json = self.flow_node(depth)
        end = self.at
        self.gap()
        behind = self.text[self.at + 1 : self.at + 2]
        if self.text[self.at] != ":" or not (is_json or not behind or behind in " \t\n,[]{}"):
            return key, None
        if "\n" in self.text[begin : max(end, self.at)]:
            self.fail("did not find expected ',' or the closing bracket")
        self.at += 1
        self.gap()
        if self.text[self.at] in ",]}":
            return key, self.scalar(self.at, "")
        return key, self.flow_node(depth)[0]

    def flow_node(self, depth: int) -> tuple[Node, bool]:
        anchor = ""
        while (found := _PROPERTY.match(self.text, self.at)) is not None:
            anchor = found.group(1) or anchor
            self.at = found.end()
            self.gap()
        char = self.text[self.at]
        if char in ",]}:" and (char != ":" or anchor):
            return self.named(anchor, self.scalar(self.at, "")), False
        if char in "[{\"'*":
            node, _ = self.simple(depth)
            return self.named(anchor, node), char != "*"
        begin, lines, empty = self.at, [], 0
        if scalars.BEGINS_PLAIN.match(self.text, begin) is None:
            self.fail("found character that cannot start any token")
        end = begin
        while True:
            found = scalars.PLAIN_IN_FLOW.match(self.text, self.at)
            if found is None:
                break
            word = found.group().rstrip(" \t")
            lines += [*[""] * empty, word]
            end = self.at + len(word)
            gap = re.compile(r"[ \t]*\n[ \t\n]*").match(self.text, end)
            if gap is None or self.text[gap.end() : gap.end() + 1] in ("", "#"):
                break
            self.at, empty = gap.end(), gap.group().count("\n") - 1
        self.at = end
        return self.named(anchor, self.scalar(begin, scalars.folded(lines or [""]))), False
