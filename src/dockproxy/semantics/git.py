"""git over http, https and ftp: its own choice of a proxy, which libcurl then uses.

- https: https_proxy, HTTPS_PROXY; http (and ftp): http_proxy alone; then all_proxy, ALL_PROXY.
  no_proxy, then NO_PROXY. A variable that is set empty counts: no proxy, or no list. With none of
  them set libcurl looks for itself, which makes a difference for ftp only.
- The kind of the proxy is what the value begins with, in lower case and whatever follows: socks5h,
  socks5, socks4a, socks (SOCKS4), https; all else is http, with any scheme. libcurl gets the host
  and port alone, so that the port is 1080 where none is given (with its 8.21: 80).
- A user without a password is asked for it: without a terminal or GIT_ASKPASS that is an error, as
  is a line break. They come before NO_PROXY is looked at.
- An empty host is no proxy. The rest is libcurl's.

Sources: http.c get_curl_handle, credential.c credential_from_url_1, url.c url_decode_mem, 2.30 to
2.55. Configuration (http.proxy) is not asked. Each version is taken with the libcurl of the Debian
suite that has it.

Versions: 2.47 a path is an error but for SOCKS at localhost (a Unix socket); 2.55 the scheme must
be one of those, or http, and the value's beginning no longer counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import libcurl
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    first_set,
    ignored,
    listed,
    refused,
)
from dockproxy.semantics.libcurl_url import decoded

LIBCURL = {"2.30": "7.74", "2.39": "7.88", "2.47": "8.14", "2.53": "8.22", "2.55": "8.22"}
"""Debian 11, 12, 13, 14 and what came after it."""

_KINDS = {"socks5h": "socks5h", "socks5": "socks5", "socks4a": "socks4a", "socks": "socks4"}
_BY_SCHEME = {**_KINDS, "socks4": "socks4", "https": "https", "http": "http"}
_WITHOUT = ("git", "ssh", "git+ssh", "ssh+git", "file")


class Place(NamedTuple):
    """A proxy's URL as credential_from_url_1 takes it apart.

    user: with password and ``@``, as written. login: the same decoded. asks: for a password.
    """

    protocol: str
    user: str
    login: str
    asks: bool
    host: str
    path: str


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What git does with this environment."""
    since = libcurl.since_of(LIBCURL[version])
    utf_8 = libcurl.speaks_utf_8(environ)
    by_itself = libcurl.decider(environ, LIBCURL[version])
    listing, text = first_set(environ, "no_proxy", "NO_PROXY", empty_counts=True)
    kept = libcurl.matcher(text, since)
    asks = not (environ.get("GIT_ASKPASS") or environ.get("SSH_ASKPASS"))

    def proxy_of(scheme: str) -> tuple[str, Decision | None, Decision | None]:
        """The variable; what git says of it before libcurl is asked; what libcurl says."""
        names = ("https_proxy", "HTTPS_PROXY") if scheme == "https" else ("http_proxy",)
        name, value = first_set(environ, *names, "all_proxy", "ALL_PROXY", empty_counts=True)
        if not value:
            said = message(N_("{variable} is empty: git asks no proxy"), variable=name)
            return name, ignored(name, said) if name else None, None
        return name, *_read(value, name, version, asks=asks, utf_8=utf_8)

    proxies = {scheme: proxy_of(scheme) for scheme in ("http", "https")}

    def decide(target: Target) -> Decision:
        scheme = target.url.partition("://")[0]
        if scheme in _WITHOUT:
            return ignored("", message(N_("git asks no proxy for {scheme}://"), scheme=scheme))
        if scheme not in ("http", "https", "ftp", "ftps"):
            return refused("", message(N_("git knows no {scheme}://"), scheme=scheme))
        name, own, decision = proxies["https" if scheme == "https" else "http"]
        if not name:
            return by_itself(target)
        host = libcurl.target_host(target, since, utf_8)
        if host is None:
            return refused("", message(N_("libcurl does not take it for a URL")))
        if own is not None or decision is None:
            return own or by_itself(target)
        entry = kept(host)
        return decision if entry is None else listed(entry, listing, name)

    return decide


def _read(
    value: str, name: str, version: str, *, asks: bool, utf_8: bool
) -> tuple[Decision | None, Decision | None]:
    """What git says of it before libcurl is asked, else what libcurl says."""
    since = libcurl.since_of(LIBCURL[version])
    place = _place(value if "://" in value else f"http://{value}")
    if place is None or "\n" in "".join((place.protocol, place.login, place.host, place.path)):
        return refused(name, message(N_("git cannot read {variable}"), variable=name)), None
    host, kind = place.host, _kind(value)
    if version == "2.55":
        kind = _BY_SCHEME.get(place.protocol, "")
        if not kind:
            said = message(N_("{variable} names no kind of proxy that git knows"), variable=name)
            return refused(name, said), None
    if place.path and version not in ("2.30", "2.39"):
        if not place.protocol.startswith("socks") or host.lower() != "localhost":
            said = message(N_("git takes no path in {variable}"), variable=name)
            return refused(name, said), None
        host += f"/{place.path}"
    if place.asks and asks:
        said = message(N_("{variable} has a user and no password: git asks for it"), variable=name)
        return refused(name, said), None
    if not host:
        said = message(N_("{variable} names no host: git asks no proxy"), variable=name)
        return ignored(name, said), None
    if since < (8, 14) and "%00" in place.login:
        said = message(N_("the user of {variable} is spoilt"), variable=name)
        return refused(name, said), None
    said_by_libcurl = libcurl.proxy_decision(host, name, since, utf_8, kind=kind, user=place.user)
    return None, said_by_libcurl


def _kind(value: str) -> str:
    begins = next((begin for begin in _KINDS if value.startswith(begin)), "")
    return _KINDS[begins] if begins else "https" if value.startswith("https") else "http"


def _place(url: str) -> Place | None:
    """The parts; None without a scheme."""
    protocol, _, rest = url.partition("://")
    if not protocol:
        return None
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    authority, path = rest[:end], rest[end:].lstrip("/")
    user, at, host = authority.partition("@") if "@" in authority else ("", "", authority)
    name, colon, password = user.partition(":")
    login = _decoded(name) + colon + _decoded(password)
    path = path[:1] + path[1:].rstrip("/")
    asks = bool(at) and not colon
    return Place(protocol, user + at, login, asks, _decoded(host), _decoded(path))


def _decoded(text: str) -> str:
    """What comes before a colon is left as it is; %00 too (url_decode_mem)."""
    before, colon, after = text.partition(":") if ":" in text[1:] else ("", "", text)
    kept = after.replace("%00", "%2500")
    return before + colon + decoded(kept)


SEMANTICS = Semantics("git", tuple(LIBCURL), tuple(LIBCURL), decider)
