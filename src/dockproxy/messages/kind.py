"""What a kind of message is."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple


class Kind(NamedTuple):
    """One kind of error text.

    id: its name. patterns: regular expressions, searched for without regard to case, each safe on
    a line of any length. title: what it says, in one line. text: what it means. causes: the
    likeliest first. codes: rules whose findings explain it. weight: of two that match, the one with
    more says more.
    """

    id: str
    patterns: tuple[str, ...]
    title: str
    text: str
    causes: tuple[str, ...]
    codes: tuple[str, ...] = ()
    weight: int = 10
