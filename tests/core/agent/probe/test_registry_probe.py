"""A registry asked directly: over loopback, with servers of the test's own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dockproxy.core.agent.probe.registry_probe import parts, probe_registry


@contextmanager
def server(answer: bytes) -> Iterator[int]:
    """A port that says this to whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("answer", "problem", "status"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "", 200),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "", 401),
        (b"HTTP/1.1 503 Gone\r\n\r\n", "http-status", 503),
        (b"SSH-2.0-x\r\n", "not-http", 0),
        (b"", "closed", 0),
    ],
)
def test_what_answers_http_is_there(answer: bytes, problem: str, status: int) -> None:
    with server(answer) as port:
        found = probe_registry("http", "127.0.0.1", port, 5.0)
    assert (found.problem, found.status) == (problem, status)
    assert found.url == f"http://127.0.0.1:{port}"


def test_plain_http_behind_an_address_for_tls_is_no_registry() -> None:
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        found = probe_registry("https", "127.0.0.1", port, 5.0)
    assert found.problem == "tls-failed"


def test_a_port_where_nothing_listens_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert probe_registry("http", "127.0.0.1", port, 5.0).problem == "refused"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://a.test", ("https", "a.test", 443)),
        ("http://a.test/", ("http", "a.test", 80)),
        ("http://a.test:5000/x", ("http", "a.test", 5000)),
        ("https://[fd00::1]:5000", ("https", "fd00::1", 5000)),
        ("a.test:5000", ("", "", 0)),
        ("http://a b", ("", "", 0)),
        ("ftp://a", ("", "", 0)),
        ("http://ü.test", ("", "", 0)),
    ],
)
def test_an_address_is_read_or_refused(url: str, wanted: tuple[str, str, int]) -> None:
    assert parts(url) == wanted
