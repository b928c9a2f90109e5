"""What stands in a text instead of its secrets, and what that does to the columns behind it."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.snapshot import Shift

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Sequence


_IDLE = " \t\r,;]}\"'\\"
"""Where a line goes on with these alone nothing on it has a column that anyone asks for."""


class Piece(NamedTuple):
    """A stretch of the text, and what stands there instead."""

    start: int
    end: int
    text: str


def put_in(text: str, pieces: Sequence[Piece]) -> str:
    """The text with these pieces, which do not overlap, in place."""
    out: List[str] = []
    at = 0
    for piece in sorted(pieces):
        out += text[at : piece.start], piece.text
        at = piece.end
    return "".join((*out, text[at:]))


def shifts(text: str, pieces: Sequence[Piece]) -> List[Shift]:
    """Where columns of the text with its pieces are not those of the text itself."""
    found: List[Shift] = []
    line, line_start, at, by = 1, 0, 0, 0
    for piece in sorted(pieces):
        last = text.rfind("\n", at, piece.start)
        if last >= 0:
            line += text.count("\n", at, piece.start)
            line_start, by = last + 1, 0
        at = piece.end
        if "\n" in text[piece.start : piece.end]:
            line += text.count("\n", piece.start, piece.end)
            line_start, by = text.rindex("\n", piece.start, piece.end) + 1, 0
            continue
        gone = piece.end - piece.start - len(piece.text)
        by += gone
        end = text.find("\n", at)
        if gone and text[at : end if end >= 0 else len(text)].strip(_IDLE):
            found.append(Shift(line, at - line_start + 1 - by, by))
    return found
