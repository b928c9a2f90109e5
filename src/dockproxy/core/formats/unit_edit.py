"""The smallest edit that makes a unit's text assign an environment variable, or no longer do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dockproxy.core.formats.systemd_unit import (
    Unit,
    environment_assignments,
    is_valid_name,
    parse,
)
from dockproxy.core.formats.systemd_words import WHITESPACE, is_valid_utf8
from dockproxy.core.formats.unit_remove import Place, places_of, remove
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


# Linux, MAX_ARG_STRLEN: execve refuses a longer NAME=value, the service would not start.
_LONGEST_ASSIGNMENT = 128 * 1024 - 1
_NEEDS_NO_QUOTES = pattern(r"[A-Za-z0-9_./:,@*+=~?&!^()\[\]{}|<>-]*", re.ASCII)


def quote_assignment(name: str, value: str) -> str:
    """``"NAME=value"`` spelled so that systemd reads exactly this name and value.

    Raises DockproxyError for a name that systemd refuses, and for a value that holds a line
    break, a NUL, something that is not a character, or more than the kernel takes.
    """
    check_assignment(name, value)
    return f'"{name}={escape(value)}"'


def set_environment(text: str, changes: Sequence[tuple[str, Optional[str]]]) -> str:
    """This unit's text with each NAME assigned value in [Service], or not at all where None.

    A word that is there is rewritten where it stands (the one that decides; of several the
    earlier ones stay), a new one comes as a line of its own after the last ``Environment=``.
    None removes every word of that name, also those that systemd ignores, and the line where
    nothing else is left: an empty ``Environment=`` would reset the others. With a word go the
    ignored words after it that are no assignment of their own: the rest of a value cut at a
    blank. Comments, order, line ends and all other words stay as they are.
    """
    for name, value in changes:
        if value is None:
            text = remove(text, name)
        else:
            check_assignment(name, value)
            text = _set(text, name, value)
    return text


def is_empty_dropin(text: str) -> bool:
    """Whether nothing is left but an empty [Service]: such a file may go."""
    return text.lstrip("\ufeff").strip(WHITESPACE) in ("", "[Service]")


def check_assignment(name: str, value: str) -> None:
    """Raise DockproxyError for a variable that neither kind of file can hold."""
    if not is_valid_name(name):
        text = N_("a variable's name may hold letters, digits and underscores only")
        raise DockproxyError(message(text))
    if "\n" in value or "\0" in value:
        raise no_line_break(name)
    if not is_valid_utf8(value):
        text = N_("{name}: the value holds what is no character of UTF-8")
        raise DockproxyError(message(text, name=name))
    if len(name) + 1 + len(value.encode("utf-8")) > _LONGEST_ASSIGNMENT:
        text = N_("{name}: the value is longer than Linux gives to a process")
        raise DockproxyError(message(text, name=name))


def no_line_break(name: str) -> DockproxyError:
    """The error for a value that would end its own line."""
    return DockproxyError(
        message(N_("{name}: a value may hold no line break and no NUL"), name=name)
    )


def no_edit(name: str) -> DockproxyError:
    """The error for a text in which nothing written would be read."""
    return DockproxyError(
        message(N_("no edit of this text makes systemd read {name} as meant"), name=name)
    )


def escape(value: str, double_percent: bool = True) -> str:
    """The value as it stands between double quotes in ``Environment=``.

    double_percent: False where its percent signs are meant as specifiers.
    """
    out: list[str] = []
    for char in value:
        if char == "%" and double_percent:
            out.append("%%")
        elif char in '"\\':
            out.append("\\" + char)
        elif char < " " or char == "\x7f" or not is_valid_utf8(char):
            out += [f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape")]
        else:
            out.append(char)
    return "".join(out)


def needs_no_quotes(spelled: str) -> bool:
    """Whether systemd reads this text, percent signs apart, the same without quotes."""
    return bool(_NEEDS_NO_QUOTES.fullmatch(spelled.replace("%", "")))


def _spell(name: str, value: str, old: str) -> str:
    """The assignment in the manner of the word that it replaces, where that is safe."""
    escaped = escape(value)
    if "'" not in old and "\\" not in old:
        if '"' not in old and needs_no_quotes(escaped):
            return f"{name}={escaped}"
        if old.startswith(f'{name}="') and old.endswith('"'):
            return f'{name}="{escaped}"'
    return f'"{name}={escaped}"'


def _set(text: str, name: str, value: str) -> str:
    unit = parse(text)
    since_reset: list[Place] = []
    for assignment in unit.service("Environment"):
        if not assignment.value:
            since_reset = []
        since_reset += places_of(unit, assignment, name)
    deciding = [place for place in since_reset if place.item.counts] or since_reset
    if deciding:
        place = deciding[-1]
        item = place.item
        if item.note == "" and item.value == value:
            return text
        spelled = _spell(name, value, text[item.start : item.end])
        changed = text[: item.start] + spelled + text[place.words[place.last].end :]
    else:
        changed = _append(unit, quote_assignment(name, value))
    if _value(parse(changed), name) != value:
        raise no_edit(name)
    return changed


def _value(unit: Unit, name: str) -> Optional[str]:
    """The value that [Service] of this text alone ends with; None for none, or an unsure one."""
    value = None
    for assignment in unit.service("Environment"):
        if not assignment.value:
            value = None
        for item in environment_assignments(unit, assignment):
            if item.name == name and item.counts:
                value = None if item.note else item.value
    return value


def _append(unit: Unit, spelled: str) -> str:
    """The text with a new ``Environment=`` line at its place."""
    text = unit.text
    new = f"Environment={spelled}"
    last = _insertion(unit)
    if last is not None:
        index, open_ended = last
        line = unit.lines[index]
        eol = _usual(text[line.end : line.following]) or _eol(unit)
        # An empty line ends a continuation that the file leaves open at its end.
        gap = eol if open_ended else ""
        if line.following > line.end:
            return text[: line.following] + gap + new + eol + text[line.following :]
        return text + eol + gap + new
    eol = _eol(unit)
    if text[-1:] + eol in ("\n\r", "\r\n"):  # these two would be one line end
        eol = text[-1]
    if not text.strip("\ufeff"):
        return f"{text}[Service]{eol}{new}{eol}"
    stop = len(text) if unit.stopped is None else _logical_start(unit, unit.stopped.offset)
    block = f"{eol}[Service]{eol}{new}"
    if stop < len(text):
        return text[:stop] + (block if stop else block[len(eol) :]) + eol + text[stop:]
    ends = bool(unit.lines) and unit.lines[-1].following > unit.lines[-1].end
    return text + block + eol if ends else text + eol + block


def _insertion(unit: Unit) -> Optional[tuple[int, bool]]:
    """The line after which a new ``Environment=`` goes, and whether it is left open."""
    there = unit.service("Environment")
    if there:
        return there[-1].last_line, there[-1].open_ended
    headers = [header for header in unit.headers if header.name == "Service"]
    if not headers:
        return None
    header = headers[-1]
    bound = min((h.line for h in unit.headers if h.line > header.line), default=len(unit.lines))
    inside = [a for a in unit.assignments if header.line < a.first_line < bound]
    if inside:
        return inside[-1].last_line, inside[-1].open_ended
    return header.last_line, False


def _logical_start(unit: Unit, offset: int) -> int:
    """The start of the logical line that systemd stops at."""
    start = 0
    for line in unit.lines:
        if line.start > offset:
            break
        start = line.start
    return start


def _eol(unit: Unit) -> str:
    """The text's own line end."""
    ends = (_usual(unit.text[line.end : line.following]) for line in unit.lines)
    return next(filter(None, ends), "\n")


def _usual(end: str) -> str:
    """A line end, "" for one that only systemd takes for it."""
    return end if end in ("\n", "\r\n", "\r") else ""
