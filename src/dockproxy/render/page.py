"""A screen as it is made, line after line, every one safe to print."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dockproxy.core.model.message import N_
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.render.terminal import Style, clean, fit, paint, printable, width, wrap
from dockproxy.text import translator

INDENT = "  "
KEY_COLUMNS = max(map(len, PROXY_KEYS)) + 2
_SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "info": N_("remark")}
_LONGEST_NAME = 40
_NARROW = 60
_LONG, _SHORTENED = 20, 10
"""Entries of a list: above how many it is shortened on a terminal, and to how many."""


class Page:
    """Lines as they are made. below: the indent of what belongs to the key above it.
    is_shortened: whether a list was cut for want of room.
    """

    def __init__(self, style: Style) -> None:
        self.style = style
        self.lines: list[str] = []
        self.say: Callable[[str], str] = translator(style.language)
        self.arrow = "→ " if style.unicode else "-> "
        self.mark = "…" if style.unicode else "..."
        self.below = INDENT * 2 if 0 < style.width < _NARROW else INDENT + " " * KEY_COLUMNS
        self.is_shortened = False

    def severity(self, name: str) -> str:
        """The word for one of a Finding's severities."""
        return self.say(_SEVERITIES[name])

    def add(self, text: str, first: str = "", indent: str | None = None, colour: str = "") -> None:
        """A paragraph: ``first`` before its first line, ``indent`` before the others."""
        later = " " * width(first) if indent is None else indent
        for line in wrap(first + text, self.style.width, later):
            self.lines.append(paint(line, colour, self.style) if colour else line)

    def title(self, name: str, purpose: str = "") -> None:
        """A block's own line: its name, and what it is for."""
        gap = "   " if purpose else ""
        first, *rest = wrap(f"{name}{gap}{purpose}", self.style.width, INDENT * 2)
        at = len(name) if first.startswith(name) else 0
        self.lines.append(
            paint(first[:at], "bold", self.style) + paint(first[at:], "dim", self.style)
        )
        self.lines += [paint(line, "dim", self.style) for line in rest]

    def names(self, names: Sequence[str], most: int = 5) -> str:
        """Names from strangers, in a row; of many the first."""
        shown = [fit(clean(name), _LONGEST_NAME, self.mark) for name in names[:most]]
        rest = len(names) - len(shown)
        if not rest:
            return ", ".join(shown)
        return self.say("{names} and {rest} more").format(names=", ".join(shown), rest=rest)

    def value(self, value: str) -> str:
        """A setting; a long list is shortened for a person, and left whole for a program."""
        if not value:
            return self.say("(none)")
        if not self.style.width or not self.is_long(value):
            return clean(value)
        self.is_shortened = True
        entries = value.split(",")
        text = self.say("{names} and {rest} more")
        shown = clean(",".join(entries[:_SHORTENED]))
        return text.format(names=shown, rest=len(entries) - _SHORTENED)

    def is_long(self, value: str) -> bool:
        """Whether this is a list that nobody reads through."""
        return value.count(",") >= _LONG

    def blank(self) -> None:
        """An empty line."""
        self.lines.append("")

    def text(self) -> str:
        """All of it, ending in a newline."""
        return printable("\n".join(self.lines) + "\n", self.style)
