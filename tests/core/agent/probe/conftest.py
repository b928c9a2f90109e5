"""Little servers on loopback, each in its threads, that behave as proxies do, and as others do."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import tempfile
import threading
from typing import Callable, Dict, Iterator, List, Optional

import pytest

ADDRESS = "-addext subjectAltName=IP:127.0.0.1"

Handler = Callable[[socket.socket], None]


class Servers:
    """Starts servers; each method gives the port. heads: every HTTP request head that came."""

    def __init__(self, certificate: Callable[[], str]) -> None:
        self._certificate = certificate
        self._listeners: List[socket.socket] = []
        self._open: List[socket.socket] = []
        self.heads: List[bytes] = []
        self.socks_logins: List[bytes] = []
        self.socks_requests: List[bytes] = []

    def serve(self, handler: Handler) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        self._listeners.append(listener)

        def talk(connection: socket.socket) -> None:
            with contextlib.suppress(OSError, IndexError), connection:
                handler(connection)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    self._open.append(connection)
                    threading.Thread(target=talk, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return int(listener.getsockname()[1])

    def http(
        self, connect_answer: bytes, origin_answer: bytes = b"HTTP/1.1 400 Bad\r\n\r\n"
    ) -> int:
        return self.serve(self.http_handler(connect_answer, origin_answer))

    def http_handler(
        self, connect_answer: bytes, origin_answer: bytes = b"HTTP/1.1 400 Bad\r\n\r\n"
    ) -> Handler:
        """A proxy that gives this answer to CONNECT, "" for never, and that to anything else."""

        def handler(connection: socket.socket) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                more = connection.recv(4096)
                if not more:
                    return
                head += more
            self.heads.append(head)
            answer = connect_answer if head.startswith(b"CONNECT ") else origin_answer
            if not answer:
                threading.Event().wait(20)
            connection.sendall(answer)

        return handler

    def impatient_http(self, connect_answer: bytes) -> int:
        """An HTTP proxy that answers 400 as soon as the first byte is no letter."""
        usual = self.http_handler(connect_answer)

        def handler(connection: socket.socket) -> None:
            if not connection.recv(1, socket.MSG_PEEK).isalpha():
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            usual(connection)

        return self.serve(handler)

    def tls(self, inner: Handler) -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate())

        def handler(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as secure:
                inner(secure)

        return self.serve(handler)

    def socks(self, login: Optional[bytes] = None, reply: int = 0) -> int:
        return self.serve(self.socks_handler(login, reply))

    def socks_handler(self, login: Optional[bytes] = None, reply: int = 0) -> Handler:
        """A SOCKS5 proxy; login: ``user:password`` that it wants; it gives this reply, <0: none."""

        def handler(connection: socket.socket) -> None:
            if connection.recv(1) != b"\x05":
                return
            methods = connection.recv(connection.recv(1)[0])
            wanted = 0 if login is None else 2
            if wanted not in methods:
                connection.sendall(b"\x05\xff")
                return
            connection.sendall(bytes([5, wanted]))
            if login is not None:
                connection.recv(1)
                user = connection.recv(connection.recv(1)[0])
                password = connection.recv(connection.recv(1)[0])
                self.socks_logins.append(user + b":" + password)
                good = user + b":" + password == login
                connection.sendall(b"\x01\x00" if good else b"\x01\x01")
                if not good:
                    return
            self.socks_requests.append(connection.recv(1024))
            if reply < 0:
                threading.Event().wait(20)
                return
            connection.sendall(bytes([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))

        return handler

    def silent(self) -> int:
        def handler(_connection: socket.socket) -> None:
            threading.Event().wait(20)

        return self.serve(handler)

    def close(self) -> None:
        for sock in self._listeners + self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


@pytest.fixture(scope="session")
def certificate() -> Iterator[Callable[[], str]]:
    """Gives the path of a PEM for 127.0.0.1 that nobody trusts, with its key."""
    made: Dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:

        def make() -> str:
            if not made:
                path = os.path.join(folder, "proxy.pem")
                command = (
                    f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=proxy {ADDRESS}"
                )
                files = ["-keyout", path + ".key", "-out", path + ".crt"]
                subprocess.run([*command.split(), *files], check=True, capture_output=True)
                with open(path, "w") as whole:
                    for part in (".key", ".crt"):
                        with open(path + part) as half:
                            whole.write(half.read())
                made["path"] = path
            return made["path"]

        yield make


@pytest.fixture
def servers(certificate: Callable[[], str]) -> Iterator[Servers]:
    started = Servers(certificate)
    yield started
    started.close()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port at which nothing listens, held so that nothing else takes it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])
