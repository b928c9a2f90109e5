"""NO_PROXY as Go reads it: its entries, and which is the first that takes a host.

golang.org/x/net/http/httpproxy proxy.go config.init, ipMatch, cidrMatch and domainMatch.
``first_match`` asks entry after entry, as Go does. ``Index`` gives the same answer at a cost that
does not grow with the list; tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.light import NamedTuple
from dockproxy.semantics import go_ip
from dockproxy.semantics.go_idna import NEWEST, Edition, in_ascii
from dockproxy.semantics.go_url import split_host_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Key = TypeVar("_Key", int, str)


_BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""unicode.IsSpace: str.strip() takes \\x1c to \\x1f as well."""


class Entry(NamedTuple):
    """One entry. text: as written, trimmed. port: "" for all ports.

    An address or a network has ``number`` and ``bits``. A name has ``suffix``, which begins with a
    dot, and ``itself``: whether it is for the name without that dot, too. ``*`` has neither.
    """

    text: str
    port: str = ""
    number: int | None = None
    bits: int = 128
    suffix: str = ""
    itself: bool = False


def entries_of(
    no_proxy: str,
    zeros: go_ip.Spelling = go_ip.NEWEST,
    edition: Edition | None = NEWEST,
) -> list[Entry]:
    """The entries that can match, in the order in which Go asks them: addresses come first."""
    addresses: list[Entry] = []
    names: list[Entry] = []
    for part in dict.fromkeys(no_proxy.split(",")):
        text = trimmed(part)
        entry = _entry(text, zeros, edition) if text else None
        if entry is None:
            continue
        if text == "*":
            return [entry]
        (names if entry.number is None else addresses).append(entry)
    return addresses + names


def _entry(text: str, zeros: go_ip.Spelling, edition: Edition | None) -> Entry | None:
    written = lowered(text)
    if written == "*":
        return Entry(text)
    network = go_ip.parse_network(written, zeros)
    if network is not None:
        return Entry(text, number=network[0], bits=network[1])
    host, port = split_host_port(written) or (written, "")
    address = go_ip.parse_address(host, zeros)
    if address is not None and not address.zone:
        return Entry(text, port, address.number)
    if not host:
        return None
    if host.startswith("*."):
        host = host[1:]
    itself = not host.startswith(".")
    suffix = f".{host}" if itself else host
    if edition is not None:
        suffix = in_ascii(suffix, edition)
    return Entry(text, port, suffix=suffix, itself=itself)


def first_match(
    entries: Iterable[Entry], host: str, port: str, number: int | None, names: bool = False
) -> str | None:
    """The text of the first entry that takes this host.

    number: the address that the host is, if it is one. names: whether entries that are names take
    addresses, too.
    """
    for entry in entries:
        if _is_for(entry, host, number, names) and entry.port in ("", port):
            return entry.text
    return None


def _is_for(entry: Entry, host: str, number: int | None, names: bool) -> bool:
    if entry.number is not None:
        return number is not None and go_ip.covers(entry.number, entry.bits, number)
    if not entry.suffix:
        return True
    if number is not None and not names:
        return False
    return host.endswith(entry.suffix) or (entry.itself and host == entry.suffix[1:])


Place = tuple[int, str]
"""Where an entry stands, and its text."""


class Index:
    """Entries by what they are for: addresses, suffixes and names, each with and without a port."""

    def __init__(self, entries: list[Entry]) -> None:
        self.all = next((entry.text for entry in entries if _is_all(entry)), None)
        self.networks: dict[int, dict[tuple[int, str], Place]] = {}
        self.suffixes: dict[tuple[str, str], Place] = {}
        self.names: dict[tuple[str, str], Place] = {}
        for order, entry in enumerate(entries):
            place = (order, entry.text)
            if entry.number is not None:
                same = self.networks.setdefault(entry.bits, {})
                same.setdefault((entry.number, entry.port), place)
            elif entry.suffix:
                self.suffixes.setdefault((entry.suffix, entry.port), place)
                if entry.itself:
                    self.names.setdefault((entry.suffix[1:], entry.port), place)
        self._lengths = frozenset(len(suffix) for suffix, _ in self.suffixes)
        self._longest = max(self._lengths, default=0)

    def for_address(self, number: int, port: str) -> str | None:
        """The first entry that is for this address."""
        found: list[Place] = []
        least = 96 if go_ip.is_four(number) else 0
        for bits, networks in self.networks.items():
            if bits >= least:
                network = go_ip.masked(number, bits)
                found += _places(networks, network, port)
        return self._first(found)

    def for_name(self, host: str, port: str) -> str | None:
        """The first entry that is for this name, which is in lower case."""
        found = _places(self.names, host, port)
        length = len(host)
        dot = host.find(".", max(0, length - self._longest))
        while dot >= 0:
            if length - dot in self._lengths:
                found += _places(self.suffixes, host[dot:], port)
            dot = host.find(".", dot + 1)
        return self._first(found)

    def _first(self, found: list[Place]) -> str | None:
        return self.all if self.all is not None or not found else min(found)[1]


def _is_all(entry: Entry) -> bool:
    return entry.number is None and not entry.suffix


def _places(table: dict[tuple[_Key, str], Place], key: _Key, port: str) -> list[Place]:
    return [place for place in (table.get((key, "")), table.get((key, port))) if place is not None]


def trimmed(text: str) -> str:
    """strings.TrimSpace."""
    return text.strip(_BLANKS)


def lowered(text: str) -> str:
    """strings.ToLower: letter by letter; a byte that is no UTF-8 becomes U+FFFD."""
    if text.isascii():
        return text.lower()
    return "".join(_lower(char) for char in text)


def _lower(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    return "i" if char == "İ" else char.lower()
