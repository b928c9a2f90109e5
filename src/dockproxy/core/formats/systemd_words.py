"""Words and specifiers in the value of a unit's setting, as systemd takes them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Union


WHITESPACE = " \t\n\r"
_WORD = pattern("[^ \t\n\r]+")
# A stretch without quotes and escapes, or one in quotes that holds no escape.
_PIECE = pattern("([^ \t\n\r'\"\\\\]+)|\"([^\"\\\\]*)\"|'([^'\\\\]*)'")

# systemd 252 and 255, core/unit-printf.c unit_full_printf_full with shared/specifier.h. D is
# unknown to 252 and expands in 262; c, r and R are deprecated and still expand.
KNOWN_SPECIFIERS = frozenset("iIjJnNpPfyYcrRCdDELSthsaAbBHlqmMovwWgGuUTV")

_SIMPLE_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "s": " ",
}
_HEX = frozenset("0123456789abcdefABCDEF")
_OCTAL = frozenset("01234567")


class Word(NamedTuple):
    """One word of a value; start and end are offsets into that value, end exclusive."""

    text: str
    start: int
    end: int


class Words(NamedTuple):
    """The words of a value, and the offset at which systemd gave up (None: it did not).

    fault: "unclosed-quote" or "bad-escape", "" if there is none.
    """

    words: list[Word]
    broken_at: Optional[int]
    fault: str = ""


class Expansion(NamedTuple):
    """A word after specifiers, ``%%`` undone; text is None where systemd refuses the word.

    specifiers: the letters of those that stand for something not known here; ``%H`` is left in
    the text.
    """

    text: Optional[str]
    specifiers: str


def is_valid_utf8(text: str) -> bool:
    """Whether systemd takes this text (decoded with surrogateescape) for UTF-8.

    systemd 252 basic/utf8.c, unichar_is_valid: noncharacters are refused too.
    """
    return text.isascii() or no_character().search(text) is None


@cache
def no_character() -> re.Pattern[str]:
    """What systemd does not take for UTF-8."""
    higher = "".join(f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 17))
    return re.compile(f"[^\0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{higher}]")


def split_words(value: str, unescape: bool = True) -> Words:
    """The words of a value: blanks part them, quotes of both kinds join, backslashes escape.

    systemd 252 basic/extract-word.c, extract_first_word with EXTRACT_UNQUOTE, and with
    EXTRACT_CUNESCAPE where unescape is true. An unclosed quote, an unknown escape or a lone
    backslash at the end breaks the rest of the value off; the words before it stand.
    """
    cut = Cut(value, unescape)
    words = list(map(Word._make, cut))
    return Words(words, cut.broken_at, cut.fault)


class Cut:
    """The words of ``split_words`` one by one, as plain tuples; once all are taken, what broke it
    off."""

    __slots__ = ("_unescape", "_value", "broken_at", "fault")

    def __init__(self, value: str, unescape: bool = True) -> None:
        self._value = value
        self._unescape = unescape
        self.broken_at: Optional[int] = None
        self.fault = ""

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        value = self._value
        if value.isascii() and _is_plain(value):
            for match in _WORD.finditer(value):
                yield (match[0], *match.span())
            return
        position = 0
        while True:
            found = _WORD.search(value, position)
            if found is None:
                return
            word, start, position = found[0], found.start(), found.end()
            if not _is_plain(word):
                read = first_word(value, start, self._unescape)
                if isinstance(read, str):
                    self.broken_at, self.fault = start, read
                    return
                word, position = read
            yield _join_bytes(word), start, position


def _is_plain(text: str) -> bool:
    """Whether nothing in it quotes or escapes."""
    return not ("'" in text or '"' in text or "\\" in text)


def first_word(value: str, start: int, unescape: bool = True) -> Union[tuple[str, int], str]:
    """The word that begins at start, and its end; or the fault in it."""
    out: list[str] = []
    position = start
    length = len(value)
    while position < length:
        char = value[position]
        if char == "\\":
            taken = _unescape(value, position + 1, unescape)
            if taken is None:
                return "bad-escape"
            out.append(taken[0])
            position += 1 + taken[1]
            continue
        if char in WHITESPACE:
            break
        piece = _PIECE.match(value, position)
        if piece is None:
            end = _quoted(value, position, unescape, out)
            if isinstance(end, str):
                return end
            position = end
        else:
            out.append(piece[piece.lastindex or 0])
            position = piece.end()
    return "".join(out), position


def _quoted(value: str, opening: int, unescape: bool, out: list[str]) -> Union[int, str]:
    """Where the quotes that open there end, or the fault in them; what they hold goes to out."""
    quote = value[opening]
    position = opening + 1
    closing = find(value, quote, position)
    while True:
        escape = value.find("\\", position, closing)
        if escape < 0:
            out.append(value[position:closing])
            return closing + 1 if closing < len(value) else "unclosed-quote"
        taken = _unescape(value, escape + 1, unescape)
        if taken is None:
            return "bad-escape"
        out += (value[position:escape], taken[0])
        position = escape + 1 + taken[1]
        if position > closing:
            closing = find(value, quote, position)


def find(value: str, char: str, position: int) -> int:
    """Where the character comes next, the value's end if it does not."""
    at = value.find(char, position)
    return len(value) if at < 0 else at


def _unescape(value: str, position: int, unescape: bool) -> Optional[tuple[str, int]]:
    """What the escape after a backslash gives, and its length.

    systemd 252 basic/escape.c, cunescape_one; a byte above 0x7f comes as a surrogate escape.
    """
    letter = value[position : position + 1]
    if not letter:
        return None
    if not unescape:
        return letter, 1
    if letter in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[letter], 1
    if letter in _OCTAL:
        digits = value[position : position + 3]
        if len(digits) < 3 or not _OCTAL.issuperset(digits):
            return None
        code = int(digits, 8)
        return (_byte(code), 3) if 0 < code <= 0xFF else None
    width = {"x": 2, "u": 4, "U": 8}.get(letter)
    if width is None:
        return None
    digits = value[position + 1 : position + 1 + width]
    if len(digits) < width or not _HEX.issuperset(digits):
        return None
    code = int(digits, 16)
    if code == 0:
        return None
    if letter == "x":
        return _byte(code), 3
    if letter == "u":
        return _character(code), 5
    return (chr(code), 9) if code < 0x110000 and is_valid_utf8(chr(code)) else None


def _byte(code: int) -> str:
    return chr(code) if code < 0x80 else chr(0xDC00 + code)


def _character(code: int) -> str:
    if not 0xD800 <= code <= 0xDFFF:
        return chr(code)
    # systemd 252 encodes a lone surrogate as three bytes, which its own check then refuses; to 262
    # the escape itself is a fault.
    raw = (0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F)
    return "".join(map(_byte, raw))


def _join_bytes(text: str) -> str:
    """Bytes given one by one (``\\xc3\\xa9``) make one character together."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def expand_specifiers(word: str) -> Expansion:
    """A word after ``%``: ``%%`` is one percent sign, an unknown letter or digit spoils the word.

    systemd 252 shared/specifier.c, specifier_printf: a percent sign before anything that is
    neither a letter nor a digit, and one at the end, stay as they are.
    """
    if "%" not in word:
        return Expansion(word, "")
    out: list[str] = []
    letters: list[str] = []
    position = 0
    while True:
        at = word.find("%", position)
        if at < 0 or at + 1 == len(word):
            break
        out.append(word[position:at])
        following = word[at + 1]
        position = at + 2
        if following == "%":
            out.append("%")
        elif following in KNOWN_SPECIFIERS:
            out.append("%" + following)
            letters.append(following)
        elif following.isascii() and following.isalnum():
            return Expansion(None, "")
        else:
            out.append("%" + following)
    out.append(word[position:])
    return Expansion("".join(out), "".join(letters))


def plain_word(word: str) -> str:
    """A command's word with ``%%`` as one percent sign; as written where ``%H`` and the like, or a
    fault, keep it from being known."""
    expansion = expand_specifiers(word)
    return word if expansion.text is None or expansion.specifiers else expansion.text
