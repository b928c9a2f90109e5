"""aria2: AbstractCommand.cc createProxyRequest, inNoProxy; OptionHandlerImpl.cc
HttpProxyOptionHandler::parseArg; uri_split.c uri_split; option_processing.cc overrideWithEnv;
util.cc noProxyDomainMatch, inSameCidrBlock.

Read at 1.35, 1.36, 1.37; no difference in what is decided here. Its configuration file may say
otherwise and isn't looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    ignored,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.host_lookup import can_be_looked_up, inet_aton, is_ipv6
from dockproxy.semantics.suffixes import Suffixes

VARIABLES = {
    "http": "http_proxy",
    "https": "https_proxy",
    "ftp": "ftp_proxy",
    "sftp": "ftp_proxy",
}
FALLBACK = "all_proxy"
LIST = "no_proxy"
PORTS = {"http": 80, "https": 443, "ftp": 21, "sftp": 22}
BLANKS = "\r\n\t "

_USER = r"[^@:/\[][^:/?#\[]*"
_TAIL = r"(?::([0-9]+))?(?=[/?#]|\Z)"
_PLACE = pattern(
    rf"(?:({_USER})@)?(?:\[([^\]]+)\]|((?<=@)[^@:/?#\[]*|(?<!@)[^@:/\[][^@:/?#\[]*)){_TAIL}"
)
_PLACE_WITH_PASSWORD = pattern(
    rf"({_USER}:(?:[^@/][^@\[/?#]*)?)@(?:\[([^\]]+)\]|([^:/\[][^:/?#]*)){_TAIL}"
)
_FILE = pattern(r"//[^/?#]*/[^?#]*(?<=[^/])(?=[?#]|\Z)")
_BITS = pattern(r"[ \t\n\v\f\r]*(?:\+?([0-9]+)[ \t\n\v\f\r]*)?\Z")


class _Url(NamedTuple):
    scheme: str
    user: str
    host: str
    port: int


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    proxies = {name: _proxy(environ.get(name, "")) for name in (*VARIABLES.values(), FALLBACK)}
    entries = [entry.strip(BLANKS) for entry in environ.get(LIST, "").split(",")]
    names = Suffixes((entry for entry in entries if entry and "/" not in entry), case_counts=True)
    nets = _Nets(entry for entry in entries if "/" in entry)

    def decide(target: Target) -> Decision:
        own = VARIABLES.get(target.scheme, "")
        url = _split(target.url)
        if url is None or not own:
            return refused(own, message(N_("aria2 does not take such a URL")))
        if target.scheme in ("ftp", "sftp") and not _FILE.search(target.url):
            return refused(own, message(N_("aria2 takes an address of FTP only with a file in it")))
        variable = own if proxies[own] or not environ.get(FALLBACK) else FALLBACK
        proxy = proxies[variable]
        entry = _match(url.host, names, nets)
        if proxy is not None and entry is None and "#" not in proxy.host:
            if not _is_found(proxy.host):
                said = N_("no address can be found for the host in {variable}")
                return refused(variable, message(said, variable=variable))
            return through(_spoken(proxy), variable)
        if not _is_found(url.host):
            return refused(variable, message(N_("no address can be found for such a host")))
        if not environ.get(variable):
            return not_set(variable)
        if entry is not None:
            return listed(entry, LIST, variable)
        said = N_("{variable} is none that aria2 can read: it is dropped")
        return ignored(variable, message(said, variable=variable))

    return decide


def _proxy(value: str) -> _Url | None:
    """All that isn't given as http, https or ftp in exactly this case gets ``http://`` before it,
    and comes to nothing if it has another scheme.
    """
    if not value:
        return None
    plain = value.startswith(("http://", "https://", "ftp://"))
    return _split(value if plain else f"http://{value}")


def _split(value: str) -> _Url | None:
    """SCHEME://[USER[:PASSWORD]@]HOST[:PORT][/…], None if that is not what it is."""
    scheme, _, rest = value.partition("://")
    found = _PLACE.match(rest) or _PLACE_WITH_PASSWORD.match(rest)
    if scheme not in PORTS or found is None:
        return None
    user, inside, host, port = found.groups(default="")
    if user and not (inside or host or port) and found.end() == len(rest):
        return None
    number = int(port[-6:] or 0) if not port[:-6].strip("0") else 65536
    if number > 65535:
        return None
    return _Url(scheme, user, inside or host, number or PORTS[scheme])


def _spoken(proxy: _Url) -> str:
    """Always in plain HTTP, at the port of the scheme that it was given with."""
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    user = f"{proxy.user}@" if proxy.user else ""
    return f"http://{user}{host}{'' if proxy.port == PORTS['http'] else f':{proxy.port}'}"


def _is_found(host: str) -> bool:
    return host != "*" and (can_be_looked_up(host) or _address(host) is not None)


def _match(host: str, names: Suffixes, nets: _Nets) -> str | None:
    """The first entry that is the host, or ends it, or has its address."""
    address = _address(host)
    for entry in names.ends_of(host):
        if entry == host or (entry.startswith(".") and address is None):
            return entry
    return nets.entry_for(address) if address is not None else None


class _Nets:
    """Entries of the form ADDRESS/BITS, by how many bits count."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._known: dict[tuple[int, int], dict[int, tuple[int, str]]] = {}
        for number, entry in enumerate(entries):
            text, _, rest = entry.partition("/")
            address, bits = _address(text), _BITS.match(rest)
            if address is None or bits is None or not rest:
                continue
            digits = (bits.group(1) or "").lstrip("0")
            if len(digits) > 9:
                continue
            size, value = address
            length = min(int(digits or 0), size)
            same = self._known.setdefault((size, size - length), {})
            same.setdefault(value >> (size - length), (number, entry))

    def entry_for(self, address: tuple[int, int]) -> str | None:
        """The first entry that has an address."""
        size, value = address
        found = [
            same[value >> host_bits]
            for (family, host_bits), same in self._known.items()
            if family == size and value >> host_bits in same
        ]
        return min(found)[1] if found else None


def _address(text: str) -> tuple[int, int] | None:
    """32 or 128 bits, and the number, of an address as getaddrinfo reads it (AI_NUMERICHOST)."""
    if ":" in text:
        bare = text.partition("%")[0]
        return (128, _ipv6_number(bare)) if is_ipv6(bare) else None
    value = inet_aton(text) if text[:1].isdigit() and not re.search(r"\s", text) else None
    return None if value is None else (32, value)


def _ipv6_number(text: str) -> int:
    from ipaddress import IPv6Address

    return int(IPv6Address(text))


SEMANTICS = Semantics("aria2", ("1.35",), ("1.35", "1.36", "1.37"), _decider)
