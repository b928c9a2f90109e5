"""The address of a proxy as a person types it, made into one that every reader understands alike.

Facts: Go 1.24 net/url and httpproxy take a value without a scheme as http; curl takes 1080 where
no port is written and everything else 80 (program-semantics: "no port"), so a port is always
written; undici and Node refuse a path behind the port.
"""

from __future__ import annotations

import re

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.user_info import encode_typed, percent_encode
from dockproxy.plan.proxy_host import WRITE_IT, host_as_written, in_brackets, is_ipv6, refuse_wide

DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
SCHEMES = tuple(DEFAULT_PORTS)

_SCHEME = pattern(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_HALF_A_SCHEME = pattern(r"(https?|socks5h?)(:/?|//?)[^:/]", re.IGNORECASE)
_LONGEST_URL = 32_000
"""No proxy takes a head as long (Squid 5.7: 64 KiB, with the password half as long again)."""
_LONGEST_SOCKS = 255  # RFC 1929, 2
_SOCKS_5 = N_(
    "most proxies that speak SOCKS4 speak SOCKS5 too: write socks5://HOST:PORT, or give the"
    " proxy's HTTP port"
)
_A_SERVER_S = N_(
    "that is the address of a server for a program such as Clash or V2Ray: give the port that this"
    " program listens at, for example http://127.0.0.1:7890"
)
_OTHER_SCHEMES = {
    **dict.fromkeys(("socks", "socks4", "socks4a"), _SOCKS_5),
    **dict.fromkeys(("ss", "ssr", "vmess", "vless", "trojan", "hysteria2", "tuic"), _A_SERVER_S),
}


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
            or re.fullmatch(r"(::ffff:)?127(\.\d{1,3}){1,3}|0|0\.0\.0\.0", host) is not None
            or host in ("::1", "0:0:0:0:0:0:0:1", "::")
        )

    @property
    def has_zone(self) -> bool:
        """Whether it is at the other end of one of this machine's own links (RFC 4007)."""
        return "%" in self.host

    def with_host(self, host: str) -> Address:
        """The same proxy at another address of its machine."""
        return self._replace(host=host)

    def with_password(self, password: str) -> Address:
        """The same proxy with this password, given as it is (not percent-encoded)."""
        return self._replace(user=self.user or "", password=percent_encode(password))

    def _netloc_host(self) -> str:
        # RFC 6874: a bare % before the zone makes the whole address none to Go.
        return f"[{self.host.replace('%', '%25')}]" if ":" in self.host else self.host

    def _user_info(self) -> str:
        if self.user is None:
            return ""
        return f"{self.user}@" if self.password is None else f"{self.user}:{self.password}@"


def parse_address(typed: str) -> Address:
    """The address that a person means. Raises UsageError, which never repeats the user info."""
    text = typed.strip()
    notes: list[Message] = []
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise UsageError(
            N_("the proxy's address holds a line break or another control character"),
            hint=message(WRITE_IT),
        )
    refuse_wide(text.rpartition("@")[2])
    scheme, rest = _split_scheme(text, notes)
    user, password, authority = _split_user(rest, notes)
    host, port_text = _split_port(authority)
    host = host_as_written(host, notes)
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
    address = Address(scheme, user, password, host, port, tuple(notes))
    refuse_too_long(address)
    return address


def refuse_too_long(address: Address) -> None:
    """Raises UsageError for a user or password longer than any proxy takes."""
    from urllib.parse import unquote_to_bytes

    if len(address.url) > _LONGEST_URL:
        raise UsageError(N_("the proxy's user or password is longer than any proxy takes"))
    if not address.scheme.startswith("socks"):
        return
    for part in (address.user or "", address.password or ""):
        if len(unquote_to_bytes(part)) > _LONGEST_SOCKS:
            raise UsageError(
                message(
                    N_("to a SOCKS proxy a user and a password have {most} bytes at most"),
                    most=_LONGEST_SOCKS,
                )
            )


def _split_scheme(text: str, notes: list[Message]) -> tuple[str, str]:
    if not text:
        raise UsageError(
            N_("the proxy's address is empty"),
            hint=N_("to take a proxy away use: dockproxy unset"),
        )
    found = _SCHEME.match(text)
    if not found:
        if "://" in text.split("@", 1)[0]:
            raise UsageError(N_("the part before :// is not a scheme"), hint=message(WRITE_IT))
        if _HALF_A_SCHEME.match(text):
            raise UsageError(N_("the scheme ends in ://, all three signs"), hint=message(WRITE_IT))
        notes.append(message(N_("no scheme was given: http:// is written")))
        return "http", text
    scheme = found.group(1).lower()
    if scheme not in SCHEMES:
        other = N_("use one of {schemes}: the scheme says how to talk to the proxy itself")
        raise UsageError(
            message(N_("Docker can't speak {scheme}:// to a proxy"), scheme=scheme),
            hint=message(
                _OTHER_SCHEMES.get(scheme, other),
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
    encoded = [encode_typed(part) for part in (user, password)]
    if [user, password] != encoded:
        notes.append(
            message(N_("special characters in the user or password are written percent-encoded"))
        )
    return encoded[0], (encoded[1] if colon else None), authority


def _split_port(authority: str) -> tuple[str, str]:
    authority, _slash, path = authority.partition("/")
    if path.partition("?")[0].lower().endswith((".pac", "wpad.dat")):
        raise UsageError(
            N_("this is the address of a PAC script, which neither Docker nor most programs read"),
            hint=N_(
                "open it in a browser: what stands behind PROXY in it is the proxy's HOST:PORT"
            ),
        )
    if path or "?" in authority or "#" in authority:
        raise UsageError(
            N_("a proxy's address has no path: what stands behind the port must go"),
            hint=message(WRITE_IT),
        )
    if authority.startswith("["):
        host, bracket, port = authority[1:].partition("]")
        host = re.sub("%25(?=.)", "%", host, count=1)
        if not bracket or not is_ipv6(host) or (port and not port.startswith(":")):
            raise UsageError(N_("the IPv6 address in brackets is not whole"))
        return host, port[1:]
    if authority.count(":") > 1:
        raise UsageError(N_("an IPv6 address stands in brackets"), hint=in_brackets(authority))
    host, _, port = authority.partition(":")
    return host, port


def _port(text: str, scheme: str) -> int:
    if not text:
        return DEFAULT_PORTS[scheme]
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:6]) < 65536:
        said = message(N_("what stands behind the last colon is no port"))  # it may be a password
        if text.isdigit():
            said = message(N_("“{port}” is not a port from 1 to 65535"), port=text[:20])
        raise UsageError(said, hint=message(WRITE_IT))
    return int(text)
