"""A JSON file's text without its secrets, before it may enter a Snapshot.

An allow-list: a string is shown only if its key is known to be harmless (redact_names), and then
with its user information masked. Lines stay as they are, so line numbers stay true, and what a
reader says of the text's syntax stays the same. Works on any text, also on none that is JSON.

What cannot be seen: a password with a raw ``","`` or ``":"`` in it makes two sound strings of one
address, and the first, which has no ``@``, is shown.
"""

from __future__ import annotations

import re

from dockproxy.core.formats.go_json import decode_string, parse, position
from dockproxy.core.formats.go_names import trimmed
from dockproxy.core.formats.json_layout import quote
from dockproxy.core.formats.redact_names import is_key_shown, is_known_key, is_value_shown
from dockproxy.core.formats.redact_odd import ANY_KEY, OddText, cut_off
from dockproxy.core.formats.redact_pieces import Piece, put_in
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.secret import MASK, is_secret, mask_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Set, Tuple


_NUMBERS = r"-?[0-9][0-9.eE+\-]*[ \t\r\n]*,[ \t\r\n]*"
_TOKEN = pattern(rf'(?:{_NUMBERS})+|"(?:[^"\\\n]|\\[^\n])*"|[{{}}\[\],:]|[^\s{{}}\[\],:"]+')
_NUMBER = pattern(r"[0-9.eE+\-]+")
_COLON = pattern(r"[ \t\r\n]*:")
_OPEN_LIST = pattern(r'[ \t\r\n]*:[ \t\r\n]*\[(?:[^"{}\[\]]|"(?:[^"\\\n]|\\[^\n])*")*')
_DEEP = 8
_MASKED = f'"{MASK}"'


class _Token(NamedTuple):
    """path: the keys above it, the deepest of them left out. kind: ``key``, ``string``, ``number``
    (one, or several of a list)."""

    kind: str
    start: int
    end: int
    path: Tuple[str, ...]
    value: str


def redact(text: str, dialect: str = "daemon") -> str:
    """The text that may be shown; dialect: ``daemon`` (daemon.json) or ``client`` (config.json)."""
    return put_in(text, json_pieces(text, dialect))


def json_pieces(text: str, dialect: str) -> List[Piece]:
    """What stands there instead of its secrets."""
    error, tokens, start = _sound_part(text, dialect)
    anew = error is not None and start == error and _begins_a_setting(text, error, dialect)
    doubtful = set() if error is None or anew else _doubtful(text, error, tokens, dialect)
    pieces: List[Piece] = []
    for index, token in enumerate(tokens):
        shown = _shown(text, token, dialect, sound=error is None)
        if index in doubtful and shown != _MASKED:
            is_key = index == len(tokens) - 1 and text.startswith(":", start)
            shown = _MASKED if is_key else quote(cut_off(token.value))
            if is_key and is_known_key(token.value, dialect):
                shown = quote(token.value)
        pieces.append(Piece(token.start, token.end, shown))
    odd = OddText(text, error, dialect, _open_key(text, tokens, start)).redacted(start, anew)
    pieces.append(Piece(start, len(text), odd))
    return pieces


class Told(NamedTuple):
    """addresses: those with user information, unmasked, by dotted path. fault: ``line:column`` of
    where the text is no JSON, "" if it is; masks shift it. Only what stands before it is known.
    """

    addresses: List[Tuple[str, str]]
    fault: str


def told(text: str, dialect: str = "daemon") -> Told:
    """What a mask hides of the text."""
    error, tokens, _ = _sound_part(text, dialect)
    fault = "" if error is None else "{}:{}".format(*position(text, error))
    shown = (item for item in tokens if item.kind == "string")
    return Told(
        [
            (_shown_path(item.path, dialect), item.value)
            for item in shown
            if is_value_shown(item.path, dialect) and is_secret(item.value)
        ],
        fault,
    )


def _sound_part(text: str, dialect: str) -> Tuple[Optional[int], List[_Token], int]:
    """Where the reader finds a fault, or None; the tokens; and up to where they can be trusted."""
    plain = trimmed(text) if dialect == "daemon" else text
    try:
        end, error = parse(plain, trailing=dialect == "client").end, None
    except ParseError as fault:
        end = error = fault.offset
    words, end = _words(text, end)
    return error, list(_tokens(words)), end


def _words(text: str, end: int) -> Tuple[List[re.Match[str]], int]:
    """The words of a text that is sound up to ``end``, and where the unfinished one begins."""
    words: List[re.Match[str]] = []
    at = 0
    for match in _TOKEN.finditer(text, 0, end):
        if '"' in text[at : match.start()]:
            break
        words.append(match)
        at = match.end()
    opened = text.find('"', at, end)
    if opened >= 0:
        return words, opened
    if words and at == end and not _is_whole(words[-1].group()):
        return words[:-1], words[-1].start()
    return words, end


def _is_whole(word: str) -> bool:
    """Whether nothing that follows could be a part of this word."""
    return word[0] in '{}[],:"' or "," in word


def _tokens(words: List[re.Match[str]]) -> Iterator[_Token]:
    above: List[Tuple[str, ...]] = []
    lists: List[bool] = []
    path: Tuple[str, ...] = ()
    before = ""
    for match in words:
        word = match.group()
        if word in "{[":
            lists.append(word == "[")
            above.append(path)
        elif word in "}]":
            lists.pop()
            path = above.pop()
        elif word[0] == '"':
            value = decode_string(word[1:-1])
            if lists and not lists[-1] and before in "{,":
                path = (*above[-1], value) if len(above[-1]) < _DEEP else above[-1]
                yield _Token("key", *match.span(), path, value)
            else:
                yield _Token("string", *match.span(), path, value)
        elif word[0] in "-0123456789":
            numbers = word.rstrip(" \t\r\n,")
            yield _Token("number", match.start(), match.start() + len(numbers), path, numbers)
            word = "," if len(numbers) < len(word) else word
        before = word


def _doubtful(text: str, error: int, tokens: List[_Token], dialect: str) -> Set[int]:
    """Strings on the fault's line that may be the first part of an address cut off in two.

    An unescaped quote in a password ends the string too early, and is noticed only behind it.
    """
    found: Set[int] = set()
    if not tokens:
        return found
    behind = text[tokens[-1].end : error].isspace() or tokens[-1].end == error
    line_start = text.rfind("\n", 0, tokens[-1].start if behind else error) + 1
    line_end = text.find("\n", error)
    last_at = text.rfind("@", line_start, line_end if line_end >= 0 else len(text))
    for index, token in enumerate(tokens):
        known = token.kind == "key" and is_known_key(token.value, dialect)
        if token.kind != "number" and not known and token.start >= line_start:
            just_before = behind and index == len(tokens) - 1 and "@" not in token.value
            if just_before or token.end <= last_at:
                found.add(index)
    return found


def _begins_a_setting(text: str, error: int, dialect: str) -> bool:
    """Whether the fault is where a line begins with a known key: a comma is missing before it, and
    no string was cut off, for none goes over a line's end.
    """
    before = text[text.rfind("\n", 0, error) + 1 : error]
    key = ANY_KEY.match(text, error)
    alone = error > len(before) and not before.strip(" \t")
    return alone and key is not None and is_known_key(decode_string(key.group(1)), dialect)


def _open_key(text: str, tokens: List[_Token], start: int) -> str:
    """The key whose value, or list of values, is being read at ``start``, or ""."""
    if text.startswith(":", start) and tokens:
        return tokens[-1].value
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if token.kind == "key":
            between = text[token.end : start]
            first = index == len(tokens) - 1 and _COLON.fullmatch(between.rstrip()) is not None
            listed = _OPEN_LIST.fullmatch(between) is not None
            return token.value if first or listed else ""
    return ""


def _shown_path(path: Tuple[str, ...], dialect: str) -> str:
    """The dotted path, with keys as the redacted text has them."""
    return ".".join(
        mask_url(path[index]) if is_key_shown(path[: index + 1], dialect) else MASK
        for index in range(len(path))
    )


def _shown(text: str, token: _Token, dialect: str, *, sound: bool) -> str:
    word = text[token.start : token.end]
    if token.kind == "key":
        shown = is_key_shown(token.path, dialect)
        if shown and sound and ":" not in token.value:
            return word
    else:
        shown = is_value_shown(token.path, dialect)
    if token.kind == "number":
        return word if shown or dialect == "daemon" else _NUMBER.sub("0", word)
    if not shown:
        return _MASKED if token.value else word
    masked = mask_url(token.value)
    return word if masked == token.value else quote(masked)
