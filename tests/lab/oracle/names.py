"""A name server that gives every name an address of its own."""

from __future__ import annotations

import re
import socket
import struct
import threading

ADDRESS = "127.0.0.53"
NET = 198 << 24 | 18 << 16
"""198.18.0.0/15, which is for measurements: no case's list has it unless it means it."""
A = 1
NO_SUCH_NAME = 3
ORDINARY = re.compile(r"[a-z0-9_.-]+")


class Names:
    """Answers A with the name's address, and all else, the root too, with nothing.

    strict: a name of other letters than hosts have is said not to exist.
    """

    def __init__(self, strict: bool = False) -> None:
        self._strict = strict
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ADDRESS, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def name(self, address: str) -> str:
        """The name that was given an address, else the address."""
        return self._names.get(address, address)

    def _serve(self) -> None:
        while True:
            query, asker = self._socket.recvfrom(4096)
            answer = self._answer(query)
            if answer:
                self._socket.sendto(answer, asker)

    def _answer(self, query: bytes) -> bytes:
        """RFC 1035: the same header with the answer bit, the question, and an address or none."""
        labels, at = [], 12
        while at < len(query) and query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]])
            at += 1 + query[at]
        if at + 5 > len(query):
            return b""
        kind = struct.unpack_from("!H", query, at + 1)[0]
        question = query[12 : at + 5]
        records = b""
        name = b".".join(labels).decode("latin-1").lower()
        unknown = self._strict and not ORDINARY.fullmatch(name)
        if kind == A and labels and not unknown:
            address = self._address(name)
            records = b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 60, 4) + socket.inet_aton(address)
        flags = 0x8580 | (NO_SUCH_NAME if unknown else 0)
        header = query[:2] + struct.pack("!HHHHH", flags, 1, 1 if records else 0, 0, 0)
        return header + question + records

    def _address(self, name: str) -> str:
        if name not in self._addresses:
            address = socket.inet_ntoa(struct.pack("!I", NET + 1 + len(self._addresses)))
            self._addresses[name] = address
            self._names[address] = name
        return self._addresses[name]
