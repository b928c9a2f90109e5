"""An EnvironmentFile's text without its secrets, before it may enter a Snapshot.

An allow-list, as for units (redact_unit): lines stay, and systemd takes the same variables from
the same lines. A shell's ``export`` and what comments hold is treated alike.
"""

from __future__ import annotations

from dockproxy.core.formats.environment_file import (
    OTHER_EQUALS,
    UNCLOSED,
    Entry,
    EnvironmentFile,
    escape,
    meant_name,
    parse,
)
from dockproxy.core.formats.redact_pieces import Piece, put_in
from dockproxy.core.formats.redact_values import PROXY_NAMES, masked_value
from dockproxy.core.formats.systemd_unit import is_valid_name
from dockproxy.core.formats.systemd_words import is_valid_utf8
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import MASK, is_secret

_LINE = pattern(r"[^\n\r]+")
_COMMENT = pattern(r"[#;\s]*")
_SHELL_NAME = pattern(r"(?:\ufeff|(?:export|set|declare -x)[ \t]+)([A-Za-z_][A-Za-z0-9_]*)")
_APART = pattern(r"(?m)^[ \t]*export((?:[ \t]+[A-Za-z_][A-Za-z0-9_]*)+)[ \t]*(?:[;#].*)?$")
_ALL = pattern(r"(?m)^[ \t]*set[ \t]+-(?:a|o[ \t]+allexport)\b")
_SETS = pattern(
    r"[ \t]*(?:(?:export|declare[ \t]+-x|set|setenv)[ \t]+)?([A-Za-z_]+)[= ]"
    r"(\"[^\"]*\"|'[^']*'|[^\s;#&|\"']*)"
)
_PLAIN = pattern(r"[A-Za-z0-9_./:,@%+=-]*")


def redact_environment_file(text: str) -> str:
    """The text of an EnvironmentFile that may be shown."""
    return put_in(text, environment_file_pieces(text))


def environment_file_pieces(text: str) -> list[Piece]:
    """What stands there instead of its secrets."""
    content = parse(text)
    pieces: list[Piece] = []
    at = 0
    unclosed = {problem.offset for problem in content.problems if problem.message == UNCLOSED}
    for entry in content.entries:
        pieces += _between(text, at, entry.start)
        pieces += _entry(content, entry, unclosed)
        at = entry.end
    pieces += _between(text, at, len(text))
    return pieces


def environment_file_addresses(text: str) -> list[tuple[str, str]]:
    """The proxies with user information, unmasked, by variable."""
    values = parse(text).values()
    return [
        (name, value) for name, value in values.items() if name in PROXY_NAMES and is_secret(value)
    ]


def login_pieces(text: str) -> list[Piece]:
    """Of a shell's script the proxies that its lines set, one a line, and nothing else."""
    pieces: list[Piece] = []
    for match in _LINE.finditer(text):
        sets = _SETS.match(match.group())
        shown = ""
        if sets is not None and sets.group(1) in PROXY_NAMES:
            value = masked_value(sets.group(1), sets.group(2).strip("\"'"))
            if match.group()[sets.end() : sets.end() + 1].strip(" \t;&|)"):
                value = MASK  # a shell takes what follows for a part of it
            shown = (
                f"{sets.group(1)}={value}" if _PLAIN.fullmatch(value) else f"{sets.group(1)}={MASK}"
            )
        pieces.append(Piece(match.start(), match.end(), shown))
    return pieces


def exported_apart(text: str) -> str:
    """The proxy variables that a shell which sources this exports on a line of their own, ``*`` for
    all: such a line has no equals sign, and is masked."""
    if "export" not in text:
        return "*" if _ALL.search(text) else ""
    if _ALL.search(text):
        return "*"
    names = [name for match in _APART.finditer(text) for name in match.group(1).split()]
    return " ".join(name for name in dict.fromkeys(names) if name in PROXY_NAMES)


def _between(text: str, start: int, end: int) -> list[Piece]:
    """Comments, and lines without an equals sign; in a file with a NUL all lines."""
    pieces: list[Piece] = []
    for match in _LINE.finditer(text, start, end):
        line = match.group()
        other = OTHER_EQUALS.fullmatch(line)
        if other is not None:
            value = masked_value(other.group(1).strip(), other.group(3))
            pieces.append(
                Piece(match.start() + other.start(3), match.start() + other.end(3), value)
            )
            continue
        comment = _COMMENT.match(line)
        inside = comment.end() if comment else 0
        words = line[inside:].rstrip("\\ \t")
        if not words:
            continue
        first = match.start() + inside
        held = parse(words)
        closed = all(problem.message != UNCLOSED for problem in held.problems)
        single = len(held.entries) == 1 and closed and inside > 0
        shown = redact_environment_file(words) if single else MASK
        if "\0" in words:
            shown += "\0"
        pieces.append(Piece(first, first + len(words), shown))
    return pieces


def _entry(content: EnvironmentFile, entry: Entry, unclosed: set[int]) -> list[Piece]:
    text = content.text
    pieces: list[Piece] = []
    name = entry.name
    if not is_valid_name(name):
        shell = _SHELL_NAME.fullmatch(name)
        name = shell.group(1) if shell else meant_name(name)
        if not shell and name not in PROXY_NAMES:
            # The dash keeps the name one that systemd ignores.
            shown = f"{MASK}-{_odd(entry.name)}"
            pieces.append(Piece(entry.start, entry.start + len(entry.name), shown))
    odd = _odd(entry.value)
    value = masked_value(name, entry.value) if not odd else MASK
    if value == entry.value and not odd:
        return pieces
    value = value.replace("\n", "").replace("\r", "")
    raw = text[entry.value_start : entry.value_end]
    breaks = "".join("\\\n" if char == "\n" else char for char in raw if char in "\n\r")
    # A line's end that is part of the value makes it no address: it stays, behind the rest.
    inside = min(entry.value.count("\n"), breaks.count("\\\n"))
    if inside and name in PROXY_NAMES and "\r" not in breaks:
        breaks = breaks[: len(breaks) - 2 * inside] + "\n" * inside
    open_end = any(entry.value_start <= offset < entry.value_end for offset in unclosed)
    if not set(raw) & set("'\"\\") and _PLAIN.fullmatch(value) and not odd:
        spelled = value
    else:
        spelled = f'"{escape(value)}{odd}{breaks}' + ("" if open_end else '"')
    pieces.append(Piece(entry.value_start, entry.value_end, spelled))
    return pieces


def _odd(text: str) -> str:
    """A character for which systemd refuses the file, if there is one."""
    return next((char for char in text if not is_valid_utf8(char)), "")
