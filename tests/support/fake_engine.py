"""A stand-in for the Engine's API on a unix socket: answers from a table, misbehaves on demand."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

Answer = Callable[[socket.socket], None]

VERSION = {
    "Version": "26.1.5",
    "ApiVersion": "1.45",
    "MinAPIVersion": "1.24",
    "Components": [{"Name": "Engine"}, {"Name": "containerd"}],
}


def json_answer(value: object, status: int = 200, chunked: bool = False) -> Answer:
    """A well-formed answer with this JSON body."""
    body = json.dumps(value).encode()

    def send(connection: socket.socket) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        if not chunked:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            return
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for start in range(0, len(body), 7):
            piece = body[start : start + 7]
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.sendall(b"0\r\n\r\n")

    return send


def raw_answer(data: bytes) -> Answer:
    """These bytes, then the end of the connection."""

    def send(connection: socket.socket) -> None:
        connection.sendall(data)
        connection.close()

    return send


def pong(api: str) -> Answer:
    """What ``/_ping`` answers in an Engine whose newest API is this one."""
    head = f"HTTP/1.1 200 OK\r\nApi-Version: {api}\r\nContent-Length: 2\r\n\r\nOK".encode()
    return lambda connection: connection.sendall(head)


PONG = pong("1.45")


class FakeEngine:
    """Serves ``routes`` (path without the API version → Answer) until closed.

    asked: the paths as they came. connections: how many were opened.
    """

    def __init__(self, path: str, routes: dict[str, Answer]) -> None:
        self.endpoint = f"unix://{path}"
        self.routes = {"/_ping": PONG, "/version": json_answer(VERSION), **routes}
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self._hang = threading.Event()
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(8)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> FakeEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        self._thread.join(5)

    def hang(self, _connection: socket.socket) -> None:
        """An Answer that never comes, until this engine is closed."""
        self._hang.wait(10)

    def drop_idle(self) -> None:
        """Close the connections that are open, as an engine does with idle ones."""
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        try:
            while True:
                head = _head(connection)
                if head is None:
                    return
                line, _, rest = head.partition("\r\n")
                path = line.split(" ")[1]
                self.asked.append(f"{line.split(' ')[0]} {path}")
                self.bodies.append(_body(connection, rest))
                self._answer(path)(connection)
        except OSError:
            return

    def _answer(self, path: str) -> Answer:
        plain = path
        if path.startswith("/v1."):
            plain = "/" + path.split("/", 2)[2]
        return self.routes.get(plain) or json_answer({"message": f"no such route {plain}"}, 404)


def _head(connection: socket.socket) -> str | None:
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return None
        data += byte
    return data.decode("latin-1")


def _body(connection: socket.socket, headers: str) -> bytes:
    for line in headers.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return connection.recv(int(value)) if int(value) else b""
    return b""


def containers(count: int, **environment: str) -> dict[str, Any]:
    """Routes for that many containers with these variables besides an unrelated secret one."""
    listed = []
    routes: dict[str, Any] = {}
    for index in range(count):
        identity = f"{index:064x}"
        listed.append(
            {
                "Id": identity,
                "Names": [f"/other/alias{index}", f"/app{index}"],
                "Image": "busybox",
                "Created": 1_700_000_000,
                "State": "running",
            }
        )
        variables = [f"{name}={value}" for name, value in environment.items()]
        routes[f"/containers/{identity}/json"] = json_answer(
            {
                "Id": identity,
                "Name": f"/app{index}",
                "Created": "2026-11-24T18:00:00.5Z",
                "State": {"Status": "running"},
                "HostConfig": {
                    "NetworkMode": "bridge",
                    "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0},
                    "AutoRemove": False,
                },
                "Config": {
                    "Image": "busybox",
                    "Env": ["DATABASE_PASSWORD=topsecret", *variables],
                    "Labels": {"com.docker.compose.project": "shop"},
                },
            }
        )
    routes["/containers/json?all=1"] = json_answer(listed)
    return routes


def short_path(folder: object) -> str:
    """A socket's path below a folder; unix sockets take 107 bytes."""
    path = os.path.join(str(folder), "d.sock")
    assert len(path) < 107
    return path
