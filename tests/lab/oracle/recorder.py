"""One listener for every address and port: it notes who was meant and what was spoken.

It answers so that a program is done soon: a request with an empty 200, CONNECT and SOCKS with
success, TLS with a fatal alert.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import NamedTuple

PORT = 1
ORIGINAL_DESTINATION = 80
"""SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv4.h and netfilter_ipv6."""
MARK = ("198.19.255.254", "2001:db8:ffff::ffff")
MARK_PORT = 9
FTP = 21
PATIENCE = 2.0
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
HANDSHAKE_FAILURE = b"\x15\x03\x01\x00\x02\x02\x28"


class Connection(NamedTuple):
    """One connection. speech: origin, absolute or connect (three forms of HTTP), tls, socks4,
    socks4a, socks5, socks5h, other, silent. line: the request's first line, or what SOCKS was
    asked for. inside: the speech within a tunnel.
    """

    host: str
    port: int
    speech: str
    line: str = ""
    inside: str = ""


class Recorder:
    """What came in since the last ``take``, in the order in which it came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._came: dict[int, Connection] = {}
        self._unread: set[int] = set()
        self._count = 0
        self._marks = 0
        for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
            listener = socket.socket(family, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((address, PORT))
            listener.listen(512)
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def take(self, patience: float = 0.5) -> list[Connection]:
        """All connections since the last call; one that has said nothing is waited for a while.

        A mark of our own in both queues tells that what came before it was noted.
        """
        wanted = self._marks + len(MARK)
        for address in MARK:
            socket.create_connection((address, MARK_PORT), 5).close()
        with self._changed:
            self._changed.wait_for(lambda: self._marks >= wanted, 5)
            self._changed.wait_for(lambda: not self._unread, patience)
            took = [self._came[number] for number in sorted(self._came)]
            self._came.clear()
            self._unread.clear()
        return took

    def _accept(self, listener: socket.socket) -> None:
        while True:
            client, _ = listener.accept()
            host, port = _destination(client)
            with self._changed:
                if host in MARK and port == MARK_PORT:
                    client.close()
                    self._marks += 1
                    self._changed.notify_all()
                    continue
                self._count += 1
                number = self._count
                self._came[number] = Connection(host, port, "silent")
                self._unread.add(number)
            serve = threading.Thread(target=self._serve, args=(client, number), daemon=True)
            serve.start()

    def _serve(self, client: socket.socket, number: int) -> None:
        client.settimeout(PATIENCE)

        def note(speech: str, line: str = "", inside: str = "") -> None:
            with self._changed:
                came = self._came.get(number)
                if came is not None:
                    self._came[number] = came._replace(speech=speech, line=line, inside=inside)

        with client, contextlib.suppress(OSError):
            try:
                if self._came[number].port == FTP:
                    client.sendall(b"421 closed\r\n")
                    client.shutdown(socket.SHUT_WR)
                _converse(client, note)
            finally:
                with self._changed:
                    self._unread.discard(number)
                    self._changed.notify_all()


Note = Callable[..., None]
"""What ``_converse`` tells: speech, line, inside."""


class _Ended(OSError):
    """The program said no more."""


def _destination(client: socket.socket) -> tuple[str, int]:
    if client.family == socket.AF_INET:
        raw = client.getsockopt(socket.IPPROTO_IP, ORIGINAL_DESTINATION, 16)
        return socket.inet_ntoa(raw[4:8]), struct.unpack("!H", raw[2:4])[0]
    raw = client.getsockopt(socket.IPPROTO_IPV6, ORIGINAL_DESTINATION, 28)
    return socket.inet_ntop(socket.AF_INET6, raw[8:24]), struct.unpack("!H", raw[2:4])[0]


def _converse(client: socket.socket, note: Note) -> None:
    first = _read(client, 1)
    if first == b"\x05":
        _socks5(client, note)
    elif first == b"\x04":
        _socks4(client, note)
    elif first == b"\x16":
        note("tls")
        client.sendall(HANDSHAKE_FAILURE)
    else:
        line = _request_line(client, first)
        speech = _form(line)
        note(speech, line)
        client.sendall(ESTABLISHED if speech == "connect" else EMPTY)
        if speech == "connect":
            note(speech, line, _tunnelled(client))
    _drain(client)


def _socks5(client: socket.socket, note: Note) -> None:
    """RFC 1928, RFC 1929."""
    methods = _read(client, _read(client, 1)[0])
    with_password = 0 not in methods
    client.sendall(b"\x05\x02" if with_password else b"\x05\x00")
    note("socks5")
    if with_password:
        _read(client, 1)
        _read(client, _read(client, 1)[0])
        _read(client, _read(client, 1)[0])
        client.sendall(b"\x01\x00")
    kind = _read(client, 4)[3]
    if kind == 3:
        asked = _read(client, _read(client, 1)[0]).decode("latin-1")
    elif kind == 4:
        asked = socket.inet_ntop(socket.AF_INET6, _read(client, 16))
    else:
        asked = socket.inet_ntoa(_read(client, 4))
    line = f"{asked} {struct.unpack('!H', _read(client, 2))[0]}"
    speech = "socks5h" if kind == 3 else "socks5"
    note(speech, line)
    client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
    note(speech, line, _tunnelled(client))


def _socks4(client: socket.socket, note: Note) -> None:
    """openssh.com/txt/socks4.protocol and socks4a.protocol."""
    _, port, address = struct.unpack("!BH4s", _read(client, 7))
    _until_zero(client)
    speech, asked = "socks4", socket.inet_ntoa(address)
    if address[:3] == b"\0\0\0" and address[3]:
        speech, asked = "socks4a", _until_zero(client).decode("latin-1")
    line = f"{asked} {port}"
    note(speech, line)
    client.sendall(b"\x00\x5a\x00\x00\x00\x00\x00\x00")
    note(speech, line, _tunnelled(client))


def _tunnelled(client: socket.socket) -> str:
    first = _read(client, 1)
    if first == b"\x16":
        client.sendall(HANDSHAKE_FAILURE)
        return "tls"
    line = _request_line(client, first)
    client.sendall(EMPTY)
    return _form(line)


def _form(line: str) -> str:
    method, _, rest = line.partition(" ")
    if " HTTP/" not in line:
        return "other"
    if method == "CONNECT":
        return "connect"
    return "origin" if rest.startswith("/") else "absolute"


def _read(client: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = client.recv(size - len(data))
        if not more:
            raise _Ended
        data += more
    return data


def _until_zero(client: socket.socket) -> bytes:
    data = b""
    while (more := _read(client, 1)) != b"\0":
        data += more
    return data


def _request_line(client: socket.socket, data: bytes) -> str:
    """Take a request up to its empty line, or the first piece of what is none."""
    data += client.recv(65536)
    with contextlib.suppress(OSError):
        while b" HTTP/" in data and b"\r\n\r\n" not in data and len(data) < 1 << 21:
            more = client.recv(65536)
            if not more:
                break
            data += more
    return data.partition(b"\r\n")[0].decode("latin-1")


def _drain(client: socket.socket) -> None:
    """Take what is left, so that the program sees an end and not a reset."""
    client.shutdown(socket.SHUT_WR)
    client.settimeout(0.2)
    while client.recv(65536):
        pass
