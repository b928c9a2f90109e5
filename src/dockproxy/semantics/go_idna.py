"""Non-ASCII names as golang.org/x/net/idna writes them (Lookup.ToASCII)."""

from __future__ import annotations


def to_ascii(name: str) -> str | None:
    """The name in ASCII, None where Go gives an error."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
