"""Random JSON documents in random layouts, for the property tests."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

_WORDS = ["a", "log-driver", "proxies-of-old", "é", 'q"', "dns", "http-proxy", "x y", "debug"]
_NUMBERS = ["0", "-1.50", "1E+2", "12345678901234567890", "1.0"]
Members = list[tuple[str, Any]]


class Style:
    """How a document is laid out."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
        self.indent = draw(st.sampled_from(["  ", "    ", "\t", "", " "]))
        self.colon = draw(st.sampled_from([": ", ": ", ":", " : ", ":  "]))
        self.comma = draw(st.sampled_from([", ", ","]))
        self.pad = draw(st.sampled_from(["", "", " "]))
        self.comma_first = draw(st.integers(0, 7)) == 0
        self.blank_lines = draw(st.integers(0, 5)) == 0
        self.lines = draw(st.integers(0, 3)) > 0
        self.inner_lines = self.lines and draw(st.integers(0, 3)) > 0


def scalars() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from([True, False, None]),
        st.sampled_from(_NUMBERS).map(lambda text: ("number", text)),
        st.text(st.characters(codec="utf-8"), max_size=6),
    )


def values() -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars(),
        lambda below: st.one_of(
            st.lists(below, max_size=3).map(lambda items: ("array", items)),
            st.lists(st.tuples(st.sampled_from(_WORDS), below), max_size=3),
        ),
        max_leaves=6,
    )


def _written(draw: st.DrawFn, style: Style, value: Any, depth: int) -> str:
    if isinstance(value, tuple) and value[0] == "number":
        return str(value[1])
    if isinstance(value, tuple):
        return "[" + style.comma.join(_written(draw, style, v, depth) for v in value[1]) + "]"
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=draw(st.booleans()))
    if not value:
        return draw(st.sampled_from(["{}", "{ }", "{}", "{" + style.newline + "}"]))
    lines = style.lines if depth == 0 else style.inner_lines
    inner = style.newline + style.indent * (depth + 1)
    outer = style.newline + style.indent * depth
    members = [
        json.dumps(key) + style.colon + _written(draw, style, below, depth + 1)
        for key, below in value
    ]
    if not lines:
        return "{" + style.pad + style.comma.join(members) + style.pad + "}"
    comma = inner + ", " if style.comma_first else "," + inner
    if style.blank_lines and not style.comma_first:
        comma = "," + style.newline + inner
    return "{" + inner + comma.join(members) + outer + "}"


@st.composite
def documents(draw: st.DrawFn, sections: st.SearchStrategy[Members]) -> str:
    """A document with the members that ``sections`` gives among random others."""
    style = Style(draw)
    members = draw(st.lists(st.tuples(st.sampled_from(_WORDS[:6]), values()), max_size=4))
    for section in draw(sections):
        members.insert(draw(st.integers(0, len(members))), section)
    before = draw(st.sampled_from(["", "", "\n", " "]))
    after = draw(st.sampled_from(["", "\n", "\r\n", "\n\n", " \n"]))
    return before + _written(draw, style, members, 0) + after
