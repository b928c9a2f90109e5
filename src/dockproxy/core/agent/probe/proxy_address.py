"""A proxy URL as Go reads it: where to connect, how to speak, with which user and password."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


MASK = "xxxxx:xxxxx"
"""What stands for user and password, as Docker's ``info`` has it (moby 26.1 daemon/info.go)."""

DEFAULT_PORTS: Dict[str, int] = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
"""Go 1.24 net/http transport.go, portMap."""

_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)\Z", re.DOTALL)
_USER_INFO = pattern(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*\Z")
_HOST = pattern(r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:<>\"]|[^\x00-\x7f]|%[89A-Fa-f][0-9A-Fa-f])*\Z")
_BRACKETED = pattern(r"\[([0-9A-Fa-f:.]+)(?:%25([A-Za-z0-9\-._~]+))?\](?::([0-9]*))?\Z")
_ESCAPES = pattern(r"(?:[^%]|%[0-9A-Fa-f]{2})*\Z", re.DOTALL)


class NotAProxyAddress(ValueError):
    """A text that Go takes for no proxy address. Its message never holds the text."""


class ProxyAddress:
    """Where a proxy is and how to speak to it. Shows itself masked only.

    scheme: as written, lower case. kind: ``http``, ``https`` or ``socks5``: what Go speaks, which
    is http for every scheme that it does not know. credentials: user and password as bytes.
    """

    __slots__ = ("credentials", "host", "kind", "port", "scheme")

    def __init__(
        self, scheme: str, host: str, port: int, credentials: Optional[Tuple[bytes, bytes]]
    ) -> None:
        self.scheme = scheme
        self.kind = {"https": "https", "socks5": "socks5", "socks5h": "socks5"}.get(scheme, "http")
        self.host = host
        self.port = port
        self.credentials = credentials

    def __repr__(self) -> str:
        user = "" if self.credentials is None else f"{MASK}@"
        return f"{self.scheme}://{user}{self.shown_host}:{self.port}"

    @property
    def shown_host(self) -> str:
        """The host as a URL has it: an IPv6 address in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host


def parse(text: str) -> ProxyAddress:
    """The address that Go makes of a proxy variable's value.

    Raises NotAProxyAddress where Go would drop the value without a word, and where it would dial
    a port or host that nobody can mean. Facts: Go 1.24 net/url url.go (parse, parseAuthority,
    parseHost), golang.org/x/net/http/httpproxy proxy.go (parseProxy: ``http://`` is put before
    what has no scheme or no host), net/http transport.go (canonicalAddr, connectMethod).
    """
    if "://" in text:
        # Go also puts http:// before a URL that it can't parse and then takes "http:" for the
        # host, which nobody means: such a text is none here.
        return _address(*_split(text))
    return _address(*_split(f"http://{text}"))


def shown(text: str) -> str:
    """A proxy variable's value for people: as Go reads it, masked."""
    try:
        return repr(parse(text))
    except NotAProxyAddress:
        return masked(text)


def is_loopback(host: str) -> bool:
    """Whether the host means the machine, or the container, that asks."""
    return host == "localhost" or host.startswith("127.") or host in ("::1", "[::1]")


def masked(text: str) -> str:
    """The text of a proxy URL with user and password masked, also where it is no URL.

    Everything between the scheme and the last ``@`` goes, so that a password with raw ``/``, ``#``
    or ``@`` does not show, wherever Go would end it.
    """
    end = max(text.rfind("@"), text.rfind("%40"))
    if end < 0:
        return text
    rest = text[end + 1 :] if text[end] == "@" else text[end + 3 :]
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text)
    return f"{scheme.group() if scheme else ''}{MASK}@{rest}"


def _split(text: str) -> Tuple[str, str]:
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        raise NotAProxyAddress("control character")
    whole, _, fragment = text.partition("#")
    match = _SCHEME.match(whole)
    if match is None:
        raise NotAProxyAddress("no scheme")
    rest = match.group(2).partition("?")[0]
    if not rest.startswith("//"):
        raise NotAProxyAddress("no host")
    authority, _, path = rest[2:].partition("/")
    if not _ESCAPES.match(path) or not _ESCAPES.match(fragment):
        raise NotAProxyAddress("invalid % escape")
    return match.group(1).lower(), authority


def _address(scheme: str, authority: str) -> ProxyAddress:
    user_info, at, place = authority.rpartition("@")
    host, port_text = _host_and_port(place)
    if not host:
        raise NotAProxyAddress("no host")
    digits = port_text.lstrip("0")[:6]
    port = int(digits or 0) if port_text else DEFAULT_PORTS.get(scheme, 0)
    if not 0 < port < 65536:
        raise NotAProxyAddress("no usable port")
    if not at:
        return ProxyAddress(scheme, host, port, None)
    if not _USER_INFO.match(user_info) or not _ESCAPES.match(user_info):
        raise NotAProxyAddress("invalid user information")
    user, _, password = user_info.partition(":")
    credentials = (_unescaped(user), _unescaped(password))
    return ProxyAddress(scheme, host, port, credentials)


def _host_and_port(place: str) -> Tuple[str, str]:
    if place.startswith("["):
        match = _BRACKETED.match(place)
        if match is None:
            raise NotAProxyAddress("invalid IPv6 address")
        address, zone, port = match.groups(default="")
        return f"{address}%{zone}" if zone else address, port
    host, colon, port = place.rpartition(":")
    if not colon:
        host, port = place, ""
    if not re.match(r"[0-9]*\Z", port):
        raise NotAProxyAddress("invalid port")
    if not _HOST.match(host):
        raise NotAProxyAddress("invalid character in the host's name")
    return _unescaped(host).decode("utf-8", "replace"), port


def _unescaped(text: str) -> bytes:
    return unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
