"""What the Engine's words about a registry tell, and how they are asked for."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from typing import TYPE_CHECKING, Iterator, List, Tuple

import pytest

from dockproxy.core.agent.probe.daemon_proof import problem_in, prove

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "registry.corp.test:5443/team/busybox:1"
GET = 'Get "https://registry.corp.test:5443/v2/": '


class _Engine:
    """Answers /version, and anything else with one status and body; status 0: never."""

    def __init__(self, path: str) -> None:
        self.paths: List[str] = []
        self.answer: Tuple[int, str] = (200, "{}")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        self.endpoint = f"unix://{path}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            while True:
                head = connection.recv(65536).decode()
                if not head:
                    return
                path = head.split()[1]
                if path == "/version":
                    status, body = 200, json.dumps({"ApiVersion": "1.45", "MinAPIVersion": "1.24"})
                else:
                    self.paths.append(path)
                    status, body = self.answer
                if status == 0:
                    threading.Event().wait(10)
                reply = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n{body}"
                connection.sendall(reply.encode())

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[_Engine]:
    started = _Engine(os.path.join(tmp_path, "docker.sock"))
    yield started
    started.close()


def test_a_registry_that_has_the_image_proves_the_way(engine: _Engine) -> None:
    proof = prove(engine.endpoint, IMAGE, 2.0)

    assert (proof.ok, proof.status, proof.problem) == (True, 200, "")
    assert engine.paths == ["/v1.45/distribution/registry.corp.test:5443/team/busybox:1/json"]


@pytest.mark.parametrize(
    ("status", "said", "problem"),
    [
        (401, "unauthorized: authentication required", "unauthorized"),
        (404, "manifest unknown: manifest unknown", "not-found"),
        (401, "unauthorized", "unauthorized"),
        (403, "denied", "unauthorized"),
        (404, "name unknown", "not-found"),
        (
            500,
            'Head "https://registry.corp.test:5443/v2/x/manifests/1": no basic auth credentials',
            "unauthorized",
        ),
        (
            500,
            'Head "https://registry.corp.test:5443/v2/x/manifests/1": unauthorized: incorrect '
            "username or password",
            "unauthorized",
        ),
        (429, "toomanyrequests: You have reached your pull rate limit.", "rate-limited"),
    ],
)
def test_a_registry_that_says_no_proves_the_way_too(
    engine: _Engine, status: int, said: str, problem: str
) -> None:
    engine.answer = (status, json.dumps({"message": said}))

    proof = prove(engine.endpoint, IMAGE, 2.0)

    assert (proof.ok, proof.status, proof.quote, proof.problem) == (True, status, said, problem)


def test_a_proxy_that_refuses_is_told_with_the_engine_s_own_words(engine: _Engine) -> None:
    said = GET + "proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused"
    engine.answer = (500, json.dumps({"message": said}))

    proof = prove(engine.endpoint, IMAGE, 2.0)

    assert (proof.ok, proof.quote, proof.problem) == (False, said, "proxy-refused")
    assert str(proof.message)
    assert str(proof.hint)


def test_a_password_in_the_engine_s_words_is_masked(engine: _Engine) -> None:
    said = 'parse "http://user:MARKED/w@rd@proxy:3128": net/url: invalid userinfo'
    engine.answer = (500, json.dumps({"message": said}))

    proof = prove(engine.endpoint, IMAGE, 2.0)

    assert proof.quote == 'parse "http://xxxxx:xxxxx@proxy:3128": net/url: invalid userinfo'
    assert (proof.ok, proof.problem) == (None, "unknown")


def test_an_engine_that_hangs_over_the_registry_is_a_failed_proof(engine: _Engine) -> None:
    engine.answer = (0, "")

    proof = prove(engine.endpoint, IMAGE, 0.3)

    assert (proof.ok, proof.problem) == (False, "timeout")


@pytest.mark.parametrize(
    "said", ["Not Found", "page not found", "authorization denied by plugin x"]
)
def test_an_engine_that_has_no_such_request_proves_nothing(engine: _Engine, said: str) -> None:
    engine.answer = (404, json.dumps({"message": said}))

    proof = prove(engine.endpoint, IMAGE, 2.0)

    assert (proof.ok, proof.problem) == (None, "unknown")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (GET + "proxyconnect tcp: dial tcp: lookup proxy.corp: no such host", "proxy-dns"),
        (
            GET
            + "proxyconnect tcp: dial tcp: lookup proxy.corp on 10.0.0.2:53: server misbehaving",
            "proxy-dns",
        ),
        (
            GET + "proxyconnect tcp: dial tcp 10.0.0.1:9: connect: no route to host",
            "proxy-unreachable",
        ),
        (
            GET + "proxyconnect tcp: tls: first record does not look like a TLS handshake",
            "tls-record",
        ),
        (
            GET
            + "proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by "
            "unknown authority",
            "proxy-certificate",
        ),
        (GET + "proxyconnect tcp: dial tcp 10.0.0.1:3128: i/o timeout", "timeout"),
        (GET + "proxyconnect tcp: net/http: TLS handshake timeout", "timeout"),
        (GET + "Forbidden", "denied"),
        (GET + "Proxy Authentication Required", "auth-required"),
        (GET + "Service Unavailable", "bad-gateway"),
        (GET + "Bad Gateway", "bad-gateway"),
        (
            GET + "socks connect tcp 127.0.0.1:1080->registry.corp.test:5443: unknown error "
            "general SOCKS server failure",
            "socks-refused",
        ),
        (
            GET + "socks connect tcp 127.0.0.1:1080->registry.corp.test:5443: dial tcp "
            "127.0.0.1:1080: connect: connection refused",
            "proxy-refused",
        ),
        (
            GET + "socks connect tcp 127.0.0.1:1080->registry.corp.test:5443: username/password "
            "authentication failed",
            "auth-failed",
        ),
        (
            GET + "dial tcp: lookup registry.corp.test on 10.0.0.2:53: no such host",
            "no-such-host",
        ),
        (GET + "dial tcp 10.0.0.5:5443: connect: connection refused", "direct-refused"),
        (GET + "dial tcp 10.0.0.5:5443: i/o timeout", "direct-timeout"),
        (
            GET
            + "net/http: request canceled while waiting for connection (Client.Timeout exceeded "
            "while awaiting headers)",
            "timeout",
        ),
        (GET + "http: server gave HTTP response to HTTPS client", "registry-plain"),
        (
            GET
            + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "certificate",
        ),
        (GET + "EOF", "closed"),
        (GET + "Internal Server Error", "bad-gateway"),
        (GET + "Access violation", "denied"),
        (GET + "Method Not Allowed", "not-a-proxy"),
        (GET + "Some Other Reason", "http-status"),
        (GET + r'malformed HTTP response "\x05\xff"', "not-http"),
        (GET + "Unauthorized", "auth-required"),
        (GET + "Unsupported method ('CONNECT')", "not-a-proxy"),
        (GET + "proxyconnect tcp: unexpected EOF", "closed"),
        (
            GET + "socks connect tcp 127.0.0.1:1080->registry.corp.test:5443: no acceptable "
            "authentication methods",
            "auth-required",
        ),
        ("received unexpected HTTP status: 502 Bad Gateway", "http-status"),
        ("received unexpected HTTP status: 418 I'm a teapot", "http-status"),
        (
            "unknown: <?xml version='1.0'?>\n<html>\n<title>407 Proxy Authentication Required"
            "</title>\n<p>This proxy requires authentication.</p>\n</html>",
            "auth-required",
        ),
        (
            "error parsing HTTP 407 response body: invalid character '<' looking for beginning of "
            'value: "<html>denied"',
            "auth-required",
        ),
        (
            'Head "https://registry.corp.test:5443/v2/x/manifests/1": error parsing HTTP 403 '
            "response body: invalid character 'F' looking for beginning of value: \"Forbidden\"",
            "http-status",
        ),
        ("unknown: <html>This site is not found and access is denied</html>", "http-status"),
        (
            "proxyconnect tcp: dial tcp [fe80::1]:3128: connect: invalid argument",
            "proxy-unreachable",
        ),
        ("something new", "unknown"),
    ],
)
def test_the_engine_s_words_tell_the_problem(said: str, problem: str) -> None:
    assert problem_in(said, 500) == problem


def test_an_image_name_that_the_engine_does_not_take_is_no_verdict(engine: _Engine) -> None:
    engine.answer = (400, json.dumps({"message": "invalid reference format"}))

    proof = prove(engine.endpoint, "Bad Name", 2.0)

    assert (proof.ok, proof.problem) == (None, "bad-image")
    assert engine.paths == ["/v1.45/distribution/Bad%20Name/json"]
