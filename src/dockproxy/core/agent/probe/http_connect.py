"""CONNECT as Go sends it, and what the proxy's answer says."""

from __future__ import annotations

import re
from base64 import b64encode
from http import HTTPStatus

from dockproxy.core.agent.probe.connect import StageFailed
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple

    from dockproxy.core.agent.probe.connect import Wire

_HEAD_LIMIT = 65536
_STATUS_LINE = pattern(rb"HTTP/1\.[01] ([0-9]{3})(?: |\Z)")
_SQUID_ERROR = pattern(r"ERR_[A-Z0-9_]{1,40} -?[0-9]{1,10}\Z")
_QUOTED = pattern(r'"(?:\\.|[^"\\])*"')
_SCHEME = pattern(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[^=\s]|\s*(?:,|\Z))")
_GATEWAY = (500, 502, 503, 504)
"""500 is what Squid 5.7 says of a name that it can't look up (ERR_CANNOT_FORWARD)."""

_NO_PROXY_HERE = (400, 404, 405, 501)
"""What web servers, and a Clash-like proxy's control port, answer to CONNECT."""


class Answer:
    """Head of an HTTP answer."""

    __slots__ = ("headers", "status")

    def __init__(self, status: int, headers: List[Tuple[str, str]]) -> None:
        self.status = status
        self.headers = headers

    def all(self, name: str) -> List[str]:
        """The values of every header of that name, in order."""
        return [value for header, value in self.headers if header == name]


def request_tunnel(
    wire: Wire, target: str, credentials: Optional[Tuple[bytes, bytes]], details: List[str]
) -> int:
    """Ask for the way to ``host:port``; gives 200, which alone is a yes to Go.

    Raises StageFailed with ``auth-required``, ``auth-failed``, ``denied``, ``bad-gateway``,
    ``not-a-proxy``, ``http-status`` or ``not-http``. Facts: Go 1.24 net/http transport.go
    (dialConn, proxyAuth: Basic only, sent unasked).
    """
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", "User-Agent: Go-http-client/1.1"]
    head = "\r\n".join(lines).encode("ascii")
    if credentials is not None:
        head += b"\r\nProxy-Authorization: Basic " + b64encode(b":".join(credentials))
    wire.send(head + b"\r\n\r\n")
    answer = read_head(wire)
    detail = " ".join([_status_words(answer.status), *_squid_error(answer)])
    if answer.status == 200:
        details.append(detail)
        return 200
    raise StageFailed(
        _code(answer, credentials is not None), detail, answer.status, offered_schemes(answer)
    )


def read_head(wire: Wire) -> Answer:
    """The head of the answer that comes; raises StageFailed ``closed`` or ``not-http``."""
    data = b""
    while b"\r\n\r\n" not in data and b"\n\n" not in data:
        more = wire.some()
        if not more:
            if not data:
                raise StageFailed("closed", "the connection was closed without an answer")
            break
        data += more
        if not data.startswith(b"HTTP/"[: len(data)]) or len(data) > _HEAD_LIMIT:
            raise StageFailed("not-http", "the answer is not HTTP")
    lines = re.split(rb"\r?\n", re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0])
    match = _STATUS_LINE.match(lines[0])
    if match is None:
        raise StageFailed("not-http", "the answer is not HTTP")
    headers = []
    for line in lines[1:]:
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.strip().lower(), value.strip()))
    return Answer(int(match.group(1)), headers)


def offered_schemes(answer: Answer) -> Tuple[str, ...]:
    """Names of the authentication schemes that the proxy would take, in its order."""
    names: List[str] = []
    for value in answer.all("proxy-authenticate"):
        for name in _SCHEME.findall(_QUOTED.sub('""', value)):
            if name not in names:
                names.append(name)
    return tuple(names)


def _code(answer: Answer, had_credentials: bool) -> str:
    if answer.status == 407:
        offered = [name.lower() for name in offered_schemes(answer)]
        return "auth-failed" if had_credentials and "basic" in offered else "auth-required"
    if answer.status == 401:
        # tinyproxy 1.11 says so to a wrong password, and offers no scheme.
        return "auth-failed" if had_credentials else "auth-required"
    if answer.status == 403:
        return "denied"
    if answer.status in _GATEWAY:
        return "bad-gateway"
    return "not-a-proxy" if answer.status in _NO_PROXY_HERE else "http-status"


def _status_words(status: int) -> str:
    # The standard's words, not the proxy's: an answer may echo what was sent to it.
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _squid_error(answer: Answer) -> List[str]:
    return [value for value in answer.all("x-squid-error") if _SQUID_ERROR.match(value)]
