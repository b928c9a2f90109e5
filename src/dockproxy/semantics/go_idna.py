"""How far Go's names beyond ASCII are; go_uts46.py, which does the work, loads when there is one.

golang.org/x/net/http/httpproxy proxy.go idnaASCII.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple


class Edition(NamedTuple):
    """What differs. transitional: ß is ss (before Go 1.18). refuses_ascii: ``xn--a-``, which is
    ``a`` (since 1.26). since_16: the tables are Unicode 17's, used as since 16 (Go 1.27).
    """

    transitional: bool = False
    refuses_ascii: bool = True
    since_16: bool = True


NEWEST = Edition()


def in_ascii(name: str, edition: Edition = NEWEST) -> str:
    """The name as it is looked up; as it is if it is none that can be."""
    made = to_ascii(name, edition)
    return name if made is None else made


def to_ascii(name: str, edition: Edition = NEWEST) -> str | None:
    """The name in ASCII, None where Go gives an error (idna.Lookup.ToASCII)."""
    if name.isascii():
        return name
    from dockproxy.semantics import go_uts46

    return go_uts46.to_ascii(name, edition)
