"""The recorder itself: each way that a request can go is told from the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.oracle.drivers import driver
from tests.lab.oracle.oracle import Oracle

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def curl(lab_machine: None) -> Iterator[Oracle]:
    with Oracle(driver("curl@7.88")) as oracle:
        yield oracle


@pytest.mark.parametrize(
    "target",
    [
        "http://t.test/",
        "https://t.test/",
        "http://t.test:8080/",
        "https://10.1.2.3/",
        "http://[2001:db8::1]:99/",
        "http://localhost/",
        "ftp://t.test/",
    ],
)
def test_a_program_without_a_proxy_goes_direct(curl: Oracle, target: str) -> None:
    assert curl.ask({}, [target])[0].token == "direct"


@pytest.mark.parametrize(
    ("proxy", "token"),
    [
        ("http://p.test:3128", "http p.test:3128"),
        ("http://p.test", "http p.test:1080"),
        ("https://p.test:3128", "https p.test:3128"),
        ("socks4://p.test", "socks4 p.test:1080"),
        ("socks4a://p.test:99", "socks4a p.test:99"),
        ("socks5://p.test", "socks5 p.test:1080"),
        ("socks5h://u:p@p.test", "socks5h p.test:1080"),
        ("http://[2001:db8::7]:3128", "http [2001:db8::7]:3128"),
        ("http://127.0.0.1:3128", "http localhost:3128"),
        ("http://t.test:81", "http t.test:81"),
        ("http://p.test:port", "error"),
    ],
)
@pytest.mark.parametrize("target", ["http://t.test/", "https://t.test/"])
def test_a_program_with_a_proxy_is_seen_at_the_proxy(
    curl: Oracle, proxy: str, token: str, target: str
) -> None:
    assert curl.ask({"all_proxy": proxy}, [target])[0].token == token


def test_each_target_of_a_case_has_its_own_answer(curl: Oracle) -> None:
    env = {"http_proxy": "http://p.test:3128", "https_proxy": "http://[", "no_proxy": "t.test"}
    targets = ["http://t.test/", "http://x.test/", "https://x.test/", "https://t.test/"]
    tokens = [answer.token for answer in curl.ask(env, targets)]
    assert tokens == ["direct", "http p.test:3128", "error", "direct"]


def test_a_name_has_an_address_of_its_own(curl: Oracle) -> None:
    (a,), (b,) = (curl.ask({}, [f"http://{name}.test/"])[0].came for name in ("a", "b"))
    assert (a.host, b.host) == ("a.test", "b.test")


def test_what_a_tunnel_is_asked_for_is_noted(curl: Oracle) -> None:
    (seen,) = curl.ask({"all_proxy": "http://p.test:3128"}, ["https://t.test/"])[0].came
    assert (seen.speech, seen.line, seen.inside) == (
        "connect",
        "CONNECT t.test:443 HTTP/1.1",
        "tls",
    )
