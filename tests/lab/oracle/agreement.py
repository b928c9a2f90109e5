"""Tokens: what was seen of a decision, in words that a recording and our code share.

``direct``, ``error`` (nothing was connected to), or ``SPEECH HOST:PORT`` of a proxy.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from dockproxy.semantics.base import Decision
from dockproxy.semantics.resolver import is_name

DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "ftp": 21,
    "ftps": 990,
    "ws": 80,
    "wss": 443,
    "git": 9418,
}
PROXY_PORTS = {"http": 80, "https": 443}
SOCKS_PORT = 1080
SAME_FOR_ADDRESSES = {"socks5h": "socks5", "socks4a": "socks4"}
_URL = re.compile(r"([a-z][a-z0-9+.-]*)://(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)(?::([0-9]*))?", re.I)


class Seen(NamedTuple):
    """A connection as the recorder noted it, by name."""

    host: str
    port: int
    speech: str
    line: str = ""
    inside: str = ""


def canonical(host: str) -> str:
    """A host in the one spelling that is compared: all of loopback's names are ``localhost``."""
    bare = host.strip("[]").partition("%")[0] if ":" in host else unquote(host)
    bare = bare.lower().removesuffix(".").replace("\\", "")
    if not bare.isascii():
        with contextlib.suppress(UnicodeError):
            bare = bare.encode("idna").decode()
    if bare in ("localhost", "*") or bare.endswith(".localhost"):
        return "localhost"
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(bare))
        except (OSError, ValueError):
            return bare
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if str(address) in ("127.0.0.1", "::1", "0.0.0.0", "::"):
        return "localhost"
    return str(address)


def is_address(host: str) -> bool:
    """Whether a canonical host is an IP: socks5 and socks5h look alike for these."""
    return ":" in host or host.replace(".", "").isdigit()


def target_address(url: str) -> tuple[str, int]:
    """The host (canonical) and port that a direct request connects to."""
    found = _URL.match(url)
    if found is None:
        return "", 0
    scheme, host, port = found.groups()
    return canonical(host), int(port) if port else DEFAULT_PORTS.get(scheme.lower(), 0)


def token(came: Sequence[Seen], url: str) -> str:
    """What the first of these connections says of the decision."""
    if not came:
        return "error"
    first = came[0]
    host = canonical(first.host)
    place = _place(host, first.port)
    if first.speech in ("origin", "tls", "silent", "other") and (
        (host, first.port) == target_address(url)
    ):
        return "direct"
    speech = {"tls": "https", "silent": "silent", "other": "other"}.get(
        first.speech, first.speech if first.speech.startswith("socks") else "http"
    )
    return f"{speech} {place}"


def said(decision: Decision) -> str:
    """The token of a decision of ours."""
    if decision.kind != "proxy":
        return decision.kind
    speech, _, rest = decision.proxy.partition("://")
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", rest.rpartition("@")[2])
    if found is None:
        return f"{speech} {rest}"
    host = canonical(found.group(1))
    port = int(found.group(2) or PROXY_PORTS.get(speech, SOCKS_PORT))
    return f"{speech} {_place(host, port)}"


def agree(seen: str, decision: Decision, url: str) -> bool:
    """Whether a recorded token is what our decision says.

    Of a proxy that was connected to and told nothing (a target that its SOCKS can't be told) only
    the place is compared. TLS to a proxy that has the target's own host and port looks like the
    target itself. What has a name that no resolver takes is never connected to.
    """
    ours = said(decision)
    if decision.proxy.endswith(":0"):
        ours = f"{ours.rpartition(':')[0]}:0"
    if seen in (ours, f"silent {ours.partition(' ')[2]}"):
        return True
    host, port = target_address(url)
    if seen == "direct" and ours == f"https {_place(host, port)}":
        return True
    if seen == "error":
        return ours != "error" and not _resolves(url if ours == "direct" else decision.proxy)
    if host != "localhost" and not is_address(host):
        return False
    return _alike(seen) == _alike(ours)


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _resolves(url: str) -> bool:
    """Not what has letters that no name has, nor numbers that are no address."""
    found = _URL.match(url)
    host = unquote(found.group(2)) if found else ""
    if not is_address(host):
        return is_name(host)
    try:
        ipaddress.ip_address(canonical(host))
    except ValueError:
        return False
    return True


def _alike(text: str) -> str:
    speech, _, rest = text.partition(" ")
    return f"{SAME_FOR_ADDRESSES.get(speech, speech)} {rest}"
