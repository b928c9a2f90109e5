"""The address of a proxy as a person types it, made into one that every reader understands alike.

Facts: Go 1.24 net/url and httpproxy take a value without a scheme as http; curl takes 1080 where
no port is written and everything else 80 (program-semantics: "no port"), so a port is always
written; undici and Node refuse a path behind the port.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, Message, message

DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
SCHEMES = tuple(DEFAULT_PORTS)

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HOST = re.compile(r"[^\s/?#@:\\\[\]\"'<>^`{|},;%$!*()=&+]+")
_HALF_A_SCHEME = re.compile(r"(https?|socks5h?)(:/?|//?)[^:/]", re.IGNORECASE)
_LONGEST_NAME = 253  # RFC 1035, 2.3.4, without the dot of the root
_WRITE_IT = N_("write it as http://HOST:PORT, for example http://10.0.0.1:3128")


class Address(NamedTuple):
    """A proxy's address. user, password: percent-encoded, None where there is none.

    host: without brackets. notes: what was changed of what the person typed.
    """

    scheme: str
    user: str | None
    password: str | None
    host: str
    port: int
    notes: tuple[Message, ...] = ()

    @property
    def url(self) -> str:
        """The whole address, secrets included."""
        return f"{self.scheme}://{self._user_info()}{self._netloc_host()}:{self.port}"

    @property
    def shown(self) -> str:
        """The address as it may be shown: user information as Docker masks it."""
        user = "xxxxx:xxxxx@" if self.user is not None else ""
        return f"{self.scheme}://{user}{self._netloc_host()}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host means the machine that reads it: localhost, 127.0.0.0/8, ::1, and the
        unspecified addresses, with which Linux connects to itself.
        """
        host = self.host.lower()
        return (
            host == "localhost"
            or host.endswith(".localhost")
            or re.fullmatch(r"127(\.\d{1,3}){3}|0\.0\.0\.0", host) is not None
            or host in ("::1", "0:0:0:0:0:0:0:1", "::")
        )

    def with_host(self, host: str) -> Address:
        """The same proxy at another address of its machine."""
        return self._replace(host=host)

    def with_password(self, password: str) -> Address:
        """The same proxy with this password, given as it is (not percent-encoded)."""
        return self._replace(user=self.user or "", password=percent_encode(password))

    def _netloc_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def _user_info(self) -> str:
        if self.user is None:
            return ""
        return f"{self.user}@" if self.password is None else f"{self.user}:{self.password}@"


def percent_encode(text: str) -> str:
    """Every byte but RFC 3986's unreserved ones as %XX: right for any reader of user info."""
    return "".join(
        chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}"
        for byte in text.encode("utf-8", "surrogateescape")
    )


def parse_address(typed: str) -> Address:
    """The address that a person means. Raises UsageError, which never repeats the user info."""
    text = typed.strip()
    notes: list[Message] = []
    scheme, rest = _split_scheme(text, notes)
    user, password, authority = _split_user(rest, notes)
    host, port_text = _split_port(authority)
    if not _is_host(host):
        shown = host if len(host) <= _LONGEST_NAME else host[:20] + "…"
        raise UsageError(
            message(N_("“{host}” is not a host's name or address"), host=shown),
            hint=message(_WRITE_IT),
        )
    if host == "HOST" or port_text == "PORT":
        raise UsageError(
            N_("this is a placeholder: put your proxy's own host and port in its place")
        )
    port = _port(port_text, scheme)
    if not port_text:
        notes.append(
            message(
                N_("no port was given: {port} is written, since programs disagree on the default"),
                port=port,
            )
        )
    return Address(scheme, user, password, host, port, tuple(notes))


def _is_host(host: str) -> bool:
    """Whether it can be a name or an address. IPv6 was looked at where its brackets were read."""
    if ":" in host:
        return True
    return host.isprintable() and len(host) <= _LONGEST_NAME and bool(_HOST.fullmatch(host))


def _split_scheme(text: str, notes: list[Message]) -> tuple[str, str]:
    if not text:
        raise UsageError(
            N_("the proxy's address is empty"),
            hint=N_("to take a proxy away use: dockproxy unset"),
        )
    found = _SCHEME.match(text)
    if not found:
        if "://" in text.split("@", 1)[0]:
            raise UsageError(N_("the part before :// is not a scheme"), hint=message(_WRITE_IT))
        if _HALF_A_SCHEME.match(text):
            raise UsageError(N_("behind the scheme stands :// in whole"), hint=message(_WRITE_IT))
        notes.append(message(N_("no scheme was given: http:// is written")))
        return "http", text
    scheme = found.group(1).lower()
    if scheme not in SCHEMES:
        raise UsageError(
            message(N_("Docker can't speak {scheme}:// to a proxy"), scheme=scheme),
            hint=message(
                N_("use one of {schemes}: the scheme says how to talk to the proxy itself"),
                schemes=", ".join(f"{name}://" for name in SCHEMES),
            ),
        )
    return scheme, text[found.end() :]


def _split_user(rest: str, notes: list[Message]) -> tuple[str | None, str | None, str]:
    """Split at the last ``@``, since a password may hold any character, even ``@ / ? #``."""
    info, at, authority = rest.rpartition("@")
    if not at:
        return None, None, authority
    user, colon, password = info.partition(":")
    encoded = [_encode_typed(part) for part in (user, password)]
    if [user, password] != encoded:
        notes.append(
            message(N_("special characters in the user or password are written percent-encoded"))
        )
    return encoded[0], (encoded[1] if colon else None), authority


def _encode_typed(part: str) -> str:
    """Percent-encode what needs it; valid escapes are kept, as what was typed is a URL."""
    if _BAD_ESCAPE.search(part):
        return percent_encode(part)
    kept = re.split(r"(%[0-9A-Fa-f]{2})", part)
    return "".join(piece if piece.startswith("%") else percent_encode(piece) for piece in kept)


def _split_port(authority: str) -> tuple[str, str]:
    authority, _slash, path = authority.partition("/")
    if path or "?" in authority or "#" in authority:
        raise UsageError(
            N_("a proxy's address has no path: what stands behind the port must go"),
            hint=message(_WRITE_IT),
        )
    if authority.startswith("["):
        host, bracket, port = authority[1:].partition("]")
        if not bracket or not _is_ipv6(host) or (port and not port.startswith(":")):
            raise UsageError(N_("the IPv6 address in brackets is not whole"))
        return host, port[1:]
    if authority.count(":") > 1:
        raise UsageError(
            N_("an IPv6 address stands in brackets"),
            hint=message(N_("write it as http://[ADDRESS]:PORT")),
        )
    host, _, port = authority.partition(":")
    return host, port


def _is_ipv6(host: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address

    try:
        IPv6Address(host)
    except AddressValueError:
        return False
    return True


def _port(text: str, scheme: str) -> int:
    if not text:
        return DEFAULT_PORTS[scheme]
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:6]) < 65536:
        said = message(N_("what stands behind the last colon is no port"))  # it may be a password
        if text.isdigit():
            said = message(N_("“{port}” is not a port from 1 to 65535"), port=text[:20])
        raise UsageError(said, hint=message(_WRITE_IT))
    return int(text)
