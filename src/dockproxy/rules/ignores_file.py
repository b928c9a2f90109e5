"""The file that names findings to ignore, with the reasons: text in, entries with their lines out.

TOML, with tables ``[[doctor.ignore]]``, read by Python's own reader (tomli before 3.11). That tells
no lines of what it read: those of headings and keys are looked up in the text.
"""

from __future__ import annotations

from dockproxy.core.model.errors import ParseError, RefusedError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

KEYS = ("code", "reason", "path")
_WANTED = {
    "code": N_('this table names no rule: code = "DP213"'),
    "reason": N_('no reason is given: reason = "…" says why this is ignored'),
}
_HEADING = pattern(r"[ \t]*\[\[[ \t]*doctor[ \t]*\.[ \t]*ignore[ \t]*\]\]")
_PLACE = pattern(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", 16)


class Entry:
    """One table. line: of its heading, 1 where it has none of its own; code_line: of its code.
    values: by key.
    """

    __slots__ = ("code_line", "line", "values")

    def __init__(self, line: int, code_line: int, values: Mapping[str, str]) -> None:
        self.line, self.code_line, self.values = line, code_line, values


def read_ignores(text: str) -> list[Entry]:
    """The tables, in their order. Raises ParseError for what is no TOML, says anything else, or
    lacks code or reason; RefusedError where nothing here reads TOML.
    """
    lines = text.split("\n")
    tables = _tables(_loaded(text, lines), lines)
    headings = [number for number, line in enumerate(lines, 1) if _HEADING.match(line)]
    found = headings if len(headings) == len(tables) else [1] * len(tables)
    entries = []
    for number, (table, line) in enumerate(zip(tables, found, strict=True), 1):
        end = found[number] - 1 if number < len(found) else len(lines)
        block = lines[line - 1 : max(end, line)]
        _check(table, line, block)
        entries.append(Entry(line, _line_of("code", line, block), table))
    return entries


def _loaded(text: str, lines: list[str]) -> Mapping[str, Any]:
    toml = _library()
    try:
        read: Mapping[str, Any] = toml.loads(text)
    except toml.TOMLDecodeError as error:
        told = _PLACE.match(str(error))
        words, line, column = told.groups() if told is not None else (str(error), None, None)
        _fail(words, int(line or len(lines)), int(column or 1))
    except RecursionError:
        _fail(N_("this is nested too deeply"))
    return read


def _tables(read: Mapping[str, Any], lines: list[str]) -> list[dict[str, Any]]:
    section = read.get("doctor", {})
    tables = section.get("ignore", []) if isinstance(section, dict) else None
    odd = next((key for key in read if key != "doctor"), None)
    if odd is None and isinstance(section, dict):
        odd = next((key for key in section if key != "ignore"), None)
    if odd is None and isinstance(tables, list) and all(isinstance(each, dict) for each in tables):
        return tables
    said = N_("the only tables that are known are [[doctor.ignore]]")
    _fail(said, _line_of(odd or "ignore", 1, lines))


def _check(table: Mapping[str, Any], line: int, block: list[str]) -> None:
    for key, value in table.items():
        place = _line_of(key, line, block)
        if key not in KEYS:
            _fail(N_("this key is not known; a table has code, reason and path"), place)
        if not isinstance(value, str):
            _fail(N_('the value is a text in quotes: "…"'), place)
    for key, said in _WANTED.items():
        if not table.get(key, "").strip():
            _fail(said, _line_of(key, line, block))


def _line_of(word: str, first: int, lines: list[str]) -> int:
    """The first line that begins with it, brackets and quotes aside; the first of all if none."""
    for number, line in enumerate(lines, first):
        if line.lstrip(" \t[{\"'").startswith(word):
            return number
    return first


def _library() -> Any:
    from importlib import import_module

    try:
        return import_module("tomllib")
    except ImportError:
        try:
            return import_module("tomli")
        except ImportError:
            raise RefusedError(
                N_("tomli, which reads the file of ignores on Python 3.10, is not installed here"),
                hint=N_("python3 -m pip install tomli, or doctor --no-config"),
            ) from None


def _fail(said: str, line: int = 1, column: int = 1) -> NoReturn:
    raise ParseError(said, line, column, 0)
