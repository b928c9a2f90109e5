"""Rust's reqwest: a Client as it is built without a proxy of its own, with its ``socks`` feature.

Sources: seanmonstar/reqwest src/proxy.rs (get_from_environment, NoProxy, IntoProxyScheme,
ProxyScheme::parse) up to 0.12.15; from 0.12.16 on hyper-util 0.1.19 client/proxy/matcher.rs
(Builder::from_env, parse_env_uri, NoProxy), http 1.5 uri/mod.rs and authority.rs, reqwest
src/connect.rs connect_via_proxy. 0.12.15 and 0.13.5 were run, as Debian has their crates; the
versions before were read only. A hyper-util above 0.1.19 no longer minds the case of an entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
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
from dockproxy.semantics.host_lookup import can_be_looked_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ipaddress

VERSIONS = ("0.11.13", "0.11.19", "0.12.6", "0.12.8", "0.12.13", "0.12.16")
"""ALL_PROXY since 0.11.19, below the others since 0.12.6; SOCKS 4 since 0.12.8, 4a since 0.12.13;
hyper-util's matcher since 0.12.16.
"""
NAMES = {"http": ("HTTP_PROXY", "http_proxy"), "https": ("HTTPS_PROXY", "https_proxy")}
ALL_NAMES = ("ALL_PROXY", "all_proxy")
SOCKS = ("socks5", "socks5h", "socks4", "socks4a")
SOCKS_PORT = 1080

_LONGEST = 65534
_SCHEME = pattern(r"([A-Za-z0-9.+~-]{0,64})://")
_URI_CHARS = pattern(r"[A-Za-z0-9!$&'()*+,\-.:;=@\[\]_~%]*\Z")
_PATH = pattern(
    r"(?=[/?#]|\Z)[!\"$-;=@-_a-{|}~\x80-\U0010ffff/]*"
    r"(?:\?[!$-;=?-~\x80-\U0010ffff]*)?(?:#.*)?\Z",
    re.DOTALL,
)
_U16 = pattern(r"\+?0*([0-9]{1,5})\Z", re.ASCII)
_NET4 = pattern(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})/([0-9]{1,2})\Z", re.ASCII)
_NET6 = pattern(r"([0-9A-Fa-f:.]+)/([0-9]{1,3})\Z", re.ASCII)

_CGI = N_("REQUEST_METHOD is set, so that no variable counts")
_CGI_HTTP = N_("REQUEST_METHOD is set, so that HTTP_PROXY does not count")
_DROPPED = N_("{variable} is dropped: reqwest can't read it as a proxy")
_NO_HOST = N_("{variable} names no host that can be looked up")
_NO_TARGET = N_("reqwest takes this for no URL")
_NOT_FETCHED = N_("reqwest does not fetch {scheme} URLs")


class _Proxy(NamedTuple):
    """One that was read: what is said of it, and by which variable. host: without brackets."""

    shown: str
    host: str
    variable: str


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    proxies, why = _by_matcher(environ) if version == "0.12.16" else _by_map(environ, version)
    listing = "NO_PROXY" if _has(environ, "NO_PROXY") else "no_proxy"
    bypasses = _bypasses(environ[listing] if _has(environ, listing) else "")

    def decide(target: Target) -> Decision:
        url = whatwg_url.parse(target.url)
        if target.scheme not in NAMES:
            return refused("", message(_NOT_FETCHED, scheme=target.scheme))
        if url is None or not _URI_CHARS.match(url.hostname):
            return refused("", message(_NO_TARGET))
        proxy = proxies.get(target.scheme)
        if proxy is None:
            return why(target.scheme)
        entry = bypasses(url.hostname)
        if entry is not None:
            return listed(entry, listing, proxy.variable)
        if "%" in proxy.host or proxy.host == "*" or not can_be_looked_up(proxy.host):
            return refused(proxy.variable, message(_NO_HOST, variable=proxy.variable))
        return through(proxy.shown, proxy.variable)

    return decide


def _by_matcher(
    environ: Mapping[str, str],
) -> tuple[dict[str, _Proxy], Callable[[str], Decision]]:
    """Of a pair the first that is set counts, also to ""; what can't be read leaves it to
    ALL_PROXY.
    """
    if "REQUEST_METHOD" in environ:
        return {}, lambda scheme: ignored(_first(environ, NAMES[scheme]), message(_CGI))
    found = {}
    for scheme, names in NAMES.items():
        for variable in (_first(environ, names), _first(environ, ALL_NAMES)):
            proxy = _as_uri(environ.get(variable, ""), variable)
            if proxy is not None:
                found[scheme] = proxy
                break
    return found, partial(_none, environ)


def _by_map(
    environ: Mapping[str, str], version: str
) -> tuple[dict[str, _Proxy], Callable[[str], Decision]]:
    """Up to 0.12.15: of each pair the first that can be read."""
    kinds = SOCKS[: 4 if version == "0.12.13" else 3 if version == "0.12.8" else 2]

    def read(names: tuple[str, ...]) -> _Proxy | None:
        values = ((name, environ[name]) for name in names if _has(environ, name))
        return next(filter(None, (_as_url(value, name, kinds) for name, value in values)), None)

    of_all = None if version == "0.11.13" else read(ALL_NAMES)
    found = {}
    for scheme, names in NAMES.items():
        own = None if scheme == "http" and "REQUEST_METHOD" in environ else read(names)
        both = (of_all, own) if version == "0.11.19" else (own, of_all)
        proxy = next(filter(None, both), None)
        if proxy is not None:
            found[scheme] = proxy

    def why(scheme: str) -> Decision:
        if scheme == "http" and "REQUEST_METHOD" in environ:
            return ignored(_first(environ, NAMES["http"]), message(_CGI_HTTP))
        return _none(environ, scheme)

    return found, why


def _none(environ: Mapping[str, str], scheme: str) -> Decision:
    for names in (NAMES[scheme], ALL_NAMES):
        variable = _first(environ, names)
        if environ.get(variable):
            return ignored(variable, message(_DROPPED, variable=variable))
    return not_set(NAMES[scheme][0])


def _has(environ: Mapping[str, str], name: str) -> bool:
    """Whether it is set, to text: what is no UTF-8 counts as unset."""
    return name in environ and not re.search("[\ud800-\udfff]", environ[name])


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((name for name in names if _has(environ, name)), names[0])


def _as_uri(value: str, variable: str) -> _Proxy | None:
    """parse_env_uri: what is no http::Uri, or has another scheme, is dropped."""
    if not value or len(value.encode("utf-8", "replace")) > _LONGEST or value[0] == "/":
        return None
    if value == "*":
        return None
    found = _SCHEME.match(value)
    if found and found.group(1).lower() in ("http", "https"):
        scheme = found.group(1).lower()
    else:
        scheme = found.group(1) if found else "http"
    rest = value[found.end() :] if found else value
    end = re.search(r"[/?#]|\Z", rest)
    authority = rest[: end.start()] if end else rest
    if not _is_authority(authority) or not _PATH.match(rest[len(authority) :]):
        return None
    if scheme not in ("http", "https", *SOCKS) or (not found and authority != rest):
        return None
    _, at, place = authority.partition("@")
    if at and not _is_authority(place):
        return None
    users, _, place = authority.rpartition("@")
    host = place[: place.find("]") + 1] if place.startswith("[") else place.partition(":")[0]
    port = _U16.match(place.rpartition(":")[2]) if ":" in place else None
    shown = f":{port.group(1)}" if port and int(port.group(1)) < 65536 else ""
    if not shown and scheme in SOCKS:
        shown = ":80"
    bare = host.strip("[]")
    written = f"[{bare}]" if ":" in bare else bare
    user = f"{users}@" if at else ""
    return _Proxy(f"{scheme}://{user}{written}{shown}", bare, variable)


def _is_authority(text: str) -> bool:
    """http's Authority::parse."""
    if not text or not _URI_CHARS.match(text) or text.endswith("@"):
        return False
    if text.count("[") > 1 or text.count("]") > 1 or ("[" in text) != ("]" in text):
        return False
    if "[" in text and (
        "%" in text.rpartition("@")[2].partition("[")[0] or text.find("]") < text.find("[")
    ):
        return False
    place = text.rpartition("@")[2].rpartition("]")[2]
    return place.count(":") <= 1 and "%" not in place


def _as_url(value: str, variable: str, kinds: tuple[str, ...]) -> _Proxy | None:
    """into_proxy_scheme: a URL, or what becomes one behind http://."""
    if not value.strip():
        return None
    url = whatwg_url.parse(value)
    has_scheme = re.match(r"[\x00-\x20]*[A-Za-z][A-Za-z0-9+.\t\r\n-]*:", value)
    if (url is None and not has_scheme) or (url is not None and not url.hostname):
        url = whatwg_url.parse(f"http://{value}")
    if url is None or url.scheme not in ("http", "https", *kinds):
        return None
    if url.scheme in SOCKS:
        if not can_be_looked_up(url.name) or url.name == "*":
            return None
        return _Proxy(url.proxy(url.scheme), url.name, variable)
    if not _is_authority(url.hostname):
        return None
    return _Proxy(url.proxy(url.scheme), url.name, variable)


def _bypasses(value: str) -> Callable[[str], str | None]:
    """The first entry that matches a host as a URL has it; names and addresses are kept apart."""
    nets: list[tuple[str, ipaddress.IPv4Network | ipaddress.IPv6Network]] = []
    names: list[str] = []
    for entry in map(str.strip, value.split(",")) if value else ():
        net = _net(entry)
        if net is None:
            names.append(entry)
        else:
            nets.append((entry, net))

    def find(host: str) -> str | None:
        bare = host.strip("[]") if host.startswith("[") else host
        address = _address(bare)
        if address is None:
            return next((entry for entry in names if _is_under(bare, entry)), None)
        return next((entry for entry, net in nets if address in net), None)

    return find


def _is_under(host: str, entry: str) -> bool:
    if entry in (host, "*", f".{host}"):
        return True
    return host.endswith(entry if entry.startswith(".") else f".{entry}")


def _net(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """ipnet's IpNet, which takes leading zeros, else Rust's IpAddr, which does not."""
    import ipaddress

    found = _NET4.match(entry)
    if found:
        *octets, bits = map(int, found.groups())
        if any(octet > 255 for octet in octets) or bits > 32:
            return None
        return ipaddress.IPv4Network((".".join(map(str, octets)), bits), strict=False)
    found = _NET6.match(entry)
    try:
        if found:
            return ipaddress.IPv6Network((found.group(1), int(found.group(2))), strict=False)
    except ValueError:
        return None
    address = _address(entry)
    return None if address is None else ipaddress.ip_network(address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    import ipaddress

    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


SEEN = ("0.12.15", "0.13.5")
SEMANTICS = Semantics("reqwest", VERSIONS, SEEN, _decider)
