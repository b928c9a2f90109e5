"""Secrets as a type, and user information in addresses masked as Docker masks it."""

from __future__ import annotations


class Secret:
    """A text that is shown only by a call to ``reveal``, which can be searched for."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return mask_url(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)


def mask_url(value: str) -> str:
    """``http://user:password@host`` → ``http://xxxxx:xxxxx@host``; anything else as it is."""
    head, at, tail = value.rpartition("@")
    if not at:
        return value
    scheme, separator, _ = head.partition("://")
    return f"{scheme}{separator}xxxxx:xxxxx@{tail}" if separator else f"xxxxx:xxxxx@{tail}"
