"""Composer: first its own rules, then libcurl, which it downloads with (the curl extension).

- http_proxy, else HTTP_PROXY; https_proxy, else HTTPS_PROXY. Up to 2.7.2 CGI_HTTP_PROXY wins over
  these for http, and https falls back to the http one, as in 2.7.3 to 2.7.9 unless https_proxy is
  set empty; from 2.7.3 on cgi_http_proxy, CGI_HTTP_PROXY come last. A proxy in which PHP's
  parse_url finds no host, or no port where the scheme has none by itself, makes **every** request
  fail, those for the other scheme too. Without a port: 80 with http, 443 with https.
- no_proxy, else NO_PROXY: commas and white space separate; ``*`` counts as the first entry (so does
  a list of separators alone). An entry is for the name and all under it, a dot before it does not
  matter; addresses and networks as numbers (also IPv6), else as the end of a text; ``:PORT`` is for
  that port, but for networks, where it is not read.
- Up to 2.7.2 what Composer sends through no proxy libcurl decides on by the environment, and where
  Composer names a proxy libcurl's own reading of NO_PROXY may keep the target from it. From 2.7.3
  on Composer has the last word.

Sources: src/Composer/Util/Http/ProxyHelper.php checkProxy (2.5), ProxyItem.php (2.8),
ProxyManager.php, RequestProxy.php getCurlOptions, CurlDownloader.php initDownload;
src/Composer/Util/NoProxyPattern.php. Seen with Debian's PHP and libcurl: 2.5 with 8.2 and 7.88, 2.8
with 8.4 and 8.14, 2.10 with 8.4 and 8.22, which takes a target's scheme in upper case for what it
is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.semantics import libcurl
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    first_set,
    ignored,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.php import in_utf_8
from dockproxy.semantics.php_url import PhpUrl, parse_url

_VERSIONS = ("2.5", "2.7.3", "2.8", "2.10")
_LIBCURL = {"2.5": "7.88", "2.7.3": "7.88", "2.8": "8.14", "2.10": "8.22"}
_PORTS = {"http://": 80, "https://": 443}
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_SEPARATORS = pattern(r"[ \t\n\v\f\r,]+")
_INTEGER = pattern(r"[ \t\n\r\v\0]*([+-]?(?:0|[1-9][0-9]{0,18}))[ \t\n\r\v\0]*\Z")


class Proxy(NamedTuple):
    """A proxy as libcurl is given it. user: what it is given beside it, from 2.7.3 on."""

    variable: str
    url: str
    user: str = ""


class Fault(Exception):
    """What makes every request fail."""

    def __init__(self, variable: str, why: Message) -> None:
        super().__init__(str(why))
        self.variable, self.why = variable, why


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What Composer does on the command line."""
    environ = in_utf_8(environ)
    old = version == "2.5"
    try:
        proxies = _proxies_of_old(environ) if old else _proxies(environ, version)
    except Fault as fault:
        failed = refused(fault.variable, fault.why)
        return lambda target: failed
    listing, value = _first(environ, old, "no_proxy", "NO_PROXY")
    excluded = _excluded(value) if listing else lambda url: None
    by_libcurl = libcurl.decider(environ, _LIBCURL[version])
    since = libcurl.since_of(_LIBCURL[version])
    kept = libcurl.matcher(first_set(environ, "no_proxy", "NO_PROXY")[1], since)

    def decide(target: Target) -> Decision:
        scheme = target.scheme
        if scheme not in ("http", "https"):
            said = message(N_("Composer uses no proxy for {scheme}://"), scheme=scheme)
            return ignored("", said)
        host = libcurl.target_host(target, since, utf_8=True)
        if host is None:
            return refused("", message(N_("libcurl does not take it for a URL")))
        written = target.url.partition(":")[0]
        proxy = proxies.get(scheme if version == "2.10" else written)
        if proxy is None:
            return by_libcurl(target) if old else not_set(f"{scheme}_proxy")
        url = target.url if version != "2.10" else f"{scheme}{target.url[len(written) :]}"
        entry = excluded(url)
        if entry is not None:
            return by_libcurl(target) if old else listed(entry, listing, proxy.variable)
        entry = kept(host) if old else None
        if entry is not None:
            return listed(entry, listing, proxy.variable)
        decision = libcurl.proxy_decision(proxy.url, proxy.variable, since, utf_8=True)
        if decision.kind != "proxy" or not proxy.user:
            return decision
        spoken, _, place = decision.proxy.partition("://")
        return through(f"{spoken}://{proxy.user}@{place}", proxy.variable)

    return decide


def _first(environ: Mapping[str, str], old: bool, *names: str) -> tuple[str, str]:
    """The first that has a value; up to 2.7.2 "0" is as none (PHP's empty())."""
    for name in names:
        value = environ.get(name)
        if value and not (old and value == "0"):
            return name, value
    return "", ""


def _proxies_of_old(environ: Mapping[str, str]) -> dict[str, Proxy]:
    """By the scheme of targets, up to 2.7.2 (ProxyHelper getProxyData)."""
    found = {}
    for names in (("http_proxy", "HTTP_PROXY"), ("CGI_HTTP_PROXY",)):
        name, value = _first(environ, True, *names)
        if name:
            found["http"] = _checked(name, value)
    name, value = _first(environ, True, "https_proxy", "HTTPS_PROXY")
    if name:
        found["https"] = _checked(name, value)
    elif "http" in found:
        found["https"] = found["http"]
    return found


def _checked(variable: str, value: str) -> Proxy:
    """ProxyHelper checkProxy."""
    why = message(N_("Composer says: malformed {variable} url"), variable=variable)
    parts = parse_url(value)
    if parts is None or parts.host is None:
        raise Fault(variable, why)
    url = _formatted(parts)
    again = parse_url(url)
    if again is None or not again.port:
        raise Fault(variable, why)
    return Proxy(variable, url)


def _formatted(parts: PhpUrl) -> str:
    scheme = "" if parts.scheme is None else f"{parts.scheme.lower()}://"
    user = "" if parts.user is None else parts.user
    if parts.user is not None:
        user += "@" if parts.password is None else f":{parts.password}@"
    url = f"{scheme}{user}{parts.host}"
    if parts.port is not None:
        return f"{url}:{parts.port}"
    for known, port in _PORTS.items():
        if url.startswith(known):
            return f"{url}:{port}"
    return url


def _proxies(environ: Mapping[str, str], version: str) -> dict[str, Proxy]:
    """By the scheme of targets, from 2.7.3 on (ProxyManager getProxyData)."""
    found = {}
    for names in (("http_proxy", "HTTP_PROXY"), ("cgi_http_proxy", "CGI_HTTP_PROXY")):
        name, value = _first(environ, False, *names)
        if name and "http" not in found:
            found["http"] = _item(name, value)
    name, value = _first(environ, False, "https_proxy", "HTTPS_PROXY")
    switched_off = False
    if version == "2.7.3":
        for spelled in ("https_proxy", "HTTPS_PROXY"):
            if environ.get(spelled):
                break
            if environ.get(spelled) == "":
                name, switched_off = "", True
                break
    if name:
        found["https"] = _item(name, value)
    elif version == "2.7.3" and not switched_off and "http" in found:
        found["https"] = found["http"]
    return found


def _item(variable: str, value: str) -> Proxy:
    """ProxyItem."""
    parts = None if re.search(r"[\r\n\t]", value) else parse_url(value)
    if parts is None:
        said = message(N_("Composer says: unsupported {variable} syntax"), variable=variable)
        raise Fault(variable, said)
    if parts.host is None:
        raise Fault(
            variable, message(N_("Composer finds no host in {variable}"), variable=variable)
        )
    scheme = "http://" if parts.scheme is None else f"{parts.scheme.lower()}://"
    port = _PORTS.get(scheme) if parts.port is None else parts.port
    if not port:
        raise Fault(
            variable, message(N_("Composer finds no port in {variable}"), variable=variable)
        )
    user = parts.user or ""
    if parts.password is not None and parts.user is not None:
        user = f"{user}:{parts.password}"
    return Proxy(variable, f"{scheme}{parts.host}:{port}", user)


class _Host(NamedTuple):
    """A host or an entry. name: with one dot before it. number: of an address, as IPv6; mask: of a
    network. port: 0 for any.
    """

    name: str
    port: int
    number: int | None = None
    mask: int | None = None


def _excluded(value: str) -> Callable[[str], str | None]:
    """URL → the entry that keeps it from the proxy (NoProxyPattern test)."""
    entries = [entry for entry in _SEPARATORS.split(value) if entry]
    if not entries or entries[0] == "*":
        return lambda url: "*"
    rules = [(entry, rule) for entry in entries if (rule := _host(entry, is_rule=True)) is not None]

    def excluded(url: str) -> str | None:
        parts = parse_url(url)
        if parts is None or parts.host in (None, "", "0"):
            return None
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme or "", 0)
        host = _host(f"{parts.host}:{port}" if port else f"{parts.host}", is_rule=False)
        if host is None:
            return None
        return next((entry for entry, rule in rules if _matches(rule, host)), None)

    return excluded


def _matches(rule: _Host, host: _Host) -> bool:
    if rule.mask is not None and rule.number is not None:
        return host.number is not None and rule.number & rule.mask == host.number & rule.mask
    if rule.number is not None:
        matched = rule.number == host.number
    else:
        matched = host.name.endswith(rule.name)
    return matched and rule.port in (0, host.port)


def _host(text: str, is_rule: bool) -> _Host | None:
    """None for what is misformed (splitHostPort, ipCheckData)."""
    split = _split(text)
    if split is None:
        return None
    host, port = split
    address, slash, rest = host.partition("/")
    bits = _integer(rest.partition("/")[0], 0, 128) if slash else None
    if slash and (not is_rule or bits is None):
        return None
    known = _address(address)
    if known is None:
        return None if slash else _Host(_name(host), port)
    number, size = known
    if bits is None:
        return _Host(_name(address), port, number)
    if bits > size:
        return None
    mask = (1 << 128) - (1 << (size - bits))
    return _Host(_name(address), port, number, mask)


def _name(host: str) -> str:
    """Without regard to case, of ASCII alone (stripos)."""
    bare = host.lstrip(".")
    return "." + (bare.lower() if bare.isascii() else bare.translate(_LOWER))


def _split(text: str) -> tuple[str, int] | None:
    inside = ""
    if text.startswith("["):
        end = text.find("]")
        if end < 3:
            return None
        inside, text = text[1:end], text[end + 1 :]
        if "[" in text or "]" in text or text.count(":") > 1:
            return None
    if text.count(":") != 1:
        return inside + text, 0
    host, _, digits = text.partition(":")
    port = _integer(digits, 1, 65535)
    return None if port is None else (inside + host, port)


def _integer(text: str, least: int, most: int) -> int | None:
    """FILTER_VALIDATE_INT."""
    found = _INTEGER.match(text)
    if found is None:
        return None
    number = int(found.group(1))
    return number if least <= number <= most else None


def _address(text: str) -> tuple[int, int] | None:
    """An address as IPv6, and its own bits (FILTER_VALIDATE_IP, ipMapTo6)."""
    from ipaddress import ip_address

    try:
        address = None if "%" in text else ip_address(text)
    except ValueError:
        return None
    if address is None:
        return None
    if address.version == 4:
        return 0xFFFF << 32 | int(address), 32
    return int(address), 128


SEMANTICS = Semantics("composer", _VERSIONS, ("2.5", "2.8", "2.10"), decider)
