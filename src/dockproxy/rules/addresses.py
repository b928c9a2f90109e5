"""What rules ask of a proxy's address."""

from __future__ import annotations

import re

_HOST = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)")


def host_of(address: str) -> str:
    """The host of SCHEME://[USER@]HOST[:PORT], without brackets, in lower case."""
    found = _HOST.match(address.strip())
    return found.group(1).strip("[]").lower() if found is not None else ""


def is_loopback_address(address: str) -> bool:
    """Whether it means the reader's own machine."""
    host = host_of(address)
    return host in ("localhost", "::1") or re.fullmatch(r"127(?:\.[0-9]{1,3}){3}", host) is not None
