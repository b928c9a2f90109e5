"""A unit's text without its secrets, before it may enter a Snapshot.

An allow-list (redact_values): shown are the values of proxy variables and of Docker's harmless
ones, their user information masked, dockerd's known flags, and settings of systemd that name
nothing secret. Lines stay as they are, and systemd would make of the text what it made of the
original: the same variables from the same lines, the same faults. Works on any text.
"""

from __future__ import annotations

from bisect import bisect_right

from dockproxy.core.formats.redact_pieces import Piece, put_in
from dockproxy.core.formats.redact_spelling import kept_rest, spelled_as
from dockproxy.core.formats.redact_values import (
    PROXY_NAMES,
    is_environment_key,
    is_exec_key,
    is_shown_key,
    is_shown_section,
    masked_value,
    proxy_flags,
    shown_arguments,
    variable_of_key,
)
from dockproxy.core.formats.redact_words import cut_off_login, hidden_rest, shown_word
from dockproxy.core.formats.systemd_unit import (
    CROWDED_HEADER,
    Assignment,
    environment_assignments,
    parse,
    read_assignment,
)
from dockproxy.core.formats.systemd_words import (
    WHITESPACE,
    Word,
    expand_specifiers,
    is_valid_utf8,
    split_words,
)
from dockproxy.core.formats.unit_command import of_same_worth
from dockproxy.core.formats.unit_edit import escape, needs_no_quotes
from dockproxy.core.formats.unit_lines import BOM, Joined, logical_lines, split_lines
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, USER_INFO, is_secret

_WORD = pattern(r"[^\s\"']+")
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_COLON = pattern(":|%3[Aa]")
_BARE_ENVIRONMENT = pattern(r"[Ee]nvironment[ \t]*:?")
_COMMENT = pattern(r"[#;\s]*")


def redact(text: str) -> str:
    """The text of a unit file or drop-in that may be shown."""
    return put_in(text, unit_pieces(text))


def unit_pieces(text: str) -> list[Piece]:
    """What stands there instead of its secrets."""
    return _Redactor(text).run()


def unit_addresses(text: str) -> list[tuple[str, str]]:
    """The proxies with user information, unmasked, by variable (Environment= in [Service]) or by
    flag (ExecStart=); of several of a name the last speaks."""
    found: dict[str, str] = {}
    unit = parse(text)
    for assignment in unit.service("Environment"):
        for item in environment_assignments(unit, assignment):
            if item.name in PROXY_NAMES:
                found[item.name] = item.value
    for assignment in unit.service("ExecStart"):
        words = [word.text for word in split_words(assignment.value).words]
        found.update((f"ExecStart.{name}", value) for name, value in proxy_flags(words))
    return [(name, value) for name, value in found.items() if is_secret(value)]


def _address(word: str) -> tuple[str, int]:
    """What may be shown of a word's beginning, and how much of it that stands for.

    With a scheme, or a colon, what stands before an ``@`` is user information; in docker@x.service
    it is none.
    """
    scheme = _SCHEME.match(word)
    at = word.rfind("@")
    escaped = word.rfind("%40")
    if scheme is not None and max(at, escaped) >= scheme.end():
        length = at + 1 if at > escaped else escaped + 3
        return f"{scheme.group()}{USER_INFO}@", length
    if _COLON.search(word, 0, max(at, 0)):
        return f"{USER_INFO}@", at + 1
    if _COLON.search(word, 0, max(escaped, 0)):
        return f"{USER_INFO}@", escaped + 3
    return "", 0


class _Redactor:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = split_lines(text)
        self.pieces: list[Piece] = []

    def run(self) -> list[Piece]:
        read: set[int] = set()
        for logical in logical_lines(self.text, self.lines):
            numbers = logical.joined.lines
            if logical.fault:
                read.update(range(numbers[0], len(self.lines)))
                self._hide_from(numbers[0])
            else:
                read.update(numbers)
                self._logical(logical.joined)
        for index in range(len(self.lines)):
            if index not in read:
                self._comment(index)
        return self.pieces

    def _hide_from(self, first: int) -> None:
        for start, end in zip(self.lines.starts[first:], self.lines.ends[first:]):
            self.pieces.append(Piece(start, end, MASK))

    def _comment(self, index: int) -> None:
        """What a comment says is redacted as the line that it would be."""
        line = self.lines[index]
        content = self.text[line.start : line.end]
        match = _COMMENT.match(content)
        start = match.end() if match else 0
        if content[start:]:
            self.pieces.append(Piece(line.start + start, line.end, redact(content[start:])))

    def _logical(self, joined: Joined) -> None:
        stripped = joined.text.strip(WHITESPACE)
        if not stripped:
            return
        begin = len(joined.text) - len(joined.text.lstrip(WHITESPACE))
        # systemd stops to read at what is no UTF-8, so one such character stays.
        odd = next((char for char in stripped if not is_valid_utf8(char)), "")
        if stripped[0] == "[":
            self._header(joined, begin, stripped, odd)
            return
        assignment = read_assignment(self.text, self.lines, None, joined)
        if assignment is not None:
            self._assignment(assignment, begin, odd)
        elif _BARE_ENVIRONMENT.fullmatch(stripped):
            return
        elif stripped.strip(WHITESPACE + "="):
            first = begin + (stripped[0] == "=")
            self._cover(joined, first, begin + len(stripped), MASK + odd)

    def _header(self, joined: Joined, begin: int, stripped: str, odd: str) -> None:
        closed = stripped[-1] == "]"
        name = stripped[1:-1] if closed else stripped[1:]
        if is_shown_section(name):
            return
        crowded = CROWDED_HEADER.match(stripped)
        if crowded is not None and not closed and not odd and len(joined.starts) == 1:
            rest = stripped[crowded.end() :]
            first = begin + crowded.end()
            self._cover(joined, first, first + len(rest), redact(rest))
            return
        # A quotation mark is among the characters that systemd does not take.
        fault = "" if name.isprintable() and not set(name) & set("\"'\\") else "'"
        prefix = "X-" if name.startswith("X-") else ""
        shown = f"[{prefix}{MASK}{fault}{odd}{']' if closed else ''}"
        self._cover(joined, begin, begin + len(stripped), shown)

    def _assignment(self, assignment: Assignment, begin: int, odd: str) -> None:
        key = assignment.key.lstrip(BOM)
        value = assignment.value
        if not is_shown_key(key):
            self._cover(assignment.joined, begin, begin + len(assignment.key), MASK)
        if not value:
            return
        variable = variable_of_key(key)
        if odd or not is_shown_key(key) or key == "Description":
            self._value(assignment, MASK + odd)
        elif is_environment_key(key):
            self._words(assignment)
        elif is_exec_key(key):
            self._arguments(assignment)
        elif variable:
            shown = masked_value(variable, value)
            if shown != value:
                self._value(assignment, shown)
        else:
            self._harmless(assignment)

    def _words(self, assignment: Assignment) -> None:
        words, broken_at, fault = split_words(assignment.value)
        name = ""
        names_only = assignment.key.lower().startswith("unset")
        texts = [word.text for word in words]
        for index, word in enumerate(words):
            shown = cut_off_login(texts, index) or shown_word(word.text, name, names_only)
            name = word.text.partition("=")[0] if "=" in word.text else name
            if shown is not None:
                self._word(assignment, word, shown)
        if broken_at is not None:
            rest, length = assignment.value[broken_at:], len(assignment.value)
            kept = kept_rest(rest, fault) if len(assignment.joined.starts) == 1 else None
            if kept is not None:
                self._within(assignment, broken_at, length, kept)
                return
            rest = hidden_rest(rest, fault)
            closing = '"' if fault == "bad-escape" else ""
            self._within(assignment, broken_at, length, f'"{rest}', closing)

    def _arguments(self, assignment: Assignment) -> None:
        words, broken_at, fault = split_words(assignment.value)
        texts = shown_arguments([word.text for word in words])
        for index, word in enumerate(words):
            if index == 0 or words[index - 1].text == ";":
                texts[index] = of_same_worth(word.text, texts[index])
        for word, shown in zip(words, texts):
            if shown != word.text:
                shown += "%1" if expand_specifiers(word.text).text is None else ""
                self._word(assignment, word, escape(shown, double_percent=False))
        if broken_at is not None:
            # In a command an escape that is none stays as it is (unit_command).
            quote = '"' if fault == "unclosed-quote" else "" if words else "\\q"
            self._within(assignment, broken_at, len(assignment.value), f"{quote}{MASK}")

    def _word(self, assignment: Assignment, word: Word, shown: str) -> None:
        raw = assignment.value[word.start : word.end]
        if "\n" in self.text[assignment.value_start : assignment.end]:
            quote = "" if needs_no_quotes(shown) and not set(raw) & set("'\"\\") else '"'
            self._within(assignment, word.start, word.end, quote + shown, quote)
            return
        self._within(assignment, word.start, word.end, spelled_as(raw, shown))

    def _harmless(self, assignment: Assignment) -> None:
        """A setting that names nothing secret, but for what a stray backslash may have joined."""
        joined = assignment.joined
        begin = assignment.value_index
        end = begin + len(assignment.value)
        for piece_start, bound in zip(joined.starts, [*joined.starts[1:], end]):
            first, last = max(begin, piece_start), min(end, bound)
            content = joined.text[first:last].rstrip(WHITESPACE)
            if "=" in content and piece_start > begin:
                first += len(content) - len(content.lstrip(WHITESPACE))
                self._cover(joined, first, first + len(content.strip(WHITESPACE)), MASK)
                continue
            for match in _WORD.finditer(content):
                shown, length = _address(match.group())
                if length:
                    at = first + match.start()
                    self._cover(joined, at, at + length, shown)

    def _value(self, assignment: Assignment, shown: str) -> None:
        self._within(assignment, 0, len(assignment.value), shown)

    def _within(
        self, assignment: Assignment, start: int, end: int, opening: str, closing: str = ""
    ) -> None:
        first = assignment.value_index
        self._cover(assignment.joined, first + start, first + end, opening, closing)

    def _cover(self, joined: Joined, start: int, end: int, opening: str, closing: str = "") -> None:
        """Put text over a stretch of a logical line, its continuation backslashes left alone."""
        covered: list[Piece] = []
        starts = joined.starts
        for index in range(max(bisect_right(starts, start) - 1, 0), len(starts)):
            piece_start, offset = starts[index], joined.offsets[index]
            if piece_start >= end:
                break
            bound = starts[index + 1] if index + 1 < len(starts) else len(joined.text) + 1
            first, last = max(start, piece_start), min(end, bound - 1)
            if first < last:
                place = offset + first - piece_start
                covered.append(Piece(place, place + last - first, ""))
        if len(covered) > 1 and not closing:
            # An empty last line might be no line at all.
            closing = MASK
        covered[0] = covered[0]._replace(text=opening)
        covered[-1] = covered[-1]._replace(text=covered[-1].text + closing)
        self.pieces += covered
