"""Go's own words for a fault in JSON, in the two wordings that Docker's programs are built with.

Which one a program speaks depends on the Go it was built with, not on Docker's version: Debian's
Engine 26.1.5 is built with Go 1.24, its 28.5.2 with 1.27.
"""

from __future__ import annotations

from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import pattern

_QUOTED = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_QUOTED.update({"\v": "\\v", "\\": "\\\\"})

_HALF = pattern("[\ud800-\udc7f\udd00-\udfff]")
"""Half of a UTF-16 pair, which dockerd decodes to U+FFFD; the rest of them stand for bytes."""

_LITERAL = "in literal"
_NUMERAL = ("in numeric literal", "after decimal point", "in exponent of")
_ESCAPE = ("in string escape code", "in \\u hexadecimal")
_DEPTH = "exceeded max depth"


def fault(text: str, at: int, context: str, *, trailing: bool, wording: str) -> ParseError:
    """The error for the character at ``at``, or for the text's end there.

    context: where the character is, as Go 1.24 says it (encoding/json scanner.go).
    trailing: as json.Decoder says it, else as json.Unmarshal does.
    """
    at = min(at, len(text))
    if _HALF.match(text, at):
        text = f"{text[:at]}\ufffd{text[at + 1 :]}"
    message = _message_1_27 if wording == "go1.27" else _message_1_24
    before = text.rfind("\n", 0, at)
    line = text.count("\n", 0, at) + 1
    return ParseError(message(text, at, context, trailing), line, at - before, at)


def _message_1_24(text: str, at: int, context: str, trailing: bool) -> str:
    if at < len(text):
        return f"invalid character {_quote_rune(_first_byte(text[at]))} {context}"
    if trailing:
        return "unexpected EOF"
    if context.startswith((_LITERAL, *_NUMERAL, *_ESCAPE)):
        # At the end Go tries a blank before it gives up, and in a token that is the fault.
        return f"invalid character ' ' {context}"
    return "unexpected end of JSON input"


def _message_1_27(text: str, at: int, context: str, trailing: bool) -> str:
    if at == len(text):
        return "unexpected EOF" if trailing else "unexpected end of JSON input"
    if context == _DEPTH:
        return context
    if context.startswith(_ESCAPE):
        return _bad_escape(text[text.rindex("\\", 0, at) :][:6])
    if context.startswith(_NUMERAL):
        context = _NUMERAL[0]
    elif context == "in string literal":
        context = "in string"
    return f"invalid character {_quote_rune(text[at])} {context}"


def _bad_escape(rest: str) -> str:
    """rest: from the backslash; Go takes two bytes of it, or six if it is a ``\\u``."""
    data = rest.encode("utf-8", "surrogateescape")
    what = data[: 6 if data[1:2] == b"u" else 2].decode("utf-8", "surrogateescape")
    plain = what.isprintable() and not any(char in "` \ufffd" for char in what)
    shown = f"`{what}`" if plain else '"' + "".join(map(_escaped, what)) + '"'
    return f"invalid escape sequence {shown} in string"


def _escaped(char: str) -> str:
    return '\\"' if char == '"' else _printable(char)


def _quote_rune(char: str) -> str:
    return "'\\''" if char == "'" else f"'{_printable(char)}'"


def _printable(char: str) -> str:
    """A character as strconv.Quote shows it."""
    if char in _QUOTED or char.isprintable():
        return _QUOTED.get(char, char)
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _first_byte(char: str) -> str:
    """Before 1.27 Go shows only a character's first byte, as if that were Latin-1."""
    try:
        return chr(char.encode("utf-8", "surrogateescape")[0])
    except UnicodeEncodeError:  # half of a UTF-16 pair, which Go decodes to U+FFFD
        return "\xef"
