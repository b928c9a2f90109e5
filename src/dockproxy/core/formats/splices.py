"""Parts of a text, replaced all at once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable


Splice = tuple[int, int, str]
"""A part of the text, from start to end, and what stands there instead."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with each of these parts replaced."""
    for start, end, new in sorted(splices, reverse=True):
        text = text[:start] + new + text[end:]
    return text
