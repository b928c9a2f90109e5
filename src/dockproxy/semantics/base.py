"""What every program's semantics has in common: a target, a decision, and what makes one.

A program is a file of this folder with a ``SEMANTICS``: its names and versions, and ``decider``,
which reads an environment once and then answers for target after target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message

LOOPBACK = "loopback"
"""``matched`` where a program bypasses loopback by itself."""


class Target(NamedTuple):
    """Where a request goes.

    url: as asked. scheme: in lower case. host: as written, in the case and with the trailing dot
    that it has, without brackets. port: the digits as written, "" if there are none. bracketed:
    whether the host stood in brackets, as IPv6 does in a URL.
    """

    url: str
    scheme: str
    host: str
    port: str
    bracketed: bool = False


class Decision(NamedTuple):
    """What a program does with a request.

    kind: ``proxy``, ``direct`` or ``error`` (it fails before it connects to anything). proxy:
    SCHEME://[USER[:PASSWORD]@]HOST[:PORT], "" unless kind is ``proxy``; the scheme is what is
    spoken to it (http, https, socks4, socks4a, socks5, socks5h), the port stands there where it was
    written, or where the program takes another one than the scheme implies. variable: the setting
    that named the proxy, as it is spelled. matched: the entry of NO_PROXY that decided, as written
    but trimmed, or ``loopback``.
    """

    kind: str
    reason: Message
    proxy: str = ""
    variable: str = ""
    matched: str | None = None


Decider = Callable[[Target], Decision]


class Semantics(NamedTuple):
    """One program.

    versions: where its behaviour changed (source or changelog), oldest first; one stands for all up
    to the next. seen: the versions of the real program that were asked. decider: takes the
    environment, in its order, and one of ``versions``. It never raises: a setting that the program
    dies of makes every decision an error.
    """

    name: str
    versions: tuple[str, ...]
    seen: tuple[str, ...]
    decider: Callable[[Mapping[str, str], str], Decider]


def through(proxy: str, variable: str, why: Message | None = None) -> Decision:
    """Through this proxy. why: what is remarkable about it."""
    said = why or message(N_("{variable} names the proxy"), variable=variable)
    return Decision("proxy", said, proxy, variable)


def not_set(variable: str) -> Decision:
    """Direct, because there is no proxy for such a target. variable: that which would name it."""
    return Decision("direct", message(N_("{variable} is not set"), variable=variable))


def listed(entry: str, listing: str, variable: str) -> Decision:
    """Direct, because of an entry. listing: the variable that holds the list."""
    said = message(N_("“{entry}” of {listing} matches"), entry=entry, listing=listing)
    return Decision("direct", said, variable=variable, matched=entry)


def is_loopback(variable: str) -> Decision:
    """Direct, because the program never asks a proxy for loopback."""
    said = message(N_("loopback never goes through the proxy"))
    return Decision("direct", said, variable=variable, matched=LOOPBACK)


def ignored(variable: str, why: Message) -> Decision:
    """Direct, although the variable has a value. why: a whole sentence."""
    return Decision("direct", why, variable=variable)


def refused(variable: str, why: Message) -> Decision:
    """An error before anything is connected to. why: a whole sentence."""
    return Decision("error", why, variable=variable)


def first_set(
    environ: Mapping[str, str], *names: str, empty_counts: bool = False
) -> tuple[str, str]:
    """The name and value of the first of these variables that has a value; ("", "") for none.

    empty_counts: whether a variable set to "" hides the ones behind it; it is given back then,
    with its name.
    """
    for name in names:
        value = environ.get(name)
        if value or (empty_counts and value is not None):
            return name, value
    return "", ""
