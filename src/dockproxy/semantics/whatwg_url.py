"""What Node's URL parser makes of a text, for the programs that run on it.

The WHATWG URL standard's "basic URL parser" without a base and "host parser", as Node 20 to 26 has
them (ada, parser.cpp and url_aggregator.cpp). Only what these programs ask of a URL is kept. One
thing is approximate: names beyond ASCII are folded by Python's Unicode tables, not by UTS #46's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from dockproxy.core.model.light import NamedTuple, pattern

DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21", "file": ""}
"""The special schemes: their hosts are normalised, and their default ports left out."""

LONGEST = 1000
"""Characters of a name beyond ASCII; the time that punycode takes grows with their square."""

_EDGES = "".join(map(chr, range(0x21)))
_DROPPED = str.maketrans("", "", "\t\n\r")
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT = pattern(r"[0-9]*\Z")
_DRIVE = pattern(r"[A-Za-z][:|]\Z")
_DOTS = pattern(r"(?:\.|%2[eE]){1,2}\Z")
_FORBIDDEN = pattern(r"[\x00-\x20\x7f#/:<>?@\[\\\]^|%]")
_FORBIDDEN_OPAQUE = pattern(r"[\x00\t\n\r #/:<>?@\[\\\]^|]")
_NUMBER = pattern(r"0[xX]([0-9a-fA-F]*)\Z|(0[0-7]*)\Z|([1-9][0-9]*)\Z")
_DIGITS = pattern(r"[0-9]+\Z")
_PIECE = pattern(r"[0-9a-fA-F]{1,4}\Z")
_OCTET = pattern(r"(?:0|[1-9][0-9]{0,2})\Z")
_BAD_ESCAPE = pattern(r"%(?![0-9a-fA-F]{2})")
_PLAIN = pattern(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*)(?::([0-9]{1,4}))?/?\Z")


class Url(NamedTuple):
    """A URL, by the names that JavaScript gives to its parts.

    scheme: in lower case, without its colon. hostname: normalised, IPv6 in brackets; "" for none.
    port: "" if it is the scheme's default. credentials: what stands before the host's ``@``, as
    written. written: the host as written. bare: whether nothing follows the host and port but one
    slash.
    """

    scheme: str
    hostname: str
    port: str
    credentials: str = ""
    written: str = ""
    bare: bool = True

    @property
    def user(self) -> str:
        """The user's name, as written."""
        return self.credentials.partition(":")[0]

    @property
    def password(self) -> str:
        """The password, as written."""
        return self.credentials.partition(":")[2]

    @property
    def number(self) -> int:
        """The port that is meant; 0 if the scheme has none."""
        return int(self.port or 0) or int(DEFAULT_PORTS.get(self.scheme) or 0)

    @property
    def name(self) -> str:
        """The host without brackets."""
        return self.hostname.removeprefix("[").removesuffix("]")

    def proxy(self, speech: str, port: str | None = None) -> str:
        """As ``Decision.proxy`` has it. port: instead of the URL's own."""
        asked = self.port if port is None else port
        host = self.written if self.written.lower() == self.hostname else self.hostname
        credentials = f"{self.credentials}@" if self.credentials else ""
        return f"{speech}://{credentials}{host}" + (f":{asked}" if asked else "")


@lru_cache(maxsize=256)
def parse(text: str) -> Url | None:
    """``new URL(text)``; None where that throws."""
    plain = _PLAIN.match(text)
    if plain:
        scheme, host, port = plain.groups()
        port = (port or "").lstrip("0") or ("0" if port else "")
        return Url(scheme, host, "" if port == DEFAULT_PORTS[scheme] else port, "", host)
    text = text.strip(_EDGES).translate(_DROPPED)
    found = _SCHEME.match(text)
    if found is None:
        return None
    scheme = found.group(1).lower()
    address, _, fragment = text[found.end() :].partition("#")
    rest, _, query = address.partition("?")
    more = bool(query or fragment)
    if scheme == "file":
        return _file(rest, more)
    if scheme in DEFAULT_PORTS:
        rest = rest.replace("\\", "/").lstrip("/")
        authority, _, path = rest.partition("/")
        return _with_host(scheme, authority, not more and _is_root(path))
    if rest.startswith("//"):
        authority, _, path = rest[2:].partition("/")
        return _with_host(scheme, authority, not more and not path)
    return Url(scheme, "", "", bare=False)


def _with_host(scheme: str, authority: str, bare: bool) -> Url | None:
    credentials, at, place = authority.rpartition("@")
    colon = _port_colon(place)
    written, port = (place, "") if colon < 0 else (place[:colon], place[colon + 1 :])
    if not written and (at or colon >= 0 or scheme in DEFAULT_PORTS):
        return None
    hostname = host(written) if scheme in DEFAULT_PORTS else _opaque_host(written)
    if hostname is None or not _PORT.match(port):
        return None
    port = port.lstrip("0") or ("0" if port else "")
    if len(port) > 5 or int(port or 0) > 65535:
        return None
    port = "" if port == DEFAULT_PORTS.get(scheme) else port
    return Url(scheme, hostname, port, credentials, written, bare)


def _port_colon(place: str) -> int:
    """Where the colon before the port stands: the first one outside brackets; -1 for none."""
    inside = False
    for at, char in enumerate(place):
        if char == ":" and not inside:
            return at
        inside = char == "[" or (inside and char != "]")
    return -1


def _file(rest: str, more: bool) -> Url | None:
    rest = rest.replace("\\", "/")
    if not rest.startswith("//"):
        return Url("file", "", "", bare=not more and not rest.strip("/"))
    written, _, path = rest[2:].partition("/")
    if not written or _DRIVE.match(written):
        return Url("file", "", "", bare=not more and not written and _is_root(path))
    hostname = host(written)
    if hostname is None:
        return None
    bare = not more and _is_root(path)
    return Url("file", "" if hostname == "localhost" else hostname, "", written=written, bare=bare)


def _is_root(path: str) -> bool:
    """Whether nothing is left of a path when its dots are taken away."""
    kept: list[str] = []
    names = path.split("/")
    for at, name in enumerate(names):
        dots = len(name.lower().replace("%2e", ".")) if _DOTS.match(name) else 0
        if dots == 2:
            kept = kept[:-1]
        elif not dots:
            kept.append(name)
        if dots and at == len(names) - 1:
            kept.append("")
    return not any(kept) and len(kept) < 2


def _opaque_host(written: str) -> str | None:
    """The host of a scheme that is not special: taken as it is, but for characters that break."""
    if written.startswith("["):
        return _ipv6_in_brackets(written)
    if _FORBIDDEN_OPAQUE.search(written):
        return None
    return re.sub(r"[^\x20-\x7e]", lambda found: _escaped(found.group()), written)


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))


def host(written: str) -> str | None:
    """The host of a special scheme: a name in lower case, or an IP in its one canonical form."""
    if written.startswith("["):
        return _ipv6_in_brackets(written)
    if "%" in written:
        written = unquote_to_bytes(written.encode("utf-8", "replace")).decode("utf-8", "replace")
    if not written.isascii():
        folded = _to_ascii(written)
        if folded is None:
            return None
        written = folded
    name = written.lower()
    if not name or _FORBIDDEN.search(name):
        return None
    parts = name.split(".")
    if not parts[-1] and len(parts) > 1:
        parts.pop()
    if not (_DIGITS.match(parts[-1]) or (parts[-1] and _number(parts[-1]) is not None)):
        return name
    return _ipv4(parts)


def _number(text: str) -> int | None:
    """A part of an IPv4 address: decimal, octal after 0, hexadecimal after 0x."""
    found = _NUMBER.match(text)
    if found is None:
        return None
    hexadecimal, octal, decimal = found.groups()
    if decimal:
        return int(decimal[:20])
    return int(octal or "0", 8) if hexadecimal is None else int(hexadecimal or "0", 16)


def _ipv4(parts: list[str]) -> str | None:
    numbers = [_number(part) for part in parts]
    *firsts, last = numbers
    if len(numbers) > 4 or last is None or last >= 256 ** (5 - len(numbers)):
        return None
    whole = last
    for at, first in enumerate(firsts):
        if first is None or first > 255:
            return None
        whole += first << (8 * (3 - at))
    return ".".join(str(whole >> shift & 255) for shift in (24, 16, 8, 0))


def _ipv6_in_brackets(written: str) -> str | None:
    address = _ipv6(written[1:-1]) if written.endswith("]") else None
    return None if address is None else f"[{address}]"


def _ipv6(text: str) -> str | None:
    """An IPv6 address in its canonical form: lower case, the longest run of zeros shortened."""
    head, double, tail = text.partition("::")
    pieces = _pieces(head, last=not double)
    rear = _pieces(tail, last=True) if double else []
    if pieces is None or rear is None or (not double and not text):
        return None
    missing = 8 - len(pieces) - len(rear)
    if missing < (1 if double else 0) or (missing and not double):
        return None
    return shortened(pieces + [0] * missing + rear)


def _pieces(text: str, last: bool) -> list[int] | None:
    """The numbers between the colons; an IPv4 address may be the last of them."""
    numbers: list[int] = []
    if not text:
        return numbers
    written = text.split(":")
    for at, piece in enumerate(written):
        if _PIECE.match(piece):
            numbers.append(int(piece, 16))
            continue
        octets = piece.split(".")
        if not last or at < len(written) - 1 or len(octets) != 4:
            return None
        if not all(_OCTET.match(octet) and int(octet) < 256 for octet in octets):
            return None
        first, second, third, fourth = map(int, octets)
        numbers += [first << 8 | second, third << 8 | fourth]
    return numbers


def shortened(pieces: list[int]) -> str:
    """Eight numbers as an IPv6 address is written, without brackets."""
    start, length, at = 0, 1, 0
    while at < 8:
        run = 0
        while at + run < 8 and not pieces[at + run]:
            run += 1
        if run > length:
            start, length = at, run
        at += run or 1
    texts = [f"{piece:x}" for piece in pieces]
    if length < 2:
        return ":".join(texts)
    return ":".join(texts[:start]) + "::" + ":".join(texts[start + length :])


def decodes(text: str) -> bool:
    """Whether ``decodeURIComponent`` takes a user or password, given as it was written."""
    if "%" not in text:
        return True
    if _BAD_ESCAPE.search(text):
        return False
    try:
        unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _to_ascii(name: str) -> str | None:
    """A name in lower case, its labels beyond ASCII in punycode; None for one that is invalid.

    One of more than LONGEST characters, which no server of names knows, counts as invalid.
    """
    if len(name) > LONGEST:
        return None
    import unicodedata

    folded = "".join(_folded(char) for char in name)
    folded = unicodedata.normalize("NFKC", folded)
    folded = unicodedata.normalize("NFKC", "".join(_folded(char) for char in folded))
    labels = []
    for label in folded.split("."):
        if label.isascii() and not label.startswith("xn--"):
            labels.append(label)
            continue
        plain = label
        if label.startswith("xn--"):
            if not label.isascii():
                return None
            try:
                plain = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, ValueError, OverflowError):
                return None
            if plain.isascii() or _to_ascii(plain) != label:
                return None
        if not _is_valid(plain):
            return None
        labels.append("xn--" + plain.encode("punycode").decode("ascii"))
    return ".".join(labels)


_IGNORED = pattern(
    r"[\u00ad\u034f\u180b-\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)


def _folded(char: str) -> str:
    if char in "\u3002\uff0e\uff61":
        return "."
    if char in "ß\u03c2\u200c\u200d":
        return char
    if char == "\u1e9e":
        return "ß"
    return "" if _IGNORED.match(char) else char.casefold()


def _is_valid(label: str) -> bool:
    import unicodedata

    kinds = [unicodedata.category(char) for char in label]
    if not label or kinds[0].startswith("M") or "\ufffd" in label:
        return False
    if any(kind in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs") for kind in kinds):
        return False
    ways = [unicodedata.bidirectional(char) for char in label]
    return not {"R", "AL", "AN"} & {*ways} or _reads_one_way(ways)


def _reads_one_way(ways: list[str]) -> bool:
    """RFC 5893, 2: what a label that is written from right to left may be made of."""
    ends = [way for way in ways if way != "NSM"]
    allowed = {"R", "AL", "AN", "EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
    return (
        ways[0] in ("R", "AL")
        and {*ways} <= allowed
        and ends[-1] in ("R", "AL", "EN", "AN")
        and not {"EN", "AN"} <= {*ways}
    )
