"""A name server that knows no name: every question gets NXDOMAIN at once."""

from __future__ import annotations

import socket
import sys


def answer(query: bytes) -> bytes | None:
    """Give the reply to a query (RFC 1035, 4.1): its id and question, and NXDOMAIN."""
    if len(query) < 12:
        return None
    end = 12
    while end < len(query) and query[end]:
        end += query[end] + 1
    question = query[12 : end + 5]
    flags = bytes((0x81 | (query[2] & 0x78), 0x83))
    return query[:2] + flags + b"\0\1\0\0\0\0\0\0" + question


def main(address: str) -> None:
    """Answer until killed."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    while True:
        query, sender = server.recvfrom(4096)
        reply = answer(query)
        if reply is not None:
            server.sendto(reply, sender)


if __name__ == "__main__":
    main(sys.argv[1])
