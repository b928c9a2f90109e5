"""GLib's g_uri_parse and g_uri_to_string, without flags: guri.c, ghostutils.c; GLib 2.84."""

from __future__ import annotations

import re

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.semantics.host_lookup import in_ascii, is_ipv4, is_ipv6

_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9.+-]*):")
_BAD_ESCAPE = pattern(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = pattern(r"(?:%[0-9A-Fa-f]{2})+")
_ENCODED = pattern(r"[^A-Za-z0-9._~!$&'()*+,;=-]")
_ENCODED_USER = pattern(r"[^A-Za-z0-9._~!$&'()*+,;=:-]")
_PORT = pattern(r"0*([0-9]{1,5})\Z")


class Uri(NamedTuple):
    """host: decoded, without brackets; None if there is no authority. port: None if none is
    written. rest: what comes behind the authority, as written.
    """

    scheme: str
    user: str | None
    host: str | None
    port: int | None
    rest: str


def parse(text: str) -> Uri | None:
    """An absolute URI, None if it is none. Only escapes, ports and addresses are looked at: a host
    may hold blanks and more.
    """
    found = _SCHEME.match(text)
    if found is None:
        return None
    scheme, rest = found.group(1).lower(), text[found.end() :]
    if not rest.startswith("//"):
        return Uri(scheme, None, None, None, rest) if _decoded(rest) is not None else None
    authority = re.split("[/?#]", rest[2:], maxsplit=1)[0]
    rest = rest[2 + len(authority) :]
    before, at, place = authority.partition("@")
    user = _decoded(before) if at else None
    host, port = _host_and_port(place if at else authority)
    good = _PORT.match(port) if port else None
    if host is None or (at and user is None) or _decoded(rest) is None:
        return None
    if port and (good is None or int(good.group(1)) > 65535):
        return None
    return Uri(scheme, user, host, int(port[-5:]) if good else None, rest)


def written(uri: Uri) -> str:
    """The URI in one piece again, with what has to be escaped escaped."""
    if uri.host is None:
        return f"{uri.scheme}:{uri.rest}"
    user = "" if uri.user is None else _ENCODED_USER.sub(_escape, uri.user) + "@"
    host = _ENCODED.sub(_escape, uri.host)
    if ":" in uri.host and is_address(uri.host):
        host = f"[{uri.host.replace('%', '%25')}]"
    port = "" if uri.port is None else f":{uri.port}"
    return f"{uri.scheme}://{user}{host}{port}{uri.rest}"


def is_address(host: str) -> bool:
    """Whether this is an IP without brackets; IPv6 may have a zone."""
    if ":" not in host:
        return is_ipv4(host)
    bare, mark, zone = host.partition("%")
    return is_ipv6(bare) and (not mark or bool(zone))


def _host_and_port(place: str) -> tuple[str | None, str]:
    if place.startswith("["):
        inside, closed, port = place[1:].partition("]")
        if not closed or (port and not port.startswith(":")):
            return None, ""
        bare, mark, zone = inside.partition("%")
        name = _decoded(zone[2:]) if zone.startswith("25") and len(zone) > 2 else None
        if ":" not in bare or not is_address(bare) or (mark and name is None):
            return None, ""
        return f"{bare}%{name}" if mark else bare, port[1:]
    written, _, port = place.partition(":")
    host = _decoded(written)
    if host is None or (host != written and is_address(host)):
        return None, ""
    return in_ascii(host), port


def _decoded(text: str) -> str | None:
    """Without escapes; None if one is broken, or ``%00``, or what comes of them isn't UTF-8."""
    if "%" not in text:
        return text
    if _BAD_ESCAPE.search(text) or "%00" in text:
        return None
    try:
        return _ESCAPES.sub(
            lambda found: bytes.fromhex(found.group().replace("%", "")).decode(), text
        )
    except UnicodeDecodeError:
        return None


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    if not char.isascii():
        return char
    return f"%{ord(char):02X}"
