"""What rules ask of a proxy's address."""

from __future__ import annotations

import re

from dockproxy.core.formats.address_repair import is_six, mended_address
from dockproxy.core.formats.daemon_json import DaemonJson
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import Message, message
from dockproxy.core.model.proxies import ADDRESS_KEYS
from dockproxy.resolve.host import Component, Value
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Found
from dockproxy.semantics.go import drops, read_proxy

_HOST = pattern(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)")

_PLACE = pattern(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(?:.*@)?(\[[^\]\s]*\]|[^:/?#@\s\[\]]+)(?::([0-9]+))?([/?#].*)?"
)

_PLACEHOLDERS = pattern(
    r"(?:proxy[-_]?)?(?:ip|host|hostname|address|addr)|(?:server|host)[-_]?ip|ip[-_]?addr(?:ess)?"
    r"|your[-_.]?(?:proxy|host|ip|server|corp|company|domain|address).*|username|user|https?"
    r"|proxy\.example\.com|(?:x+|[0-9]+)(?:\.x+){3}|a\.b\.c\.d"
    r"|none|null|nil|undefined|true|false|yes|no|on|off|direct|disabled?|empty|unset"
    r"|.*(?:\u5730\u5740|\u4e3b\u673a|\u4f60\u7684|\u60a8\u7684).*"
    r"|(?:\u4ee3\u7406)?(?:\u670d\u52a1\u5668)?(?:ip)?"
)
"""Words that stand where a host should be; in Chinese address, host, your, your, proxy, server."""
_HOST_NAME = pattern(r"[^\x00-\x20\x7f,;\"'<>{}$*!()=|\\^`&%]+")
_SCHEMES = ("http", "https", "socks5", "socks5h", "socks", "socks4", "socks4a")
"""Of proxies: the last three are DP508's."""


def host_of(address: str) -> str:
    """The host of SCHEME://[USER@]HOST[:PORT], without brackets, in lower case."""
    found = _HOST.match(address.strip())
    return found.group(1).strip("[]").lower() if found is not None else ""


def has_no_host(value: str) -> bool:
    """Whether nothing can be asked there: no host, one that is none, a port that is none, or a
    scheme that is no proxy's. False for what Go drops, and for what lacks brackets alone.
    """
    value = mended_address(value, "trim") or value
    url = read_proxy(value)
    if url is None or mended_address(value, "brackets") is not None:
        return False
    host, port = url.hostname().lower(), url.port()
    if (
        url.scheme not in _SCHEMES
        or _PLACEHOLDERS.fullmatch(host)
        or not (url.host.startswith("[") or _HOST_NAME.fullmatch(host))
    ):
        return True
    if port and not 0 < int(port[:6]) < 65536:
        return True
    return _is_no_number(host, port)


def _is_no_number(host: str, port: str) -> bool:
    """Whether it looks like an IPv4 address, or a port, and is none."""
    numbers = host.split(".")
    if not all(number.isdecimal() and number.isascii() for number in numbers):
        return False
    if len(numbers) == 1:
        return len(host) < 6 and (not port or host != "0")
    return len(numbers) > 4 or (len(numbers) == 4 and any(int(n[:9]) > 255 for n in numbers))


def is_judged(value: str) -> bool:
    """Whether DP502, DP504, DP507 or DP513 has its say of it, so that others are silent."""
    place = place_of(value)
    script = place is not None and is_script(place.rest)
    mendable = mended_address(value, "trim") is not None
    return script or mendable or drops(value) or has_no_host(value)


def is_loopback_address(address: str) -> bool:
    """Whether it means the reader's own machine: also 0.0.0.0 and ::, with which Linux connects to
    itself."""
    host = host_of(address).removesuffix(".")
    if host in ("localhost", "::1", "0:0:0:0:0:0:0:1", "::", "0"):
        return True
    ours = r"(?:::ffff:)?127(?:\.[0-9]{1,3}){1,3}|0\.0\.0\.0"
    return host.endswith(".localhost") or re.fullmatch(ours, host) is not None


class Place(NamedTuple):
    """Of an address what stands behind the user. scheme: in lower case, "" if there is none.

    host: without brackets, in lower case. port: "" if there is none. rest: path, query and all.
    """

    scheme: str
    host: str
    port: str
    rest: str


def place_of(address: str) -> Place | None:
    """Where it leads, None for what has not the shape of an address."""
    found = _PLACE.fullmatch(address)
    if found is None:
        return None
    scheme, host, port, rest = found.groups(default="")
    return Place(scheme.lower(), host.strip("[]").lower(), port, rest)


def is_script(rest: str) -> bool:
    """Whether what stands behind the port names a PAC script."""
    path = rest.partition("?")[0].partition("#")[0].lower()
    return path.endswith((".pac", "/wpad.dat", "/wpad"))


def is_address(value: str) -> bool:
    """Whether its host and port, taken together, could be an IPv6 address by themselves."""
    authority = value.rpartition("@")[2].rpartition("://")[2].partition("/")[0]
    return is_six(authority)


def found_at_value(
    facts: Facts,
    address: tuple[Component, str, Value],
    said: str,
    *,
    remedy: Message | None = None,
    severity: str = "",
    **params: str,
) -> Found:
    """What is to be said of one of ``Facts.addresses``, where it stands."""
    component, key, value = address
    kind = component.component
    about = message(said, key=key, component=kind, **params)
    return Found(
        about, (facts.at(value.origin),), f"{kind}.{key}", remedy, severity, component=kind
    )


def sets_proxies(read: DaemonJson | None) -> bool:
    """Whether a daemon.json gives dockerd a proxy."""
    return read is not None and any(getattr(read, key).value for key in ADDRESS_KEYS)
