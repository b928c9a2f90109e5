"""URLs as urllib3 reads them, for requests and pip: urllib3 1.26 to 2.8, util/url.py parse_url."""

from __future__ import annotations

import re
from functools import lru_cache

from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.semantics.host_lookup import is_ipv6

_HAS_SCHEME = pattern(r"[a-zA-Z][a-zA-Z0-9+-]*:|/")
_URI = pattern(r"(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^\\/?#]*))?")
_IPV6 = r"\[[0-9A-Fa-f:.]*(?:%(?:[A-Za-z0-9._~!-]|%[a-fA-F0-9]{2})+)?\]"
_HOST_AND_PORT = pattern(rf"((?:[^\[\]%:/?#]|%[a-fA-F0-9]{{2}})*|{_IPV6})(?::([0-9]*))?\Z")
_ESCAPE = pattern(r"%([a-fA-F0-9]{2})")
_UNRESERVED = pattern(r"[A-Za-z0-9._~-]")


class Url(NamedTuple):
    """scheme: in lower case. user: as written, with its ``@``. host: in lower case where the scheme
    is http, https or none, IPv6 in brackets. port: None if there is none.
    """

    scheme: str
    user: str
    host: str
    port: int | None


@lru_cache(maxsize=256)
def parse_url(text: str, before_2_8: bool = False) -> Url | None:
    """A URL, or what stands where one should: a host without scheme is one. None for an error.

    The scheme that decides whether ``//`` is put before the text has no dots: ``p.test:3128`` is
    host and port, ``localhost:3128`` is a scheme and a path, and has no host. Before 2.8, a newline
    after the port did not matter, and escapes in the host stayed.
    """
    if not _HAS_SCHEME.match(text):
        text = "//" + text
    found = _URI.match(text)
    scheme, authority = (found.group(1) or "", found.group(2)) if found else ("", "")
    scheme = scheme.lower()
    if not authority:
        return Url(scheme, "", "", None)
    user, at, place = authority.rpartition("@")
    split = _HOST_AND_PORT.match(place)
    if split is None and before_2_8 and place.endswith("\n"):
        split = _HOST_AND_PORT.match(place[:-1])
    if split is None:
        return None
    host, digits = split.groups()
    port = None
    if digits:
        digits = digits.lstrip("0")
        if len(digits) > 5 or int(digits or "0") > 65535:
            return None
        port = int(digits or "0")
    if host.startswith("[") and not is_ipv6(host[1:-1].partition("%")[0]):
        return None
    if scheme in ("", "http", "https"):
        host = host.lower() if before_2_8 else _ESCAPE.sub(_unreserved, host).lower()
    return Url(scheme, user + at if user else "", host, port)


def _unreserved(escape: re.Match[str]) -> str:
    char = chr(int(escape.group(1), 16))
    return char if _UNRESERVED.match(char) else escape.group()
