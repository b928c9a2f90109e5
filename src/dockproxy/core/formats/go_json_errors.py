"""Go's own words for a fault in JSON, in the two wordings that Docker's releases are built with."""

from __future__ import annotations

from dockproxy.core.model.errors import ParseError

_QUOTED = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_QUOTED.update({"\v": "\\v", "\\": "\\\\", "'": "\\'"})


def fault(
    text: str, at: int, context: str, *, inside: bool, trailing: bool, wording: str
) -> ParseError:
    """The error for the character at ``at``, or for the text's end there.

    inside: at the end of the text Go tries a blank before it gives up, which within a literal, a
    number or an escape is itself the fault (Go 1.19 scanner.go, eof).
    """
    if at >= len(text):
        at = len(text)
        if trailing:
            message = "unexpected EOF"
        elif inside and wording == "go1.24":
            message = f"invalid character ' ' {context}"
        else:
            message = "unexpected end of JSON input"
    else:
        message = f"invalid character {_quote(text[at], wording)} {context}"
    before = text.rfind("\n", 0, at)
    return ParseError(message, text.count("\n", 0, at) + 1, at - before, at)


def _quote(char: str, wording: str) -> str:
    """A character as Go shows it: before 1.27 only its first byte, as if that were Latin-1."""
    if wording == "go1.24":
        char = chr(_first_byte(char))
    if char in _QUOTED:
        return f"'{_QUOTED[char]}'"
    if char.isprintable():
        return f"'{char}'"
    code = ord(char)
    return f"'\\x{code:02x}'" if code < 0x80 else f"'\\u{code:04x}'"


def _first_byte(char: str) -> int:
    try:
        return char.encode("utf-8", "surrogateescape")[0]
    except UnicodeEncodeError:  # half of a UTF-16 pair, which Go decodes to U+FFFD
        return 0xEF
