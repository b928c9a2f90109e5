"""A unit file or drop-in as systemd reads it: sections, assignments, faults, positions.

The text is the file's bytes decoded as UTF-8 with ``surrogateescape``: systemd judges invalid
bytes, so they must arrive here.
"""

from __future__ import annotations

import sys

from dockproxy.core.formats.systemd_words import (
    WHITESPACE,
    Cut,
    expand_specifiers,
    is_valid_utf8,
)
from dockproxy.core.formats.unit_command import exec_fault
from dockproxy.core.formats.unit_lines import BOM, Joined, Lines, logical_lines, split_lines
from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union


SERVICE_SECTIONS = frozenset(("Unit", "Service", "Install"))
ENVIRONMENT_KEYS = frozenset(
    ("Environment", "EnvironmentFile", "PassEnvironment", "UnsetEnvironment")
)

CROWDED_HEADER = pattern(r"(?i)\[(service|unit|install)\][ \t]*(?=[a-z]+=|[a-z]+_proxy=)")
"""A section's header with a setting on its line."""

_LOWER_ENVIRONMENT_KEYS = {key.lower(): key for key in ENVIRONMENT_KEYS}


class Problem(NamedTuple):
    """A fault, in systemd's own words where it has any, without the text it complains about."""

    message: str
    line: int
    column: int
    offset: int


class Assignment(NamedTuple):
    """``Key=value`` in a section.

    value: after continuation, without blanks at its ends. raw: the same stretch of the file.
    line and column: where the key stands. start and end: offsets of the whole assignment, key to
    last character. first_line and last_line: indexes into Unit.lines of the lines that it holds.
    section: None before any section header; as written, also where systemd does not know it.
    """

    section: Optional[str]
    key: str
    value: str
    raw: str
    line: int
    column: int
    start: int
    end: int
    value_start: int
    first_line: int
    last_line: int
    joined: Joined
    value_index: int
    open_ended: bool


class Header(NamedTuple):
    """A section header; line is an index into Unit.lines."""

    name: str
    line: int
    last_line: int


class EnvAssignment(NamedTuple):
    """One word of ``Environment=``.

    note: "" (taken as it is), "specifier" (taken, but value is what stood before systemd replaced
    ``%H`` and the like, its ``%%`` still doubled), or why systemd ignores it: "unresolved" (a
    percent sign), "invalid" (no ``NAME=``, or bytes that are not UTF-8), "unclosed-quote",
    "bad-escape" (with these two the rest of the line goes too). start and end are offsets in the
    file.
    """

    name: str
    value: str
    line: int
    column: int
    start: int
    end: int
    note: str

    @property
    def counts(self) -> bool:
        """Whether systemd takes it."""
        return self.note in ("", "specifier")


class Unit(NamedTuple):
    """What one file says.

    stopped: where systemd stops to read the file, None if it reads it all. Of a drop-in the part
    before it holds; a unit's own file is then refused (LoadState=error, or bad-setting over a
    command). words: those of each
    ``Environment=`` in [Service], by where it starts. noticed: the problems, and words among which
    some may be faulty. refused: the command at which it stopped, which is none of the assignments.
    """

    text: str
    lines: Lines
    headers: list[Header]
    assignments: list[Assignment]
    noticed: list[Union[Problem, tuple[EnvAssignment, ...]]]
    stopped: Optional[Problem]
    words: dict[int, tuple[EnvAssignment, ...]]
    refused: Optional[Assignment] = None

    @property
    def problems(self) -> list[Problem]:
        """The faults, in order; made now, for a text may have a million that no one asks for."""
        found: list[Problem] = []
        for each in self.noticed:
            if isinstance(each, Problem):
                found.append(each)
                continue
            found += [
                Problem(_NOTE_MESSAGES[word.note], word.line, word.column, word.start)
                for word in each
                if word.note in _NOTE_MESSAGES
            ]
        return found

    def service(self, key: str) -> list[Assignment]:
        """The assignments of this key in [Service], in order."""
        return [a for a in self.assignments if a.section == "Service" and a.key == key]


def parse(text: str, sections: frozenset[str] = SERVICE_SECTIONS) -> Unit:
    """Read a unit file or drop-in; never raises, whatever the text.

    systemd 252 shared/conf-parser.c, config_parse and parse_line. sections: those of the unit's
    type (for a socket add "Socket" in place of "Service").
    """
    return _Parser(text, sections).run()


class _Parser:
    def __init__(self, text: str, sections: frozenset[str]) -> None:
        self.text = text
        self.sections = sections
        self.lines = split_lines(text)
        self.headers: list[Header] = []
        self.assignments: list[Assignment] = []
        self.noticed: list[Union[Problem, tuple[EnvAssignment, ...]]] = []
        self.stopped: Optional[Problem] = None
        self.refused: Optional[Assignment] = None
        self.section: Optional[str] = None
        self.words: dict[int, tuple[EnvAssignment, ...]] = {}

    def run(self) -> Unit:
        for logical in logical_lines(self.text, self.lines):
            if logical.fault:
                self._stop(logical.fault, logical.joined.lines[0])
            else:
                self._logical_line(logical.joined, logical.open_ended)
            if self.stopped:
                break
        return Unit(
            self.text,
            self.lines,
            self.headers,
            self.assignments,
            self.noticed,
            self.stopped,
            self.words,
            self.refused,
        )

    def _logical_line(self, joined: Joined, open_ended: bool) -> None:
        stripped = joined.text.strip(WHITESPACE)
        if not stripped:
            return
        begin = len(joined.text) - len(joined.text.lstrip(WHITESPACE))
        if not is_valid_utf8(stripped):
            self._stop_at("String is not UTF-8 clean, ignoring assignment", joined, begin)
        elif stripped[0] == "[":
            self._header(stripped, joined, begin)
        else:
            self._assignment(stripped, joined, begin, open_ended)

    def _header(self, stripped: str, joined: Joined, begin: int) -> None:
        if stripped[-1] != "]":
            self._stop_at("Invalid section header", joined, begin)
            return
        name = stripped[1:-1]
        if not _is_safe(name):
            self._stop_at("Bad characters in section header", joined, begin)
            return
        self.section = name
        self.headers.append(Header(name, joined.lines[0], joined.lines[-1]))
        if name not in self.sections and not name.startswith("X-"):
            self._problem(f"Unknown section '{name}'. Ignoring.", joined, begin)

    def _assignment(self, stripped: str, joined: Joined, begin: int, open_ended: bool) -> None:
        if self.section is None:
            self._problem("Assignment outside of section. Ignoring.", joined, begin)
        elif self.section in self.sections:
            if "=" not in stripped:
                self._problem("Missing '=', ignoring line.", joined, begin)
            elif stripped[0] == "=":
                self._problem("Missing key name before '=', ignoring line.", joined, begin)
        assignment = read_assignment(self.text, self.lines, self.section, joined, open_ended)
        if assignment is None:
            return
        broken = exec_fault(assignment.key, assignment.value) if self.section == "Service" else None
        if broken is not None:
            problem = Problem(broken.fault, assignment.line, assignment.column, assignment.start)
            self.noticed.append(problem)
            if broken.fatal:
                self.stopped, self.refused = problem, assignment
                return
        self.assignments.append(assignment)
        if self.section in self.sections:
            self._key_problem(assignment)

    def _key_problem(self, assignment: Assignment) -> None:
        meant = _LOWER_ENVIRONMENT_KEYS.get(assignment.key.lstrip(BOM).lower())
        if meant is None:
            return
        if meant != assignment.key or assignment.section != "Service":
            message = f"Unknown key '{assignment.key}' in section [{assignment.section}], ignoring."
            self.noticed.append(
                Problem(message, assignment.line, assignment.column, assignment.start)
            )
        elif meant == "Environment":
            words = self.words[assignment.start] = _words_of(assignment, self.lines)
            self.noticed.append(words)

    def _problem(self, message: str, joined: Joined, index: int) -> Problem:
        line = joined.line(index)
        offset = joined.offset(index)
        problem = Problem(message, line + 1, offset - self.lines.starts[line] + 1, offset)
        self.noticed.append(problem)
        return problem

    def _stop_at(self, message: str, joined: Joined, index: int) -> None:
        self.stopped = self._problem(message, joined, index)

    def _stop(self, message: str, line: int) -> None:
        self.stopped = Problem(message, line + 1, 1, self.lines.starts[line])
        self.noticed.append(self.stopped)


def read_assignment(
    text: str, lines: Lines, section: Optional[str], joined: Joined, open_ended: bool = False
) -> Optional[Assignment]:
    """The assignment that a logical line holds; None where it has no key or no equals sign."""
    stripped = joined.text.strip(WHITESPACE)
    key, equals, rest = stripped.partition("=")
    if not equals or not key:
        return None
    begin = len(joined.text) - len(joined.text.lstrip(WHITESPACE))
    value = rest.strip(WHITESPACE)
    value_index = begin + len(key) + 1 + len(rest) - len(rest.lstrip(WHITESPACE))
    start = joined.offset(begin)
    end = joined.offset(begin + len(stripped) - 1) + 1
    value_start = joined.offset(value_index) if value else end
    line = joined.line(begin)
    return Assignment(
        section,
        key.rstrip(WHITESPACE),
        value,
        text[value_start:end],
        line + 1,
        start - lines.starts[line] + 1,
        start,
        end,
        value_start,
        joined.lines[0],
        joined.lines[-1],
        joined,
        value_index,
        open_ended,
    )


_NOTE_MESSAGES = {
    "unresolved": "Failed to resolve specifiers, ignoring",
    "invalid": "Invalid environment assignment, ignoring",
    "unclosed-quote": "Invalid syntax, ignoring",
    "bad-escape": "Invalid syntax, ignoring",
}


def environment_assignments(unit: Unit, assignment: Assignment) -> tuple[EnvAssignment, ...]:
    """The words of one ``Environment=`` of this unit, also those that systemd ignores.

    An empty list is a reset: systemd forgets all that was assigned before. A fault costs its own
    word only, a syntax fault the rest of the line (systemd 252 and 255 core/load-fragment.c,
    config_parse_environ).
    """
    there = unit.words.get(assignment.start)
    return _words_of(assignment, unit.lines) if there is None else there


def _words_of(assignment: Assignment, lines: Lines) -> tuple[EnvAssignment, ...]:
    value = assignment.value
    if not value:
        return ()
    cut = Cut(value)
    place = _Places(assignment, lines)
    found: list[EnvAssignment] = []
    if len(assignment.joined.starts) == 1 and _is_plain(value):
        line, column, shift, _ = place.of(0, 0)
        for word, start, end in cut:
            name, equals, assigned = word.partition("=")
            note = "" if equals and is_valid_name(name) else "invalid"
            first, last = start + shift, end + shift
            row = (name, assigned, line, column + start, first, last, note)
            found.append(tuple.__new__(EnvAssignment, row))
    else:
        for word, start, end in cut:
            name, assigned, note = _said(word)
            line, column, first, last = place.of(start, end)
            found.append(EnvAssignment(name, assigned, line, column, first, last, note))
    if cut.broken_at is not None:
        name, _, assigned = value[cut.broken_at :].lstrip("'\"").partition("=")
        line, column, first, last = place.of(cut.broken_at, len(value))
        found.append(EnvAssignment(name, assigned, line, column, first, last, cut.fault))
    return tuple(found)


def _is_plain(value: str) -> bool:
    """Whether nothing in it becomes another character, and so none that is no UTF-8."""
    return value.isascii() and "%" not in value and "\\" not in value


def _said(word: str) -> tuple[str, str, str]:
    """A word's name, value and note, as in EnvAssignment."""
    text, note = word, ""
    if "%" in word:
        expansion = expand_specifiers(word)
        if expansion.text is None:
            note = "unresolved"
        elif expansion.specifiers:
            note = "specifier"
        else:
            text = expansion.text
    name, equals, value = text.partition("=")
    valid = equals and is_valid_name(name) and is_valid_utf8(value)
    return name, value, note if valid or note == "unresolved" else "invalid"


class _Places:
    """Where stretches of an assignment's value stand, asked for in their order."""

    __slots__ = ("_begin", "_bound", "_joined", "_lines", "_piece", "_shift")

    def __init__(self, assignment: Assignment, lines: Lines) -> None:
        self._lines = lines
        self._joined = assignment.joined
        self._begin = assignment.value_index
        self._go_to(0)

    def of(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Line, column, and the offsets in the file."""
        start += self._begin
        end += self._begin
        while self._bound <= start:
            self._go_to(self._piece + 1)
        line = self._joined.lines[self._piece]
        offset = start + self._shift
        while self._bound < end:
            self._go_to(self._piece + 1)
        return line + 1, offset - self._lines.starts[line] + 1, offset, end + self._shift

    def _go_to(self, piece: int) -> None:
        starts = self._joined.starts
        self._piece = piece
        self._shift = self._joined.offsets[piece] - starts[piece]
        self._bound = starts[piece + 1] if piece + 1 < len(starts) else sys.maxsize


def is_valid_name(name: str) -> bool:
    """systemd 252 basic/env-util.c, env_name_is_valid: letters, digits, underscore."""
    return name.isascii() and name.isidentifier()


def _is_safe(name: str) -> bool:
    """systemd 252 basic/string-util.c, string_is_safe: no quotes, backslashes, controls."""
    return not any(char < " " or char in "\"'\\\x7f" for char in name)
