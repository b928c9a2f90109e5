"""Perl's LWP::UserAgent after ``env_proxy``, with LWP::Protocol::https and ::socks installed.

Sources: LWP/UserAgent.pm env_proxy, proxy, _need_proxy and send_request, LWP/Protocol.pm
implementor, LWP/Protocol/http.pm request and _new_socket (6.52, 6.68, 6.70, 6.78, 6.83); URI.pm new
and URI/_server.pm; Net/HTTP/Methods.pm http_configure; IO/Socket/IP.pm split_addr.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
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
from dockproxy.semantics.host_lookup import can_be_looked_up, in_ascii, is_ipv6

PROTOCOLS = (
    *("http", "https", "ftp", "gopher", "nntp", "news", "file", "data", "mailto", "cpan"),
    *("loopback", "nogo", "socks", "socks4"),
)
"""What LWP has a module for: NAME_proxy of all others is passed over."""
FETCHED = ("http", "https", "ftp", "gopher", "nntp", "news")
PORTS = {"http": 80, "https": 443, "socks": 80, "socks4": 80}
SPOKEN = {"http": "http", "https": "https", "socks": "socks5h", "socks4": "socks4"}
SOCKS = ("socks", "socks4")

_ABSOLUTE = pattern(r"([A-Za-z][A-Za-z0-9.+-]*):", re.ASCII)
_HTTP = pattern(r"https?://[\w\[]", re.ASCII)
_AUTHORITY = pattern(r"[^:]*://([^/?#]*)")
_ONE_COLON = pattern(r"([^\s:]*):([^\s:]*)\Z")

_NOT_ABSOLUTE = N_("LWP dies of {variable}: it has no scheme")
_NOT_HTTP = N_("LWP dies of {variable}: no host follows its scheme")
_NO_PROTOCOL = N_("LWP can't use {scheme}:// as a proxy, which {variable} is set to")
_NO_HOST = N_("{variable} names no host that can be looked up")
_NO_PORT = N_("{variable} names no port that there is")
_NOT_FETCHED = N_("LWP does not fetch {scheme} URLs")
_NO_NAME = N_("an empty entry of {listing} matches")
_ZERO = N_("{variable} is 0, which counts as unset")


class _Chosen(NamedTuple):
    """A variable that counts."""

    name: str
    value: str


def _decider(environ: Mapping[str, str], version: str) -> Decider:
    chosen = _chosen(environ)
    for scheme, (variable, value) in chosen.items():
        why = _deadly(value)
        if scheme in PROTOCOLS and why:
            return partial(_dead, variable, message(why, variable=variable))
    listing, value = chosen.get("no", _Chosen("", ""))
    bypasses = _bypasses(_entries(value), version)

    def decide(target: Target) -> Decision:
        if target.scheme not in FETCHED:
            return refused("", message(_NOT_FETCHED, scheme=target.scheme))
        if target.scheme not in chosen:
            return _unset(environ, target.scheme)
        variable, proxy = chosen[target.scheme]
        host = in_ascii(unquote(target.host))
        if host not in ("", "0"):
            entry = bypasses(host)
            if entry == "":
                said = message(_NO_NAME, listing=listing)
                return ignored(variable, said)._replace(matched="")
            if entry is not None:
                return listed(entry, listing, variable)
        return _through(proxy, variable, target.scheme)

    return decide


def _chosen(environ: Mapping[str, str]) -> dict[str, _Chosen]:
    """By scheme, or ``no``: of names that differ in case the first one in the alphabet of bytes,
    which has capitals first. "" and 0 count as unset.
    """
    cgi = environ.get("REQUEST_METHOD", "") not in ("", "0")
    found: dict[str, _Chosen] = {}
    for name in sorted(environ):
        if environ[name] in ("", "0") or (cgi and name.startswith("HTTP_")):
            continue
        low = "http_proxy" if cgi and name == "CGI_HTTP_PROXY" else name.lower()
        scheme = low.removesuffix("_proxy")
        if scheme != low and scheme not in found:
            found[scheme] = _Chosen(name, environ[name])
    return found


def _deadly(value: str) -> str:
    """What env_proxy dies of, whatever is asked for then."""
    if not _ABSOLUTE.match(value):
        return _NOT_ABSOLUTE
    return _NOT_HTTP if re.match("https?:", value) and not _HTTP.match(value) else ""


def _entries(value: str) -> list[str]:
    """Blanks around commas are no part of an entry; empty entries at the end are dropped."""
    entries = re.split(r"[ \t\n\v\f\r]*,[ \t\n\v\f\r]*", value) if value else []
    while entries and not entries[-1]:
        entries.pop()
    return entries


def _bypasses(entries: list[str], version: str) -> Callable[[str], str | None]:
    """The first entry that matches a host, case included."""
    if version == "6.52":
        return lambda host: next((each for each in entries if host.endswith(each)), None)
    # With a dot before the host, a whole name ends as one below it does.
    tails = [
        (each, "." + (each.removeprefix(".") if version == "6.73" else each)) for each in entries
    ]
    return lambda host: next((each for each, tail in tails if f".{host}".endswith(tail)), None)


def _through(value: str, variable: str, target_scheme: str) -> Decision:
    found = _ABSOLUTE.match(value)
    scheme = found.group(1).lower() if found else ""
    if scheme not in SPOKEN or (scheme in SOCKS and target_scheme not in ("http", "https")):
        return refused(variable, message(_NO_PROTOCOL, scheme=scheme, variable=variable))
    authority = _AUTHORITY.match(value.rstrip(" \t\n\v\f\r"))
    user, at, place = (authority.group(1) if authority else "").rpartition("@")
    host = re.sub(r":[0-9]+\Z", "", place)
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    host = _as_looked_up(unquote(host))
    digits = re.search(r":([0-9]*)\Z", place)
    port = digits.group(1) if digits else ""
    once_more = _ONE_COLON.match(host)
    if once_more and not is_ipv6(host):
        # IO::Socket::IP divides the host anew, and goes by the port that it finds there.
        host, port = once_more.group(1), once_more.group(2) or port
    if not host or host == "*" or "%" in host or not can_be_looked_up(host):
        return refused(variable, message(_NO_HOST, variable=variable))
    if not re.fullmatch(r"\+?[0-9]{0,18}", port, re.ASCII):
        return refused(variable, message(_NO_PORT, variable=variable))
    shown = _port(port.removeprefix("+"), scheme)
    written = f"[{host}]" if ":" in host else host
    return through(f"{SPOKEN[scheme]}://{user}{at}{written}{shown}", variable)


def _as_looked_up(host: str) -> str:
    """Net::HTTP takes it for a URL once more, which drops blanks at the end; a C library ends it at
    a zero byte, and takes a character behind a backslash for itself.
    """
    return re.sub(r"\\(?![0-9])", "", host.partition("\0")[0].rstrip(" \t\n\v\f\r"))


def _port(digits: str, scheme: str) -> str:
    if digits in ("", "0"):
        return ":80" if scheme in SOCKS else ""
    return f":{int(digits) % 65536}"


def _unset(environ: Mapping[str, str], scheme: str) -> Decision:
    for name in (f"{scheme.upper()}_PROXY", f"{scheme}_proxy"):
        if environ.get(name) == "0":
            return ignored(name, message(_ZERO, variable=name))
    return not_set(f"{scheme}_proxy")


def _dead(variable: str, why: Message, _: Target) -> Decision:
    return refused(variable, why)


SEEN = ("6.52", "6.68", "6.78", "6.83")
SEMANTICS = Semantics("perl-lwp", ("6.52", "6.69", "6.73"), SEEN, _decider)
