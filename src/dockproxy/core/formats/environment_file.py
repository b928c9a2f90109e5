"""An EnvironmentFile as systemd reads it, with positions; and the smallest edit of one.

Its rules are not those of ``Environment=``: no specifiers, no C escapes, one variable a line, and
shell-like quotes. The text is the file's bytes decoded as UTF-8 with ``surrogateescape``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

from dockproxy.core.formats.systemd_unit import Problem, is_valid_name
from dockproxy.core.formats.systemd_words import WHITESPACE, is_valid_utf8
from dockproxy.core.formats.unit_edit import check_assignment, no_edit, no_line_break

# systemd 252 basic/escape.h, SHELL_NEED_ESCAPE: what a backslash in double quotes takes away.
_SHELL_ESCAPED = '"\\`$'
_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_./:,@%+=-]*", re.ASCII)
# Since 254 a backslash at a comment's end no longer makes the next line a comment.
_COMMENTS_END_SINCE = 254

UNCLOSED = "no closing quote: the rest of the file is its value"


class Entry(NamedTuple):
    """One assignment of the file; name is without blanks at its end, ``export A`` included.

    line and column: where the name stands. start: offset of the name; value_start and value_end:
    of the value as written, quotes included; end: of the first character after its line.
    counts: false where systemd ignores it for its name.
    """

    name: str
    value: str
    line: int
    column: int
    start: int
    value_start: int
    value_end: int
    end: int
    counts: bool


class EnvironmentFile(NamedTuple):
    """What the file says.

    refused: why systemd takes nothing of the file; without the dash in ``EnvironmentFile=-PATH``
    the service then does not start. None where it reads it.
    """

    text: str
    entries: list[Entry]
    problems: list[Problem]
    refused: Optional[Problem]

    def values(self) -> dict[str, str]:
        """What a service gets of this file alone."""
        if self.refused:
            return {}
        return {entry.name: entry.value for entry in self.entries if entry.counts}


def parse(text: str, systemd: int = _COMMENTS_END_SINCE) -> EnvironmentFile:
    """Read an EnvironmentFile; never raises, whatever the text. systemd: its version.

    systemd 252 and 255 basic/env-file.c, parse_env_file_internal and load_env_file; core/execute.c,
    exec_context_load_environment, drops what has no valid name.
    """
    return _Reader(text, systemd).run()


class _Reader:
    def __init__(self, text: str, systemd: int) -> None:
        self.text = text
        self.comment_escapes_newline = systemd < _COMMENTS_END_SINCE
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.refused: Optional[Problem] = None
        self.line = 1
        self.line_start = 0
        self.counted = 0

    def run(self) -> EnvironmentFile:
        text = self.text
        nul = text.find("\0")
        if nul >= 0:
            self._refuse("Bad message", nul)
            return EnvironmentFile(text, [], self.problems, self.refused)
        position = 0
        while position < len(text):
            char = text[position]
            if char in "#;":
                position = self._skip_comment(position)
            elif char in WHITESPACE:
                position += 1
            else:
                position = self._entry(position)
        return EnvironmentFile(text, self.entries, self.problems, self.refused)

    def _skip_comment(self, position: int) -> int:
        text = self.text
        while position < len(text):
            char = text[position]
            if char == "\\":
                position += 1
                newline = text[position : position + 1] in ("\n", "\r")
                position += 1
                if newline and not self.comment_escapes_newline:
                    return position
            elif char in "\n\r":
                return position + 1
            else:
                position += 1
        return position

    def _entry(self, start: int) -> int:
        text = self.text
        position = start
        # The first character begins a key whatever it is, an equals sign too.
        position += 1
        while position < len(text) and text[position] not in "=\n\r":
            position += 1
        if position == len(text) or text[position] != "=":
            self._problem("no '=', line ignored", start)
            return min(position + 1, len(text))
        name = text[start:position].rstrip(WHITESPACE)
        value = _Value(text, position + 1)
        end = value.stop
        line, column = self._place(start)
        counts = is_valid_name(name)
        if not is_valid_utf8(text[start:position]) or not is_valid_utf8(value.value):
            self._refuse("invalid UTF-8", start)
        elif not counts:
            self._problem("Ignoring invalid environment assignment", start)
        if value.unclosed is not None:
            self._problem(UNCLOSED, value.unclosed)
        if text[end - 1 : end] == "\r" and text[end : end + 1] == "\n":
            end += 1
        self.entries.append(
            Entry(name, value.value, line, column, start, value.first, value.last, end, counts)
        )
        return end

    def _place(self, offset: int) -> tuple[int, int]:
        """Line and column; each call's offset is no smaller than that of the one before."""
        while True:
            at = self.text.find("\n", self.counted, offset)
            if at < 0:
                break
            self.line += 1
            self.line_start = self.counted = at + 1
        return self.line, offset - self.line_start + 1

    def _problem(self, message: str, offset: int) -> Problem:
        problem = Problem(message, *self._place(offset), offset)
        self.problems.append(problem)
        return problem

    def _refuse(self, message: str, offset: int) -> None:
        problem = self._problem(message, offset)
        self.refused = self.refused or problem


class _Value:
    """The value that begins at start: what systemd makes of it, and where it lies."""

    __slots__ = ("first", "last", "stop", "text", "unclosed", "value")

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.unclosed: Optional[int] = None
        self.first = start
        while self.first < len(text) and text[self.first] in " \t":
            self.first += 1
        self.last = self.first
        out: list[str] = []
        position = self._quoted(self.first, out)
        position = self._bare(position, out)
        self.stop = position
        self.value = "".join(out)
        if self.last == self.first:
            self.first = self.last = start

    def _quoted(self, position: int, out: list[str]) -> int:
        """Quoted pieces at the start, blanks between them dropped; gives where they end."""
        text = self.text
        while position < len(text):
            char = text[position]
            if char in " \t":
                position += 1
            elif char in "'\"":
                position = self._quote(position, out)
                self.last = position
            else:
                break
        return position

    def _quote(self, opening: int, out: list[str]) -> int:
        text = self.text
        quote = text[opening]
        position = opening + 1
        while position < len(text):
            char = text[position]
            if char == quote:
                return position + 1
            if char == "\\" and quote == '"' and position + 1 < len(text):
                position += 1
                char = text[position]
                if char in _SHELL_ESCAPED:
                    out.append(char)
                elif char != "\n":
                    out.append("\\" + char)
            elif char != "\\" or quote == "'":
                out.append(char)
            position += 1
        self.unclosed = opening
        return position

    def _bare(self, position: int, out: list[str]) -> int:
        """The rest of the line, quotes no longer special; gives the start of the next line."""
        text = self.text
        kept = len(out)
        while position < len(text):
            char = text[position]
            if char in "\n\r":
                position += 1
                break
            if char == "\\":
                escaped = text[position + 1 : position + 2]
                if escaped and escaped not in "\n\r":
                    out.append(escaped)
                kept = len(out)
                position += 2
                self.last = min(position, len(text))
                continue
            out.append(char)
            position += 1
            if char not in WHITESPACE:
                kept = len(out)
                self.last = position
        del out[kept:]
        return min(position, len(text))


def quote_value(name: str, value: str) -> str:
    """``NAME="value"`` for an EnvironmentFile; a shell that sources it reads the same.

    Raises DockproxyError for a name that systemd refuses, and for a value with a line break.
    """
    check_assignment(name, value)
    if "\r" in value:
        raise no_line_break(name)
    return f'{name}="{escape(value)}"'


def escape(value: str) -> str:
    """The value as it stands between double quotes in an EnvironmentFile."""
    return "".join("\\" + char if char in _SHELL_ESCAPED else char for char in value)


def edit(
    text: str, changes: Sequence[tuple[str, Optional[str]]], systemd: Optional[int] = None
) -> str:
    """The file's text with each NAME set to value, or without it where None.

    systemd: its version; None: the edit must hold for each (DockproxyError where none does).

    The line that decides, the last one of that name, is rewritten in place; a new name comes at
    the end. None removes every line of that name. All else stays as it is.
    """
    # A comment's last backslash means one thing before 254 and another since.
    versions = (_COMMENTS_END_SINCE, _COMMENTS_END_SINCE - 1) if systemd is None else (systemd,)
    for name, value in changes:
        if value is not None:
            text = _set(text, name, value, versions)
            continue
        for version in versions:
            text = _remove(text, name, version)
    return text


def _set(text: str, name: str, value: str, versions: Sequence[int]) -> str:
    quoted = quote_value(name, value)
    before = parse(text, versions[0])
    there = [entry for entry in before.entries if entry.name == name]
    candidates: list[str] = []
    if there:
        entry = there[-1]
        raw = text[entry.value_start : entry.value_end]
        plain = not set(raw) & set("'\"\\") and _NEEDS_NO_QUOTES.fullmatch(value)
        spelled = value if plain else f'"{escape(value)}"'
        candidates.append(text[: entry.value_start] + spelled + text[entry.value_end :])
    candidates += _appended(before, quoted)
    old = [parse(text, version).values() for version in versions]
    if all(values.get(name) == value for values in old):
        return text
    meant = [{**values, name: value} for values in old]
    for candidate in candidates:
        if [parse(candidate, version).values() for version in versions] == meant:
            return candidate
    raise no_edit(name)


def _appended(before: EnvironmentFile, line: str) -> list[str]:
    """The text with a new line, best place first: a file left open at its end swallows it."""
    text = before.text
    eol = "\r\n" if "\r\n" in text else "\n"
    if not text or text.endswith(("\n", "\r")):
        candidates = [text + line + eol, text + eol + line + eol]
    else:
        candidates = [text + eol + line, text + eol + eol + line]
    if before.entries:
        at = text.rfind("\n", 0, before.entries[-1].start) + 1
        candidates.append(text[:at] + line + eol + text[at:])
    return [*candidates, line + eol + text]


def _remove(text: str, name: str, systemd: int) -> str:
    while True:
        entries = [entry for entry in parse(text, systemd).entries if entry.name == name]
        if not entries:
            return text
        kept: list[str] = []
        stop = len(text)
        for entry in reversed(entries):
            start = text.rfind("\n", 0, entry.start) + 1
            if text[start : entry.start].strip(WHITESPACE):
                start = entry.start
            end = min(entry.end, stop)
            last = not any(kept) and end == stop
            if last and start > 0 and text[end - 1] not in "\n\r":
                start -= 2 if text[start - 2 : start] == "\r\n" else 1
            kept.append(text[end:stop])
            stop = start
        text = text[:stop] + "".join(reversed(kept))
