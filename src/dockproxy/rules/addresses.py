"""What rules ask of a proxy's address."""

from __future__ import annotations

import re

from dockproxy.core.formats.daemon_json import DaemonJson
from dockproxy.core.model.light import NamedTuple, pattern

_HOST = pattern(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)")

_PLACE = pattern(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(?:.*@)?(\[[^\]\s]*\]|[^:/?#@\s\[\]]+)(?::([0-9]+))?([/?#].*)?"
)

_PLACEHOLDERS = (
    "host",
    "http",
    "https",
    "none",
    "null",
    "proxy.example.com",
    "proxyhost",
    "proxy_host",
    "yourproxy",
    "your-proxy",
    "your_proxy",
    "your.proxy.server",
    "username",
    "user",
)


def host_of(address: str) -> str:
    """The host of SCHEME://[USER@]HOST[:PORT], without brackets, in lower case."""
    found = _HOST.match(address.strip())
    return found.group(1).strip("[]").lower() if found is not None else ""


def has_no_host(value: str) -> bool:
    """Whether what stands in the host's place is none."""
    host = host_of(value)
    return host in _PLACEHOLDERS or not host or host.startswith(("$", "<", "{"))


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
    import ipaddress

    authority = value.rpartition("@")[2].rpartition("://")[2].partition("/")[0]
    try:
        ipaddress.IPv6Address(authority)
    except ValueError:
        return False
    return True


def sets_proxies(read: DaemonJson | None) -> bool:
    """Whether a daemon.json gives dockerd a proxy."""
    return read is not None and any(
        getattr(read, key).value for key in ("http_proxy", "https_proxy")
    )
