"""A unit file or drop-in as systemd reads it: sections, assignments, faults, positions.

The text is the file's bytes decoded as UTF-8 with ``surrogateescape``: systemd judges invalid
bytes, so they must arrive here.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from dockproxy.core.formats.systemd_words import (
    WHITESPACE,
    expand_specifiers,
    is_valid_utf8,
    split_words,
)
from dockproxy.core.formats.unit_lines import BOM, Joined, Line, logical_lines, split_lines

SERVICE_SECTIONS = frozenset(("Unit", "Service", "Install"))
ENVIRONMENT_KEYS = frozenset(
    ("Environment", "EnvironmentFile", "PassEnvironment", "UnsetEnvironment")
)

_NAME_CHARS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
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


class Unit(NamedTuple):
    """What one file says.

    stopped: where systemd stops to read the file, None if it reads it all. Of a drop-in the part
    before it holds; a unit's own file is then refused (LoadState=error).
    """

    text: str
    lines: list[Line]
    headers: list[Header]
    assignments: list[Assignment]
    problems: list[Problem]
    stopped: Optional[Problem]

    def service(self, key: str) -> list[Assignment]:
        """The assignments of this key in [Service], in order."""
        return [a for a in self.assignments if a.section == "Service" and a.key == key]


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
        self.problems: list[Problem] = []
        self.stopped: Optional[Problem] = None
        self.section: Optional[str] = None

    def run(self) -> Unit:
        for logical in logical_lines(self.text, self.lines):
            if logical.fault:
                self._stop(logical.fault, logical.joined.lines[0])
            else:
                self._logical_line(logical.joined, logical.open_ended)
            if self.stopped:
                break
        return Unit(
            self.text, self.lines, self.headers, self.assignments, self.problems, self.stopped
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
        if assignment is not None:
            self.assignments.append(assignment)
            if self.section in self.sections:
                self._key_problem(assignment)

    def _key_problem(self, assignment: Assignment) -> None:
        meant = _LOWER_ENVIRONMENT_KEYS.get(assignment.key.lstrip(BOM).lower())
        if meant is None:
            return
        if meant != assignment.key or assignment.section != "Service":
            message = f"Unknown key '{assignment.key}' in section [{assignment.section}], ignoring."
            self.problems.append(
                Problem(message, assignment.line, assignment.column, assignment.start)
            )
        elif meant == "Environment":
            self.problems.extend(_word_problems(assignment, self.lines))

    def _problem(self, message: str, joined: Joined, index: int) -> Problem:
        line = joined.line(index)
        offset = joined.offset(index)
        problem = Problem(message, line + 1, offset - self.lines[line].start + 1, offset)
        self.problems.append(problem)
        return problem

    def _stop_at(self, message: str, joined: Joined, index: int) -> None:
        self.stopped = self._problem(message, joined, index)

    def _stop(self, message: str, line: int) -> None:
        self.stopped = Problem(message, line + 1, 1, self.lines[line].start)
        self.problems.append(self.stopped)


def read_assignment(
    text: str, lines: list[Line], section: Optional[str], joined: Joined, open_ended: bool = False
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
        start - lines[line].start + 1,
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


def _word_problems(assignment: Assignment, lines: list[Line]) -> list[Problem]:
    return [
        Problem(_NOTE_MESSAGES[item.note], item.line, item.column, item.start)
        for item in _words_of(assignment, lines)
        if not item.counts
    ]


def environment_assignments(unit: Unit, assignment: Assignment) -> list[EnvAssignment]:
    """The words of one ``Environment=`` of this unit, also those that systemd ignores.

    An empty list is a reset: systemd forgets all that was assigned before. A fault costs its own
    word only, a syntax fault the rest of the line (systemd 252 and 255 core/load-fragment.c,
    config_parse_environ).
    """
    return _words_of(assignment, unit.lines)


def _words_of(assignment: Assignment, lines: list[Line]) -> list[EnvAssignment]:
    found: list[EnvAssignment] = []
    words, broken_at, fault = split_words(assignment.value)
    for word in words:
        expansion = expand_specifiers(word.text)
        text = expansion.text
        if text is None or expansion.specifiers:
            text = word.text
        name, equals, value = text.partition("=")
        if expansion.text is None:
            note = "unresolved"
        elif not equals or not is_valid_name(name) or not is_valid_utf8(value):
            note = "invalid"
        else:
            note = "specifier" if expansion.specifiers else ""
        place = _place(assignment, lines, word.start, word.end)
        found.append(EnvAssignment(name, value, *place, note))
    if broken_at is not None:
        name, _, value = assignment.value[broken_at:].lstrip("'\"").partition("=")
        place = _place(assignment, lines, broken_at, len(assignment.value))
        found.append(EnvAssignment(name, value, *place, fault))
    return found


def _place(
    assignment: Assignment, lines: list[Line], start: int, end: int
) -> tuple[int, int, int, int]:
    """Line, column, and the offsets in the file, of a stretch of the assignment's value."""
    first = assignment.value_index + start
    offset = assignment.joined.offset(first)
    line = assignment.joined.line(first)
    last = assignment.joined.offset(assignment.value_index + end - 1) + 1
    return line + 1, offset - lines[line].start + 1, offset, last


def is_valid_name(name: str) -> bool:
    """systemd 252 basic/env-util.c, env_name_is_valid: letters, digits, underscore."""
    return bool(name) and name[0] not in "0123456789" and _NAME_CHARS.issuperset(name)


def _is_safe(name: str) -> bool:
    """systemd 252 basic/string-util.c, string_is_safe: no quotes, backslashes, controls."""
    return not any(char < " " or char in "\"'\\\x7f" for char in name)
