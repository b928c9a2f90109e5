"""User and password as a URL has them."""

from __future__ import annotations

import re

from dockproxy.core.model.light import pattern

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_BAD_ESCAPE = pattern(r"%(?![0-9A-Fa-f]{2})")


def percent_encode(text: str) -> str:
    """Every byte but RFC 3986's unreserved ones as %XX: right for any reader of user info."""
    return "".join(
        chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}"
        for byte in text.encode("utf-8", "surrogateescape")
    )


def encode_typed(part: str) -> str:
    """Percent-encode what needs it; valid escapes are kept, as what was typed is a URL."""
    if _BAD_ESCAPE.search(part):
        return percent_encode(part)
    kept = re.split(r"(%[0-9A-Fa-f]{2})", part)
    return "".join(piece if piece.startswith("%") else percent_encode(piece) for piece in kept)
