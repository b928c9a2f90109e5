"""Go's net/http as the daemon, the docker CLI and BuildKit use it: only what resolve needs.

golang.org/x/net/http/httpproxy proxy.go FromEnvironment, and net/url url.go Parse, Go 1.24.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dockproxy.core.model.proxies import variable_names

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_USER_INFO = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*\Z")
_HOST_CHARS = re.compile(
    r"(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"]|[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f])*\Z"
)
_PORT = re.compile(r"(?::[0-9]*)?\Z")


def chosen_name(environ: Mapping[str, str], key: str) -> str | None:
    """The variable that Go reads for one of our keys, None if neither has a value.

    The upper-case name, or the lower-case one where that is unset or empty
    (httpproxy proxy.go getEnvAny).
    """
    for name in variable_names(key):
        if environ.get(name):
            return name
    return None


def drops(value: str) -> bool:
    """Whether Go drops this proxy without a word, so that requests go direct.

    Dropped is what does not parse as a URL, neither as written nor with ``http://`` before it
    (httpproxy proxy.go parseProxy).
    """
    return not parses(value) and not parses("http://" + value)


def parses(value: str) -> bool:
    """Whether net/url Parse takes it."""
    address, _, fragment = value.partition("#")
    if _CONTROL.search(address) or _BAD_ESCAPE.search(fragment):
        return False
    scheme = _SCHEME.match(address)
    rest = (address[scheme.end() :] if scheme else address).partition("?")[0]
    if not rest.startswith("/") and scheme is not None:
        return True
    if ":" in rest.partition("/")[0]:
        return False
    if rest.startswith("//"):
        authority, _, path = rest[2:].partition("/")
        return _is_authority(authority) and not _BAD_ESCAPE.search(path)
    return not _BAD_ESCAPE.search(rest)


def _is_authority(authority: str) -> bool:
    user, _, host = authority.rpartition("@")
    if not _USER_INFO.match(user) or _BAD_ESCAPE.search(user):
        return False
    if host.startswith("["):
        inside, _, port = host.rpartition("]")
        address, zone, name = inside.partition("%25")
        if zone and not _is_zone(name):
            return False
        return bool(_HOST_CHARS.match(address)) and bool(_PORT.match(port))
    colon = host.rfind(":")
    return (colon < 0 or bool(_PORT.match(host[colon:]))) and bool(_HOST_CHARS.match(host))


def _is_zone(name: str) -> bool:
    """In a zone escapes may stand for what a host may hold, a blank and a percent sign."""
    plain = _ESCAPE.sub(lambda found: _unescaped(found.group(1)), name)
    return "%" not in plain and bool(_HOST_CHARS.match(plain))


def _unescaped(digits: str) -> str:
    char = chr(int(digits, 16))
    return "x" if char in " %" else char if char.isascii() else "/"
