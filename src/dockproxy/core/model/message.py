"""Text for people, as data: a template with named placeholders, translated only where it is shown.

Core never translates: it marks a template with ``N_`` and sends it with its values; the tool looks
the template up in the reader's language and fills it in.
"""

from __future__ import annotations

from typing import Dict, NamedTuple


def N_(text: str) -> str:
    """Mark a template for translation; gives it back as it is."""
    return text


class Message(NamedTuple):
    """One sentence for a person. text: the English template; params: what its placeholders mean."""

    text: str
    params: Dict[str, str] = {}  # noqa: RUF012 - never mutated; a NamedTuple default

    def __str__(self) -> str:
        return self.text.format(**self.params) if self.params else self.text


def message(text: str, **params: object) -> Message:
    """A Message whose values are given as keywords, each turned into text."""
    return Message(text, {name: str(value) for name, value in params.items()})
