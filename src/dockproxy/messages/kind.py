"""What a kind of message is."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple


class Kind(NamedTuple):
    """One kind of error text: one meaning, one remedy.

    id: its name. patterns: regular expressions, searched for without regard to case in a line as
    ``reading`` gives it, each linear in the line's length. title: what it says, in one line. text:
    what it means. causes: the likeliest first. codes: rules whose findings explain it, the likeliest
    first. weight: its tens say how exact it is (3 the program names the fault, 2 the proxy is named,
    1 it may have other causes); of two on one line the one with more says more. only_here: it is
    about proxies only where a finding on this machine explains it.
    """

    id: str
    patterns: tuple[str, ...]
    title: str
    text: str
    causes: tuple[str, ...]
    codes: tuple[str, ...] = ()
    weight: int = 20
    only_here: bool = False
