"""The file that names findings to ignore, with the reasons: text in, entries with their lines out.

It is TOML (toml.io v1.0.0), and of TOML what is needed: tables ``[[doctor.ignore]]``, comments, and
keys with strings of one line. What is taken means the same to every reader of TOML; all else is
refused with its place, so that nothing is ignored by mistake. Python 3.10 has no reader of its own,
and none that it has later tells lines.
"""

from __future__ import annotations

import re

from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, NoReturn, Tuple

TABLE = "[[doctor.ignore]]"
KEYS = ("code", "reason", "path")
_WANTED = (
    ("code", N_('this table names no rule: code = "DP213"')),
    ("reason", N_('no reason is given: reason = "…" says why this is ignored')),
)
_HEADER = pattern(r"\[\[[ \t]*doctor[ \t]*\.[ \t]*ignore[ \t]*\]\][ \t]*(?:#.*)?\Z")
_MEMBER = pattern(r"([A-Za-z0-9_-]+)[ \t]*=[ \t]*")
_BASIC = pattern(r'"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\.)*)"')
_LITERAL = pattern(r"'([^'\x00-\x08\x0a-\x1f\x7f]*)'")
_END = pattern(r"[ \t]*(?:#.*)?\Z")
_COMMENT_CONTROL = pattern(r"[\x00-\x08\x0a-\x1f\x7f]")
_ESCAPE = pattern(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


class Entry:
    """One table. line: of its heading. values: by key; lines: where each stands."""

    __slots__ = ("line", "lines", "values")

    def __init__(self, line: int) -> None:
        self.line = line
        self.values: Dict[str, str] = {}
        self.lines: Dict[str, int] = {}


def read_ignores(text: str) -> List[Entry]:
    """The tables, in their order. Raises ParseError for what is none of this, and for a table
    without code or reason.
    """
    entries: List[Entry] = []
    offset = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw[:-1] if raw.endswith("\r") else raw
        at = len(line) - len(line.lstrip(" \t"))
        place = (number, offset)
        if _COMMENT_CONTROL.search(line):
            _fail(N_("there is a control character in this line"), place, at)
        if line[at : at + 1] == "[":
            if not _HEADER.match(line, at):
                _fail(N_("the only table that is known is [[doctor.ignore]]"), place, at)
            _complete(entries)
            entries.append(Entry(number))
        elif line[at:] and not line.startswith("#", at):
            _member(entries, line, at, place)
        offset += len(raw) + 1
    _complete(entries)
    return entries


def _member(entries: List[Entry], line: str, at: int, place: Tuple[int, int]) -> None:
    named = _MEMBER.match(line, at)
    if named is None:
        _fail(N_('a line is a comment, a table or: key = "text"'), place, at)
    key = named.group(1)
    if not entries:
        _fail(N_("a setting stands below a table: [[doctor.ignore]]"), place, at)
    entry = entries[-1]
    if key not in KEYS:
        _fail(N_("this key is not known; a table has code, reason and path"), place, at)
    if key in entry.values:
        _fail(N_("this key stands there twice"), place, at)
    value, end = _string(line, named.end(), place)
    if not _END.match(line, end):
        _fail(N_("behind the text nothing but a comment may stand"), place, end)
    entry.values[key] = value
    entry.lines[key] = place[0]


def _string(line: str, at: int, place: Tuple[int, int]) -> Tuple[str, int]:
    if line.startswith(('"""', "'''"), at):
        _fail(N_("a text stands on one line here, in one pair of quotes"), place, at)
    literal = _LITERAL.match(line, at)
    if literal is not None:
        return literal.group(1), literal.end()
    basic = _BASIC.match(line, at)
    if basic is None:
        _fail(N_('the value is a text in quotes: "…"'), place, at)
    try:
        return _ESCAPE.sub(lambda found: _unescaped(found.group(1)), basic.group(1)), basic.end()
    except ValueError:
        _fail(N_("there is an escape in the text that TOML does not know"), place, at)


def _unescaped(escape: str) -> str:
    if escape in _ESCAPED:
        return _ESCAPED[escape]
    code = int(escape[1:], 16) if len(escape) > 1 else -1
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ValueError(escape)
    return chr(code)


def _complete(entries: List[Entry]) -> None:
    if not entries:
        return
    entry = entries[-1]
    for key, said in _WANTED:
        if not entry.values.get(key, "").strip():
            raise ParseError(said, entry.lines.get(key, entry.line), 1, 0)


def _fail(said: str, place: Tuple[int, int], at: int) -> NoReturn:
    raise ParseError(said, place[0], at + 1, place[1] + at)
