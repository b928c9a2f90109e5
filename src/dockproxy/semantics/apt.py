"""apt: methods/http.cc HttpServerState::Open; apt-pkg/contrib/strutl.cc URI::CopyFrom,
CheckDomainList; methods/connect.cc ConnectionAllowed.

Read at 2.2.4, 2.6.1 and 3.1.12. Proxies of apt's own configuration (Acquire::http::Proxy) come
before all this and aren't looked at. Names beyond ASCII are looked up as IDNA in a UTF-8 locale
where libidn2 is installed, as 3.0 no longer needs it to be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dockproxy.core.model.light import pattern
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
from dockproxy.semantics.host_lookup import can_be_looked_up, in_ascii
from dockproxy.semantics.locales import is_utf8
from dockproxy.semantics.suffixes import Suffixes

LIST = "no_proxy"
PORTS = {"http": 80, "https": 443, "socks5h": 1080}
_NUMBER = pattern(r"[ \t\n\v\f\r]*([+-]?)([0-9]+)")


class _Uri:
    """Parts of an address. One that is set again keeps what its new value doesn't have: so
    https_proxy may end with the host of http_proxy.
    """

    __slots__ = ("access", "host", "port", "user")

    def __init__(self, *values: str) -> None:
        self.access = self.host = self.user = ""
        self.port = 0
        for value in values:
            self.set(value)

    def set(self, value: str) -> None:
        """SCHEME:[//][USER@]HOST[:PORT][/…]; brackets are dropped wherever they stand."""
        self.access, colon, _ = value.partition(":")
        size, first = len(value), len(self.access)
        slashes = value.startswith("//", first + 1)
        end = _first_slash(value, first + 3 if slashes and first + 3 < size else first)
        begin = first + (3 if slashes else 1)
        if not colon or begin >= size:
            return
        begin = min(begin, end)
        at = value.rfind("@", min(begin + 1, end), end)
        if at >= 0:
            self.user = value[begin:at]
            self.host = value[at + 1 : end]
        elif begin < end:
            self.host = value[begin:end]
        self._split_port()

    def _split_port(self) -> None:
        self.host, after_brackets, is_open = _without_brackets(self.host)
        if is_open:
            self.host = ""
            return
        self.port = 0
        colon = self.host.rfind(":")
        if colon >= 0 and colon >= after_brackets:
            self.port = _as_c_reads(self.host[colon + 1 :])
            self.host = self.host[:colon]


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    plain, tls = environ.get("http_proxy", ""), environ.get("https_proxy")
    for_http = "http_proxy", _Uri(plain)
    for_https = for_http if tls is None else ("https_proxy", _Uri(plain, tls))
    bypassed = Suffixes(entry for entry in environ.get(LIST, "").split(",") if entry)
    idna = version == "2.2" and is_utf8(environ)

    def decide(target: Target) -> Decision:
        if target.scheme not in ("http", "https") or not target.url.startswith(target.scheme):
            return refused("", message(N_("apt has no method for this scheme")))
        server = _Uri(target.url)
        variable, proxy = for_https if target.scheme == "https" else for_http
        entry = next(bypassed.ends_of(server.host), None)
        access = proxy.access if entry is None else ""
        if access and proxy.host and access not in ("http", "https", "socks5h"):
            said = N_("apt does not know the scheme of {variable}")
            return refused(variable, message(said, variable=variable))
        if access == "socks5h" or (access and proxy.host):
            return _through(proxy, variable, target.scheme, idna=idna)
        if not _is_connected_to(server.host, idna=idna):
            return refused(variable, message(N_("apt does not connect to such a host")))
        if target.scheme == "https" and server.host == proxy.host:
            return _asks_itself(server, variable)
        if not environ.get(variable):
            return not_set(variable)
        if entry is not None:
            return listed(entry.strip(), LIST, variable)
        said = N_("apt finds no host in {variable}")
        return ignored(variable, message(said, variable=variable))

    return decide


def _through(proxy: _Uri, variable: str, scheme: str, *, idna: bool) -> Decision:
    """Through a proxy that was found.

    Without a port an http proxy is asked at the one that is usual for the target. So is any proxy
    whose port is beyond all numbers; of one that is only too large the lower 16 bits count.
    """
    if not _is_connected_to(proxy.host, idna=idna):
        return refused(variable, message(N_("apt does not connect to such a host")))
    usual = PORTS["socks5h" if proxy.access == "socks5h" else scheme]
    number = proxy.port & 0xFFFF if proxy.port < 1 << 31 else usual
    if not proxy.port:
        number = usual if proxy.access == "http" else PORTS[proxy.access]
    port = f":{number}" if number != PORTS[proxy.access] or 0 < proxy.port < 1 << 31 else ""
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    host = "localhost" if host == "*" else host
    user = f"{proxy.user}@" if proxy.user else ""
    return through(f"{proxy.access}://{user}{host}{port}", variable)


def _is_connected_to(host: str, *, idna: bool) -> bool:
    return can_be_looked_up(in_ascii(host) if idna else host) and not host.endswith(".onion")


def _asks_itself(server: _Uri, variable: str) -> Decision:
    """An accident of apt's: if the list has the proxy's own host, an https target on that host is
    connected to, and then asked to be the way to itself.
    """
    host = f"[{server.host}]" if ":" in server.host else server.host
    said = message(N_("apt takes the target itself for the proxy: both are on one host"))
    return through(f"http://{host}:{server.port or 443}", variable, said)


def _first_slash(value: str, start: int) -> int:
    """Where the host ends: at a slash that doesn't stand in brackets."""
    inside = False
    for found in re.finditer(r"[/\[\]]", value[start:]):
        if found.group() == "/" and not inside:
            return start + found.start()
        inside = found.group() == "[" or (inside and found.group() == "/")
    return len(value)


def _without_brackets(host: str) -> tuple[str, int, bool]:
    """The host without brackets, where the last pair ended, and whether one is left open."""
    kept: list[str] = []
    size, end, is_open = 0, 0, False
    for part in re.split(r"([\[\]])", host):
        if part == "[":
            is_open = True
        elif part == "]" and is_open:
            is_open, end = False, size
        else:
            kept.append(part)
            size += len(part)
    return "".join(kept), end, is_open


def _as_c_reads(text: str) -> int:
    """As atoi reads a port: what stands after the digits is left, and no digits are 0. Of a number
    that is too large the lower 16 bits are connected to.
    """
    found = _NUMBER.match(text)
    if found is None:
        return 0
    sign, digits = found.groups()
    number = min(int(digits[:20]), (1 << 63) - 1)
    return (-number if sign == "-" else number) & 0xFFFFFFFF


SEMANTICS = Semantics("apt", ("2.2", "3.0"), ("2.2", "2.6", "3.0", "3.3"), _decider)
