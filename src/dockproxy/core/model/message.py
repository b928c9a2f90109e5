"""Text for people, as data: a template with named placeholders, translated only where it is shown.

Core never translates: it marks a template with ``N_`` and sends it with its values; the tool looks
the template up in the reader's language and fills it in.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict


def N_(text: str) -> str:
    """Mark a template for translation; gives it back as it is."""
    return text


class Message(NamedTuple):
    """One sentence for a person. text: the English template; params: what its placeholders mean."""

    text: str
    params: Dict[str, str] = {}  # noqa: RUF012 - never mutated; a NamedTuple default

    def __str__(self) -> str:
        return filled(self.text, self.params)


def filled(template: str, params: Dict[str, str]) -> str:
    """The template with each ``{name}`` that has a value replaced by it, and nothing else.

    Not str.format: a template may come from another machine's agent, and a format's width alone
    can ask for all the memory there is.
    """
    first, *parts = template.split("{")
    out = [first]
    for part in parts:
        name, closed, rest = part.partition("}")
        out.append(params[name] + rest if closed and name in params else "{" + part)
    return "".join(out)


def message(text: str, **params: object) -> Message:
    """A Message whose values are given as keywords, each turned into text."""
    return Message(text, {name: str(value) for name, value in params.items()})
