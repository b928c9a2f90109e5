"""BusyBox wget: networking/wget.c download_one_url, parse_url; libbb/xconnect.c str2sockaddr.

Read at 1.30.1, 1.35 and the commit before 1.37, between which nothing changed here; that 1.38
refuses blanks and control characters was seen.

One variable serves http and https, and there is no list of exceptions at all. An https target
is asked for by its address (``GET https://…``), so the TLS is the proxy's. With an openssl in
its PATH it leaves TLS to that one; here it has none, as in BusyBox images.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import (
    Decider,
    Decision,
    Semantics,
    Target,
    not_set,
    refused,
    through,
)
from dockproxy.semantics.host_lookup import can_be_looked_up, inet_aton

PORTS = {"http": 80, "https": 443, "ftp": 21, "ftps": 990}
_BLANK = pattern(r"[\x01-\x20]")
_PORT = pattern(r"[0-9]+")


class _Address(NamedTuple):
    scheme: str
    user: str
    host: str
    port: str


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    strict = version == "1.38"
    proxies = {
        name: _parse(environ[name], strict=strict)
        for name in ("http_proxy", "ftp_proxy")
        if environ.get(name)
    }

    def decide(target: Target) -> Decision:
        variable = "ftp_proxy" if target.scheme.startswith("ftp") else "http_proxy"
        asked = _parse(target.url, strict=strict)
        if asked is None:
            return refused(variable, message(N_("BusyBox wget does not take such a URL")))
        if variable not in proxies:
            return not_set(variable) if _connects(asked) else _no_host(variable)
        proxy = proxies[variable]
        if proxy is None:
            said = N_("BusyBox wget does not take what {variable} holds")
            return refused(variable, message(said, variable=variable))
        return through(_spoken(proxy), variable) if _connects(proxy) else _no_host(variable)

    return decide


def _parse(value: str, *, strict: bool) -> _Address | None:
    """A URL, http if it has no ``://``; None if its scheme isn't known in exactly this case.

    strict: a blank, or what is below it in ASCII, may stand nowhere in it.
    """
    if strict and _BLANK.search(value):
        return None
    scheme, mark, rest = value.partition("://")
    if not mark:
        scheme, rest = "http", value
    elif scheme not in PORTS:
        return None
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    user, _, place = authority.rpartition("@")
    if place.startswith("["):
        host, closed, port = place[1:].partition("]")
        return _Address(scheme, user, host if closed else "", port)
    host, colon, port = place.rpartition(":")
    if place.count(":") == 1:
        return _Address(scheme, user, host, colon + port)
    return _Address(scheme, user, place, "")


def _connects(address: _Address) -> bool:
    """Whether host and port are such that it goes on to connect."""
    host, port = address.host, address.port
    if host == "*" or not (inet_aton(host) is not None or can_be_looked_up(host)):
        return False
    if port and not port.startswith(":"):
        return False
    return not port or (bool(_PORT.fullmatch(port, 1)) and _number(port[1:]) < 65536)


def _number(digits: str) -> int:
    digits = digits.lstrip("0")
    return int(digits or 0) if len(digits) < 6 else 65536


def _no_host(variable: str) -> Decision:
    said = N_("BusyBox wget finds no host and port in {variable}")
    return refused(variable, message(said, variable=variable))


def _spoken(proxy: _Address) -> str:
    """As it is spoken to: with TLS only if it is given as https, at the port of its own scheme."""
    scheme = "https" if proxy.scheme == "https" else "http"
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    port = proxy.port or ("" if proxy.scheme == scheme else f":{PORTS[proxy.scheme]}")
    return f"{scheme}://{f'{proxy.user}@' if proxy.user else ''}{host}{port}"


SEMANTICS = Semantics("busybox-wget", ("1.30", "1.38"), ("1.30", "1.35", "1.37", "1.38"), _decider)
