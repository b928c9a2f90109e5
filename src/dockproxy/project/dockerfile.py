"""A Dockerfile as BuildKit parses it: instructions with the place of each of their characters.

BuildKit 0.33 frontend/dockerfile/parser: parser.go Parse, directives.go, line_parsers.go.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from dockproxy.core.model.light import NamedTuple, pattern

_DIRECTIVE = pattern(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*\Z")
_HEREDOC = pattern(
    r"(?<![<\w$(])\d*<<(-?)[ \t]*"
    r"(?:\"([^\"<\s]+)\"|'([^'<\s]+)'|([^\s<\"';&|()]+))"
)
_FLAG = pattern(r"\s*(--[a-zA-Z][\w.-]*(?:=\S*)?)(?=\s|\Z)")
_MOST = 100
"""Flags, and heredocs, of one instruction."""
_WITH_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))


class Piece(NamedTuple):
    """From ``start`` on the text stands at this line and column (from 1)."""

    start: int
    line: int
    column: int


class Instruction:
    """keyword: in capitals; of ONBUILD the one behind it, and onbuild is set. text: all behind the
    keyword and its flags, continued lines joined. documents: of its heredocs, joined to the text.
    escape: the file's escape character.
    """

    def __init__(self, text: str, pieces: list[Piece], escape: str) -> None:
        self.escape = escape
        self.onbuild = False
        self.documents = ""
        self._pieces = pieces
        self.line, self.column = pieces[0].line, pieces[0].column
        self.end = pieces[-1].line
        self.flags: list[str] = []
        self.keyword, self.text = "", text
        self._word()
        if self.keyword == "ONBUILD":
            self.onbuild = True
            self._word()
        while len(self.flags) < _MOST and (flag := _FLAG.match(self.text)) is not None:
            self.flags.append(flag.group(1))
            self._cut(flag.end())
        self._cut(len(self.text) - len(self.text.lstrip()))
        self._starts = [piece.start for piece in self._pieces]

    def _word(self) -> None:
        stripped = self.text.lstrip()
        self._cut(len(self.text) - len(stripped))
        keyword = re.match(r"\S*", stripped)
        self.keyword = keyword.group().upper() if keyword is not None else ""
        self._cut(len(self.keyword))

    def _cut(self, count: int) -> None:
        self.text = self.text[count:]
        self._pieces = [piece._replace(start=piece.start - count) for piece in self._pieces]

    def add(self, document: str, pieces: list[Piece]) -> None:
        """A heredoc's content, behind a line break."""
        offset = len(self.text) + 1
        self.text += "\n" + document
        self.documents += document
        self._pieces += [piece._replace(start=piece.start + offset) for piece in pieces]
        self._starts = [piece.start for piece in self._pieces]
        self.end = max([self.end, *(piece.line for piece in pieces)])

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character of the text."""
        piece = self._pieces[max(0, bisect_right(self._starts, offset) - 1)]
        return piece.line, piece.column + offset - piece.start

    def words(self) -> Iterator[tuple[int, str]]:
        """Words with their offsets, quotes kept, as line_parsers.go parseWords parts them."""
        for match in _words(self.escape).finditer(self.text):
            yield match.start(), match.group()


def _words(escape: str) -> re.Pattern[str]:
    sign = re.escape(escape)
    return re.compile(
        rf"(?:{sign}[\s\S]|\"(?:{sign}[\s\S]|[^\"{sign}])*\"?|'[^']*'?|[^\s\"'{sign}]|{sign}\Z)+"
    )


class Faulty(Exception):
    """BuildKit would not take it."""

    def __init__(self, words: str, line: int) -> None:
        super().__init__(words)
        self.words, self.line = words, line


def parse(text: str) -> tuple[list[Instruction], Faulty | None]:
    """The instructions, and where BuildKit stops reading."""
    lines = text.removeprefix("\ufeff").split("\n")
    escape, at = _directives(lines)
    sign = re.escape(escape)
    continued = re.compile(rf"(?<!{sign}){sign}[ \t]*\Z")
    found: list[Instruction] = []
    while at < len(lines):
        raw = lines[at].rstrip("\r")
        line = raw.lstrip()
        at += 1
        if not line or line.startswith("#"):
            continue
        first = at
        pieces = [Piece(0, at, len(raw) - len(line) + 1)]
        parts, length = [], 0
        while True:
            cut = continued.search(line)
            part = line if cut is None else line[: cut.start()]
            parts.append(part)
            length += len(part)
            if cut is None:
                break
            while at < len(lines) and _is_skipped(lines[at]):
                at += 1
            if at >= len(lines):
                break
            line = lines[at].rstrip("\r")
            at += 1
            pieces.append(Piece(length, at, 1))
        made = Instruction("".join(parts), pieces, escape)
        found.append(made)
        if made.keyword in _WITH_HEREDOCS and "<<" in made.text and not _is_json(made.text):
            at, whole = _heredocs(made, lines, at)
            if not whole:
                return found, Faulty("unterminated heredoc", first)
    return found, None


def _directives(lines: list[str]) -> tuple[str, int]:
    """The escape character, and where the instructions may begin."""
    escape = "\\"
    for number, line in enumerate(lines):
        match = _DIRECTIVE.match(line.strip())
        if match is None or match.group(1).lower() not in ("syntax", "escape", "check"):
            return escape, number
        if match.group(1).lower() == "escape" and match.group(2) in ("\\", "`"):
            escape = match.group(2)
    return escape, len(lines)


def _is_skipped(line: str) -> bool:
    plain = line.strip()
    return not plain or plain.startswith("#")


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("[") and text.rstrip().endswith("]")


def _heredocs(made: Instruction, lines: list[str], at: int) -> tuple[int, bool]:
    for match in list(islice(_HEREDOC.finditer(made.text), _MOST)):
        name = match.group(2) or match.group(3) or match.group(4)
        if not name:
            continue
        content: list[str] = []
        pieces: list[Piece] = []
        length = 0
        while True:
            if at >= len(lines):
                return at, False
            line = lines[at].rstrip("\r")
            at += 1
            if (line.lstrip("\t") if match.group(1) else line) == name:
                break
            pieces.append(Piece(length, at, 1))
            content.append(line)
            length += len(line) + 1
        if pieces:
            made.add("\n".join(content), pieces)
    return at, True
