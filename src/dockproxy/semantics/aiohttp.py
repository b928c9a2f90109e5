"""Python's aiohttp: ``ClientSession(trust_env=True)``.

aiohttp 3.8, 3.11, 3.14: aiohttp/helpers.py get_env_proxy_for_url, proxies_from_env,
strip_auth_from_url; client_reqrep.py ClientRequest.update_host; connector.py
_create_direct_connection. URLs are those of yarl, yarl/_url.py and _parse.py: 1.8 with aiohttp 3.8
(urllib's urlsplit), 1.25 with the others.

The proxies of http, https, ws and wss are read for each request that NO_PROXY does not keep from
them, so one that is no URL makes all of these an error. What is spoken is HTTP whatever the scheme
says, but an https or wss proxy is ignored.

Changes: a colon, as %3A, in a user name is an error; before 3.14 in any of the proxies, since then
in the one that is used. An address that is not written as four plain numbers (``127.1``) is an
error since 3.14.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, message
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
from dockproxy.semantics.environment_proxies import NoProxy, Setting, getproxies, unquote
from dockproxy.semantics.host_lookup import can_be_looked_up, in_ascii, is_ipv4, is_ipv6

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_READ = ("http", "https", "ws", "wss")
_SCHEME = pattern(r"[A-Za-z0-9+.-]+\Z")
_NOTHING = ("", "?", "#", "?#")
_END = pattern(r"[/?#]")
_BLANKS = "".join(chr(code) for code in range(0x21))


class Url(NamedTuple):
    """scheme: in lower case. user: as written, with its ``@``. host: in lower case and ASCII,
    without brackets, an address in its normal form; "" for a relative URL. port: None for none.
    empty: whether there is nothing after the scheme.
    """

    scheme: str
    user: str
    host: str
    port: int | None
    empty: bool = False


def decider(environ: Mapping[str, str], version: str) -> Decider:
    """What these variables make of a target."""
    number = tuple(int(part) for part in version.split("."))
    found = getproxies(environ)
    no_proxy = NoProxy(found)
    settings = {scheme: found[scheme] for scheme in found if scheme in _READ}
    proxies = {scheme: parse(setting.value, number) for scheme, setting in settings.items()}
    bad = [
        settings[scheme]
        for scheme, url in proxies.items()
        if url is None or (number < (3, 14) and ":" in unquote(url.user.partition(":")[0]))
    ]

    def decide(target: Target) -> Decision:
        url = parse(target.url, number)
        if url is None or not url.host or url.scheme not in _READ:
            return refused("", message(N_("the target is a URL that it does not take")))
        setting = settings.get(url.scheme)
        entry = no_proxy.match(decoded(url.host))
        if entry is not None:
            variable = setting.variable if setting else f"{url.scheme}_proxy"
            kept = listed(entry, no_proxy.variable, variable) if setting else not_set(variable)
            return direct(url, kept, number)
        if bad:
            why = message(N_("{variable} is no URL"), variable=bad[0].variable)
            return refused(bad[0].variable, why)
        proxy = proxies.get(url.scheme)
        if setting is None or proxy is None:
            return direct(url, not_set(f"{url.scheme}_proxy"), number)
        if proxy.empty:
            why = message(N_("{variable} is empty"), variable=setting.variable)
            return direct(url, ignored(setting.variable, why), number)
        if proxy.scheme in ("https", "wss"):
            said = N_("{variable} is an https proxy, which it ignores")
            why = message(said, variable=setting.variable)
            return direct(url, ignored(setting.variable, why), number)
        return sent(setting, proxy, number)

    return decide


def sent(setting: Setting, proxy: Url, number: tuple[int, ...]) -> Decision:
    """In HTTP to the host and port of a proxy."""
    port = _PORTS.get(proxy.scheme) if proxy.port is None else proxy.port
    if port is None or not _can_be_reached(proxy.host, number) or not _can_be_sent(proxy.user):
        said = N_("{variable} is no address that can be connected to")
        return refused(setting.variable, message(said, variable=setting.variable))
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    host = "localhost" if host == "*" else host
    shown = "" if proxy.port is None and port == _PORTS["http"] else f":{port}"
    return through(f"http://{proxy.user}{host}{shown}", setting.variable)


def _can_be_sent(user: str) -> bool:
    """Whether user and password fit into a header (helpers.py encode_basic_auth)."""
    name, _, password = user[:-1].partition(":")
    name, password = unquote(name), unquote(password)
    try:
        (name + password).encode("latin-1")
    except UnicodeError:
        return False
    return ":" not in name


def direct(url: Url, decision: Decision, number: tuple[int, ...]) -> Decision:
    """Direct, unless there can be no address for the host."""
    if _can_be_reached(url.host, number):
        return decision
    return refused(decision.variable, message(N_("the target has no host that can be read")))


def _can_be_reached(host: str, number: tuple[int, ...]) -> bool:
    if number >= (3, 14) and host.replace(".", "").isdigit() and not is_ipv4(host):
        return False
    if number > (3, 8) and host.endswith(".."):
        host = host.rstrip(".") + "."
    return can_be_looked_up(host)


def parse(text: str, number: tuple[int, ...]) -> Url | None:
    """A URL as yarl reads it; None if it is none.

    ``p.test:3128`` is a scheme and a path, and ``p.test`` a path: relative URLs, without a host.
    """
    text = text.lstrip(_BLANKS)
    for blank in "\t\r\n":
        text = text.replace(blank, "")
    name, colon, after = text.partition(":")
    scheme, rest = "", text
    strict = number > (3, 8)
    if colon and _SCHEME.match(name) and (strict or name[0].isalpha()):
        scheme, rest = name.lower(), after
    if not rest.startswith("//"):
        return Url(scheme, "", "", None, empty=rest in _NOTHING)
    end = _END.search(rest, 2)
    authority = rest[2 : end.start()] if end else rest[2:]
    if ("[" in authority) != ("]" in authority):
        return None
    if not authority:
        return Url(scheme, "", "", None, empty=rest[2:] in _NOTHING)
    user, at, place = authority.rpartition("@")
    split = _host_and_port(place, strict) if not strict or "\\" not in authority else None
    if split is None:
        return None
    host, port = split
    if not host and (not strict or scheme in _PORTS):
        return None
    host = normal(host)
    empty = (user, host, port) == ("", "", None) and rest[2 + len(authority) :] in _NOTHING
    return Url(scheme, user + at if user else "", host, port, empty) if host.isascii() else None


def _host_and_port(place: str, strict: bool) -> tuple[str, int | None] | None:
    """strict: as yarl does it itself, since 1.9 or later, and not as urlsplit."""
    if "[" in place:
        before, _, inside = place.partition("[")
        host, _, after = inside.partition("]")
        if before or "[" in inside or "]" in after or (after and after[0] != ":"):
            return None
        if ":" not in host if strict else not is_ipv6(host.partition("%")[0]):
            return None
        digits = after.partition(":")[2]
    else:
        host, _, digits = place.partition(":")
    if not digits:
        return host, None
    try:
        port = int(digits) if strict or (digits.isascii() and digits.isdigit()) else -1
    except ValueError:
        return None
    if not 0 <= port <= 65535:
        return None
    return host, port if strict else port or None


def normal(host: str) -> str:
    """Lower case, IDNA, and an IPv6 address at its shortest (yarl/_url.py _encode_host)."""
    address, percent, zone = host.partition("%")
    if ":" in address and is_ipv6(address):
        return shortest(address) + percent + zone
    return in_ascii(host.lower())


def shortest(address: str) -> str:
    """An IPv6 address as Python's ipaddress writes it."""
    import ipaddress

    return ipaddress.IPv6Address(address).compressed


def decoded(host: str) -> str:
    """The host that NO_PROXY is asked about: IDNA is undone (URL.host)."""
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


SEMANTICS = Semantics("aiohttp", ("3.8", "3.9", "3.14"), ("3.8", "3.11", "3.14"), decider)
