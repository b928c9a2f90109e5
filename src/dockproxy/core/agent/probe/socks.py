"""SOCKS5 as Go speaks it (RFC 1928, RFC 1929): greeting, user and password, connect."""

from __future__ import annotations

import ipaddress

from dockproxy.core.agent.probe.connect import StageFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Tuple

    from dockproxy.core.agent.probe.connect import Stages, Wire

_NO_AUTH, _PASSWORD, _NONE_FITS = 0x00, 0x02, 0xFF
_METHODS: Dict[int, str] = {_NO_AUTH: "no authentication", 0x01: "GSSAPI", _PASSWORD: "password"}

REPLIES: Dict[int, str] = {
    1: "general SOCKS server failure",
    2: "connection not allowed by ruleset",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "TTL expired",
    7: "command not supported",
    8: "address type not supported",
}
"""RFC 1928 section 6, in Go's words (net/http socks_bundle.go, socksReply.String)."""


def greet(wire: Wire, credentials: Optional[Tuple[bytes, bytes]], details: List[str]) -> bool:
    """Agree on a way to log in; gives whether a user and password are to be sent.

    Raises StageFailed ``not-socks`` or ``auth-required``.
    """
    methods = [_NO_AUTH] if credentials is None else [_NO_AUTH, _PASSWORD]
    wire.send(bytes([5, len(methods), *methods]))
    version = wire.exactly(1)[0]
    if version != 5:
        raise StageFailed("not-socks", "the answer is not SOCKS5")
    method = wire.exactly(1)[0]
    if method == _NONE_FITS:
        raise StageFailed("auth-required", "no acceptable authentication methods")
    if method not in methods:
        raise StageFailed("not-socks", f"the proxy chose method {method}, which was not offered")
    details.append(_METHODS[method])
    return method == _PASSWORD


def log_in(wire: Wire, credentials: Tuple[bytes, bytes]) -> None:
    """Send user and password; raises StageFailed ``auth-failed``.

    Go 1.24 socks_bundle.go, Authenticate: an empty user, or either over 255 bytes, is not sent.
    """
    user, password = credentials
    if not user or len(user) > 255 or len(password) > 255:
        raise StageFailed("auth-failed", "user empty, or user or password over 255 bytes")
    wire.send(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
    if wire.exactly(2)[1] != 0:
        raise StageFailed("auth-failed", "username/password authentication failed")


def request_way(wire: Wire, host: str, port: int) -> None:
    """Ask for the way to the host, by name: the proxy resolves it, for socks5 and socks5h alike.

    Raises StageFailed ``socks-refused``.
    """
    wire.send(b"\x05\x01\x00" + _spelled(host) + port.to_bytes(2, "big"))
    version, reply, _, kind = wire.exactly(4)
    if version != 5:
        raise StageFailed("not-socks", "the answer is not SOCKS5")
    if reply != 0:
        raise StageFailed("socks-refused", REPLIES.get(reply, f"unknown code: {reply}"))
    length = {1: 4, 4: 16}.get(kind)
    wire.exactly((wire.exactly(1)[0] if length is None else length) + 2)


def converse(
    wire: Wire, target: str, credentials: Optional[Tuple[bytes, bytes]], stages: Stages
) -> None:
    """All of it, each part a stage; without a target only as far as the log-in."""
    with stages.stage("greeting") as details:
        wants_password = greet(wire, credentials, details)
    if wants_password and credentials is not None:
        with stages.stage("auth"):
            log_in(wire, credentials)
    if target:
        host, _, port = target.rpartition(":")
        with stages.stage("connect-request"):
            request_way(wire, host.strip("[]"), int(port))


def _spelled(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode("ascii")
        if len(name) > 255:
            raise StageFailed("socks-refused", "FQDN too long") from None
        return bytes([3, len(name)]) + name
    return bytes([1 if address.version == 4 else 4]) + address.packed
