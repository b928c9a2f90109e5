"""Every single character that makes a broken JSON whole when it is put in, taken out or replaced.

The reader stops at a fault; what mends it with one character stands there or before it: between
tokens anywhere, in a string on the line of the fault or the one before.
"""

from __future__ import annotations

from dockproxy.core.formats.go_json import parse
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Set, Tuple


MOST = 4000
"""Places that are tried; a text with more before its fault is not looked into."""
LONGEST = 20_000

_STRING = pattern(r'"(?:[^"\\\n]|\\[^\n])*"?')
_SIGNS = "{}[],:"
_WORD = pattern(r"[\w.+\"'-]")
_REST_OF_NAME = pattern(r'[\w-]+"[ \t]*:')


class OneEdit(NamedTuple):
    """text: after it. start, end, new: the change. structural: it is about braces, commas, colons
    and the outer quotes of a name; no token's inside is touched and no two are joined.
    """

    text: str
    start: int
    end: int
    new: str
    structural: bool


def one_edits(text: str, fault: int) -> List[OneEdit]:
    """All that mend it, those nearest to the fault first."""
    if len(text) > LONGEST:
        return []
    found = []
    tried: Set[str] = set()
    for start, end, new, structural in _candidates(text, min(fault, len(text))):
        after = text[:start] + new + text[end:]
        if after not in tried:
            tried.add(after)
            if len(tried) > MOST:
                return []
            if _is_json(after):
                found.append(OneEdit(after, start, end, new, structural))
    return found


def _candidates(text: str, fault: int) -> Iterator[Tuple[int, int, str, bool]]:
    line = text.rfind("\n", 0, text.rfind("\n", 0, fault) + 1 or fault) + 1
    inside = _inside_strings(text, fault)
    for at in range(fault, -1, -1):
        char = text[at : at + 1]
        if at in inside:
            if at >= line:
                yield at, at, '"', _ends_a_name(text, at)
                if not char.isalnum():
                    yield at, at + 1, '"', False
                if char and char in "\r\n":
                    yield at, at + 1, "", False
            continue
        for sign in _SIGNS:
            if sign != char:
                yield at, at, sign, True
        yield at, at, '"', _starts_a_name(text, at)
        if not char or char.isspace():
            continue
        yield at, at + 1, "", char in _SIGNS and not _joins(text, at)
        if char.isalnum() or (char in ".+-" and _joins(text, at)):
            continue
        for sign in _SIGNS:
            if sign != char:
                yield at, at + 1, sign, char not in "\"'{}[],:"
        yield at, at + 1, '"', False


def _inside_strings(text: str, fault: int) -> Set[int]:
    """The places within strings, behind their opening quote, up to their closing one or their
    line's end."""
    inside: Set[int] = set()
    at = 0
    while at <= fault:
        found = text.find('"', at)
        if found < 0 or found > fault:
            break
        match = _STRING.match(text, found)
        assert match is not None
        closed = len(match.group()) > 1 and match.group().endswith('"')
        inside.update(range(found + 1, match.end() if closed else match.end() + 1))
        at = match.end()
    return inside


def _joins(text: str, at: int) -> bool:
    """Whether two tokens become one without what stands between them."""
    return bool(_WORD.match(text, at - 1) if at else None) and bool(_WORD.match(text, at + 1))


def _ends_a_name(text: str, at: int) -> bool:
    """Whether a quote here ends a name that lacks its own, right before the colon."""
    return text.startswith(":", at) and text[at - 1 : at].isalnum()


def _starts_a_name(text: str, at: int) -> bool:
    """Whether a quote here begins a name of which only the closing quote is there."""
    return _REST_OF_NAME.match(text, at) is not None


def _is_json(text: str) -> bool:
    """Whether it is an object with something in it. Python's reader first: it is quick, and takes
    all that Go's takes."""
    from json import JSONDecoder

    try:
        _, end = JSONDecoder(strict=True).raw_decode(text.lstrip(" \t\r\n"))
    except (ValueError, RecursionError):
        return False
    if text.lstrip(" \t\r\n")[end:].strip(" \t\r\n"):
        return False
    try:
        root = parse(text)
    except ParseError:
        return False
    return bool(root.members)
