"""undici's EnvHttpProxyAgent, which undici's users make themselves and Node makes for ``fetch``.

lib/dispatcher/env-http-proxy-agent.js, proxy-agent.js and socks5-proxy-agent.js; lib/core/util.js
parseOrigin and parseURL (undici 6.14 to 8.13).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics import whatwg_url
from dockproxy.semantics.base import (
    Decision,
    first_set,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.javascript import BLANKS, integer
from dockproxy.semantics.whatwg_url import Url

VERSIONS = ("6.14.0", "6.14.1", "7.22", "7.23", "8", "8.0.2", "8.2", "8.10", "8.10.2", "8.11")
"""6.14.1: lower-case names first. 7.22: an entry stands for all below it. 7.23: SOCKS5. 8, until
8.0.2: a proxy needs no scheme. 8.2: a user without a password counts. 8.10: IPv6 without brackets
in NO_PROXY. 8.10.2: a dot at the end of a name. 8.11: ``*`` anywhere, ``*.`` for what is below.
"""

_SEPARATOR = pattern(f"[,{BLANKS}]")
_PORT = pattern(r"(.+):([0-9]+)\Z", re.S)
_BRACKETED = pattern(r"\[(.+)\](?::([0-9]+))?\Z", re.S)
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SOCKS = ("socks5", "socks")

Route = Callable[[Url], Decision]
"""What an agent does with a request to a URL of http or https."""


def env_http_proxy_agent(environ: Mapping[str, str], version: str) -> Route | Decision:
    """``new EnvHttpProxyAgent()``, or the error that it throws."""
    known = VERSIONS.index(version)
    proxies: list[Decision | None] = []
    for scheme in ("http", "https"):
        lower, upper = f"{scheme}_proxy", f"{scheme.upper()}_PROXY"
        names = (lower, upper) if known >= VERSIONS.index("6.14.1") else (upper, lower)
        variable, value = first_set(environ, *names, empty_counts=True)
        if not value:
            proxies.append(None)
            continue
        if version == "8" and not _SCHEME.match(value):
            value = f"{scheme}://{value}"
        url = whatwg_url.parse(value)
        if url is None:
            return refused(variable, message(N_("the proxy is no URL; a scheme is needed")))
        error = _error(url, variable, known)
        if error is not None:
            return error
        proxies.append(_through(url, variable))
    for_http, for_https = proxies
    names = (
        ("no_proxy", "NO_PROXY") if known >= VERSIONS.index("6.14.1") else ("NO_PROXY", "no_proxy")
    )
    listing, text = first_set(environ, *names, empty_counts=True)
    bypass = _no_proxy(text, known)

    def route(url: Url) -> Decision:
        proxy = for_http if url.scheme == "http" else for_https or for_http
        if proxy is None:
            return not_set(f"{url.scheme}_proxy")
        entry = bypass(url)
        if entry is not None:
            return listed(entry, listing, proxy.variable)
        if url.scheme == "https" and for_https is None and proxy.kind == "proxy":
            said = message(N_("{variable} names the proxy for https too"), variable=proxy.variable)
            return through(proxy.proxy, proxy.variable, said)
        return proxy

    return route


def _error(url: Url, variable: str, known: int) -> Decision | None:
    """What ``new ProxyAgent(url)`` throws."""
    counts = url.user and (url.password or known >= VERSIONS.index("8.2"))
    if counts and not (whatwg_url.decodes(url.user) and whatwg_url.decodes(url.password)):
        return refused(
            variable, message(N_("the proxy's user or password has a % that is no escape"))
        )
    if url.scheme in _SOCKS and known >= VERSIONS.index("7.23"):
        return None
    if url.scheme not in ("http", "https"):
        said = N_("undici speaks to no proxy of the scheme {scheme}")
        return refused(variable, message(said, scheme=url.scheme))
    if not url.bare:
        return refused(variable, message(N_("nothing may follow the proxy's host and port")))
    return None


def _through(url: Url, variable: str) -> Decision:
    """What a request meets. A SOCKS5 proxy is given names, and looked for with its brackets on;
    without a host it is localhost, and port 0 is 1080.
    """
    if url.scheme not in _SOCKS:
        return through(url.proxy(url.scheme), variable)
    if url.hostname.startswith("[") or "%" in url.hostname:
        return refused(
            variable, message(N_("undici finds no SOCKS proxy by an IPv6 address or an escape"))
        )
    url = url._replace(hostname=url.hostname or "localhost")
    return through(url.proxy("socks5h", "" if url.port == "0" else url.port), variable)


class _Entry(NamedTuple):
    shown: str
    host: str
    port: int


def _no_proxy(text: str, known: int) -> Callable[[Url], str | None]:
    """What answers with the entry that keeps a request from the proxy."""
    unbracketed = known >= VERSIONS.index("8.10")
    undotted = known >= VERSIONS.index("8.10.2")
    below = known >= VERSIONS.index("7.22")
    stars = known >= VERSIONS.index("8.11")
    entries = []
    for shown in _SEPARATOR.split(text):
        if shown:
            host, port = _host_and_port(shown, unbracketed)
            if below:
                host = re.sub(r"^\*?\.", "", host)
            if undotted and len(host) > 1:
                host = host.removesuffix(".")
            entries.append(_Entry(shown, host.lower(), port))

    def bypass(url: Url) -> str | None:
        host = (url.name if unbracketed else url.hostname).lower()
        if undotted and len(host) > 1:
            host = host.removesuffix(".")
        if text == "*" and not stars:
            return text
        for entry in entries:
            if entry.port and entry.port != url.number:
                continue
            if stars and entry.host == "*":
                return entry.shown
            if below:
                exact = host == entry.host and not (stars and entry.shown.startswith("*"))
                if exact or host.endswith(f".{entry.host}"):
                    return entry.shown
            elif entry.host.startswith((".", "*")):
                if host.endswith(entry.host.removeprefix("*")):
                    return entry.shown
            elif host == entry.host:
                return entry.shown
        return None

    return bypass


def _host_and_port(entry: str, unbracketed: bool) -> tuple[str, int]:
    if unbracketed:
        bracketed = _BRACKETED.match(entry)
        if bracketed:
            entry, port = bracketed.groups()
            if port:
                return entry, integer(port)
        if entry.count(":") != 1:
            return entry, 0
    found = _PORT.match(entry)
    return (found.group(1), integer(found.group(2))) if found else (entry, 0)
