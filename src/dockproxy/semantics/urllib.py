"""Python's ``urllib.request.urlopen``.

CPython 3.9, 3.11, 3.13, 3.15: urllib/request.py ProxyHandler.proxy_open, _parse_proxy,
Request.set_proxy, OpenerDirector._open, and http/client.py HTTPConnection, which splits host and
port. All of it is text work on the URL as written: nothing is normalised.

A proxy of another scheme than the target's replaces the request's scheme, and the request starts
over: with ``http_proxy=https://p`` an http request becomes one for the "https" host p, which
HTTPS_PROXY and NO_PROXY are then asked about. Any ``NAME_proxy`` serves requests of scheme NAME,
and ``default_proxy`` those of every scheme.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    listed,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.environment_proxies import NoProxy, Setting, getproxies, unquote
from dockproxy.semantics.host_lookup import can_be_looked_up, in_ascii, is_ipv6, port_taken

_SCHEME = pattern(r"([^/:]+):(.*)", re.DOTALL)
_HOST = pattern(r"//([^/#?]*)(.*)", re.DOTALL)
_PORTS = {"http": 80, "https": 443}
_OTHER_HANDLERS = ("ftp", "file", "data")
_MOST_STEPS = 20


class _Request:
    """A request on its way through the handlers. tunnel: the host behind the proxy, for CONNECT."""

    def __init__(self, url: str) -> None:
        scheme = _SCHEME.match(url)
        self.type, rest = (scheme.group(1).lower(), scheme.group(2)) if scheme else ("", url)
        host = _HOST.match(rest)
        self.target = self.host = unquote(host.group(1)) if host else ""
        self.url = url
        self.path = (host.group(2) if host else rest).partition("#")[0]
        self.tunnel = ""
        self.proxy = Setting("", "")
        self.user = ""

    def set_proxy(self, proxy: Setting, user: str, host: str, scheme: str) -> None:
        """To this host, if it is for https through a tunnel."""
        if self.type == "https" and not self.tunnel:
            self.tunnel = self.host
        else:
            self.type = scheme
        self.host, self.proxy, self.user = host, proxy, user


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What these variables make of a target."""
    proxies = getproxies(environ)
    no_proxy = NoProxy(proxies)
    parsed_once = lru_cache(maxsize=None)(parse_proxy)

    def decide(target: Target) -> Decision:
        if version != "3.9" and target.bracketed and not is_ipv6(target.host.partition("%")[0]):
            return refused("", message(N_("the target has no host that can be read")))
        request = _Request(target.url)
        for _ in range(_MOST_STEPS):
            started = request.type
            for serves in ("default", started, *_unknown(started)):
                if serves not in proxies:
                    continue
                proxy = proxies[serves]
                parsed = parsed_once(proxy.value)
                if parsed is None:
                    return _refused(proxy)
                if request.host:
                    entry = no_proxy.match(request.host)
                    if entry is not None:
                        if not request.proxy.variable:
                            return _direct(
                                request, listed(entry, no_proxy.variable, proxy.variable)
                            )
                        continue
                scheme, user, host = parsed
                scheme = scheme or started
                request.set_proxy(proxy, user, host, scheme)
                if started not in (scheme, "https"):
                    break
            else:
                return _sent(request, started, version)
        return refused(
            request.proxy.variable, message(N_("the proxies name each other without an end"))
        )

    return decide


def _unknown(scheme: str) -> tuple[str, ...]:
    return () if scheme in _PORTS or scheme in _OTHER_HANDLERS else ("unknown",)


def parse_proxy(value: str) -> tuple[str, str, str] | None:
    """Scheme, user info and host with port of a proxy (_parse_proxy); None if it has none.

    Without a scheme that a slash follows, the whole value is the host.
    """
    scheme = _SCHEME.match(value)
    name, rest = (scheme.group(1).lower(), scheme.group(2)) if scheme else ("", value)
    if not rest.startswith("/"):
        name, authority = "", value
    elif rest.startswith("//"):
        end = rest.find("/", rest.find("@") if "@" in rest else 2)
        authority = rest[2:] if end < 0 else rest[2:end]
    else:
        return None
    user, at, host = authority.rpartition("@")
    return name, user + at, unquote(host)


def _sent(request: _Request, scheme: str, version: str) -> Decision:
    """What the handler of a scheme does with it. started: which handler it is."""
    proxy = request.proxy
    if not proxy.variable:
        return _direct(request, not_set(f"{scheme}_proxy"))
    if scheme not in _PORTS:
        said = N_("{variable} has a scheme that is none for a proxy")
        return refused(proxy.variable, message(said, variable=proxy.variable))
    place = host_and_port(request.host, _PORTS[scheme])
    if place is None or not _can_be_written(request, version):
        return _refused(proxy)
    host, port = place
    tunnel = split_port(request.tunnel, 0) if request.tunnel else None
    speech = "https" if scheme == "https" and not (tunnel and tunnel[0]) else "http"
    written = f"[{host}]" if ":" in host else "localhost" if host == "*" else host
    if port != _PORTS[speech] or request.host.endswith(str(port)):
        written += f":{port}"
    return through(f"{speech}://{request.user}{written}", proxy.variable)


def _direct(request: _Request, decision: Decision) -> Decision:
    """Direct, unless http.client refuses to connect to such a host."""
    if host_and_port(request.host, _PORTS.get(request.type, 80)) is None:
        return refused(decision.variable, message(N_("the target has no host that can be read")))
    return decision


def host_and_port(host: str, default: int) -> tuple[str, int] | None:
    """What http.client connects to, if it can."""
    split = split_port(host, default)
    port = port_taken(split[1]) if split else None
    if split is None or port is None:
        return None
    asked = in_ascii(split[0])
    return (asked, port) if can_be_looked_up(asked) else None


def split_port(host: str, default: int) -> tuple[str, int] | None:
    """Host and port, which is what int() takes (HTTPConnection._get_hostport)."""
    port = default
    colon = host.rfind(":")
    if colon > host.rfind("]"):
        digits, host = host[colon + 1 :], host[:colon]
        if digits:
            try:
                port = int(digits)
            except ValueError:
                return None
    if host[:1] == "[" and host[-1:] == "]":
        host = host[1:-1]
    return host, port


def _can_be_written(request: _Request, version: str) -> bool:
    """Whether the request's first line and its Host header can be encoded; since 3.12, CONNECT has
    the host as IDNA, which fails for an empty label.
    """
    try:
        request.target.encode("latin-1")
    except UnicodeError:
        return False
    if not request.tunnel:
        return request.url.isascii()
    tunnel = split_port(request.tunnel, _PORTS["https"])
    if tunnel is None or (version == "3.12" and not _is_idna(tunnel[0])):
        return False
    return request.path.isascii()


def _is_idna(host: str) -> bool:
    labels = host.split(".")
    return all(0 < len(label) < 64 for label in labels[:-1]) and len(labels[-1]) < 64


def _refused(proxy: Setting) -> Decision:
    said = N_("{variable} is no address that can be connected to")
    return refused(proxy.variable, message(said, variable=proxy.variable))


SEMANTICS = Semantics("urllib", ("3.9", "3.11", "3.12"), ("3.9", "3.11", "3.13", "3.15"), decider)
