"""What a port speaks, asked in each tongue at once, with no user or password sent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Callable, FrozenSet, List

from dockproxy.core.agent.probe.connect import StageFailed, Wire, connect, start_tls
from dockproxy.core.agent.probe.http_connect import read_head

if TYPE_CHECKING:
    import socket

    from dockproxy.core.agent.probe.connect import Deadline, Place

Ask = Callable[["socket.socket", str, "Deadline"], List[str]]


_GRACE = 0.5
"""Seconds that other questions have left when one was answered."""


def spoken(places: List[Place], host: str, deadline: Deadline, wanted: str) -> FrozenSet[str]:
    """Of ``http``, ``tls``, ``https`` (HTTP within TLS) and ``socks``, what the port answers to.

    A port may speak several: the mixed port of Clash-like proxies does. wanted: the one whose
    answer settles the matter at once; after another's, the rest have half a second. The questions
    make no proxy open a connection: HTTP is asked for ``/`` of the proxy itself.
    """
    known: List[str] = []
    changed = threading.Condition()
    open_questions = list(_QUESTIONS)

    def run(ask: Ask) -> None:
        said: List[str] = []
        try:
            sock = connect(places, deadline)
            with sock:
                said = ask(sock, host, deadline)
        except (OSError, StageFailed):
            pass
        with changed:
            known.extend(said)
            open_questions.remove(ask)
            changed.notify()

    for ask in _QUESTIONS:
        threading.Thread(target=run, args=(ask,), daemon=True).start()
    with changed:
        try:
            changed.wait_for(lambda: known or not open_questions, deadline.left())
            changed.wait_for(
                lambda: wanted in known or not open_questions, min(_GRACE, deadline.left())
            )
        except StageFailed:
            pass
        return frozenset(known)


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
