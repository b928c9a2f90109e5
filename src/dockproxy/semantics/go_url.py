"""Go's net/url: which texts are URLs, what their host is, and how they are written again.

net/url url.go Parse, URL.String, URL.Hostname and URL.Port; net ipsock.go SplitHostPort; Go 1.15 to
1.27. A Go string is bytes: a byte that is no UTF-8 is here what ``surrogateescape`` makes of it.
"""

from __future__ import annotations

import re

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.semantics.go_ip import parse_address

_CONTROL = pattern(r"[\x00-\x1f\x7f]")
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_ESCAPE = pattern(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = pattern(rb"%([0-9A-Fa-f]{2})")
_ESCAPE_IN_ZONE = pattern(r"%([0-9A-Fa-f]{2})")
_USER_INFO = pattern(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*\Z")
_HOST_CHARS = pattern(
    r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*\Z"
)
_PORT = pattern(r"(?::[0-9]*)?\Z")

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
_PLAIN_IN_HOST = frozenset((_UNRESERVED + "!$&'()*+,;=:[]<>\"").encode())
_PLAIN_IN_PATH = frozenset((_UNRESERVED + "$&+,/:;=@").encode())
_PLAIN_IN_FRAGMENT = frozenset((_UNRESERVED + "$&+,/:;=?@!()*").encode())
_LEFT_IN_PATH = pattern(r"[A-Za-z0-9\-_.~$&+,/:;=@!'()*\[\]%]*\Z")
_LEFT_IN_FRAGMENT = pattern(r"[A-Za-z0-9\-_.~$&+,/:;=?@!'()*\[\]%]*\Z")


class Strictness(NamedTuple):
    """What net/url came to refuse.

    brackets: anything but an IPv6 address between brackets, and brackets elsewhere (Go 1.25.2 and
    1.24.8; "[" behind the start 1.26.1). colons: more than one colon outside of brackets, in http
    and https (Go 1.26, unless GODEBUG has urlstrictcolons=0).
    """

    brackets: bool = True
    colons: bool = True


NEWEST = Strictness()


class Url(NamedTuple):
    """A URL in its parts. user: as written, None without an ``@``. host: unescaped, with its port.

    path, query and fragment: as written; query and fragment are None if there are none. no_host:
    there is one slash behind the scheme (OmitHost).
    """

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    host: str = ""
    path: str = ""
    query: str | None = None
    fragment: str | None = None
    no_host: bool = False

    def hostname(self) -> str:
        """The host without port and brackets."""
        name, _ = self._host_and_port()
        return name[1:-1] if name.startswith("[") and name.endswith("]") else name

    def port(self) -> str:
        """The digits behind the last colon, "" if there are none."""
        return self._host_and_port()[1]

    def _host_and_port(self) -> tuple[str, str]:
        colon = self.host.rfind(":")
        if colon < 0 or not _PORT.match(self.host, colon):
            return self.host, ""
        return self.host[:colon], self.host[colon + 1 :]

    def shown(self, three_slashes: bool = False) -> str:
        """What URL.String gives, but for the user information, which is as written.

        three_slashes: before Go 1.19 ``http:/path`` became ``http:///path``.
        """
        text = f"{self.scheme}:" if self.scheme else ""
        if self.opaque:
            text += self.opaque
        else:
            path = _path_shown(self.path)
            if text or self.host or self.user is not None:
                if (self.host or path or self.user is not None) and (
                    three_slashes or not self.no_host
                ):
                    text += "//"
                if self.user is not None:
                    text += f"{self.user}@"
                text += escaped(self.host, _PLAIN_IN_HOST)
            elif ":" in path.partition("/")[0]:
                text += "./"
            text += path
        if self.query is not None:
            text += f"?{self.query}"
        if self.fragment:
            text += f"#{_fragment_shown(self.fragment)}"
        return text


def parse(text: str, strict: Strictness = NEWEST) -> Url | None:
    """The URL, or None where Parse gives an error."""
    address, _, fragment = text.partition("#")
    if _CONTROL.search(address) or _BAD_ESCAPE.search(fragment):
        return None
    if address == "*":
        return Url(path="*", fragment=fragment)
    found = _SCHEME.match(address)
    if found is None and address.startswith(":"):
        return None
    scheme = found.group()[:-1].lower() if found else ""
    rest, asks, asked = (address[found.end() :] if found else address).partition("?")
    query = asked if asks else None
    if not rest.startswith("/"):
        if scheme:
            return Url(scheme, rest, query=query, fragment=fragment)
        if ":" in rest.partition("/")[0]:
            return None
    user: str | None = None
    host = ""
    slashes = rest.startswith("//") and (bool(scheme) or not rest.startswith("///"))
    if slashes:
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        info, at, written = authority.rpartition("@")
        unescaped = _host(scheme, written, strict)
        if unescaped is None or not _USER_INFO.match(info) or _BAD_ESCAPE.search(info):
            return None
        user, host = info if at else None, unescaped
    if _BAD_ESCAPE.search(rest):
        return None
    no_host = bool(scheme) and not slashes and rest.startswith("/")
    return Url(scheme, "", user, host, rest, query, fragment, no_host)


def _host(scheme: str, host: str, strict: Strictness) -> str | None:
    """Unescaped, None if it is none (parseHost)."""
    if strict.brackets and host.rfind("[") > 0:
        return None
    if host.startswith("["):
        return _bracketed(host, strict)
    only_one = strict.colons and scheme in ("http", "https")
    colon = host.find(":") if only_one else host.rfind(":")
    if colon >= 0 and not _PORT.match(host, colon):
        return None
    return unescaped(host) if _HOST_CHARS.match(host) else None


def _bracketed(host: str, strict: Strictness) -> str | None:
    inside, closed, port = host[1:].rpartition("]")
    if not closed or not _PORT.match(port):
        return None
    address, percent, zone = inside.partition("%25")
    if not _HOST_CHARS.match(address):
        return None
    if not _HOST_CHARS.match(_ESCAPE_IN_ZONE.sub(_stand_in, zone)):
        return None
    inside = unescaped(address) + unescaped(percent + zone)
    if strict.brackets:
        known = parse_address(inside)
        if known is None or known.is_four:
            return None
    return f"[{inside}]{port}"


def _stand_in(escape: re.Match[str]) -> str:
    """In a zone escapes may stand for what a host may hold, a blank and a percent sign."""
    byte = int(escape.group(1), 16)
    return "x" if byte in _PLAIN_IN_HOST or byte in b" %" else "/"


def split_host_port(address: str) -> tuple[str, str] | None:
    """net.SplitHostPort: host without brackets, and port; None for an error."""
    colon = address.rfind(":")
    if colon < 0:
        return None
    opened = closed = 0
    if address.startswith("["):
        end = address.find("]")
        if end < 0 or end + 1 != colon:
            return None
        host = address[1:end]
        opened, closed = 1, end + 1
    else:
        host = address[:colon]
        if ":" in host:
            return None
    if "[" in address[opened:] or "]" in address[closed:]:
        return None
    return host, address[colon + 1 :]


def _path_shown(path: str) -> str:
    return path if _LEFT_IN_PATH.match(path) else escaped(unescaped(path), _PLAIN_IN_PATH)


def _fragment_shown(fragment: str) -> str:
    if _LEFT_IN_FRAGMENT.match(fragment):
        return fragment
    return escaped(unescaped(fragment), _PLAIN_IN_FRAGMENT)


def unescaped(text: str) -> str:
    """With the bytes that its escapes stand for."""
    if "%" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: bytes((int(found.group(1), 16),)), as_bytes(text))
    return plain.decode("utf-8", "surrogateescape")


def escaped(text: str, plain: frozenset[int]) -> str:
    """With escapes for all bytes but these."""
    data = as_bytes(text)
    if plain.issuperset(data):
        return text
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in data)


def as_bytes(text: str) -> bytes:
    """The bytes that Go sees."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
