"""What a YAML text is read to: nodes with places; bounded, whatever a stranger wrote.

An alias is the node itself, so a text that unfolds to millions of values stays as small as it is
written.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_STEPS = 2_000_000
"""Values that are looked at, however often one is: aliases make much of little."""


class Unreadable(Exception):
    """The text is no YAML that is read here. line, column: from 1. words: the reader's."""

    def __init__(self, words: str, line: int = 1, column: int = 1) -> None:
        super().__init__(words)
        self.words, self.line, self.column = words, line, column


class Node:
    """kind: ``scalar``, ``list`` or ``map``. value: a scalar's text; None is YAML's null.

    items: of a list; pairs: of a map, in order. line, column: where it begins, from 1. quoted: not
    written plain. end: its last line. size: how many nodes it unfolds to, aliases followed.
    """

    __slots__ = (
        "_fields",
        "budget",
        "column",
        "end",
        "items",
        "kind",
        "line",
        "pairs",
        "quoted",
        "size",
        "value",
    )

    def __init__(self, kind: str, line: int, column: int, budget: list[int]) -> None:
        self.kind, self.line, self.column, self.budget = kind, line, column, budget
        self.value: str | None = None
        self.quoted = False
        self.size = 1
        self.end = line
        self.items: list[Node] = []
        self.pairs: list[tuple[Node, Node]] = []
        self._fields: dict[str | None, Node] | None = None

    def get(self, key: str) -> Node | None:
        """The value of a map's key, those that are merged into it (``<<``) included."""
        if self._fields is None:
            self._fields = {name.value: value for name, value in entries(self)}
        return self._fields.get(key)


def entries(node: Node) -> Iterator[tuple[Node, Node]]:
    """A map's pairs, those of ``<<`` behind its own and never twice: each map is merged once.

    Raises Unreadable where there is no end to it.
    """
    own: set[str | None] = set()
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or each.kind != "map":
            continue
        seen.add(id(each))
        merged: list[Node] = []
        spend(node, len(each.pairs))
        for key, value in each.pairs:
            if key.value == "<<" and not key.quoted:
                merged += value.items if value.kind == "list" else [value]
            elif key.value not in own:
                own.add(key.value)
                yield key, value
        waiting += reversed(merged)


def spend(node: Node, steps: int) -> None:
    """So many values are looked at. Raises Unreadable when that has been too much."""
    node.budget[0] -= steps
    if node.budget[0] < 0:
        raise Unreadable("too much is in it", node.line, node.column)
