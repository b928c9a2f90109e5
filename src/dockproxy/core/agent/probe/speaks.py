"""What a port speaks, asked in each tongue at once, with no user or password sent."""

from __future__ import annotations

import socket
import threading

from dockproxy.core.agent.probe.connect import StageFailed, Wire, connect, start_tls
from dockproxy.core.agent.probe.http_connect import read_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, FrozenSet, List, TypeAlias

    from dockproxy.core.agent.probe.connect import Deadline, Place

Ask: TypeAlias = "Callable[[socket.socket, str, Deadline], List[str]]"


_GRACE = 0.5
"""Seconds that other questions have left when one was answered."""


def spoken(places: List[Place], host: str, deadline: Deadline, wanted: str) -> FrozenSet[str]:
    """Of ``http``, ``tls``, ``https`` (HTTP within TLS) and ``socks``, what the port answers to.

    A port may speak several: the mixed port of Clash-like proxies does. wanted: the one whose
    answer settles the matter at once; after another's, the rest have half a second. The questions
    make no proxy open a connection: HTTP is asked for ``/`` of the proxy itself.
    """
    asked = _Asked(places, host, deadline)
    try:
        asked.wait(wanted)
    finally:
        asked.end()
    return frozenset(asked.known)


class _Asked:
    """The questions under way, each in a thread of its own.

    They are ended, not left behind: a thread within OpenSSL while the interpreter exits is a crash.
    """

    def __init__(self, places: List[Place], host: str, deadline: Deadline) -> None:
        self.known: List[str] = []
        self._places = places
        self._host = host
        self._deadline = deadline
        self._changed = threading.Condition()
        self._open = len(_QUESTIONS)
        self._over = False
        self._handles: List[socket.socket] = []
        self._threads = [
            threading.Thread(target=self._run, args=(ask,), name=f"probe-{ask.__name__}")
            for ask in _QUESTIONS
        ]
        for thread in self._threads:
            thread.start()

    def wait(self, wanted: str) -> None:
        """Until the wanted answer came, all have ended, or the time is up."""
        with self._changed:
            try:
                self._changed.wait_for(lambda: self.known or not self._open, self._deadline.left())
                self._changed.wait_for(
                    lambda: wanted in self.known or not self._open,
                    min(_GRACE, self._deadline.left()),
                )
            except StageFailed:
                pass

    def end(self) -> None:
        """Break off what is still open, and wait for its threads."""
        with self._changed:
            self._over = True
            for handle in self._handles:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                handle.close()
        for thread in self._threads:
            thread.join()

    def _run(self, ask: Ask) -> None:
        said: List[str] = []
        try:
            with connect(self._places, self._deadline) as sock:
                with self._changed:
                    if self._over:
                        return
                    # A handle of its own: TLS takes the connection over from the socket object.
                    self._handles.append(sock.dup())
                said = ask(sock, self._host, self._deadline)
        except (OSError, StageFailed):
            pass
        with self._changed:
            self.known.extend(said)
            self._open -= 1
            self._changed.notify()


def _http(sock: socket.socket, host: str, deadline: Deadline) -> List[str]:
    wire = Wire(sock, deadline)
    wire.send(b"GET / HTTP/1.1\r\nHost: " + _host_header(host) + b"\r\nConnection: close\r\n\r\n")
    read_head(wire)
    return ["http"]


def _tls(sock: socket.socket, host: str, deadline: Deadline) -> List[str]:
    with start_tls(sock, host, deadline, verify=False) as secure:
        try:
            _http(secure, host, deadline)
        except (OSError, StageFailed):
            return ["tls"]
        return ["tls", "https"]


def _socks(sock: socket.socket, _host: str, deadline: Deadline) -> List[str]:
    wire = Wire(sock, deadline)
    wire.send(b"\x05\x02\x00\x02")
    return ["socks"] if wire.exactly(1) == b"\x05" else []


def _host_header(host: str) -> bytes:
    return host.partition("%")[0].encode("idna" if not host.isascii() else "ascii")


_QUESTIONS: List[Ask] = [_http, _tls, _socks]
