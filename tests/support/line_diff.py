"""How many lines of a text went, and how many came: a judge of edits that knows no format."""

from __future__ import annotations

import difflib
from typing import NamedTuple


class Changed(NamedTuple):
    """Numbers of lines, those that differ counted on both sides."""

    gone: int
    come: int


def changed_lines(before: list[str], after: list[str]) -> Changed:
    """What turns one list of lines into the other."""
    gone = come = 0
    matcher = difflib.SequenceMatcher(None, before, after, False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag != "equal":
            gone, come = gone + last - first, come + end - start
    return Changed(gone, come)
