"""Where programs of this machine wait for connections, as far as a proxy may be one of them."""

from __future__ import annotations

import socket
import struct

from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.system import read_text
from dockproxy.core.model.light import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Optional, Tuple


NAME = "listening"
_PORT = pattern(r"[\w\].]:([0-9]{2,5})\b")
_WAITS = " 0A "
"""TCP_LISTEN (Linux include/net/tcp_states.h)."""


def observe(look: Look) -> Optional[Tuple[str, ...]]:
    """The addresses with the ports that the files name; None where /proc does not tell."""
    if not look.live:
        return None
    texts = (fact.text or "" for fact in look.files.values())
    ports = {int(port) for text in texts for port in _PORT.findall(text)}
    if not ports:
        return ()
    tables = [read_text(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
    if tables[0] is None:
        return None
    found = (address for table in tables for address in _addresses(table or "", ports))
    return tuple(sorted(set(found)))


def _addresses(table: str, ports: set[int]) -> Iterator[str]:
    """Linux net/ipv4/tcp_ipv4.c get_tcp4_sock: words of 32 bits in the machine's own order."""
    for line in table.splitlines():
        if _WAITS not in line:
            continue
        host, _, digits = line.split()[1].partition(":")
        port = int(digits, 16)
        if port in ports:
            words = [int(host[at : at + 8], 16) for at in range(0, len(host), 8)]
            packed = struct.pack(f"={len(words)}I", *words)
            if len(packed) == 4:
                yield f"{socket.inet_ntop(socket.AF_INET, packed)}:{port}"
            else:
                yield f"[{socket.inet_ntop(socket.AF_INET6, packed)}]:{port}"
