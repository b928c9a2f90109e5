"""What JavaScript makes of texts where Python would make something else."""

from __future__ import annotations

BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What ``\\s`` stands for, for a character class (ECMA-262, WhiteSpace and LineTerminator)."""

_EDGE_CHARS = BLANKS.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))


def trimmed(text: str) -> str:
    """``text.trim()``."""
    return text.strip(_EDGE_CHARS)


def integer(digits: str) -> int:
    """``parseInt`` of digits; what is longer than any port is no port, and quick to tell."""
    shortest = digits.lstrip("0")
    return int(shortest or "0") if len(shortest) < 10 else -1
