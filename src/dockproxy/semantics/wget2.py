"""wget2: libwget/http.c wget_http_open, parse_proxies, wget_http_match_no_proxy; libwget/iri.c
wget_iri_parse; src/options.c.

Read at 1.99.1, 2.2.0 and 2.2.1. From 2.2 on as Debian builds it, with libproxy: that one decides
(libproxy.py), after wget2 has looked whether it could read http_proxy and https_proxy itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.semantics import libproxy
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
from dockproxy.semantics.suffixes import Suffixes, lowered

VARIABLES = {"http": "http_proxy", "https": "https_proxy"}
PORTS = {"http": 80, "https": 443}
LIST = "no_proxy"
LONGEST = 255
"""Bytes of one proxy, and of one entry; longer ones are dropped."""
BLANKS = " \t\n\v\f\r"

_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9])")
_ESCAPES = pattern(r"(?:%[0-9A-Fa-f]{2})+")


class _Iri(NamedTuple):
    scheme: str
    user: str
    host: str
    port: int


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    own = version == "1.99"
    proxies = {name: _first(environ.get(name, ""), old=own) for name in VARIABLES.values()}
    unread = next((name for name in proxies if environ.get(name) and not proxies[name]), None)
    if unread is not None:
        said = message(N_("wget2 ends at once: it cannot read {variable}"), variable=unread)
        return lambda target: refused(unread, said)
    return _by_itself(environ, proxies) if own else _by_libproxy(environ)


def _by_itself(environ: Mapping[str, str], proxies: Mapping[str, _Iri | None]) -> Decider:
    """1.99. A proxy is spoken to as the target is: with TLS, without CONNECT, if that is https."""
    entries = [entry for entry in environ.get(LIST, "").split(",") if _fits(entry)]
    bypassed = Suffixes((in_ascii(lowered(entry)) for entry in entries), case_counts=True)

    def decide(target: Target) -> Decision:
        variable = VARIABLES.get(target.scheme, "")
        asked = _parse(target.url, old=True)
        if asked is None or asked.scheme not in PORTS:
            return refused(variable, message(N_("wget2 does not take such a URL")))
        ends = bypassed.ends_of(asked.host)
        entry = next((each for each in ends if each == asked.host or each[:1] == "."), None)
        proxy = proxies[variable]
        if proxy is not None and entry is None:
            return _through(proxy, target.scheme, variable)
        if not _is_found(asked):
            return refused(variable, message(N_("no address can be found for such a host")))
        if not environ.get(variable):
            return not_set(variable)
        return listed((entry or "").strip(), LIST, variable)

    return decide


def _by_libproxy(environ: Mapping[str, str]) -> Decider:
    """2.2. An http proxy is told the whole address, of https too; any other is asked to CONNECT."""
    ask = libproxy.asks(environ)

    def decide(target: Target) -> Decision:
        asked = _parse(target.url, old=False)
        answer = ask(target.url)
        variable = answer.variable or VARIABLES.get(target.scheme, "")
        if asked is None:
            return refused(variable, message(N_("wget2 does not take such a URL")))
        if answer.proxy:
            proxy = _parse(answer.proxy, old=False)
            if proxy is None:
                return refused(variable, _crash(variable))
            return _through(proxy, proxy.scheme, variable)
        if not _is_found(asked):
            return refused(variable, message(N_("no address can be found for such a host")))
        if not answer.variable or not environ.get(variable):
            return not_set(variable)
        if answer.entry is not None:
            return listed(answer.entry, answer.listing, variable)
        said = N_("libproxy finds no proxy in {variable}")
        return ignored(variable, message(said, variable=variable))

    return decide


def _crash(variable: str) -> Message:
    said = N_("wget2 crashes: libproxy takes {variable}, but wget2 cannot read it")
    return message(said, variable=variable)


def _through(proxy: _Iri, speech: str, variable: str) -> Decision:
    if not _is_found(proxy):
        said = N_("no address can be found for the host in {variable}")
        return refused(variable, message(said, variable=variable))
    host = "localhost" if proxy.host == "*" else proxy.host
    host = f"[{host}]" if ":" in host else host
    user = f"{proxy.user}@" if proxy.user else ""
    port = "" if proxy.port == PORTS[speech] else f":{proxy.port}"
    return through(f"{speech}://{user}{host}{port}", variable)


def _first(value: str, *, old: bool) -> _Iri | None:
    """The first of several that can be read, which is asked first; None if none can."""
    parsed = (_parse(part, old=old) for part in value.split(",") if _fits(part))
    return next((proxy for proxy in parsed if proxy is not None), None)


def _fits(part: str) -> bool:
    return 0 < len(part.encode(errors="surrogatepass")) <= LONGEST


def _is_found(iri: _Iri) -> bool:
    """With a port ``*`` is this machine itself."""
    return can_be_looked_up(iri.host) and (iri.host != "*" or iri.port > 0)


def _parse(value: str, *, old: bool) -> _Iri | None:
    """[SCHEME:][//][USER@]HOST[:PORT], without a scheme http; None if it is not that.

    old: 1.99 takes any scheme, and leaves out a port that is none.
    """
    value = value.lstrip(BLANKS)
    found = _SCHEME.match(value)
    scheme = found.group(1).lower() if found else "http"
    if scheme not in PORTS and not old:
        return None
    rest = (value[found.end() :] if found else value).lstrip("/")
    authority = _decoded(re.split("[/?#]", rest, maxsplit=1)[0])
    if not authority:
        return _Iri(scheme, "", "", 0) if value and scheme not in PORTS else None
    user, at, place = authority.partition("@")
    place = place if at else authority
    if place.startswith("["):
        host, _, after = place[1:].rpartition("]") if "]" in place else (place[1:], "", "")
    else:
        host, colon, after = place.partition(":")
        after = colon + after
    digits = re.match(":([0-9]+)", after)
    port = _port(digits.group(1), old=old) if digits else 0
    if digits and not port and not old:
        return None
    return _Iri(scheme, user if at else "", in_ascii(lowered(host)), port or PORTS.get(scheme, 0))


def _decoded(text: str) -> str:
    """Without escapes, and without what comes behind ``%00``."""
    return _ESCAPES.sub(
        lambda found: bytes.fromhex(found.group().replace("%", "")).decode(errors="replace"), text
    ).partition("\0")[0]


def _port(digits: str, *, old: bool) -> int:
    """0 for a number that is no port. old: of a large number the lower 32 bits count."""
    number = min(int(digits[:19]), (1 << 63) - 1) if len(digits.lstrip("0")) < 20 else (1 << 63) - 1
    if old:
        number &= 0xFFFFFFFF
    return number if number < 65536 else 0


SEMANTICS = Semantics("wget2", ("1.99", "2.2"), ("1.99", "2.2", "2.2.0"), _decider)
