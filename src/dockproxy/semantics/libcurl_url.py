"""URLs as libcurl reads them, a target's and a proxy's alike.

lib/urlapi.c parseurl (7.74: seturl), parse_hostname_login, Curl_parse_port, ipv4_normalize,
hostname_check; 7.74 to 8.22. A version here is a pair of numbers, (7, 88).
"""

from __future__ import annotations

import re
from functools import lru_cache

from dockproxy.core.model.light import NamedTuple, pattern

Since = tuple[int, ...]

_SCHEME = pattern(r"([A-Za-z0-9+.-]{1,40}):(/+)")
_HOST_END = pattern(r"[/?#]")
_CONTROL = pattern(r"[\x01-\x1f\x7f]")
_ESCAPE = pattern(rb"%([0-9A-Fa-f]{2})")
_QUAD = pattern(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.|\Z)){4}(?<!\.)")
_BRACKETED = pattern(r"\[([0-9A-Fa-f:.]+)(?:%(?:25(?=[^\]]))?([^\]]{1,15}))?\]")
_LONGEST = 8_000_000
_MOST_SLASHES = 3

_REFUSED: tuple[tuple[Since, str], ...] = (
    ((8, 21), " \r\n\t/:#?!@{}[]\\$'\"^`*<>=;,+&()%|"),
    ((8, 0), " \r\n\t/:#?!@{}[]\\$'\"^`*<>=;,+&()%"),
    ((7, 87), " \r\n\t/:#?!@{}[]\\$'\"^`*<>=;,+&()"),
    ((7, 86), " \r\n\t/:#?!@{}[]\\$'\"^`*<>=;,"),
    ((7, 84), " \r\n\t/:#?!@"),
    ((0,), " \r\n"),
)
"""What no name may have, newest first."""


class Url(NamedTuple):
    """A URL's parts.

    scheme: in lower case, "" if none is written. user: all up to the ``@``, as written. host: as
    libcurl goes on with it, IPv6 without brackets. written: the host as it stands in the URL. port:
    its digits as written. path: with its query.
    """

    scheme: str
    user: str
    host: str
    written: str
    port: str
    path: str


@lru_cache(maxsize=256)
def parse(text: str, since: Since) -> Url | None:
    """The URL's parts, None if libcurl of this version refuses it."""
    if len(text) > _LONGEST or _CONTROL.search(text) or (" " in text and since >= (7, 78)):
        return None
    scheme, rest = "", text
    found = _SCHEME.match(text)
    if found is not None:
        scheme, rest = found.group(1).lower(), text[found.end() :]
        if len(found.group(2)) > _MOST_SLASHES:
            return None
    end = _HOST_END.search(rest)
    authority, path = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    # The first @, not the last as elsewhere.
    user, at, place = authority.partition("@") if "@" in authority else ("", "", authority)
    split = _host_and_port(place, bool(scheme), since)
    if split is None:
        return None
    written, port = split
    host = _host(written, since)
    return None if host is None else Url(scheme, user + at, host, written, port, path)


def is_quad(text: str) -> bool:
    """Whether it is IPv4 as inet_pton takes it: four numbers, no zero before them."""
    return _QUAD.fullmatch(text) is not None


def six(text: str) -> int | None:
    """IPv6 as a number, None for all else (inet_pton)."""
    from ipaddress import IPv6Address

    try:
        return None if "%" in text else int(IPv6Address(text))
    except ValueError:
        return None


def decoded(text: str) -> str:
    """With every %XX decoded; a % before anything else stays (Curl_urldecode)."""
    if "%" not in text:
        return text
    raw = text.encode("utf-8", "surrogatepass")
    raw = _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), raw)
    return raw.decode("utf-8", "surrogateescape")


def _host_and_port(place: str, has_scheme: bool, since: Since) -> tuple[str, str] | None:
    """A bare colon is for a URL with a scheme; 0 is a port from 7.81 on."""
    if place.startswith("["):
        bracket = place.find("]") + 1
        host, tail = place[:bracket], place[bracket:]
        if not host or (tail and not tail.startswith(":")):
            return None
    else:
        host, colon, tail = place.partition(":")
        tail = colon + tail
    port = tail[1:]
    if not tail or (not port and has_scheme):
        return host, ""
    if not (port.isascii() and port.isdigit()):
        return None
    digits = port.lstrip("0")
    if len(digits) > 5 or int(digits or 0) > 0xFFFF or (not digits and since < (7, 81)):
        return None
    return host, port


def _host(written: str, since: Since) -> str | None:
    if written.startswith("["):
        return _six_host(written, since)
    host = written
    if since >= (8, 21):
        host = decoded(host)
    four = _four(host, since) if since >= (7, 77) else None
    if four is not None:
        return four
    if (7, 80) <= since < (8, 21):
        host = decoded(host)
    refused = next(characters for known, characters in _REFUSED if since >= known)
    if not host or _CONTROL.search(host) or "\0" in host or any(char in host for char in refused):
        return None
    if since >= (8, 21) and (host == "." or host.endswith("..")):
        return None
    return host


def _six_host(written: str, since: Since) -> str | None:
    """IPv6 in the shortest form, from 7.81 on if that is shorter; a zone is cut off."""
    found = _BRACKETED.fullmatch(written)
    if found is None:
        return None
    text = found.group(1)
    number = six(text)
    if number is None:
        return None
    if since < (7, 81):
        return text
    short = _shortest(number)
    return short if len(short) < len(text) else text


def _shortest(number: int) -> str:
    """As inet_ntop writes it: with a quad where the first 80 or 96 bits are as for IPv4."""
    from ipaddress import IPv4Address, IPv6Address

    low = str(IPv4Address(number & 0xFFFFFFFF))
    if number >> 32 == 0xFFFF:
        return f"::ffff:{low}"
    if number >> 32 == 0 and number >> 16:
        return f"::{low}"
    return str(IPv6Address(number))


def _four(host: str, since: Since) -> str | None:
    """IPv4 in any of its spellings as four numbers: 127.1, 0x7f.1, 017700000001."""
    parts = host.split(".")
    if since >= (8, 21) and len(parts) > 1 and not parts[-1]:
        del parts[-1]
    if len(parts) > 4:
        return None
    numbers = [_number(part, since) for part in parts]
    last = numbers.pop()
    if last is None or last >> 8 * (4 - len(numbers)):
        return None
    total = 0
    for number in numbers:
        if number is None or number > 0xFF:
            return None
        total = total << 8 | number
    total = total << 8 * (4 - len(numbers)) | last
    return ".".join(str(total >> shift & 0xFF) for shift in (24, 16, 8, 0))


def _number(part: str, since: Since) -> int | None:
    """Decimal, 0 octal, 0x hexadecimal; 0X not from 8.13 to 8.20."""
    if len(part) > 40 or not part.isascii():
        return None
    if re.fullmatch(
        r"0x[0-9A-Fa-f]+" if (8, 13) <= since < (8, 21) else r"0[xX][0-9A-Fa-f]+", part
    ):
        return int(part[2:], 16)
    if re.fullmatch(r"0[0-7]*", part):
        return int(part, 8)
    return int(part) if re.fullmatch(r"[1-9][0-9]*", part) else None
