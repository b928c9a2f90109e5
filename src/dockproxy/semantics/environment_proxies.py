"""The variables and the NO_PROXY list as Python's standard library reads them.

urllib, and with it requests, pip, httpx and aiohttp: CPython 3.9 to 3.15, urllib/request.py
getproxies_environment and proxy_bypass_environment (the same in all of these).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from dockproxy.core.model.light import NamedTuple, pattern

_HOST_AND_PORT = pattern(r"(.*):([0-9]*)", re.DOTALL)
_ESCAPES = pattern(r"(?:%[0-9A-Fa-f]{2})+")


class Setting(NamedTuple):
    """A variable, as it is spelled, and its value."""

    variable: str
    value: str


def getproxies(environ: Mapping[str, str]) -> dict[str, Setting]:
    """Each variable that ends in ``_proxy``, by what stands before it: http, https, all, no …

    Any case of the name counts. One whose ``_proxy`` is in lower case is stronger, and hides the
    others even if it is empty. Where REQUEST_METHOD is set, be it to nothing, this is a CGI script
    and HTTP_PROXY may be a request's header: it does not count.
    """
    named = [name for name in environ if name[-6:].lower() == "_proxy"]
    found = {name[:-6].lower(): Setting(name, environ[name]) for name in named if environ[name]}
    if "REQUEST_METHOD" in environ:
        found.pop("http", None)
    for name in named:
        if name.endswith("_proxy"):
            if environ[name]:
                found[name[:-6].lower()] = Setting(name, environ[name])
            else:
                found.pop(name[:-6].lower(), None)
    return found


class Entries:
    """A list's entries by what each is compared as; of two that are alike, the first counts.

    A host's candidates are looked up, so that a long list costs no more than a short one.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """entries: what is compared, and the entry as written."""
        self._places: dict[str, tuple[int, str]] = {}
        for place, (compared, written) in enumerate(entries):
            self._places.setdefault(compared, (place, written))
        self._longest = max(map(len, self._places), default=0)

    def first(self, candidates: Iterable[str]) -> str | None:
        """The first entry of the list that is one of these; None if none is."""
        found = [self._places[each] for each in candidates if each in self._places]
        return min(found)[1] if found else None

    def itself_and_above(self, host: str) -> Iterator[str]:
        """a.b.c, b.c, c: what the list must have so that the host is it, or lies under it."""
        yield host
        at = host.find(".", max(0, len(host) - self._longest - 1))
        while at >= 0:
            yield host[at + 1 :]
            at = host.find(".", at + 1)

    def ends(self, host: str) -> Iterator[str]:
        """All that the host ends with."""
        for at in range(max(0, len(host) - self._longest), len(host)):
            yield host[at:]


class NoProxy:
    """NO_PROXY. An entry is trimmed, and stands for itself and all under it; leading dots and case
    do not matter. ``*`` is everything, if it is the whole value. There are no networks.
    """

    def __init__(self, found: Mapping[str, Setting]) -> None:
        self.variable, value = found.get("no", Setting("", ""))
        self._everything = value == "*"
        trimmed = [part.strip() for part in value.split(",")]
        self._entries = Entries((each.lstrip(".").lower(), each) for each in trimmed if each)

    def match(self, host: str) -> str | None:
        """The entry that a host, with its port or without, is kept from the proxy by."""
        if self._everything:
            return "*"
        host = host.lower()
        split = _HOST_AND_PORT.fullmatch(host)
        without_port = split.group(1) if split else host
        above = self._entries.itself_and_above
        return self._entries.first((*above(without_port), *above(host)))


def unquote(text: str) -> str:
    """Percent escapes as UTF-8, with U+FFFD for what is none (urllib.parse.unquote)."""
    return _ESCAPES.sub(
        lambda run: bytes.fromhex(run.group().replace("%", "")).decode("utf-8", "replace"), text
    )
