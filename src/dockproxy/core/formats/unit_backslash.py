"""Backslashes in the user information of a proxy in ``Environment=``: ``DOMAIN\\user``.

systemd takes a backslash for an escape, in quotes as without: of ``\\a``, ``\\b`` and ``\\n`` it
makes characters that no address may hold, and of ``\\d`` a fault.
"""

from __future__ import annotations

import re

from dockproxy.core.formats.systemd_words import split_words
from dockproxy.core.model.light import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional


_INFO = pattern(
    r"(?<![A-Za-z0-9_])((?:https?|ftp|all)_proxy)=[\"']?(?:[A-Za-z][A-Za-z0-9+.-]*://)?"
    r"([^\s\"'@]*\\[^\s\"']*)@",
    re.IGNORECASE,
)
_ESCAPE = pattern(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{3}|.|$)", re.DOTALL)
_WRITTEN = "%%5C"


class Escaped(NamedTuple):
    """text: with each backslash that became something else written as ``%%5C``. name: of the first
    variable. certain: none of them can have been meant for what systemd makes of it."""

    name: str
    text: str
    certain: bool


def backslashes_escaped(raw: str) -> Optional[Escaped]:
    """A stretch of ``Environment=`` with such backslashes as they are to be written; None where
    there are none."""
    names: List[str] = []
    certain = True

    def put(match: re.Match[str]) -> str:
        nonlocal certain
        escapes = _ESCAPE.findall(match.group(2))
        if not any(map(_is_spoilt, escapes)):
            return match.group()
        names.append(match.group(1))
        certain = certain and "\\s" not in escapes
        info = _ESCAPE.sub(_written, match.group(2))
        whole, start = match.group(), match.start()
        return whole[: match.start(2) - start] + info + whole[match.end(2) - start :]

    text = _INFO.sub(put, raw)
    return Escaped(names[0], text, certain) if names else None


def _is_spoilt(escape: str) -> bool:
    """Whether systemd makes a fault, a blank or a control character of it."""
    words = split_words(f'"{escape}"')
    made = words.words[0].text if words.words and not words.fault else ""
    return not made or made <= " " or made == "\x7f"


def _written(match: re.Match[str]) -> str:
    escape = match.group()
    if escape == "\\\\":
        return _WRITTEN
    return _WRITTEN + escape[1:] if _is_spoilt(escape) else escape
