"""A YAML text to nodes with places, from PyYAML's events: bounded, and nothing of a tag is made.

compose's own reader (go-yaml) is a port of libyaml, which PyYAML runs on. Complex keys
(``? [a, b]``) are refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.go_json import Positions
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_
from dockproxy.project.yaml_nodes import MOST_STEPS, Node, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MOST_NODES = 200_000
MOST_DEEP = 100
_NOT_ALLOWED = pattern(
    "[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What a YAML text must not hold (libyaml 0.2 reader.c, IS_PRINTABLE)."""
_PROPERTIES = pattern(r"(?:[&!]\S*(?:[ \t]+|[ \t]*(?:#[^\n]*)?(?:\n[ \t]*)+))*")
"""Anchors and tags before a value."""
_NULLS = ("", "~", "null", "Null", "NULL")


def read(text: str) -> list[Node]:
    """The documents. Raises Unreadable; RefusedError where PyYAML is missing."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return list(_Reader(plain).documents())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = Positions(text).of
        self.budget = [MOST_STEPS]
        self.nodes = 0
        self.anchors: dict[str, Node] = {}
        self.open: list[tuple[Node, str]] = []
        """Lists and maps that have not ended, with their anchors."""
        self.key: list[Node | None] = []
        """Of each: a map's key whose value is to come."""

    def documents(self) -> Iterator[Node]:
        yaml = _library()
        odd = _NOT_ALLOWED.search(self.text)
        if odd is not None:
            self.fail("control characters are not allowed", odd.start())
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in yaml.parse(self.text, Loader=loader):
                root = self.take(event, type(event).__name__)
                if root is not None:
                    yield root
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if error.context_mark is not None and "end of stream" in (error.problem or ""):
                mark = error.context_mark
            words = " ".join(filter(None, (error.context, error.problem)))
            self.fail(words, 0 if mark is None else mark.index)
        except yaml.YAMLError as error:
            self.fail(str(error).partition("\n")[0], 0)

    def take(self, event: Any, kind: str) -> Node | None:
        """One event; the root of a document once that is whole."""
        if kind == "DocumentStartEvent":
            self.anchors = {}
        elif kind == "AliasEvent":
            if event.anchor not in self.anchors:
                self.fail(f"unknown anchor '{event.anchor}' referenced", event.start_mark.index)
            node = self.anchors[event.anchor]
            if node.size > MOST_STEPS:
                self.fail("too much is in it: aliases of aliases", event.start_mark.index)
            return self.put(node)
        elif kind == "ScalarEvent":
            node = self.made("scalar", event)
            is_null = not node.quoted and event.value in _NULLS
            node.value = None if is_null else event.value
            node.end = self.place(max(event.end_mark.index - 1, event.start_mark.index))[0]
            self.name(event.anchor, node)
            return self.put(node)
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            node = self.made("list" if kind[0] == "S" else "map", event)
            self.open.append((node, event.anchor))
            self.key.append(None)
            if len(self.open) > MOST_DEEP:
                self.fail("nested too deeply", event.start_mark.index)
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            node, anchor = self.open.pop()
            self.key.pop()
            self.name(anchor, node)
            return self.put(node)
        return None

    def made(self, kind: str, event: Any) -> Node:
        self.nodes += 1
        begin = event.start_mark.index
        if self.nodes > MOST_NODES:
            self.fail("too much is in it", begin)
        if event.anchor is not None or event.tag is not None:
            properties = _PROPERTIES.match(self.text, begin)
            begin = begin if properties is None else properties.end()
        node = Node(kind, *self.place(begin), self.budget)
        node.quoted = kind == "scalar" and event.style not in (None, "")
        return node

    def name(self, anchor: str | None, node: Node) -> None:
        """A list or a map has its name when it has ended: none holds itself."""
        if anchor is not None:
            self.anchors[anchor] = node

    def put(self, node: Node) -> Node | None:
        """Where it belongs; the node itself where it is a document's root."""
        if not self.open:
            return node
        above, _ = self.open[-1]
        above.end = max(above.end, node.end)
        above.size += node.size
        if above.kind == "list":
            above.items.append(node)
            return None
        key = self.key[-1]
        if key is None:
            if node.kind != "scalar":
                raise Unreadable("a key is a list or a map", node.line, node.column)
            self.key[-1] = node
        else:
            above.pairs.append((key, node))
            self.key[-1] = None
        return None

    def fail(self, words: str, offset: int) -> NoReturn:
        raise Unreadable(words, *self.place(offset))


def _library() -> Any:
    try:
        import yaml
    except ImportError:
        raise RefusedError(
            N_("PyYAML, which reads compose files, is not installed here"),
            hint=N_("python3 -m pip install PyYAML, or install dockproxy with its dependencies"),
        ) from None
    return yaml
