"""The lines of a unit file: physical ones, and those that continuation joins, places kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from dockproxy.core.formats.systemd_words import WHITESPACE

# systemd 252 basic/fileio.h, LONG_LINE_MAX, in bytes.
LONGEST_LINE = 1024 * 1024
BOM = "\ufeff"
_LINE_END = re.compile("[\n\r\0]")


class Line(NamedTuple):
    """One physical line: offsets of its first character, of its end, and of the next line."""

    start: int
    end: int
    following: int


class Joined:
    """A logical line: continuation lines joined, each character's place in the file known."""

    __slots__ = ("_length", "_parts", "bytes", "lines", "pieces", "starts")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.bytes = 0
        self.starts: list[int] = []
        self.pieces: list[int] = []
        self.lines: list[int] = []

    @property
    def text(self) -> str:
        """The whole line."""
        if len(self._parts) != 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0]

    def append(self, text: str, offset: int, line: int) -> None:
        """Add a piece of the file that begins at offset, on that line (both from 0)."""
        self.starts.append(self._length)
        self.pieces.append(offset)
        self.lines.append(line)
        self._parts.append(text)
        self._length += len(text)
        self.bytes += _byte_length(text)

    def offset(self, index: int) -> int:
        """The place in the file of the character at index."""
        piece = max(bisect_right(self.starts, index) - 1, 0)
        return self.pieces[piece] + index - self.starts[piece]

    def line(self, index: int) -> int:
        """The physical line, from 0, of the character at index."""
        return self.lines[max(bisect_right(self.starts, index) - 1, 0)]


def split_lines(text: str) -> list[Line]:
    """The physical lines as systemd 252 basic/fileio.c, read_line_full, finds them.

    A line ends with LF, CR, NUL, or one of CRLF and LFCR, these also with a NUL after them.
    """
    lines: list[Line] = []
    start = position = 0
    length = len(text)
    while position < length:
        match = _LINE_END.search(text, position)
        if match is None:
            break
        end = position = match.start()
        seen = ""
        while position < length and text[position] in "\n\r\0":
            if "\0" in seen or text[position] in seen:
                break
            seen += text[position]
            position += 1
        lines.append(Line(start, end, position))
        start = position
    if start < length:
        lines.append(Line(start, length, length))
    return lines


class Logical(NamedTuple):
    """A logical line. open_ended: the file ends where a continuation was to come. fault: why
    systemd stops to read here, "" where it does not."""

    joined: Joined
    open_ended: bool = False
    fault: str = ""


def logical_lines(text: str, lines: list[Line]) -> Iterator[Logical]:
    """The logical lines of a unit file; comments, and lines without a character, are left out.

    systemd 252 shared/conf-parser.c, config_parse.
    """
    bom_seen = False
    joined = Joined()
    for index, line in enumerate(lines):
        if line.start == line.end and not joined.lines:
            continue
        content = text[line.start : line.end]
        if _byte_length(content) >= LONGEST_LINE:
            yield Logical(_only(content, line.start, index), fault="Line too long")
            return
        if content.lstrip(WHITESPACE)[:1] in ("#", ";"):
            continue
        offset = line.start
        # The comment test comes first: a mark of byte order hides a comment from systemd.
        if not bom_seen and content.startswith(BOM):
            bom_seen = True
            content = content[1:]
            offset += 1
        if joined.lines and joined.bytes + _byte_length(content) > LONGEST_LINE:
            yield Logical(_only(content, offset, index), fault="Continuation line too long")
            return
        continues = (len(content) - len(content.rstrip("\\"))) % 2 == 1
        joined.append(content[:-1] + " " if continues else content, offset, index)
        if not continues:
            yield Logical(joined)
            joined = Joined()
    if joined.lines:
        yield Logical(joined, open_ended=True)


def _only(content: str, offset: int, line: int) -> Joined:
    joined = Joined()
    joined.append(content, offset, line)
    return joined


def _byte_length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "replace"))  # a byte that is no UTF-8 is one again
