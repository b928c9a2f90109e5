"""Java: HttpURLConnection (``java``) and java.net.http's HttpClient (``java-httpclient``).

Neither reads HTTP_PROXY and the like. Both ask the default ProxySelector, and that reads system
properties: http.proxyHost, http.proxyPort, http.nonProxyHosts and so on (java_options.py has the
variables that set them). For HttpClient this stands for ``HttpClient.newHttpClient()``, and for a
builder with ``proxy(ProxySelector.getDefault())``, which is the same.

Sources, alike in JDK 11, 17, 21, 25, 26 and 27 where nothing else is said: sun.net.spi
DefaultProxySelector select, sun.net.www.protocol.http HttpURLConnection plainConnect0,
sun.net.www.protocol.https HttpsClient createSocket, java.net SocksSocketImpl connect,
jdk.internal.net.http HttpRequestImpl retrieveProxy, AuthenticationFilter getProxyURI and
AbstractAsyncSSLConnection, java.net URI parseAuthority, sun.net.util IPAddressUtil.

Names are looked up to connect, never to choose a proxy. A SOCKS proxy is told the target's address
(said here as socks5); where the name can't be looked up on this side, Java tells it the name.
java.net.useSystemProxies is not looked at: it asks the desktop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    ignored,
    is_loopback,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.host_lookup import can_be_looked_up, is_ipv6
from dockproxy.semantics.java_options import properties

PREFIXES = {
    "http": ("http.proxy", "proxy", "socksProxy"),
    "https": ("https.proxy", "proxy", "socksProxy"),
    "ftp": ("ftp.proxy", "ftpProxy", "proxy", "socksProxy"),
    "socket": ("socksProxy",),
}
"""…Host names the proxy and …Port its port; the first host that is not empty is taken."""
LISTS = {
    "http": "http.nonProxyHosts",
    "https": "http.nonProxyHosts",
    "ftp": "ftp.nonProxyHosts",
    "socket": "socksNonProxyHosts",
}
DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 80}
SOCKS = "socksProxy"
SOCKS_PORT = 1080
ALWAYS = "localhost|127.*|[::1]|0.0.0.0|[::0]"
"""Added to every list, except to one that is set to nothing."""

_NUMBER = pattern(r"([+-]?)(?:(?:0[xX]|#)([0-9A-Fa-f]+)|0([0-7]+)|(0|[1-9][0-9]*))\Z")
_FIELD = pattern(r"(?:0[xX][0-9A-Fa-f]{1,9}|0[0-7]{0,12}|[1-9][0-9]{0,10})\Z")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_OCTET = r"0*(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
_HOST_OF_URI = pattern(
    rf"(?:{_OCTET}(?:\.{_OCTET}){{3}}|(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}\.?|{_LABEL}\.?)\Z"
)
"""java.net.URI knows a host by this alone, and takes all else for a name of a registry."""

_NO_PORT = N_("{property} is {value}, which is no port")
_NO_HOST = N_("no host can have the name “{value}”, to which {property} is set")
_SOCKS_AGAIN = N_("the TLS socket itself asks {property} once more")
_NOT_FETCHED = N_("Java does not fetch {scheme} URLs")
_NO_TARGET = N_("Java takes “{host}” for no host")
_NO_SOCKS = N_("HttpClient ignores {property}")
_NO_DOT = N_("HttpClient can't put a name with a trailing dot into TLS")
_NO_IPV6 = N_("HttpClient can't put an IPv6 address behind a proxy into TLS before JDK 26")
_LONG = N_("HttpClient can't put a name with a part of over 63 characters into TLS")


class _Selector:
    """The default ProxySelector, with the properties as they are at the start."""

    def __init__(self, found: Mapping[str, tuple[str, str]]) -> None:
        self._found = found
        self._lists = {name: self._entries(name) for name in set(LISTS.values())}

    def select(self, scheme: str, host: str) -> Decision:
        """The proxy for a scheme, or for a ``socket``, and a host as a URL has it."""
        prefixes = PREFIXES[scheme]
        prefix = next((each for each in prefixes if self._value(f"{each}Host")), None)
        if prefix is None:
            return not_set(f"{prefixes[0]}Host")
        named = f"{prefix}Host"
        entry, own = self._listed(LISTS[scheme], host.lower())
        if entry:
            return listed(entry, LISTS[scheme], named) if own else is_loopback(named)
        if prefix == SOCKS:
            speech = "socks4" if self._number("socksProxyVersion", 5) == 4 else "socks5"
            return self._proxy(speech, named, self._number(f"{prefix}Port"), SOCKS_PORT)
        others = [each for each in prefixes if each not in (prefix, SOCKS)]
        ports = (self._number(f"{each}Port") for each in (prefix, *others))
        return self._proxy("http", named, next(filter(None, ports), 0), DEFAULT_PORTS[scheme])

    def _proxy(self, speech: str, named: str, port: int, default: int) -> Decision:
        if not 0 <= port <= 65535:
            written = named.removesuffix("Host") + "Port"
            return refused(named, message(_NO_PORT, property=written, value=port))
        host = _as_host(self._value(named))
        if host is None:
            value = self._value(named)
            return refused(named, message(_NO_HOST, value=value, property=named))
        shown = port or (0 if default in (80, SOCKS_PORT) else default)
        return through(f"{speech}://{host}:{shown}" if shown else f"{speech}://{host}", named)

    def _listed(self, name: str, host: str) -> tuple[str, bool]:
        """The entry that matches, "" if none, and whether it is one of the list's own."""
        entries, own = self._lists[name]
        for number, entry in enumerate(entries):
            if entry.matches(host):
                return entry.written, number < own
        return "", False

    def _entries(self, name: str) -> tuple[list[_Entry], int]:
        value = self._value(name)
        if name in self._found and not value:
            return [], 0
        own = [_entry(item) for item in value.split("|") if item]
        return [*own, *map(_entry, ALWAYS.split("|"))], len(own)

    def _value(self, name: str) -> str:
        return self._found.get(name, ("", ""))[0]

    def _number(self, name: str, default: int = 0) -> int:
        """As Integer.decode reads it (0x1f, #1f, 017); what it does not read is as if unset."""
        found = _NUMBER.match(self._value(name))
        if found is None:
            return default
        sign, hexadecimal, octal, decimal = found.groups()
        digits, base = (hexadecimal, 16) if hexadecimal else (octal, 8) if octal else (decimal, 10)
        if len(digits.lstrip("0")) > 11:
            return default
        number = int(sign + (digits.lstrip("0") or "0"), base)
        return number if -(2**31) <= number < 2**31 else default


class _Entry(NamedTuple):
    """One item of a list. start, end: whether a ``*`` stands there."""

    written: str
    middle: str
    start: bool
    end: bool

    def matches(self, host: str) -> bool:
        if self.start and self.end:
            return self.middle in host
        if self.start:
            return host.endswith(self.middle)
        return host.startswith(self.middle) if self.end else host == self.middle


def _entry(item: str) -> _Entry:
    """``*`` has a meaning at the start and at the end of an entry, nowhere else."""
    low = item.lower()
    if low == "*":
        return _Entry(item, "", True, True)
    start, end = low.startswith("*"), low.endswith("*")
    return _Entry(item, low[start : len(low) - end], start, end)


def _with_properties(
    decider: Callable[[_Selector, str], Decider],
) -> Callable[[Mapping[str, str], str], Decider]:
    def from_environment(environ: Mapping[str, str], version: str) -> Decider:
        found = properties(environ)
        if isinstance(found, dict):
            return decider(_Selector(found), version)
        variable, why = found
        return lambda _: refused(variable, why)

    return from_environment


@_with_properties
def _url_connection(selector: _Selector, _: str) -> Decider:
    def decide(target: Target) -> Decision:
        if target.scheme not in DEFAULT_PORTS:
            return refused("", message(_NOT_FETCHED, scheme=target.scheme))
        if target.bracketed and not _is_ipv6(target.host):
            return refused("", message(_NO_TARGET, host=target.host))
        decision = selector.select(target.scheme, _of_url(target))
        if decision.kind == "direct" and target.scheme == "https":
            again = selector.select("socket", _of_socket(target))
            if again.proxy:
                again = again._replace(reason=message(_SOCKS_AGAIN, property=again.variable))
            decision = decision if again.kind == "direct" else again
        if not target.bracketed and not _can_be_looked_up(target.host):
            return _unresolved(decision, target)
        return decision

    return decide


@_with_properties
def _http_client(selector: _Selector, version: str) -> Decider:
    def decide(target: Target) -> Decision:
        if target.scheme not in ("http", "https"):
            return refused("", message(_NOT_FETCHED, scheme=target.scheme))
        if not (_is_ipv6(target.host) if target.bracketed else _HOST_OF_URI.match(target.host)):
            return refused("", message(_NO_TARGET, host=target.host))
        decision = selector.select(target.scheme, _of_url(target))
        if decision.variable == f"{SOCKS}Host" and (
            decision.kind == "proxy" or decision.reason.text == _NO_HOST
        ):
            decision = ignored(decision.variable, message(_NO_SOCKS, property=decision.variable))
        if decision.kind == "proxy" and not _is_host_of_uri(decision.proxy):
            value = decision.proxy.removeprefix("http://")
            said = message(_NO_HOST, value=value, property=decision.variable)
            return refused(decision.variable, said)
        if target.scheme == "https" and decision.kind != "error":
            decision = _with_server_name(decision, target, version)
        return decision if target.bracketed else _unresolved(decision, target)

    return decide


def _with_server_name(decision: Decision, target: Target, version: str) -> Decision:
    """TLS is set up before anything is connected to, and javax.net.ssl.SNIHostName is strict."""
    why = ""
    if target.bracketed:
        why = _NO_IPV6 if decision.proxy and version == "11" else ""
    elif not _ipv4(target.host):
        if target.host.endswith("."):
            why = _NO_DOT
        elif any(len(label) > 63 for label in target.host.split(".")):
            why = _LONG
    return refused(decision.variable, message(why)) if why else decision


def _unresolved(decision: Decision, target: Target) -> Decision:
    """What becomes of a target that no resolver can look up."""
    if decision.proxy.startswith("socks5:"):
        return decision._replace(proxy=decision.proxy.replace("socks5:", "socks5h:", 1))
    if decision.kind == "direct" and _is_foreign_ipv4(target.host):
        return refused(decision.variable, message(_NO_TARGET, host=target.host))
    return decision


def _of_url(target: Target) -> str:
    return f"[{target.host}]" if target.bracketed else target.host


def _of_socket(target: Target) -> str:
    """The host as a socket has it: an address is written anew, a name stays (InetSocketAddress
    getHostString).
    """
    if not target.bracketed:
        return _ipv4(target.host) or target.host
    import ipaddress

    address = ipaddress.IPv6Address(target.host.partition("%")[0])
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    plain = ":".join(f"{int(group, 16):x}" for group in address.exploded.split(":"))
    return f"[{plain}]"


def _as_host(value: str) -> str | None:
    """A proxy's host for a URL; None for what can be no host."""
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    if ":" in bare:
        return f"[{bare}]" if _is_ipv6(bare) else None
    return value if _can_be_looked_up(value) else None


def _can_be_looked_up(name: str) -> bool:
    return name != "*" and can_be_looked_up(name) and not _is_foreign_ipv4(name)


def _is_host_of_uri(proxy: str) -> bool:
    host = proxy.removeprefix("http://")
    return host.startswith("[") or bool(_HOST_OF_URI.match(host.partition(":")[0]))


def _is_foreign_ipv4(text: str) -> bool:
    """Whether C libraries read an address where Java does not (0x7f.1): it then refuses it."""
    fields = text.split(".")
    if len(fields) > 4 or not all(map(_FIELD.match, fields)) or _ipv4(text):
        return False
    *first, last = (
        int(each, 16 if each[1:2] in ("x", "X") else 8 if each[0] == "0" else 10) for each in fields
    )
    return all(each < 256 for each in first) and last < 256 ** (5 - len(fields))


def _ipv4(host: str) -> str | None:
    """One to four decimal parts, the last of which fills what is left: 127.1 is 127.0.0.1."""
    parts = host.split(".")
    if len(host) > 15 or len(parts) > 4 or not re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", host):
        return None
    *first, last = map(int, parts)
    size = 5 - len(parts)
    if any(part > 255 for part in first) or last >= 256**size:
        return None
    return ".".join(map(str, [*first, *last.to_bytes(size, "big")]))


def _is_ipv6(text: str) -> bool:
    address, sign, zone = text.partition("%")
    return is_ipv6(address) and bool(zone or not sign) and "%" not in zone


SEEN = ("11", "17", "21", "25", "26", "27")
SEMANTICS = Semantics("java", ("11",), SEEN, _url_connection)
ALL = {"java-httpclient": Semantics("java-httpclient", ("11", "26"), SEEN, _http_client)}
