"""What a terminal can show: colours, the width of characters, and nothing that commands it.

Names of containers, values and paths come from strangers: everything that is printed passes
through ``clean``.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}

_PLAIN = {
    "→": "->",
    "←": "<-",
    "…": "...",
    "—": "-",
    "–": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "✓": "ok",
    "✗": "x",
    "●": "*",
    "○": "o",
    "│": "|",
    "─": "-",
    "•": "*",
    "·": "-",
}
"""What stands in for a character that a console cannot show."""

_NARROWEST = 20


class Style(NamedTuple):
    """How to write for one terminal.

    width: columns, 0 for no limit. unicode: whether signs beyond ASCII may be used. encoding: of
    the stream; what it cannot hold is replaced. language: ``en`` or ``zh_CN``.
    """

    width: int = 80
    colour: bool = False
    unicode: bool = True
    language: str = "en"
    encoding: str = "utf-8"


def style_for(
    environ: Mapping[str, str], is_terminal: bool, encoding: str | None, columns: int, language: str
) -> Style:
    """The style for a stream, from what is known of it.

    NO_COLOR that is not empty and TERM=dumb switch colour off (no-color.org). A language that the
    encoding cannot write is given up for English, which every console can.
    """
    colour = is_terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    name = encoding or "ascii"
    if language != "en" and not _can_write("中文", name):
        language = "en"
    return Style(columns if is_terminal else 0, colour, _can_write("→…", name), language, name)


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def clean(text: str) -> str:
    """The text with every character that could command a terminal shown as an escape.

    Controls (C0, C1), line and paragraph separators, lone surrogates, and format characters: those
    that reverse the direction of text or have no width at all.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _is_harmless(char) else _escaped(char) for char in text)


def _is_harmless(char: str) -> bool:
    if char.isprintable():
        return True
    import unicodedata

    return unicodedata.category(char) in ("Zs", "Cn", "Co")


def _escaped(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """The columns that this text takes: wide characters two, combining ones none.

    Unicode Standard Annex 11: W and F are wide; ambiguous ones count as narrow.
    """
    if text.isascii():
        return len(text)
    import unicodedata

    columns = 0
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me", "Cf"):
            continue
        columns += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return columns


def pad(text: str, columns: int) -> str:
    """The text with blanks after it until it takes that many columns."""
    return text + " " * (columns - width(text))


def fit(text: str, columns: int, mark: str = "…") -> str:
    """The text, cut to that many columns with the mark at its end if it is longer."""
    if width(text) <= columns:
        return text
    room = columns - width(mark)
    taken = ""
    for char in text:
        if width(taken + char) > room:
            break
        taken += char
    return taken + mark


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """The text in lines of at most that many columns, later ones behind the indent.

    Lines break at blanks, after commas, and between wide characters, which are written without
    blanks. A longer piece (a path, an address) stays whole: it is there to be copied.
    """
    if columns <= 0:
        return [text]
    columns = max(columns, _NARROWEST)
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line.strip() and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


_NOT_AT_START = frozenset("，。；：、！？）》」』”’%")
_NOT_AT_END = "（《「『“‘"


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for char in text:
        if not pieces or _may_break(pieces[-1][-1], char):
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NOT_AT_START or before in _NOT_AT_END:
        return False
    return before in " ," or width(before) == 2 or width(after) == 2


def paint(text: str, colour: str, style: Style) -> str:
    """The text in that colour, where the style has colours."""
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if style.colour and text else text


def printable(text: str, style: Style) -> str:
    """The text with what the stream's encoding cannot hold replaced; never raises."""
    encoding = style.encoding if style.unicode or style.language != "en" else "ascii"
    if not _can_write("", encoding):
        encoding = "ascii"
    if _can_write(text, encoding):
        return text
    return "".join(_written(char, encoding) for char in text)


def _written(char: str, encoding: str) -> str:
    return char if _can_write(char, encoding) else _PLAIN.get(char, "?")
