"""Go's NO_PROXY for plain URLs by the million.

A plain host is of a-z, 0-9, ``.``, ``-`` and ``_``. What Go decides of it hangs on the proxy of its
scheme and on the entry that takes it, so the two are told as one number. Which entry that is hangs
on what is behind the first dot, which most of a log's hosts share with others: it is remembered,
with the names just under it that are entries themselves. Addresses are looked up one by one.

``go_no_proxy.first_match`` says the same of any host; tests hold this file to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.semantics import go_ip
from dockproxy.semantics.go_no_proxy import Entry

Plain = tuple[bytes, bytes, bytes]
"""Of a URL: ``s`` or nothing, the host's first label, and what is behind it with ``:PORT``."""

Names = tuple[int, tuple[dict[bytes, int], ...]]
"""The entry for all names under a domain, and those for single ones, by their first label."""

_LOOPBACK = -1
_LOCALHOST = {b"localhost": _LOOPBACK}

_OCTETS = tuple(str(octet).encode() for octet in range(256))
_VALUES = {octet: value for value, octet in enumerate(_OCTETS)}
_OF_FOUR = 96
_REMEMBERED = 1 << 15
_LONGEST_NAME = 255
_DEFAULT_PORTS = {b"": b"80", b"s": b"443"}


class PlainWays:
    """Numbers plain URLs: two with the same number have the same decision.

    asks: ``s`` for https and nothing for http, if what is asked by it may go to a proxy.
    """

    def __init__(self, entries: list[Entry], asks: frozenset[bytes]) -> None:
        is_star = len(entries) == 1 and entries[0].number is None and not entries[0].suffix
        numbered = [] if is_star else list(enumerate(entries))
        self._none = 0 if is_star else len(entries)
        self._asks = asks
        self._for_all = _Tables((at, entry) for at, entry in numbered if not entry.port)
        with_port: dict[bytes, list[tuple[int, Entry]]] = {}
        for at, entry in numbered:
            if entry.port.isascii() and entry.port:
                with_port.setdefault(entry.port.encode(), []).append((at, entry))
        self._with_port = {port: _Tables(some) for port, some in with_port.items()}
        self._http: dict[bytes, int | Names] = {}
        self._https: dict[bytes, int | Names] = {}

    def numbers(self, plain: Iterable[Plain]) -> list[int]:
        """The number of each: above 0 for https, below 0 for http."""
        http, https, learn = self._http.get, self._https.get, self._learn
        found = []
        for secure, label, rest in plain:
            way = https(rest) if secure else http(rest)
            if way is None:
                way = learn(secure, label, rest)
            if isinstance(way, tuple):
                place, names = way
                for some in names:
                    place = min(place, some.get(label, place))
                way = place + 2 if secure else -2 - place
            found.append(way)
        return found

    def _learn(self, secure: bytes, label: bytes, rest: bytes) -> int | Names:
        if secure not in self._asks:
            return self._none, ()
        behind, colon, port = rest.partition(b":")
        tables = self._tables(port if colon else _DEFAULT_PORTS[secure])
        octets = behind.split(b".")
        if len(octets) == 4:
            _, second, third, last = octets
            if second in _VALUES and third in _VALUES and last in _VALUES:
                if label not in _VALUES:
                    return self._under(behind, tables)
                number = _VALUES[second] << 16 | _VALUES[third] << 8 | _VALUES[last]
                return self._address(_VALUES[label], number, tables), ()
        place, names = self._under(behind, tables)
        way = (place, names) if names else place + 2 if secure else -2 - place
        if len(rest) <= _LONGEST_NAME:
            known = self._https if secure else self._http
            if len(known) >= _REMEMBERED:
                known.clear()
            known[rest] = way
        return way

    def _tables(self, port: bytes) -> tuple[_Tables, ...]:
        own = self._with_port.get(port)
        return (self._for_all,) if own is None else (self._for_all, own)

    def _under(self, behind: bytes, tables: tuple[_Tables, ...]) -> Names:
        found = self._none
        for some in tables:
            dot = behind.find(b".", max(0, len(behind) - some.longest))
            while dot >= 0:
                if len(behind) - dot in some.lengths:
                    found = min(found, some.suffixes.get(behind[dot:], found))
                dot = behind.find(b".", dot + 1)
        names = [some.names[behind] for some in tables if behind in some.names]
        return found, (*names, *(() if behind else (_LOCALHOST,)))

    def _address(self, first: int, others: int, tables: tuple[_Tables, ...]) -> int:
        if first == 127:
            return _LOOPBACK
        number = first << 24 | others
        found = self._none
        for some in tables:
            for shift, networks in some.networks.get(first, ()):
                found = min(found, networks.get(number >> shift, found))
        return found


class _Tables:
    """The entries for one port, or for all, by what they are for.

    suffixes: with the dot that they begin with; lengths: theirs. names: by what is behind their
    first label, and by that. networks: of IPv4, by the first octet; each by how many bits of an
    address are to be cut off, and by what remains.
    """

    def __init__(self, entries: Iterable[tuple[int, Entry]]) -> None:
        self.suffixes: dict[bytes, int] = {}
        self.names: dict[bytes, dict[bytes, int]] = {}
        self.networks: dict[int, list[tuple[int, dict[int, int]]]] = {}
        networks: dict[int, dict[int, int]] = {}
        for place, entry in entries:
            if entry.number is not None:
                bits = entry.bits - _OF_FOUR
                if bits >= 0 and go_ip.is_four(entry.number):
                    network = (entry.number - go_ip.FOUR) >> 32 - bits
                    networks.setdefault(32 - bits, {}).setdefault(network, place)
            elif entry.suffix.isascii():
                suffix = entry.suffix.encode()
                self.suffixes.setdefault(suffix, place)
                if entry.itself:
                    label, dot, behind = suffix[1:].partition(b".")
                    self.names.setdefault(dot + behind, {}).setdefault(label, place)
        for shift, some in networks.items():
            for first in _first_octets(some, shift):
                self.networks.setdefault(first, []).append((shift, some))
        self.lengths = frozenset(map(len, self.suffixes))
        self.longest = max(self.lengths, default=0)


def _first_octets(networks: Iterable[int], shift: int) -> set[int]:
    """With what the addresses in these begin."""
    if shift <= 24:
        return {network >> 24 - shift for network in networks}
    width = 1 << shift - 24
    return {
        first for network in networks for first in range(network * width, (network + 1) * width)
    }
