"""The lines of a unit file: physical ones, and those that continuation joins, places kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from dockproxy.core.formats.systemd_words import WHITESPACE
from dockproxy.core.model.light import NamedTuple, pattern

# systemd 252 basic/fileio.h, LONG_LINE_MAX, in bytes.
LONGEST_LINE = 1024 * 1024
BOM = "\ufeff"
_LINE_END = pattern("([\n\r\0](?:(?<=\n)\r|(?<=\r)\n)?(?:(?<!\0)\0)?)")


class Line(NamedTuple):
    """One physical line: offsets of its first character, of its end, and of the next line."""

    start: int
    end: int
    following: int


class Lines:
    """The physical lines of a text, in order; three columns, for a text may have a million."""

    __slots__ = ("ends", "followings", "starts")

    def __init__(self, starts: list[int], ends: list[int], followings: list[int]) -> None:
        self.starts = starts
        self.ends = ends
        self.followings = followings

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, index: int) -> Line:
        return Line(self.starts[index], self.ends[index], self.followings[index])

    def __iter__(self) -> Iterator[Line]:
        return map(Line, self.starts, self.ends, self.followings)

    def at(self, offset: int) -> int:
        """The index of the line that holds this offset."""
        return max(bisect_right(self.starts, offset) - 1, 0)


class Joined:
    """A logical line: continuation lines joined, each character's place in the file known.

    starts, offsets, lines: of each piece, where it begins in text and in the file, and its line
    (all from 0).
    """

    __slots__ = ("lines", "offsets", "starts", "text")

    def __init__(
        self, text: str, starts: Sequence[int], offsets: Sequence[int], lines: Sequence[int]
    ) -> None:
        self.text = text
        self.starts = starts
        self.offsets = offsets
        self.lines = lines

    def offset(self, index: int) -> int:
        """The place in the file of the character at index."""
        piece = self._piece(index)
        return self.offsets[piece] + index - self.starts[piece]

    def line(self, index: int) -> int:
        """The physical line, from 0, of the character at index."""
        return self.lines[self._piece(index)]

    def _piece(self, index: int) -> int:
        return bisect_right(self.starts, index) - 1 if len(self.starts) > 1 else 0


def line_end(text: str) -> str:
    """The one to write: of Windows, where any is."""
    return "\r\n" if "\r\n" in text else "\n"


def split_lines(text: str) -> Lines:
    """The physical lines as systemd 252 basic/fileio.c, read_line_full, finds them.

    A line ends with LF, CR, NUL, or one of CRLF and LFCR, these also with a NUL after them.
    """
    if "\r" in text or "\0" in text:
        places = list(accumulate(map(len, _LINE_END.split(text))))
        ends, followings = places[::2], places[1::2]
    else:
        followings = list(accumulate(len(part) + 1 for part in text.split("\n")))
        ends = [following - 1 for following in followings]
        followings.pop()
    if ends[-1] > (followings[-1] if followings else 0):
        followings.append(len(text))
    else:
        ends.pop()
    return Lines([0, *followings[:-1]] if followings else [], ends, followings)


class Logical(NamedTuple):
    """A logical line. open_ended: the file ends where a continuation was to come. fault: why
    systemd stops to read here, "" where it does not."""

    joined: Joined
    open_ended: bool = False
    fault: str = ""


def logical_lines(text: str, lines: Lines) -> Iterator[Logical]:
    """The logical lines of a unit file; comments, and lines without a character, are left out.

    systemd 252 shared/conf-parser.c, config_parse.
    """
    is_ascii = text.isascii()
    bom_seen = is_ascii
    parts: list[str] = []
    offsets: list[int] = []
    numbers: list[int] = []
    size = 0  # of the parts, in bytes
    for index, (offset, end) in enumerate(zip(lines.starts, lines.ends)):
        if offset == end and not parts:
            continue
        content = text[offset:end]
        own_size = end - offset if is_ascii else _byte_length(content)
        if own_size >= LONGEST_LINE:
            yield Logical(_only(content, offset, index), fault="Line too long")
            return
        if content.lstrip(WHITESPACE).startswith(("#", ";")):
            continue
        # The comment test comes first: a mark of byte order hides a comment from systemd.
        if not bom_seen and content.startswith(BOM):
            bom_seen = True
            content = content[1:]
            own_size -= _byte_length(BOM)
            offset += 1
        size += own_size
        if parts and size > LONGEST_LINE:
            fault = "Continuation line too long"
            yield Logical(_only(content, offset, index), fault=fault)
            return
        continues = content.endswith("\\") and _continues(content)
        if not parts and not continues:
            yield Logical(_only(content, offset, index))
            size = 0
            continue
        parts.append(content[:-1] + " " if continues else content)
        offsets.append(offset)
        numbers.append(index)
        if not continues:
            yield Logical(_joined(parts, offsets, numbers))
            parts, offsets, numbers = [], [], []
            size = 0
    if parts:
        yield Logical(_joined(parts, offsets, numbers), open_ended=True)


# Of the thousands of lines that a text may have, tuples of numbers are no work for the collector.
_FROM_0 = (0,)


def _only(content: str, offset: int, line: int) -> Joined:
    return Joined(content, _FROM_0, (offset,), (line,))


def _joined(parts: list[str], offsets: list[int], numbers: list[int]) -> Joined:
    starts = [0, *accumulate(map(len, parts[:-1]))]
    return Joined("".join(parts), starts, offsets, numbers)


def _continues(content: str) -> bool:
    """Whether a backslash that is not itself escaped ends it."""
    return (len(content) - len(content.rstrip("\\"))) % 2 == 1


def _byte_length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "replace"))  # a byte that is no UTF-8 is one again
