"""Commands and their output as the READMEs show them, to compare with what is really printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
ELLIPSIS = "…"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CHANGES = (
    (re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "TIME"),
)


class Shown(NamedTuple):
    """One command and what is shown of its output, a line that is ``…`` standing for any lines."""

    command: str
    output: str


def fenced(text: str, language: str) -> list[str]:
    """The contents of the fenced blocks of that language, "" for none."""
    return [content for found, content in _FENCE.findall(text) if found == language]


def shown_commands(text: str) -> list[Shown]:
    """Every command of the ``console`` blocks, in order."""
    found = []
    for block in fenced(text, "console"):
        first, _, output = block.partition("\n")
        assert first.startswith("$ "), first
        found.append(Shown(first[2:], output))
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether that was printed; ids and times differ from run to run."""
    parts = [re.escape(line) + r"\n" for line in _plain(shown).splitlines()]
    anything = re.escape(ELLIPSIS) + r"\n"
    pattern = "".join(r"(?:.*\n)*?" if part == anything else part for part in parts)
    return re.fullmatch(pattern, _plain(printed).rstrip("\n") + "\n") is not None


def _plain(text: str) -> str:
    for pattern, word in _CHANGES:
        text = pattern.sub(word, text)
    return "".join(line.rstrip() + "\n" for line in text.splitlines())
