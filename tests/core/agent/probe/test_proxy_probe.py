"""One proxy asked for one registry, against servers that behave well, badly, or otherwise."""

from __future__ import annotations

import time
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Callable, List

import pytest

from dockproxy.core.agent.probe import trust
from dockproxy.core.agent.probe.proxy_probe import probe_proxy
from dockproxy.core.agent.probe.texts import texts
from dockproxy.core.model.record import dump
from dockproxy.plan.address import parse_address

if TYPE_CHECKING:
    import socket

    from dockproxy.core.model.probe import ProxyProbe
    from tests.core.agent.probe.conftest import Servers

REGISTRY = "registry.corp.test:5443"
YES = b"HTTP/1.1 200 Connection established\r\n\r\n"
NTLM = b"Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n"
BASIC = b'Proxy-Authenticate: Basic realm="a, Digest b", charset="UTF-8"\r\n'


def ask(url: str, target: str = REGISTRY, timeout: float = 5.0) -> ProxyProbe:
    return probe_proxy(url, target, timeout)


def stages(result: ProxyProbe) -> List[str]:
    return [f"{stage.name} {stage.state}" for stage in result.stages]


def test_a_proxy_that_says_200_is_ok_with_every_stage_noted(servers: Servers) -> None:
    port = servers.http(YES)

    result = ask(f"http://127.0.0.1:{port}")

    assert (result.ok, result.answers, result.status, result.problem) == (True, True, 200, "")
    assert stages(result) == ["resolve ok", "connect ok", "connect-request ok"]
    assert servers.heads == [
        b"CONNECT registry.corp.test:5443 HTTP/1.1\r\nHost: registry.corp.test:5443\r\n"
        b"User-Agent: Go-http-client/1.1\r\n\r\n"
    ]


def test_an_address_without_scheme_is_taken_as_http_as_go_does(servers: Servers) -> None:
    result = ask(f"localhost:{servers.http(YES)}")

    assert result.ok is True
    assert result.url.startswith("http://localhost:")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("user:pa%40ss%2F", b"user:pa@ss/"),
        ("us@er:p@ss:word", b"us@er:p@ss:word"),
        ("user", b"user:"),
        ("user:%E5%AF%86", "user:密".encode()),
    ],
)
def test_user_and_password_are_sent_decoded_as_go_decodes_them(
    servers: Servers, written: str, sent: bytes
) -> None:
    result = ask(f"http://{written}@127.0.0.1:{servers.http(YES)}")

    assert result.ok is True
    assert b"\r\nProxy-Authorization: Basic " + b64encode(sent) + b"\r\n" in servers.heads[0]
    assert result.url.startswith("http://xxxxx:xxxxx@127.0.0.1:")


PRINTABLE = "".join(chr(number) for number in range(0x20, 0x7F))


@pytest.mark.parametrize("password", [*PRINTABLE, PRINTABLE, PRINTABLE[::-1], "密码", "é", "%zz"])
def test_a_password_as_it_is_typed_arrives_as_it_is_typed(servers: Servers, password: str) -> None:
    typed = parse_address(f"http://us{password.replace(':', '')}er:{password}w@127.0.0.1:1").url

    result = ask(typed.replace("127.0.0.1:1", f"127.0.0.1:{servers.http(YES)}"))

    sent = f"us{password.replace(':', '')}er:{password}w".encode()
    assert result.ok is True
    assert b"\r\nProxy-Authorization: Basic " + b64encode(sent) + b"\r\n" in servers.heads[0]


@pytest.mark.parametrize(
    ("status_line", "status", "problem", "answers"),
    [
        (b"403 Forbidden", 403, "denied", True),
        (b"502 Bad Gateway", 502, "bad-gateway", True),
        (b"503 Service Unavailable", 503, "bad-gateway", True),
        (b"504 Gateway Timeout", 504, "bad-gateway", True),
        (b"500 Internal Server Error", 500, "bad-gateway", True),
        (b"451 Unavailable For Legal Reasons", 451, "http-status", True),
        (b"204 No Content", 204, "http-status", True),
        (b"400 Bad Request", 400, "not-a-proxy", False),
        (b"404 Not Found", 404, "not-a-proxy", False),
        (b"405 Method Not Allowed", 405, "not-a-proxy", False),
    ],
)
def test_what_the_proxy_says_of_the_registry_is_kept_apart_from_whether_it_answers(
    servers: Servers, status_line: bytes, status: int, problem: str, answers: bool
) -> None:
    port = servers.http(b"HTTP/1.1 " + status_line + b"\r\nContent-Length: 0\r\n\r\n")

    result = ask(f"http://127.0.0.1:{port}")

    assert (result.ok, result.status, result.problem) == (False, status, problem)
    assert result.answers is answers
    assert str(result.message)
    assert str(result.hint)


def test_a_denied_port_is_named_with_what_squid_says(servers: Servers) -> None:
    port = servers.http(b"HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n")

    result = ask(f"http://127.0.0.1:{port}")

    assert "ERR_ACCESS_DENIED 0" in str(result.message)
    assert "registry.corp.test port 5443" in str(result.hint)


def test_a_407_tells_which_kinds_of_log_in_are_offered(servers: Servers) -> None:
    port = servers.http(b"HTTP/1.1 407 Proxy Authentication Required\r\n" + BASIC + b"\r\n")

    result = ask(f"http://127.0.0.1:{port}")

    assert (result.problem, result.schemes, result.status) == ("auth-required", ("Basic",), 407)
    assert result.answers is True


def test_a_407_without_basic_says_that_docker_cannot_log_in_there(servers: Servers) -> None:
    port = servers.http(b"HTTP/1.1 407 Authentication\r\n" + NTLM + b"\r\n")

    result = ask(f"http://user:secret@127.0.0.1:{port}")

    assert (result.problem, result.schemes) == ("auth-required", ("Negotiate", "NTLM"))
    assert "Negotiate, NTLM" in str(result.message)
    assert "Basic" in str(result.hint)


def test_a_407_in_spite_of_a_password_means_that_it_is_wrong(servers: Servers) -> None:
    port = servers.http(b"HTTP/1.1 407 Authentication\r\n" + BASIC + b"\r\n")

    assert ask(f"http://user:secret@127.0.0.1:{port}").problem == "auth-failed"


def test_a_401_as_tinyproxy_says_it_is_a_wrong_password_too(servers: Servers) -> None:
    port = servers.http(b"HTTP/1.0 401 Unauthorized\r\n\r\n")

    assert ask(f"http://user:secret@127.0.0.1:{port}").problem == "auth-failed"
    assert ask(f"http://127.0.0.1:{port}").problem == "auth-required"


def test_a_proxy_that_hangs_over_the_registry_still_answers(servers: Servers) -> None:
    port = servers.http(b"")

    begin = time.monotonic()
    result = ask(f"http://127.0.0.1:{port}", timeout=2.5)

    assert (result.problem, result.answers) == ("target-timeout", True)
    assert time.monotonic() - begin < 2 * 2.5


def test_a_proxy_that_closes_over_the_registry_still_answers(servers: Servers) -> None:
    def handler(connection: socket.socket) -> None:
        if connection.recv(4096).startswith(b"GET"):
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    result = ask(f"http://127.0.0.1:{servers.serve(handler)}")

    assert (result.problem, result.answers) == ("closed", True)


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_a_port_that_never_says_a_word_is_a_timeout_in_time(servers: Servers, scheme: str) -> None:
    port = servers.silent()

    begin = time.monotonic()
    result = ask(f"{scheme}://127.0.0.1:{port}", timeout=2.5)

    assert (result.ok, result.answers, result.problem) == (False, False, "timeout")
    assert time.monotonic() - begin < 2 * 2.5
    assert "2.5 s" in str(result.message)


def test_a_closed_port_is_refused(closed_port: int) -> None:
    result = ask(f"http://127.0.0.1:{closed_port}")

    assert (result.problem, result.answers) == ("refused", False)
    assert stages(result) == ["resolve ok", "connect failed"]
    assert "allow LAN" not in str(result.hint)


def test_an_address_at_which_the_proxy_does_not_listen_is_told_of_allow_lan() -> None:
    told, hint = texts("refused", (), {"host": "172.17.0.1", "port": "7890"})

    assert str(told) == "Nothing listens at 172.17.0.1 port 7890: the connection was refused."
    assert "allow LAN" in str(hint)


def test_a_name_that_does_not_exist_fails_to_resolve() -> None:
    result = ask("http://proxy.invalid:3128", timeout=3.0)

    assert result.problem == "resolve-failed"
    assert stages(result) == ["resolve failed"]
    assert "proxy.invalid" in str(result.message)


@pytest.mark.parametrize(
    ("scheme", "problem"), [("http", "not-http"), ("https", "tls-failed"), ("socks5", "not-socks")]
)
def test_garbage_is_no_proxy_of_any_scheme(servers: Servers, scheme: str, problem: str) -> None:
    port = servers.serve(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n" * 9))

    result = ask(f"{scheme}://127.0.0.1:{port}")

    assert (result.problem, result.answers) == (problem, False)


@pytest.mark.parametrize(
    ("scheme", "problem"), [("http", "not-http"), ("https", "tls-failed"), ("socks5", "not-socks")]
)
def test_a_port_that_closes_at_once_is_no_proxy_of_any_scheme(
    servers: Servers, scheme: str, problem: str
) -> None:
    port = servers.serve(lambda connection: None)

    assert ask(f"{scheme}://127.0.0.1:{port}").problem == problem


def test_an_endless_answer_is_cut_off(servers: Servers) -> None:
    def handler(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-Filler: " + b"x" * 4000 + b"\r\n")

    assert ask(f"http://127.0.0.1:{servers.serve(handler)}").problem == "not-http"


def test_http_given_for_a_port_that_speaks_tls_is_told(servers: Servers) -> None:
    port = servers.tls(servers.http_handler(YES))

    result = ask(f"http://127.0.0.1:{port}")

    assert (result.problem, result.ok, result.answers) == ("speaks-tls", False, False)
    assert str(result.hint) == f"Write https://127.0.0.1:{port}."


def test_http_given_for_a_tls_port_that_says_so_in_plain_http_is_told(servers: Servers) -> None:
    inner = servers.tls(servers.http_handler(YES))

    def handler(connection: socket.socket) -> None:
        # Go's and nginx's TLS servers answer plain HTTP with a plain 400.
        if connection.recv(1, 2) != b"\x16":
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
            return
        relay(connection, inner)

    assert ask(f"http://127.0.0.1:{servers.serve(handler)}").problem == "speaks-tls"


@pytest.mark.parametrize("impatient", [True, False])
def test_https_given_for_a_proxy_that_speaks_plain_http_is_told(
    servers: Servers, impatient: bool
) -> None:
    port = servers.impatient_http(YES) if impatient else servers.http(YES)

    result = ask(f"https://user:secret@127.0.0.1:{port}", timeout=4.0)

    assert (result.problem, result.answers) == ("speaks-plain", False)
    assert f"Write http://127.0.0.1:{port}." in str(result.hint)
    assert not any(b"Authorization" in head for head in servers.heads)


@pytest.mark.parametrize("scheme", ["http", "https", "socks", "socks4"])
def test_another_scheme_given_for_a_socks_port_is_told(servers: Servers, scheme: str) -> None:
    result = ask(f"{scheme}://127.0.0.1:{servers.socks()}")

    assert (result.problem, result.answers) == ("speaks-socks", False)
    assert "socks5://" in str(result.hint)


@pytest.mark.parametrize("impatient", [True, False])
def test_socks_given_for_an_http_port_is_told(servers: Servers, impatient: bool) -> None:
    port = servers.impatient_http(YES) if impatient else servers.http(YES)

    assert ask(f"socks5://127.0.0.1:{port}", timeout=4.0).problem == "speaks-http"


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_mixed_port_is_fine_for_either_scheme(servers: Servers, scheme: str) -> None:
    port = mixed_port(servers, YES)

    assert ask(f"{scheme}://127.0.0.1:{port}").ok is True


def test_a_mixed_port_that_hangs_over_the_registry_is_not_taken_for_socks(
    servers: Servers,
) -> None:
    port = mixed_port(servers, b"")

    assert ask(f"http://127.0.0.1:{port}", timeout=2.5).problem == "target-timeout"


def test_tls_to_a_proxy_whose_certificate_nobody_knows_is_untrusted(servers: Servers) -> None:
    port = servers.tls(servers.http_handler(YES))

    result = ask(f"https://user:secret@127.0.0.1:{port}")

    assert (result.problem, result.answers) == ("tls-untrusted", False)
    assert stages(result)[-1] == "tls failed"
    assert servers.heads == []
    assert "update-ca-certificates" in str(result.hint)


def test_tls_to_a_proxy_that_is_trusted_reaches_connect(
    servers: Servers, certificate: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "FILES", ("/nowhere", certificate()))
    port = servers.tls(servers.http_handler(YES))

    result = ask(f"https://127.0.0.1:{port}")

    assert (result.ok, result.status) == (True, 200)
    assert stages(result) == ["resolve ok", "connect ok", "tls ok", "connect-request ok"]


def test_a_certificate_in_the_system_s_folder_is_trusted_without_a_link_by_its_hash(
    servers: Servers,
    certificate: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "note.txt").write_text("no certificate")
    (tmp_path / "corp.pem").write_bytes(Path(certificate()).read_bytes())
    monkeypatch.setattr(trust, "FILES", ("/nowhere",))
    monkeypatch.setattr(trust, "FOLDERS", ("/nowhere", str(tmp_path)))

    assert ask(f"https://127.0.0.1:{servers.tls(servers.http_handler(YES))}").ok is True


def test_a_certificate_for_another_name_is_told_from_one_that_nobody_knows(
    servers: Servers, certificate: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "FILES", (certificate(),))
    port = servers.tls(servers.http_handler(YES))

    result = ask(f"https://localhost:{port}")

    assert (result.problem, result.answers) == ("tls-name", False)
    assert "localhost" in str(result.message)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_gets_the_name_to_resolve(servers: Servers, scheme: str) -> None:
    result = ask(f"{scheme}://127.0.0.1:{servers.socks()}")

    assert (result.ok, result.answers) == (True, True)
    assert stages(result) == ["resolve ok", "connect ok", "greeting ok", "connect-request ok"]
    assert servers.socks_requests == [b"\x05\x01\x00\x03\x12registry.corp.test\x15\x43"]


def test_a_socks_proxy_gets_an_address_as_an_address(servers: Servers) -> None:
    port = servers.socks()

    ask(f"socks5://127.0.0.1:{port}", "10.0.0.9:443")
    ask(f"socks5://127.0.0.1:{port}", "[fd00::9]:443")

    assert servers.socks_requests == [
        b"\x05\x01\x00\x01\x0a\x00\x00\x09\x01\xbb",
        b"\x05\x01\x00\x04\xfd" + bytes(14) + b"\x09\x01\xbb",
    ]


def test_a_socks_proxy_takes_the_right_password(servers: Servers) -> None:
    result = ask(f"socks5://us:p%40ss@127.0.0.1:{servers.socks(login=b'us:p@ss')}")

    assert result.ok is True
    assert "auth ok" in stages(result)


def test_a_socks_proxy_refuses_the_wrong_password(servers: Servers) -> None:
    result = ask(f"socks5://us:wrong@127.0.0.1:{servers.socks(login=b'us:p@ss')}")

    assert (result.problem, result.answers) == ("auth-failed", True)
    assert stages(result)[-1] == "auth failed"


def test_a_socks_proxy_that_wants_a_password_and_gets_none_says_so(servers: Servers) -> None:
    result = ask(f"socks5://127.0.0.1:{servers.socks(login=b'us:p@ss')}")

    assert (result.problem, result.answers) == ("auth-required", True)
    assert "socks5://USER@127.0.0.1:" in str(result.hint)


def test_a_socks_proxy_that_cannot_reach_the_registry_answers_all_the_same(
    servers: Servers,
) -> None:
    result = ask(f"socks5://127.0.0.1:{servers.socks(reply=4)}")

    assert (result.problem, result.answers) == ("socks-refused", True)
    assert "host unreachable" in str(result.message)


def test_a_socks_proxy_that_hangs_over_the_registry_still_answers(servers: Servers) -> None:
    result = ask(f"socks5://127.0.0.1:{servers.socks(reply=-1)}", timeout=2.5)

    assert (result.problem, result.answers) == ("target-timeout", True)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_without_a_target_only_the_proxy_itself_is_asked(servers: Servers, scheme: str) -> None:
    port = mixed_port(servers, YES)

    result = ask(f"{scheme}://127.0.0.1:{port}", target="")

    assert (result.ok, result.answers, result.problem) == (None, True, "")
    assert not any(head.startswith(b"CONNECT") for head in servers.heads)
    assert servers.socks_requests in ([], [b""])


def test_without_a_target_a_port_that_is_no_proxy_does_not_answer(servers: Servers) -> None:
    port = servers.serve(lambda connection: connection.sendall(b"220 mail ready\r\n"))

    result = ask(f"http://127.0.0.1:{port}", target="")

    assert (result.ok, result.answers, result.problem) == (False, False, "not-http")


@pytest.mark.parametrize(
    "url",
    [
        "http://us:MARKED@h:99999",
        "http://us:MARKED@",
        "http://us:MA RKED@h:1",
        "http://us:MARKED%zz@h:1",
        "http://us:MARKED/x@h:1",
        "http://:3128",
        "foo://us:MARKED@h",
        "",
        "http://us:MARKED@h:1\n",
    ],
)
def test_what_is_no_proxy_address_is_a_bad_url_and_never_shown(url: str) -> None:
    result = ask(url)

    assert (result.ok, result.problem) == (False, "bad-url")
    assert "MARKED" not in repr(result)


def test_the_password_is_in_no_part_of_any_result(servers: Servers, closed_port: int) -> None:
    def echo(connection: socket.socket) -> None:
        head = connection.recv(4096)
        said = head.replace(b"\r\n", b" ")
        connection.sendall(b"HTTP/1.1 403 " + said + b"\r\nX-Squid-Error: " + said + b"\r\n\r\n")

    secrets = ["MARKED@word", "MARKED%40word", b64encode(b"user:MARKED@word").decode()]
    ports = [servers.serve(echo), servers.socks(login=b"a:b"), servers.silent(), closed_port]

    for scheme in ("http", "https", "socks5", "socks"):
        for port in ports:
            result = ask(f"{scheme}://user:MARKED%40word@127.0.0.1:{port}", timeout=0.3)
            said = f"{result!r} {dump(result)} {result.message} {result.hint}"
            assert not [secret for secret in secrets if secret in said]


def mixed_port(servers: Servers, connect_answer: bytes) -> int:
    """HTTP and SOCKS5 on one port, as Clash-like proxies have it."""
    http, socks = servers.http_handler(connect_answer), servers.socks_handler()

    def handler(connection: socket.socket) -> None:
        first = connection.recv(1, 2)
        (socks if first == b"\x05" else http)(connection)

    return servers.serve(handler)


def relay(connection: socket.socket, port: int) -> None:
    import socket
    import threading

    def pump(source: socket.socket, sink: socket.socket) -> None:
        data = source.recv(4096)
        while data:
            sink.sendall(data)
            data = source.recv(4096)
        sink.shutdown(socket.SHUT_WR)

    with socket.create_connection(("127.0.0.1", port)) as inner:
        back = threading.Thread(target=pump, args=(inner, connection), daemon=True)
        back.start()
        pump(connection, inner)
        back.join(5)
