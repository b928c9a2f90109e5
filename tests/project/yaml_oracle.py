"""PyYAML's view of a text, in the shape that ours has, and texts to compare them on."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import yaml

from dockproxy.project.yaml_nodes import Node, Unreadable
from dockproxy.project.yaml_text import read

Shape = Any

_KEYS = ("a", "b-c", "HTTP_PROXY", '"q k"', "'s'", "<<", "x.y", "é")
_SCALARS = (
    "v",
    "http://10.0.0.1:3128",
    "a b c",
    '"d\\n\\"q"',
    "'it''s'",
    "~",
    "null",
    "12",
    "a#b",
    "http://${U}:${P}@h:1",
    "- x",
    "[a, 'b', {c: d}, e: f]",
    "{a: 1, \"b\":2, 'c' : [x]}",
    "# nothing",
    "v  # said",
    "|\n{i}  line one\n\n{i}   more\n",
    ">-\n{i}  line one\n{i}  and two\n",
    "word\n{i}  goes on\n",
    '"open\n{i}  and on"',
    "[a,\n{i} b]",
    "*x",
    "&x value",
    "!!str 12",
    "&y\n{i}  k: v\n",
)
_ODD = (
    "a: b",
    "@no",
    "%no",
    "`no`",
    "x: ",
    "-",
    "?",
    "*nobody",
    "[a",
    "{a: b",
    '"open',
)


def of_pyyaml(text: str) -> Shape:
    """Documents as nested tuples with lines and columns; None where it refuses the text."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return [_of(node, text) for node in yaml.compose_all(text, Loader=loader)]
    except (yaml.YAMLError, UnicodeError, RecursionError):
        return None


def _of(node: Any, text: str) -> Shape:
    """Of a node with an anchor or a tag PyYAML tells where that stands: no place is compared."""
    if node is None:
        return None
    mark = node.start_mark
    place = (
        None
        if text[mark.index : mark.index + 1] in ("&", "!")
        else (mark.line + 1, mark.column + 1)
    )
    if isinstance(node, yaml.ScalarNode):
        plain = node.style in (None, "")
        empty = plain and node.value in ("", "~", "null", "Null", "NULL")
        return ("scalar", None, None) if empty else ("scalar", node.value, place)
    if isinstance(node, yaml.SequenceNode):
        return ("list", [_of(item, text) for item in node.value], place)
    return ("map", [(_of(key, text), _of(value, text)) for key, value in node.value], None)


def of_ours(text: str) -> Shape:
    """The same of ours."""
    try:
        return [_ours(node, text.split("\n")) for node in read(text)]
    except Unreadable:
        return None


def _ours(node: Node, lines: list[str]) -> Shape:
    before = lines[node.line - 1][: node.column - 1]
    marked = re.search(r"[&!]\S*\s*\Z", before) is not None
    place = None if marked else (node.line, node.column)
    if node.kind == "scalar":
        return ("scalar", node.value, None if node.value is None else place)
    if node.kind == "list":
        return ("list", [_ours(item, lines) for item in node.items], place)
    return ("map", [(_ours(key, lines), _ours(value, lines)) for key, value in node.pairs], None)


def texts(seed: int, number: int) -> Iterator[str]:
    """Small documents, most of them as people write them, some broken."""
    chance = random.Random(seed)
    for _ in range(number):
        text = "".join(_block(chance, 0, 3))
        if chance.random() < 0.15 and text:
            at = chance.randrange(len(text))
            text = (
                text[:at]
                + chance.choice(("", " ", "\n", ":", "\t", "-", "#", '"'))
                + text[at + 1 :]
            )
        if chance.random() < 0.1:
            text = "---\n" + text
        yield text


def _block(chance: random.Random, indent: int, depth: int) -> Iterator[str]:
    pad = " " * indent
    kind = chance.choice(("map", "map", "list"))
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.1:
            yield chance.choice(("\n", f"{pad}# said\n", "  \n"))
        head = f"{pad}{chance.choice(_KEYS)}:" if kind == "map" else f"{pad}-"
        if depth and chance.random() < 0.4:
            yield f"{head}\n"
            deeper = indent + chance.choice((2, 2, 2, 4))
            if kind == "map" and chance.random() < 0.2:
                deeper = indent
            yield from _block(chance, deeper, depth - 1)
        else:
            value = chance.choice(_ODD if chance.random() < 0.04 else _SCALARS).replace("{i}", pad)
            # PyYAML alone refuses an anchor that is there twice.
            value = value.replace("&", f"&{chance.randrange(10**9)}")
            yield f"{head} {value}" if value.endswith("\n") else f"{head} {value}\n"
