"""A URL as a target: scheme, host, port. What a program makes of the host is its own file's."""

from __future__ import annotations

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.semantics.base import Target

_URL = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\]*)")
_AUTHORITY = pattern(r"(?:\[([^\[\]]*)\]|([^\[\]:]*))(?::([0-9]*))?\Z")
_UNPRINTABLE = pattern(r"[\x00-\x20\x7f\ud800-\udfff]")

LONGEST = 8000
"""Characters of a URL; more is no address that any program here takes."""


def parse_target(url: str) -> Target:
    """SCHEME://[USER@]HOST[:PORT][/…] as a Target. Raises UsageError, with why it is none."""
    if len(url) > LONGEST:
        raise UsageError(message(N_("is longer than {most} characters"), most=LONGEST))
    found = _URL.match(url)
    if found is None or _UNPRINTABLE.search(url):
        raise UsageError(N_("is no URL: SCHEME://HOST[:PORT]"))
    authority = _AUTHORITY.match(found.group(2).rpartition("@")[2])
    if authority is None:
        raise UsageError(N_("has no host that can be read"))
    inside, plain, port = authority.groups()
    host = plain if inside is None else inside
    if not host:
        raise UsageError(N_("has no host"))
    if port and not 0 < int(port) < 65536:
        raise UsageError(message(N_("{port} is no port: 1 to 65535"), port=port))
    return Target(url, found.group(1).lower(), host, port or "", inside is not None)
