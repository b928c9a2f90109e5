"""Error texts are recognised for what they are."""

from __future__ import annotations

import re
import time

import pytest

from dockproxy.messages.recognise import KINDS, recognise
from dockproxy.rules.registry import modules
from tests.cli.tree import DAEMON_JSON, Tree, here

GET = 'Error response from daemon: Get "https://registry-1.docker.io/v2/": '
TEXTS = {
    GET + "proxyconnect tcp: tls: first record does not look like a TLS handshake": (
        "tls-to-a-plain-proxy"
    ),
    GET + "proxyconnect tcp: dial tcp 127.0.0.1:7890: connect: connection refused": "proxy-refused",
    GET + "proxyconnect tcp: dial tcp 10.1.2.3:3128: i/o timeout": "proxy-unreachable",
    GET + "proxyconnect tcp: dial tcp: lookup proxy.corp.test on 127.0.0.53:53: no such host": (
        "proxy-name-unknown"
    ),
    GET + "proxyconnect tcp: dial tcp :0: connect: connection refused": "proxy-address-empty",
    GET + "Proxy Authentication Required": "proxy-authentication",
    GET + "Forbidden": "proxy-forbids",
    GET + "Service Unavailable": "proxy-upstream",
    GET + "proxyconnect tcp: EOF": "proxy-hangs-up",
    GET
    + "socks connect tcp 10.0.0.1:3128->registry-1.docker.io:443: unexpected protocol version 72": (
        "socks-to-http"
    ),
    GET + 'proxyconnect tcp: malformed HTTP response "\\x05\\xff"': "http-to-socks",
    GET + "x509: certificate signed by unknown authority": "interception",
    GET + "net/http: request canceled while waiting for connection (Client.Timeout exceeded while"
    " awaiting headers)": "no-answer",
    GET + "dial tcp 54.1.2.3:443: i/o timeout": "direct-blocked",
    GET + "dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: no such host": "name-unknown",
    "http: server gave HTTP response to HTTPS client": "plain-registry",
    "unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character '}'"
    " looking for beginning of object key string": "daemon-json-syntax",
    "the following directives don't match any configuration option: all-proxy": "unknown-directive",
    "docker.service: Start request repeated too quickly.": "start-limit",
    "Failed to start docker.service: Unit docker.service is masked.": "unit-refused",
    "Failed to restart docker.service: Unit docker.service has a bad unit file setting.": (
        "unit-refused"
    ),
    "Failed to resolve specifiers in HTTPS_PROXY=http://u:p%40@p:1, ignoring": "percent-in-unit",
    "WARNING: Error loading config file: /root/.docker/config.json: EOF": "config-json",
    "curl: (5) Could not resolve proxy: proxy.corp.test": "proxy-name-unknown",
    "curl: (56) CONNECT tunnel failed, response 407": "proxy-authentication",
    GET + "AuthorizedOnly": "proxy-failed",
    'failed to do request: Head "https://ghcr.io/v2/": Bad Gateway': "proxy-upstream",
    "curl: (7) Failed to connect to 127.0.0.1 port 7890 after 0 ms: Connection refused": (
        "proxy-refused"
    ),
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'ProxyError('Cannot connect to"
    " proxy.', NewConnectionError(': Failed to establish a new connection: [Errno 111] Connection"
    " refused'))': /simple/flask/": "proxy-refused",
    "ERROR: Could not install packages: Missing dependencies for SOCKS support.": (
        "socks-support-missing"
    ),
    "npm ERR! code SELF_SIGNED_CERT_IN_CHAIN": "interception",
    "npm error tunneling socket could not be established, cause=connect ECONNREFUSED ::1:8080": (
        "proxy-refused"
    ),
    "Err:1 http://deb.debian.org/debian bookworm InRelease  Unsupported proxy configured:"
    " socks5://10.0.0.1:1080": "proxy-address-invalid",
    "Err:1 http://deb.debian.org/debian bookworm InRelease  407  Proxy Authentication Required"
    " [IP: 10.0.0.1 3128]": "proxy-authentication",
    "Could not connect to 172.17.0.1:3128 (172.17.0.1). - connect (111: Connection refused)": (
        "proxy-refused"
    ),
    "error parsing HTTP 403 response body: invalid character '<' looking for beginning of value:"
    ' "<html>"': "error-page",
    "fatal: unable to access 'https://github.com/x/': Proxy CONNECT aborted": "proxy-hangs-up",
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_is_recognised_for_what_it_is(text: str) -> None:
    matches = recognise(text)
    assert matches
    assert matches[0].kind.id == TEXTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Unable to find image 'redis:latest' locally",
        "denied: requested access to the resource is denied",
        "INFO GET https://api.example.com/v1/users: Success",
        'Get "https://api.example.com/v1/users": Unauthorized',
        "[SSL: WRONG_VERSION_NUMBER] wrong version number: cannot connect to mail.example.com:587",
        "Connecting to web:8080 (172.18.0.2:8080)\n"
        "wget: server returned error: HTTP/1.1 502 Bad Gateway",
        "* Via: 1.1 cache (squid/4.10)",
        "toomanyrequests: You have reached your pull rate limit.",
        "no space left on device",
        "manifest for redis:nope not found: manifest unknown",
        "exec format error",
        "ping: google.com: Temporary failure in name resolution",
        "dial tcp: lookup redis on 127.0.0.11:53: no such host",
        'Get "https://10.96.0.1:443/api": dial tcp 10.96.0.1:443: connect: connection refused',
        "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        "nginx.service: Start request repeated too quickly.",
        "Error: getaddrinfo ENOTFOUND mongo",
        "Error 407 rows affected",
        "curl: (6) Could not resolve host: db",
        "curl: (22) The requested URL returned error: 404",
        "connect ECONNREFUSED 127.0.0.1:5432",
        "dial tcp 172.17.0.2:8080: connect: connection refused",
        "failed to start userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use",
        "x509: certificate has expired or is not yet valid",
        'Conflict. The container name "/proxy" is already in use',
        "No such container: proxy",
        "json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec",
        "upstream prematurely closed connection while reading response header from upstream",
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
        "\x00\x1b[31m" * 100,
    ],
)
def test_what_is_about_no_proxy_is_not_taken_for_it(text: str) -> None:
    assert recognise(text) == []


def test_every_kind_has_all_its_parts_and_is_there_once() -> None:
    assert len({kind.id for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert kind.patterns
        assert kind.title
        assert kind.text
        assert kind.causes
        for pattern in kind.patterns:
            re.compile(pattern)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a" * 100_000,
            "proxyconnect tcp: dial " * 5000,
            "Get https://" + "x" * 9000,
            "\n" * 50_000,
        ),
        *(
            "://a:" * 60_000,
            "proxy=a:b " * 30_000,
            'invalid port "' * 20_000,
            "http://" + "a:@" * 9000,
        ),
        *("wget http://a\nConnecting to b:1 (1.2.3.4:1)\n" * 8000, "wget http://" + "a" * 300_000),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    recognise(text)
    assert time.process_time() - start < 60


def test_the_cause_that_is_so_here_is_named_and_comes_first(tmp_path: object) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://10.0.0.1:3128"}}')
    said = tree.run("explain", GET + "dial tcp 54.1.2.3:443: i/o timeout")
    assert said.code == 0
    assert "DP501" in said.out
    assert "so it is here" in said.out


def test_nothing_known_is_1_and_a_wrong_code_is_2() -> None:
    assert here("explain", "hello").code == 1
    assert here("explain", "DP999").code == 2
    assert here("explain", "dp101").code == 0


def test_codes_that_explain_are_codes_of_rules_there_are_or_will_be() -> None:
    for kind in KINDS:
        assert all(re.fullmatch(r"DP[1-8][0-9]{2}", code) for code in kind.codes)
    known = {code for kind in KINDS for code in kind.codes}
    assert known & set(modules())


def test_an_error_behind_thousands_of_other_lines_is_found() -> None:
    """As at the end of an npm log, or between a daemon's debug messages."""
    words = [f"silly fetch {'abcdefghij'[i % 10] * (i // 10)} proxy" for i in range(3000)]
    error = GET + "proxyconnect tcp: dial tcp 10.1.2.3:3128: i/o timeout"
    for at in (0, 5, 1500, 2990, 3000):
        text = "\n".join([*words[:at], error, *words[at:]])
        assert recognise(text)[0].kind.id == "proxy-unreachable"
