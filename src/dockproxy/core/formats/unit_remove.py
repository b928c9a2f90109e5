"""Where a variable stands in a unit's ``Environment=`` lines, and its removal from them."""

from __future__ import annotations

from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.formats.systemd_unit import (
    Assignment,
    EnvAssignment,
    Unit,
    environment_assignments,
    is_valid_name,
    parse,
)
from dockproxy.core.formats.systemd_words import WHITESPACE
from dockproxy.core.formats.unit_lines import Lines
from dockproxy.core.model.light import NamedTuple


class Place(NamedTuple):
    """Where a variable stands: the words of its line, and which of them are its own."""

    words: tuple[EnvAssignment, ...]
    first: int
    last: int

    @property
    def item(self) -> EnvAssignment:
        """The word that names the variable."""
        return self.words[self.first]


def places_of(unit: Unit, assignment: Assignment, name: str) -> list[Place]:
    """Where one ``Environment=`` speaks of this variable, in order."""
    words = environment_assignments(unit, assignment)
    places: list[Place] = []
    index = 0
    while index < len(words):
        if words[index].name != name:
            index += 1
            continue
        place = Place(words, index, _last_of(unit.text, words, index))
        index = place.last + 1
        if not _holds_others(unit.text, place.item):
            places.append(place)
    return places


def _holds_others(text: str, item: EnvAssignment) -> bool:
    """Whether more than this word is lost with its fault: systemd reads none of it, and would,
    were the fault gone."""
    broken = item.note in ("unclosed-quote", "bad-escape")
    return broken and "=" in "".join(text[item.start : item.end].split()[1:])


def _last_of(text: str, words: tuple[EnvAssignment, ...], index: int) -> int:
    """The last word that belongs to this one: ``A = b`` is three words, ``A=b, c`` is two."""
    last = index
    while last + 1 < len(words) and words[last + 1].note == "invalid":
        following = words[last + 1]
        if is_valid_name(following.name):
            assigns = "=" in text[following.start : following.end]
            if assigns or (last + 2 < len(words) and not words[last + 2].name):
                break
        last += 1
    return last


def remove(text: str, name: str) -> str:
    """The text without the variable (see unit_edit.set_environment).

    All at once; what the rest, put together, then says of it goes in another round.
    """
    while True:
        unit = parse(text)
        splices: list[Splice] = []
        whole: list[Assignment] = []
        for assignment in unit.service("Environment"):
            places = _joined(places_of(unit, assignment, name))
            if places and _is_all(places[0]):
                whole.append(assignment)
            else:
                splices += [_without_words(unit, place) for place in places]
        if not whole and not splices:
            return text
        splices += _without_lines(unit, whole)
        text = spliced(text, splices)
        if whole:
            text = _without_header(text)


def _is_all(place: Place) -> bool:
    return place.first == 0 and place.last == len(place.words) - 1


def _joined(places: list[Place]) -> list[Place]:
    """Neighbours as one place."""
    found: list[Place] = []
    for place in places:
        if found and found[-1].last + 1 >= place.first:
            found[-1] = found[-1]._replace(last=max(found[-1].last, place.last))
        else:
            found.append(place)
    return found


def _without_words(unit: Unit, place: Place) -> Splice:
    words = place.words
    before = words[place.first - 1] if place.first else None
    after = words[place.last + 1] if place.last + 1 < len(words) else None
    start, end = own = words[place.first].start, words[place.last].end
    if before is not None and (after is None or _same_line(unit.lines, before.end, start)):
        start = before.end
    elif after is not None:
        end = after.start
    kept = _comments(unit, start, end)
    if kept and end > own[1]:
        return start, own[1], ""
    return start, end, kept


def _same_line(lines: Lines, first: int, second: int) -> bool:
    """Whether no physical line ends between these two offsets."""
    return lines.ends[lines.at(first)] >= second


def _comments(unit: Unit, start: int, end: int) -> str:
    """The comment lines wholly inside this stretch, each with the line end before it."""
    kept = ""
    index = unit.lines.at(start) + 1
    while index < len(unit.lines) and unit.lines[index].end < end:
        before, line = unit.lines[index - 1], unit.lines[index]
        content = unit.text[line.start : line.end]
        if start <= before.end and content.lstrip(WHITESPACE)[:1] in ("#", ";"):
            kept += unit.text[before.end : before.following] + content
        index += 1
    return kept


def _without_lines(unit: Unit, assignments: list[Assignment]) -> list[Splice]:
    """What takes the lines of these assignments away; comments between them stay."""
    text, lines = unit.text, unit.lines
    splices: list[Splice] = []
    open_end = len(text)  # where the text ends without a line end, as more and more of it goes
    for assignment in reversed(assignments):
        taken = set(assignment.joined.lines)
        first, last = assignment.first_line, assignment.last_line
        kept = "".join(
            text[lines[i].start : lines[i].following]
            for i in range(first, last + 1)
            if i not in taken
        )
        start, end = lines[first].start, min(lines[last].following, open_end)
        if lines[last].end == open_end and not kept and first > 0:
            start = open_end = lines[first - 1].end
        splices.append((start, end, kept))
    return splices


def _without_header(text: str) -> str:
    """The text without an empty [Service] that ends it, as set_environment adds one."""
    unit = parse(text)
    if not unit.headers or unit.headers[-1].name != "Service" or len(unit.lines) < 2:
        return text
    index = unit.headers[-1].line
    blank, last = unit.lines[index - 1], unit.lines[index]
    if index != len(unit.lines) - 1 or blank.start != blank.end or index < 2:
        return text
    if last.following > last.end:
        return text[: blank.start]
    return text[: unit.lines[index - 2].end]
