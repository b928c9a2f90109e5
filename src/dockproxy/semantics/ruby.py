"""Ruby: Net::HTTP (``ruby``) and open-uri (``ruby-open-uri``).

Sources, in Ruby 2.7, 3.1 and 3.3: lib/uri/generic.rb find_proxy and use_proxy?, uri/common.rb for,
uri/rfc3986_parser.rb, net/http.rb connect and proxy_uri, open-uri.rb open_loop and open_http,
ipaddr.rb. Net::HTTP asks for the proxy as of an http URL always, so that https_proxy is never read.

find_proxy looks the target's name up, and goes by its address too. Here nothing is looked up: a
name other than localhost counts as having an address that is no loopback and in no listed net
but 0.0.0.0/0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    is_loopback,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.host_lookup import can_be_looked_up, inet_aton, is_ipv6

PORTS = {"ftp": 21, "http": 80, "https": 443, "ldap": 389, "ldaps": 636}
"""The schemes that Ruby's URI knows a port of."""
PORTS_SINCE = {"ws": ("3.1", 80), "wss": ("3.3", 443)}

_CHAR = r"(?:%[0-9A-Fa-f]{2}|[!$&-.0-;=@-Z_a-z~])"
_URI = pattern(
    rf"""(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?
    (?:
        //(?:(?P<user>(?:%[0-9A-Fa-f]{{2}}|[!$&-.0-;=A-Z_a-z~])*)@)?
        (?P<host>\[(?:[0-9A-Fa-f:.]+|v[0-9A-Fa-f]+\.[!$&-.0-;=A-Z_a-z~]+)\]
            |(?:%[0-9A-Fa-f]{{2}}|[!$&-.0-9;=A-Z_a-z~])*)
        (?::(?P<port>[0-9]*))?
        (?:/(?:{_CHAR}|/)*)?
      | (?P<path>/(?!/)(?:{_CHAR}|/)*|{_CHAR}(?:{_CHAR}|/)*|)
    )
    (?:\?[^\#]*)?(?:\#(?:{_CHAR}|[/?])*)?\Z""",
    re.VERBOSE | re.ASCII,
)
_ENTRY = pattern(r"([^:,\s]+)(?::([0-9]+))?", re.ASCII)
_NET = pattern(r"([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)(?:/(.*))?\Z", re.DOTALL)
_WHOLE = 0xFFFFFFFF

_NO_URI = N_("Ruby can't parse {variable}: it is no URI")
_NO_HOST = N_("{variable} names no host that can be looked up")
_NO_PORT = N_("{variable} names no port that there is")
_NOWHERE = N_("{variable} names neither host nor port, as Ruby reads it")
_THIS_MACHINE = N_("{variable} names no host, as Ruby reads it: this machine is taken")
_NO_TARGET = N_("Ruby can't parse this URL")
_NOT_HTTP = N_("open-uri takes http:// proxies only, which {variable} is not")
_NOT_OPENED = N_("open-uri does not open {scheme} URLs")
_NO_USER = N_("open-uri takes no URL with a user")
_MAPPED = N_("Ruby 3.1 can't connect to an IPv4 address that is written as IPv6")
_ADDRESS = N_("{variable} names the proxy; if the name's address were in {listing}: direct")


class _Uri(NamedTuple):
    """What URI.parse makes of a value. host: None where there is none. shown: the port with its
    colon, "" for one that goes without saying.
    """

    scheme: str
    user: str
    host: str | None
    port: int | None
    shown: str


class _Found(NamedTuple):
    """What find_proxy says. direct: a decision, where the variable is not used. why: what to say
    where it is.
    """

    variable: str
    direct: Decision | None = None
    why: Message | None = None


class _Net(NamedTuple):
    address: int
    mask: int


def _net_http(environ: Mapping[str, str], version: str) -> Decider:
    find_proxy = _proxy_finder(environ, version)
    uris = _uris(environ, version)

    def decide(target: Target) -> Decision:
        if _parsed(target.url, version) is None:
            return refused("", message(_NO_TARGET))
        found = find_proxy(target, "http")
        decision = found.direct or _through(uris[found.variable], found, version)
        return _connected(decision, target, version)

    return decide


def _open_uri(environ: Mapping[str, str], version: str) -> Decider:
    find_proxy = _proxy_finder(environ, version)
    net_http = _net_http(environ, version)
    uris = _uris(environ, version)

    def decide(target: Target) -> Decision:
        url = _parsed(target.url, version)
        if url is None:
            return refused("", message(_NO_TARGET))
        if target.scheme not in ("http", "https", "ftp"):
            return refused("", message(_NOT_OPENED, scheme=target.scheme))
        found = find_proxy(target, target.scheme)
        variable, uri = found.variable, uris.get(found.variable)
        if found.direct is None and uri is not None and uri.scheme != "http":
            return refused(variable, message(_NOT_HTTP, variable=variable))
        if url.user and target.scheme != "ftp":
            return refused(variable, message(_NO_USER))
        if found.direct is None and uri is not None and uri.host is None:
            # Net::HTTP::Proxy without a host is Net::HTTP itself, which asks for http_proxy.
            return net_http(target)
        return _connected(found.direct or _through(uri, found, version), target, version)

    return decide


def _uris(environ: Mapping[str, str], version: str) -> dict[str, _Uri | None]:
    """Each variable that may name a proxy, as it is parsed."""
    names = {_variable(environ, scheme) for scheme in ("http", "https", "ftp")}
    return {name: _parsed(environ[name], version) for name in names if environ.get(name)}


def _proxy_finder(environ: Mapping[str, str], version: str) -> Callable[[Target, str], _Found]:
    """find_proxy, for a target and the scheme that is asked for."""
    listing = "no_proxy" if "no_proxy" in environ else "NO_PROXY"
    entries = [
        (found.group(0), found.group(1).lower(), found.group(2), _net(found.group(1), version))
        for found in _ENTRY.finditer(environ.get(listing, ""))
    ]
    nets = any(net is not None for *_, net in entries)

    def find(target: Target, scheme: str) -> _Found:
        variable = _variable(environ, scheme)
        if not environ.get(variable):
            return _Found(variable, not_set(variable))
        address = _address(target, version)
        if _is_loopback(target, address):
            return _Found(variable, is_loopback(variable))
        port = int(target.port or _default_port(target.scheme, version) or 80)
        name = f".{target.host.lower()}"
        for written, entry, only, net in entries:
            if only and int(only[:6]) != port:
                continue
            tail = entry if entry.startswith(".") else f".{entry}"
            where = name[1:] if entry.startswith(".") else name
            if where.endswith(tail) or (net is not None and _holds(net, address, target)):
                return _Found(variable, listed(written, listing, variable))
        if nets and address is None and not target.bracketed:
            return _Found(variable, why=message(_ADDRESS, variable=variable, listing=listing))
        return _Found(variable)

    return find


def _variable(environ: Mapping[str, str], scheme: str) -> str:
    """The variable that counts; one that is set to "" counts too."""
    name = f"{scheme}_proxy"
    if scheme != "http" or "REQUEST_METHOD" not in environ:
        return name if name in environ or name.upper() not in environ else name.upper()
    # A web server sets HTTP_PROXY from a header: http_proxy alone is taken. It is also where other
    # spellings are set beside it.
    return name if name in environ else "CGI_HTTP_PROXY"


def _through(uri: _Uri | None, found: _Found, version: str) -> Decision:
    """Plain HTTP to whatever host and port the URI has."""
    variable = found.variable
    if uri is None:
        return refused(variable, message(_NO_URI, variable=variable))
    if uri.host is None and uri.port is None:
        return refused(variable, message(_NOWHERE, variable=variable))
    if uri.port is not None and uri.port >= (1 << 31 if version == "3.1" else 10**18):
        return refused(variable, message(_NO_PORT, variable=variable))
    if not uri.host or uri.host == "*":
        said = message(_THIS_MACHINE, variable=variable)
        return through(f"http://localhost{uri.shown}", variable, said)
    bare = uri.host.strip("[]")
    if not can_be_looked_up(bare):
        return refused(variable, message(_NO_HOST, variable=variable))
    return through(f"http://{uri.user}{uri.host}{uri.shown}", variable, found.why)


def _connected(decision: Decision, target: Target, version: str) -> Decision:
    """Ruby 3.1 has Socket.tcp connect, whose IPv6 sockets are for IPv6 only."""
    if version != "3.1" or decision.kind == "error":
        return decision
    bracketed = re.search(r"\[([^\]]*)\]", decision.proxy)
    host = target.host if decision.kind == "direct" and target.bracketed else ""
    mapped = _mapped(bracketed.group(1) if bracketed else host)
    return decision if mapped is None else refused(decision.variable, message(_MAPPED))


def _parsed(value: str, version: str) -> _Uri | None:
    found = _URI.match(value)
    if found is None:
        return None
    scheme, user, host, port = found.group("scheme", "user", "host", "port")
    scheme = (scheme or "").lower()
    if host and host.startswith("[") and not host.startswith("[v") and not is_ipv6(host[1:-1]):
        return None
    number = min(int(port[:20]), 10**18) if port else _default_port(scheme, version)
    if scheme == "file":
        host, number = host or "", None
    elif not host and (version != "3.3" or not scheme):
        host = None
    shown = "" if number == 80 and not port else f":{(number or 0) % 65536}"
    return _Uri(scheme, f"{user}@" if user is not None else "", host, number, shown)


def _default_port(scheme: str, version: str) -> int | None:
    since, port = PORTS_SINCE.get(scheme, ("9", 0))
    return port if version >= since else PORTS.get(scheme)


def _address(target: Target, version: str) -> int | None:
    """The target's IPv4 address, in Ruby 2.7 also where it is written as IPv6; else None."""
    if not target.bracketed:
        return inet_aton(target.host)
    if version != "2.7":
        return None
    return _mapped(target.host)


def _mapped(host: str) -> int | None:
    """The IPv4 address in an IPv6 address like ::ffff:10.1.2.3."""
    if not is_ipv6(host):
        return None
    import ipaddress

    mapped = ipaddress.IPv6Address(host).ipv4_mapped
    return None if mapped is None else int(mapped)


def _is_loopback(target: Target, address: int | None) -> bool:
    if target.bracketed:
        if not is_ipv6(target.host):
            return False
        import ipaddress

        return int(ipaddress.IPv6Address(target.host)) == 1
    if address is None:
        return target.host.lower() == "localhost"
    return address >> 24 == 127


def _holds(net: _Net, address: int | None, target: Target) -> bool:
    if address is None:
        return net.mask == 0 and not target.bracketed
    return address & net.mask == net.address & net.mask


def _net(entry: str, version: str) -> _Net | None:
    """IPAddr.new of an entry, which can be no IPv6 as it ends at a colon."""
    found = _NET.match(entry)
    if found is None or any(re.match("0.", part) for part in found.groups()[:4]):
        return None
    address = 0
    for part in found.groups()[:4]:
        if len(part) > 3 or int(part) > 255:
            return None
        address = address << 8 | int(part)
    mask = found.group(5)
    if version == "2.7" and mask is not None:
        # It splits at every slash, and drops what is empty at the end.
        mask = mask.partition("/")[0] if mask.strip("/") else None
    if mask is None:
        return _Net(address, _WHOLE)
    if re.fullmatch("[0-9]+" if version == "2.7" else "0|[1-9][0-9]*", mask):
        return _Net(address, _WHOLE << 32 - int(mask) & _WHOLE) if int(mask[:9]) <= 32 else None
    inner = _net(mask, version)
    if inner is None:
        return None
    mask_address = inner.address & inner.mask
    rest = mask_address ^ inner.mask
    return None if rest + 1 & rest else _Net(address, mask_address)


VERSIONS = ("2.7", "3.1", "3.3")
SEMANTICS = Semantics("ruby", VERSIONS, VERSIONS, _net_http)
ALL = {"ruby-open-uri": Semantics("ruby-open-uri", VERSIONS, VERSIONS, _open_uri)}
