"""Our client of the Engine's API against engines that behave and that do not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockproxy.core.engine import Address, Engine, EngineError, Tls, parse_endpoint
from tests.support.fake_engine import FakeEngine, json_answer, pong, raw_answer, short_path


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    with FakeEngine(short_path(tmp_path), {}) as engine:
        yield engine


def reason_of(engine: Engine, path: str = "/info") -> str:
    with pytest.raises(EngineError) as caught:
        engine.get(path)
    return caught.value.reason


def test_asks_the_newest_api_that_both_know_over_one_connection(fake: FakeEngine) -> None:
    fake.routes["/info"] = json_answer({"Name": "one"})
    fake.routes["/networks"] = json_answer([])

    with Engine(fake.endpoint) as engine:
        answers = [engine.get("/info"), engine.get("/networks")]

    assert answers == [{"Name": "one"}, []]
    assert fake.asked == ["GET /_ping", "GET /v1.45/info", "GET /v1.45/networks"]
    assert fake.connections == 1


@pytest.mark.parametrize(
    ("api", "least", "asked"),
    [
        ("1.99", "1.44", "/v1.51/info"),
        ("1.99", "1.60", "/v1.60/info"),
        ("1.41", "1.12", "/v1.41/info"),
        ("1.9", "1.5", "/v1.9/info"),
        ("nonsense", "", "/info"),
    ],
)
def test_settles_the_api_version_from_what_the_engine_offers(
    fake: FakeEngine, api: str, least: str, asked: str
) -> None:
    fake.routes["/_ping"] = pong(api)
    fake.routes["/version"] = json_answer({"ApiVersion": api, "MinAPIVersion": least})
    fake.routes["/info"] = json_answer({})

    with Engine(fake.endpoint) as engine:
        engine.get("/info")

    assert fake.asked[-1] == f"GET {asked}"


def test_reads_a_chunked_body(fake: FakeEngine) -> None:
    value = {"Name": "x" * 3000, "é": "ü"}
    fake.routes["/info"] = json_answer(value, chunked=True)
    fake.routes["/networks"] = json_answer(["after"])

    with Engine(fake.endpoint) as engine:
        assert engine.get("/info") == value
        assert engine.get("/networks") == ["after"]


def test_reads_a_body_that_ends_with_the_connection(fake: FakeEngine) -> None:
    fake.routes["/info"] = raw_answer(b"HTTP/1.1 200 OK\r\n\r\n" + b'{"Name": "old"}')

    with Engine(fake.endpoint) as engine:
        assert engine.get("/info") == {"Name": "old"}


def test_posts_json_and_takes_an_empty_answer(fake: FakeEngine) -> None:
    fake.routes["/containers/a/start"] = raw_answer(b"HTTP/1.1 204 No Content\r\n\r\n")
    fake.routes["/containers/create"] = json_answer({"Id": "b"}, 201)

    with Engine(fake.endpoint) as engine:
        created = engine.post("/containers/create", {"Image": "é"})
        started = engine.post("/containers/a/start")

    assert created == {"Id": "b"}
    assert started is None
    assert fake.bodies[1] == b'{"Image": "\\u00e9"}'


def test_opens_anew_a_connection_that_the_engine_closed_while_idle(fake: FakeEngine) -> None:
    fake.routes["/info"] = json_answer({"Name": "again"})

    with Engine(fake.endpoint) as engine:
        engine.version()
        fake.drop_idle()
        assert engine.get("/info") == {"Name": "again"}

    assert fake.connections == 2


def test_gives_the_engines_own_words_for_an_error(fake: FakeEngine) -> None:
    with Engine(fake.endpoint) as engine, pytest.raises(EngineError) as caught:
        engine.get("/nowhere")

    assert caught.value.reason == "status"
    assert caught.value.status == 404
    assert "no such route /nowhere" in str(caught.value)


def test_ping_says_whether_the_engine_is_well(fake: FakeEngine) -> None:
    fake.routes["/_ping"] = raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
    assert Engine(fake.endpoint).ping()
    fake.routes["/_ping"] = json_answer({"message": "not ready"}, 503)
    assert not Engine(fake.endpoint).ping()


def test_knows_who_listens(fake: FakeEngine) -> None:
    with Engine(fake.endpoint) as engine:
        assert engine.peer_pid() is None
        engine.version()
        assert engine.peer_pid() == os.getpid()


def test_a_hung_engine_is_a_timeout_within_its_time(fake: FakeEngine) -> None:
    fake.routes["/info"] = fake.hang
    engine = Engine(fake.endpoint, timeout=0.3)
    engine.version()

    begun = time.monotonic()
    assert reason_of(engine) == "timeout"
    assert time.monotonic() - begun < 1


def test_an_engine_that_trickles_is_a_timeout_all_the_same(fake: FakeEngine) -> None:
    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            time.sleep(0.05)
            connection.sendall(b" ")

    fake.routes["/info"] = trickle
    engine = Engine(fake.endpoint, timeout=0.3)
    engine.version()

    begun = time.monotonic()
    assert reason_of(engine) == "timeout"
    assert time.monotonic() - begun < 1


def test_a_full_backlog_is_a_timeout(tmp_path: Path) -> None:
    path = short_path(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(0)
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(path)
        assert reason_of(Engine(f"unix://{path}", timeout=0.2)) == "timeout"
        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull",
        b"x" * 70000,
    ],
)
def test_what_is_no_engine_is_a_bad_answer(fake: FakeEngine, data: bytes) -> None:
    fake.routes["/_ping"] = raw_answer(data)
    fake.routes["/version"] = raw_answer(data)
    assert reason_of(Engine(fake.endpoint, timeout=2)) == "bad-answer"


def test_a_connection_cut_short_means_no_engine(fake: FakeEngine) -> None:
    fake.routes["/info"] = raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")
    assert reason_of(Engine(fake.endpoint)) == "no-engine"


def test_no_socket_and_a_dead_socket_mean_no_engine(tmp_path: Path) -> None:
    path = short_path(tmp_path)
    assert reason_of(Engine(f"unix://{path}")) == "no-engine"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(path)
    assert reason_of(Engine(f"unix://{path}")) == "no-engine"


def test_a_socket_path_too_long_for_the_system_means_no_engine() -> None:
    assert reason_of(Engine("unix:///" + "x" * 200)) == "no-engine"


@pytest.mark.skipif(os.geteuid() != 0, reason="root makes the socket and gives up its rights")
def test_a_socket_without_permission_is_said_to_be_that(fake: FakeEngine) -> None:
    path = fake.endpoint[7:]
    os.chmod(path, 0o600)
    for folder in Path(path).parents:
        if folder == Path("/tmp"):
            break
        os.chmod(folder, 0o755)
    code = (
        "import json, os, sys\n"
        "from dockproxy.core.engine import Engine, EngineError\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: Engine(sys.argv[1]).version()\n"
        "except EngineError as error: print(error.reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, fake.endpoint],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "permission"


def test_an_ssh_endpoint_is_not_spoken() -> None:
    assert reason_of(Engine("ssh://user@host")) == "unsupported"


@pytest.mark.parametrize(
    ("endpoint", "tls", "address"),
    [
        ("unix:///run/a.sock", False, Address("unix", path="/run/a.sock")),
        ("unix://", False, Address("unix", path="/var/run/docker.sock")),
        ("tcp://h", False, Address("tcp", host="h", port=2375)),
        ("tcp://h", True, Address("tcp", host="h", port=2376)),
        ("tcp://h:1/x", False, Address("tcp", host="h", port=1)),
        ("tcp://[::1]:5", False, Address("tcp", host="::1", port=5)),
        ("tcp://[::1]", False, Address("tcp", host="::1", port=2375)),
        ("https://h", False, Address("tcp", host="h", port=2376)),
        ("tcp://u:p@h:7", False, Address("tcp", host="h", port=7)),
        ("tcp://h:x", False, Address("unsupported")),
        ("h:1", False, Address("unsupported")),
        ("npipe:////./pipe/x", False, Address("npipe")),
    ],
)
def test_takes_endpoints_apart(endpoint: str, tls: bool, address: Address) -> None:
    assert parse_endpoint(endpoint, tls) == address


def test_asks_over_tcp_as_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        import threading

        def serve() -> None:
            connection, _ = server.accept()
            connection.recv(4096)
            json_answer({"ApiVersion": "1.45"})(connection)
            connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        with Engine(f"tcp://127.0.0.1:{port}") as engine:
            assert engine.version()["ApiVersion"] == "1.45"
        thread.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """A certificate for localhost that vouches for itself."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout {key} -out {cert}",
        shell=True,
        check=True,
        capture_output=True,
    )
    return Tls(cert, cert, key, True)


@pytest.fixture
def tls_endpoint(certificate: Tls) -> Iterator[str]:
    """An engine behind TLS that wants a client's certificate."""
    import ssl
    import threading

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificate.ca)
    context.load_cert_chain(certificate.cert, certificate.key)
    context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("localhost", 0)) as server:

        def serve() -> None:
            try:
                connection = context.wrap_socket(server.accept()[0], server_side=True)
                connection.recv(4096)
                json_answer({"ApiVersion": "1.45"})(connection)
                connection.close()
            except OSError:
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp://localhost:{server.getsockname()[1]}"
        thread.join(5)


def test_asks_over_tls_with_a_certificate_of_its_own(certificate: Tls, tls_endpoint: str) -> None:
    with Engine(tls_endpoint, tls=certificate) as engine:
        assert engine.version()["ApiVersion"] == "1.45"


def test_an_engine_that_proves_nothing_is_believed_only_if_that_is_wanted(
    certificate: Tls, tls_endpoint: str
) -> None:
    with Engine(tls_endpoint, tls=certificate._replace(ca="", verify=False)) as engine:
        assert engine.version()["ApiVersion"] == "1.45"


def test_an_engine_whose_certificate_nobody_vouches_for_is_refused(
    certificate: Tls, tls_endpoint: str
) -> None:
    assert reason_of(Engine(tls_endpoint, tls=certificate._replace(ca=""))) == "no-engine"


def test_loads_no_http_client_and_no_tls() -> None:
    code = (
        "import sys, dockproxy.core.engine\n"
        "print(sorted({'http.client', 'ssl', 'email', 'urllib', 'json'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "[]"
