"""Words and specifiers in the value of a unit's setting, as systemd takes them apart."""

from __future__ import annotations

from typing import NamedTuple, Optional, Union

WHITESPACE = " \t\n\r"

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
    if text.isascii():
        return True
    for char in text:
        code = ord(char)
        if 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
            return False
    return True


def split_words(value: str, unescape: bool = True) -> Words:
    """The words of a value: blanks part them, quotes of both kinds join, backslashes escape.

    systemd 252 basic/extract-word.c, extract_first_word with EXTRACT_UNQUOTE, and with
    EXTRACT_CUNESCAPE where unescape is true. An unclosed quote, an unknown escape or a lone
    backslash at the end breaks the rest of the value off; the words before it stand.
    """
    words: list[Word] = []
    position = 0
    length = len(value)
    while True:
        while position < length and value[position] in WHITESPACE:
            position += 1
        if position == length:
            return Words(words, None)
        word = _first_word(value, position, unescape)
        if isinstance(word, str):
            return Words(words, position, word)
        words.append(word)
        position = word.end


def _first_word(value: str, start: int, unescape: bool) -> Union[Word, str]:
    """The word that begins at start, or the fault in it."""
    out: list[str] = []
    quote = ""
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
        if quote:
            if char == quote:
                quote = ""
            else:
                out.append(char)
        elif char in "'\"":
            quote = char
        elif char in WHITESPACE:
            break
        else:
            out.append(char)
        position += 1
    if quote:
        return "unclosed-quote"
    return Word(_join_bytes("".join(out)), start, position)


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
    while position < len(word):
        char = word[position]
        if char != "%" or position + 1 == len(word):
            out.append(char)
            position += 1
            continue
        following = word[position + 1]
        position += 2
        if following == "%":
            out.append("%")
        elif following in KNOWN_SPECIFIERS:
            out.append("%" + following)
            letters.append(following)
        elif following.isascii() and following.isalnum():
            return Expansion(None, "")
        else:
            out.append("%" + following)
    return Expansion("".join(out), "".join(letters))


def plain_word(word: str) -> str:
    """A command's word with ``%%`` as one percent sign; as written where ``%H`` and the like, or a
    fault, keep it from being known."""
    expansion = expand_specifiers(word)
    return word if expansion.text is None or expansion.specifiers else expansion.text
