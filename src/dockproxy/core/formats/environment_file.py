"""An EnvironmentFile as systemd reads it, with positions; and the smallest edit of one.

Its rules are not those of ``Environment=``: no specifiers, no C escapes, one variable a line, and
shell-like quotes. The text is the file's bytes decoded as UTF-8 with ``surrogateescape``.
"""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.formats.systemd_unit import Problem, is_valid_name
from dockproxy.core.formats.systemd_words import WHITESPACE, find, no_character
from dockproxy.core.formats.unit_edit import check_assignment, no_edit, no_line_break
from dockproxy.core.formats.unit_lines import line_end
from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Optional


# systemd 252 basic/escape.h, SHELL_NEED_ESCAPE: what a backslash in double quotes takes away.
_SHELL_ESCAPED = '"\\`$'
# Key, equals sign with value, value; the value may not be there, nor the equals sign.
_PLAIN = pattern(
    r"[ \t\n\r]*([^#; \t\n\r][^=\n\r]*)(=[ \t]*([^'\"\\ \t\n\r][^\\\n\r]*)?)?(?:\r\n|[\n\r]|\Z)"
)
_BLANKS = pattern("[ \t\n\r]*")
_GAP = pattern("[ \t]*")
_BEFORE = pattern(r"(?:export|set|setenv|env|declare[ \t]+-x)[ \t]+")
_KEY = pattern("[^=\n\r]*")
_UNESCAPED = pattern(r"[^\\\n\r]*")
_NEEDS_NO_QUOTES = pattern(r"[A-Za-z0-9_./:,@%+=-]*")
# Since 254 a backslash at a comment's end no longer makes the next line a comment.
_COMMENTS_END_SINCE = 254

OTHER_EQUALS = pattern(
    r"(?m)^([ \t]*(?:https?|no)_proxy|[ \t]*(?:HTTPS?|NO)_PROXY)([ \t]*[:\uff1a\uff1d][ \t]*)"
    r"([^=\n\r\"'\\#; \t]+)[ \t]*$"
)
"""``NAME: value``, as YAML has it, or a full-width sign: systemd skips a line without ``=``."""
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


_Row = tuple[str, str, int, int, int, int, int, int, bool]


class EnvironmentFile(NamedTuple):
    """What the file says.

    refused: why systemd takes nothing of the file; without the dash in ``EnvironmentFile=-PATH``
    the service then does not start. None where it reads it. rows: the entries; noticed: each
    problem's message and offset.
    """

    text: str
    rows: list[_Row]
    noticed: list[tuple[str, int]]
    refused: Optional[Problem]

    @property
    def entries(self) -> list[Entry]:
        """The assignments, in order; made now, for plain tuples are no work for the collector."""
        return list(map(Entry._make, self.rows))

    def named(self, name: str) -> list[Entry]:
        """The assignments to this name, in order."""
        return [Entry._make(row) for row in self.rows if row[0] == name]

    @property
    def problems(self) -> list[Problem]:
        """The faults, in order; made now, for a text may have a million that no one asks for."""
        place = _Places(self.text)
        return [Problem(message, *place.of(offset), offset) for message, offset in self.noticed]

    def values(self) -> dict[str, str]:
        """What a service gets of this file alone."""
        if self.refused:
            return {}
        return {row[0]: row[1] for row in self.rows if row[-1]}


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
        self.rows: list[_Row] = []
        self.noticed: list[tuple[str, int]] = []
        self.refused: Optional[Problem] = None
        self.place = _Places(text)
        # Where the next character stands that is no UTF-8.
        self.odd = len(text) if text.isascii() else -1

    def run(self) -> EnvironmentFile:
        text = self.text
        nul = text.find("\0")
        if nul >= 0:
            bad = Problem("Bad message", *self.place.of(nul), nul)
            return EnvironmentFile(text, [], [("Bad message", nul)], bad)
        position = 0
        match = _PLAIN.match
        while position < len(text):
            plain = match(text, position)
            if plain is not None:
                self._plain(plain)
                position = plain.end()
                continue
            position = _past(_BLANKS, text, position)
            if text[position : position + 1] in ("#", ";"):
                position = self._skip_comment(position)
            elif position < len(text):
                position = self._entry(position)
        return EnvironmentFile(text, self.rows, self.noticed, self.refused)

    def _plain(self, line: re.Match[str]) -> None:
        """A line on which nothing quotes or escapes."""
        start, equals = line.span(1)
        if line.lastindex == 1:
            self.noticed.append(("no '=', line ignored", start))
            return
        first = last = equals + 1
        value = line[3] or ""
        if value:
            value = value.rstrip(WHITESPACE)
            first = line.start(3)
            last = first + len(value)
        self._add(line[1], value, start, (first, last, line.end()))

    def _skip_comment(self, position: int) -> int:
        text = self.text
        while position < len(text):
            position = _past(_UNESCAPED, text, position)
            if text[position : position + 1] != "\\":
                return position + 1
            newline = text[position + 1 : position + 2] in ("\n", "\r")
            position += 2
            if newline and not self.comment_escapes_newline:
                break
        return position

    def _entry(self, start: int) -> int:
        text = self.text
        # The first character begins a key whatever it is, an equals sign too.
        position = _past(_KEY, text, start + 1)
        if text[position : position + 1] != "=":
            self.noticed.append(("no '=', line ignored", start))
            return min(position + 1, len(text))
        value = _Value(text, position + 1)
        end = value.stop
        if text[end - 1 : end] == "\r" and text[end : end + 1] == "\n":
            end += 1
        self._add(text[start:position], value.value, start, (value.first, value.last, end))
        if value.unclosed is not None:
            self.noticed.append((UNCLOSED, value.unclosed))
        return end

    def _add(self, key: str, value: str, start: int, rest: tuple[int, int, int]) -> None:
        """rest: where the value begins and ends, and where the line after it begins."""
        name = key.rstrip(WHITESPACE)
        counts = is_valid_name(name)
        line, column = self.place.of(start)
        first, last, end = rest
        if self.odd < start:
            odd = no_character().search(self.text, start)
            self.odd = odd.start() if odd else len(self.text)
        if self.odd < last:
            self.noticed.append(("invalid UTF-8", start))
            if self.refused is None:
                self.refused = Problem("invalid UTF-8", line, column, start)
        elif not counts:
            self.noticed.append(("Ignoring invalid environment assignment", start))
        self.rows.append((name, value, line, column, start, first, last, end, counts))


class _Places:
    """Lines and columns of a text, asked for in their order."""

    __slots__ = ("_line", "_line_start", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._line_start = 0

    def of(self, offset: int) -> tuple[int, int]:
        """Line and column; each call's offset is no smaller than that of the one before."""
        passed = self._text.count("\n", self._line_start, offset)
        if passed:
            self._line += passed
            self._line_start = self._text.rfind("\n", self._line_start, offset) + 1
        return self._line, offset - self._line_start + 1


class _Value:
    """The value that begins at start: what systemd makes of it, and where it lies."""

    __slots__ = ("first", "last", "stop", "text", "unclosed", "value")

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.unclosed: Optional[int] = None
        self.first = self.last = _past(_GAP, text, start)
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
        while text[position : position + 1] in ("'", '"'):
            position = self.last = self._quote(position, out)
            position = _past(_GAP, text, position)
        return position

    def _quote(self, opening: int, out: list[str]) -> int:
        text = self.text
        quote = text[opening]
        position = opening + 1
        closing = find(text, quote, position)
        while quote == '"':
            escape = text.find("\\", position, closing)
            if escape < 0:
                break
            out.append(text[position:escape])
            escaped = text[escape + 1 : escape + 2]
            if escaped in _SHELL_ESCAPED:
                out.append(escaped)
            elif escaped != "\n":
                out.append("\\" + escaped)
            position = escape + 2
            if position > closing:
                closing = find(text, quote, position)
        out.append(text[position:closing])
        if closing == len(text):
            self.unclosed = opening
            return closing
        return closing + 1

    def _bare(self, position: int, out: list[str]) -> int:
        """The rest of the line, quotes no longer special; gives the start of the next line."""
        text = self.text
        while position < len(text):
            if text[position] != "\\":
                stop = _past(_UNESCAPED, text, position)
                run = text[position:stop]
                if text[stop : stop + 1] != "\\":
                    run = run.rstrip(WHITESPACE)
                    if run:
                        out.append(run)
                        self.last = position + len(run)
                    return min(stop + 1, len(text))
                out.append(run)
                position = stop
            escaped = text[position + 1 : position + 2]
            if escaped not in ("\n", "\r"):
                out.append(escaped)
            position += 2
            self.last = min(position, len(text))
        return len(text)


def _past(stretch: re.Pattern[str], text: str, position: int) -> int:
    """Where the stretch ends that the pattern, which may match nothing, finds there."""
    match = stretch.match(text, position)
    return match.end() if match else position


def meant_name(name: str) -> str:
    """The variable that an entry's name is meant for: without ``export`` and the like before it, a
    dash for what can't hold one; the name itself where it is one."""
    word = _BEFORE.sub("", name.lstrip("\ufeff"))
    return word if is_valid_name(word) else word.replace("-", "_")


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
    there = before.named(name)
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
    eol = line_end(text)
    if not text or text.endswith(("\n", "\r")):
        candidates = [text + line + eol, text + eol + line + eol]
    else:
        candidates = [text + eol + line, text + eol + eol + line]
    if before.rows:
        at = text.rfind("\n", 0, Entry._make(before.rows[-1]).start) + 1
        candidates.append(text[:at] + line + eol + text[at:])
    return [*candidates, line + eol + text]


def _remove(text: str, name: str, systemd: int) -> str:
    while True:
        entries = parse(text, systemd).named(name)
        if not entries:
            return text
        kept: list[str] = []
        stop = len(text)
        last = True  # nothing that follows is kept
        for entry in reversed(entries):
            start = text.rfind("\n", 0, entry.start) + 1
            if text[start : entry.start].strip(WHITESPACE):
                start = entry.start
            end = min(entry.end, stop)
            last = last and end == stop
            if last and start > 0 and text[end - 1] not in "\n\r":
                start -= 2 if text[start - 2 : start] == "\r\n" else 1
            kept.append(text[end:stop])
            stop = start
        text = text[:stop] + "".join(reversed(kept))
