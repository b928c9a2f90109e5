"""One proxy's address, or one list of hosts, mended: each kind takes a single fault away.

What is given may be masked (``formats/redact_*``) or the text itself: both come out the same but
for what is behind the mask. Nothing is guessed: None where there is nothing of that kind to mend.
"""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern
from dockproxy.core.model.proxies import is_one_off
from dockproxy.core.model.secret import halved_percent
from dockproxy.core.model.user_info import encode_typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional

_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_KNOWN = r"(?:https?|socks5h?)"
_TWICE = pattern(rf"(?i)(?:{_KNOWN}:/{{1,2}})+({_KNOWN}://)")
_TYPED = pattern(rf"(?i)(?!{_KNOWN}:)([a-z]{{3,5}}):/{{1,2}}(?=[A-Za-z0-9\[_])")
_HALF = pattern(rf"(?i)({_KNOWN})(?::/|//|;//?|:\\\\?|:///+)(?=[A-Za-z0-9\[_])")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"
_CONTROL = pattern(r"[\x00-\x1f\x7f\u200b\u200e\u200f\ufeff]")
_WIDE = {
    **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
    **{ord("\u3001"): ",", ord("\u3002"): ".", ord("\uff61"): "."},
}
"""What a Chinese or Japanese keyboard types, and the plain character."""
_MARKS = pattern(r"[,;]+\Z|(?<=:[0-9]{2})([0-9]*)\.\Z")
_REMARK = pattern(r"[ \t]+(?:#|//|;|--|\(|\uff08|\uff03)[^@]*\Z")
_LINKED = pattern(r"<([^<>\s@]+://[^<>\s@]+)>\Z|\[([^\[\]\s@]+://[^\[\]\s@]+)\]\(\2/?\)\Z")
"""An address as mails and Markdown have it; one with a user is not told apart when masked."""
_PORT_MARK = pattern(r"(?<=[0-9A-Za-z\]]);(?=[0-9]{2,5}\Z)")
_BARE_SIX = pattern(r"([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}):([0-9]{1,5})\Z")
_HOST = pattern(r"\A((?:[A-Za-z][A-Za-z0-9+.-]*://)?)(?:\[[^\]]*\]|[^:/?#\[\]]+)")
_END = pattern(r"[/?#].*\Z", re.DOTALL)


def mended_address(value: str, kind: str) -> Optional[str]:
    """The address without that fault, None if it has none.

    kind: ``trim`` (blanks, quotes, commas and remarks around it, characters that nobody sees
    within, full-width ones for plain), ``one-scheme`` (``http://http://``, ``http:/``, ``htpp://``),
    ``escape-user``, ``halve-percent`` (``%%40``), ``brackets`` (IPv6), ``bare`` (what stands behind
    the port), ``scheme:NAME``, or ``host:NAME``.
    """
    if kind.startswith("scheme:"):
        found = _SCHEME.match(value)
        after = f"{kind[7:]}://{value[found.end() :] if found else value}"
    elif kind.startswith("host:"):
        start, at, rest = value.rpartition("@")
        after = start + at + _HOST.sub(lambda found: found.group(1) + kind[5:], rest, count=1)
    else:
        after = _KINDS[kind](value)
    return None if after in (value, "") else after


def _trimmed(value: str) -> str:
    value = _CONTROL.sub("", value)
    before = None
    while value != before:
        before, value = value, value.strip().strip(_QUOTES)
    linked = _LINKED.match(value)
    value = (linked.group(1) or linked.group(2)) if linked is not None else value
    start, at, rest = value.rpartition("@")
    scheme = _SCHEME.match(rest if not at else "")
    rest = _REMARK.sub("", rest)
    rest = _PORT_MARK.sub(":", _MARKS.sub(r"\1", rest.translate(_WIDE)))
    if not at and scheme is None:
        rest = rest.replace("\\", "/") if re.match(rf"(?i){_KNOWN}:\\\\", rest) else rest
    return start + at + rest


def has_remark(value: str) -> bool:
    """Whether something that was meant as a remark stands behind it."""
    return _REMARK.search(value) is not None


def wide_sign(value: str) -> str:
    """The first full-width character behind the user, as a Chinese keyboard types it, or ""."""
    return next((each for each in value.rpartition("@")[2] if ord(each) in _WIDE), "")


def plain_sign(wide: str) -> str:
    """The plain character that is meant by it."""
    return wide.translate(_WIDE)


def _with_one_scheme(value: str) -> str:
    value = _TWICE.sub(r"\1", value, count=1) if _TWICE.match(value) else value
    typed = _TYPED.match(value)
    if typed is not None and is_one_off(typed.group(1).lower(), "http"):
        value = f"http://{value[typed.end() :]}"
    return _HALF.sub(r"\1://", value, count=1) if _HALF.match(value) else value


def _escaped(value: str) -> str:
    scheme = _SCHEME.match(value)
    start = scheme.end() if scheme else 0
    info, at, rest = value[start:].rpartition("@")
    if not at:
        return value
    user, colon, password = info.partition(":")
    return f"{value[:start]}{encode_typed(user)}{colon}{encode_typed(password)}@{rest}"


def _halved(value: str) -> str:
    info, at, rest = value.rpartition("@")
    return halved_percent(info) + at + rest


def _bracketed(value: str) -> str:
    start, authority, end = _parts(value)
    six = _BARE_SIX.match(authority)
    whole = is_six(authority)
    if six is not None and is_six(six.group(1)) and not whole:
        return f"{start}[{six.group(1)}]:{six.group(2)}{end}"
    if whole and six is not None and is_six(six.group(1)) and int(six.group(2)) >= 1000:
        # Both readings are addresses; a group of four digits behind "::" is what a port looks like.
        return f"{start}[{six.group(1)}]:{six.group(2)}{end}"
    return f"{start}[{authority}]{end}" if whole else value


def _bare(value: str) -> str:
    start, authority, _ = _parts(value)
    return start + authority


def _parts(value: str) -> List[str]:
    """What stands before the host, host and port, and what stands behind."""
    scheme = _SCHEME.match(value)
    at = max(value.rfind("@") + 1, scheme.end() if scheme else 0)
    end = _END.search(value, at)
    stop = end.start() if end is not None else len(value)
    return [value[:at], value[at:stop], value[stop:]]


def is_six(text: str) -> bool:
    """Whether it is an IPv6 address, without brackets."""
    import ipaddress

    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


_KINDS = {
    "trim": _trimmed,
    "one-scheme": _with_one_scheme,
    "escape-user": _escaped,
    "halve-percent": _halved,
    "brackets": _bracketed,
    "bare": _bare,
}


def mended_list(value: str, entry: str, to: str) -> Optional[str]:
    """The list with that entry written so, or without it (``to`` empty); None if it is not in it.

    Entries are compared without the blanks around them; all of that spelling go.
    """
    pieces = value.split(",")
    after = []
    for piece in pieces:
        if piece.strip() != entry:
            after.append(piece)
        elif to:
            after.append(piece.replace(entry, to, 1))
    return ",".join(after) if after != pieces else None
