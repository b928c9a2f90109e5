"""Values as they can be compared: masked as Docker masks, specifiers not filled in."""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import USER_INFO, hides_something
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.resolve.host import Origin

_PARTING = frozenset('/?#@[]\\^`{}|<> "')
_SPECIFIER = pattern(r"%[A-Za-z]")


def is_masked(value: str) -> bool:
    """Whether something was taken out of this value: a login, a query, a fragment."""
    return hides_something(value)


def hides_login(value: str) -> bool:
    """Whether what was taken out of it is user information, or a part of some."""
    return USER_INFO in value


def matches(configured: str, running: str) -> bool:
    """Whether a configured value and what ``info`` or systemd shows of it agree.

    Where user information is masked Docker writes the address anew (net/url String), which puts
    the scheme in lower case; the rest stays as it was.
    """
    if configured == running:
        return True
    scheme, separator, rest = configured.partition("://")
    return hides_login(configured) and scheme.lower() + separator + rest == running


def matches_filled_in(configured: str, running: str) -> bool:
    """The same, where ``%H`` and the like stand for something that systemd alone knows."""
    return stand_in_order(_SPECIFIER.split(configured), running)


def stand_in_order(pieces: Sequence[str], text: str) -> bool:
    """Whether the text is these pieces, with anything between each two."""
    first, *rest = pieces
    if not rest:
        return first == text
    *middle, last = rest
    if len(text) < len(first) + len(last):
        return False
    if not text.startswith(first) or not text.endswith(last):
        return False
    # As early as it can be: what a regular expression tries with many pieces has no end.
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def traits_of(snapshot: Snapshot, component: str, origin: Origin) -> tuple[str, ...]:
    """What is known of the secret in the value that stands there (``secret.traits``)."""
    fact = snapshot.file(origin.path) if origin.path else None
    if fact is None:
        names = {"cli": "environment", "daemon": "daemon.environment"}
        told = snapshot.traits.get(f"{names.get(component, component)}:{origin.name}", "")
        return tuple(told.split(","))
    for name, told in fact.traits.items():
        if f".{name}".endswith(f".{origin.name}"):
            return tuple(told.split(","))
    return ()


def has_password(snapshot: Snapshot, component: str, origin: Origin) -> bool:
    """Whether a masked value holds a password, and not a user alone; yes where nobody knows."""
    known = [each for each in traits_of(snapshot, component, origin) if each]
    return not known or "has-password" in known


def parting(traits: tuple[str, ...]) -> str:
    """The characters of a user or password at which a program may cut the address, "" for none;
    ``%`` for a percent sign that begins no escape.
    """
    odd = next(
        (item.partition(":")[2] for item in traits if item.startswith("needs-escaping:")), ""
    )
    found = "".join(char for char in odd if char in _PARTING)
    return found + ("%" if "bad-percent" in traits else "")


def secret_number(traits: str) -> str:
    """Of the traits of a masked value the number of what is behind the mask, "" if not known:
    behind two values with different numbers are different users or passwords."""
    return next((item[8:] for item in traits.split(",") if item.startswith("same-as:")), "")
