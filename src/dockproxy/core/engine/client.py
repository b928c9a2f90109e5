"""The Engine's API over a unix socket, tcp or TLS: small, and quick to start.

HTTP/1.1 of our own instead of http.client, whose import alone takes as long as a whole bare
interpreter. A connection is kept for the next request. Fields that we do not know pass through
untouched.
"""

from __future__ import annotations

import socket
import time

from dockproxy.core.engine.connecting import (
    EngineError,
    Tls,
    connect,
    no_engine,
    peer_pid,
    time_left,
    timed_out,
)
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Callable, Dict, List, Optional, Tuple, Type

NEWEST_API = (1, 51)
"""The newest API that was tried (Engine 28.5); a newer Engine is asked for this one."""

TIMEOUT = 3.0
SIZE_LIMIT = 32 * 1024 * 1024
_HEAD_LIMIT = 64 * 1024
_LOST = "connection closed"


class _Reply(NamedTuple):
    """Headers by their names in lower case."""

    status: int
    headers: Dict[str, str]
    body: bytes


class Engine:
    """One Engine; requests go one after the other over one connection.

    timeout: seconds for each whole request, the connecting included. Not for several threads.
    """

    def __init__(self, endpoint: str, timeout: float = TIMEOUT, tls: Optional[Tls] = None) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._tls = tls
        self._socket: Optional[socket.socket] = None
        self._buffer = b""
        self._version: Optional[Dict[str, Any]] = None
        self._prefix: Optional[str] = None
        self._meanwhile: Optional[Callable[[], None]] = None
        self._greeting: Optional[Dict[str, str]] = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._buffer = b""

    def version(self) -> Dict[str, Any]:
        """What ``GET /version`` gives, asked once."""
        if self._version is None:
            answer = self._json("GET", "/version", None, self.timeout)
            if not isinstance(answer, dict):
                raise _bad_answer("/version")
            self._version = answer
        return self._version

    def ping(self) -> bool:
        """Whether ``GET /_ping`` answers OK."""
        return self._request("GET", "/_ping", None, self.timeout).status == 200

    def greeting(self) -> Dict[str, str]:
        """The headers of ``GET /_ping``, by their names in lower case, asked once: the newest API
        (``api-version``), the program (``server``), ``libpod-api-version`` of Podman alone.
        """
        if self._greeting is None:
            self._greeting = self._request("GET", "/_ping", None, self.timeout).headers
        return self._greeting

    def get(
        self,
        path: str,
        timeout: Optional[float] = None,
        meanwhile: Optional[Callable[[], None]] = None,
    ) -> Any:
        """The parsed JSON of a path such as ``/info``. Raises EngineError.

        meanwhile: what to do while the Engine works on it; called once at most.
        """
        path = self._versioned(path)
        self._meanwhile = meanwhile
        try:
            return self._json("GET", path, None, timeout or self.timeout)
        finally:
            self._meanwhile = None

    def post(self, path: str, body: Any = None, timeout: Optional[float] = None) -> Any:
        """POST with a JSON body, or none; the parsed answer, None if there is none."""
        return self._json("POST", self._versioned(path), body, timeout or self.timeout)

    def delete(self, path: str, timeout: Optional[float] = None) -> None:
        """DELETE a thing; one that is not there is an EngineError with status 404."""
        self._json("DELETE", self._versioned(path), None, timeout or self.timeout)

    def _versioned(self, path: str) -> str:
        """The path under the newest API that both sides know.

        ``/_ping`` names the Engine's newest in a header at once, where ``/version`` first runs
        containerd and runc (moby 26.1 api/server/router/system/system_routes.go).
        """
        if self._prefix is None:
            offered = None
            if self._version is None:
                offered = _api(self.greeting().get("api-version"))
            if offered is None or offered > NEWEST_API:
                self._prefix = _prefix(self.version())
            else:
                self._prefix = f"/v{offered[0]}.{offered[1]}"
        return self._prefix + path

    def peer_pid(self) -> Optional[int]:
        """Who listens on the unix socket: its process, or 1 where systemd holds the socket."""
        return None if self._socket is None else peer_pid(self._socket)

    def _json(self, method: str, path: str, body: Any, timeout: float) -> Any:
        import json

        data = None if body is None else json.dumps(body).encode()
        status, _, answer = self._request(method, path, data, timeout)
        try:
            parsed = json.loads(answer) if answer.strip() else None
        except (ValueError, RecursionError):
            parsed = None
            if status < 400:
                raise _bad_answer(path) from None
        if status >= 400:
            text = parsed.get("message") if isinstance(parsed, dict) else None
            said = message(
                N_("the Engine answered {status}: {said}"),
                status=status,
                said=text if isinstance(text, str) else "",
            )
            raise EngineError("status", said, status)
        return parsed

    def _request(self, method: str, path: str, body: Optional[bytes], timeout: float) -> _Reply:
        """An idle connection that the Engine closed is opened again, once."""
        deadline = time.monotonic() + timeout
        kept = self._socket is not None
        try:
            return self._exchange(method, path, body, deadline)
        except _ConnectionLost:
            self.close()
            if not kept or method != "GET":
                raise no_engine(self.endpoint, _LOST) from None
        try:
            return self._exchange(method, path, body, deadline)
        except _ConnectionLost:
            self.close()
            raise no_engine(self.endpoint, _LOST) from None

    def _exchange(self, method: str, path: str, body: Optional[bytes], deadline: float) -> _Reply:
        try:
            connection = self._connected(deadline)
            head = f"{method} {path} HTTP/1.1\r\nHost: docker\r\nUser-Agent: dockproxy\r\n"
            if body is not None:
                head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            elif method != "GET":
                head += "Content-Length: 0\r\n"
            connection.settimeout(time_left(deadline))
            connection.sendall(head.encode("ascii") + b"\r\n" + (body or b""))
            if self._meanwhile is not None:
                meanwhile, self._meanwhile = self._meanwhile, None
                meanwhile()
            return self._answer(path, deadline)
        except _ConnectionLost:
            raise
        except EngineError:
            self.close()
            raise
        except socket.timeout:
            self.close()
            raise timed_out(self.endpoint) from None
        except (ConnectionError, BrokenPipeError):
            raise _ConnectionLost from None
        except OSError as error:
            self.close()
            raise no_engine(self.endpoint, error.strerror or "") from None

    def _answer(self, path: str, deadline: float) -> _Reply:
        while True:
            status, headers = self._head(path, deadline)
            if status >= 200:
                break
        if status in (204, 304):
            answer = b""
        elif "chunked" in headers.get("transfer-encoding", "").lower():
            answer = self._chunks(path, deadline)
        elif "content-length" in headers:
            answer = self._take(_size(headers["content-length"], 10, path), deadline)
        else:
            answer = self._until_closed(deadline)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return _Reply(status, headers, answer)

    def _head(self, path: str, deadline: float) -> Tuple[int, Dict[str, str]]:
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > _HEAD_LIMIT:
                raise _bad_answer(path)
            self._fill(deadline)
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        words = first.split(None, 2)
        if len(words) < 2 or not words[0].startswith("HTTP/1.") or not _is_status(words[1]):
            raise _bad_answer(path)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return int(words[1]), headers

    def _chunks(self, path: str, deadline: float) -> bytes:
        pieces: List[bytes] = []
        total = 0
        while True:
            size = _size(self._line(path, deadline).partition(";")[0].strip(), 16, path)
            total += size
            if total > SIZE_LIMIT:
                raise _bad_answer(path)
            if size == 0:
                while self._line(path, deadline):
                    pass
                return b"".join(pieces)
            pieces.append(self._take(size, deadline))
            self._line(path, deadline)

    def _line(self, path: str, deadline: float) -> str:
        while b"\r\n" not in self._buffer:
            if len(self._buffer) > _HEAD_LIMIT:
                raise _bad_answer(path)
            self._fill(deadline)
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode("latin-1")

    def _take(self, size: int, deadline: float) -> bytes:
        pieces = [self._buffer[:size]]
        missing = size - len(pieces[0])
        self._buffer = self._buffer[size:]
        while missing > 0:
            self._fill(deadline)
            piece, self._buffer = self._buffer[:missing], self._buffer[missing:]
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _until_closed(self, deadline: float) -> bytes:
        pieces: List[bytes] = [self._buffer]
        self._buffer = b""
        total = len(pieces[0])
        while total <= SIZE_LIMIT:
            try:
                self._fill(deadline)
            except _ConnectionLost:
                self.close()
                return b"".join(pieces)
            pieces.append(self._buffer)
            total += len(self._buffer)
            self._buffer = b""
        raise _bad_answer("")

    def _fill(self, deadline: float) -> None:
        connection = self._socket
        if connection is None:
            raise _ConnectionLost
        connection.settimeout(time_left(deadline))
        data = connection.recv(256 * 1024)
        if not data:
            raise _ConnectionLost
        self._buffer = self._buffer + data if self._buffer else data

    def _connected(self, deadline: float) -> socket.socket:
        if self._socket is None:
            self._buffer = b""
            self._socket = connect(self.endpoint, self._tls, deadline)
        return self._socket


class _ConnectionLost(Exception):
    """The other side closed the connection."""


def _size(text: str, base: int, path: str) -> int:
    try:
        size = int(text, base)
    except ValueError:
        raise _bad_answer(path) from None
    if not 0 <= size <= SIZE_LIMIT:
        raise _bad_answer(path)
    return size


def _prefix(version: Dict[str, Any]) -> str:
    """``/v1.45``: the newest API that both sides know; "" for an Engine that names none."""
    offered = _api(version.get("ApiVersion"))
    least = _api(version.get("MinAPIVersion")) or (0, 0)
    if offered is None:
        return ""
    chosen = max(min(offered, NEWEST_API), least)
    return f"/v{chosen[0]}.{chosen[1]}"


def _api(text: object) -> Optional[Tuple[int, int]]:
    if not isinstance(text, str):
        return None
    major, _, minor = text.partition(".")
    if not (_is_number(major) and _is_number(minor)):
        return None
    return int(major), int(minor)


def _is_status(text: str) -> bool:
    return len(text) == 3 and _is_number(text)


def _is_number(text: str) -> bool:
    """Whether int() takes it: no other script's digits, and not thousands of them."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _bad_answer(path: str) -> EngineError:
    return EngineError(
        "bad-answer", message(N_("{path}: not an answer of a Docker Engine"), path=path)
    )
