"""Composer's own rules, and where libcurl's come behind them (recorded/ has the rest)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockproxy.semantics.php_url import PhpUrl, parse_url
from tests.semantics.deciding import matched, way

P, Q = "http://p.test:3128", "http://q.test:3128"
OLD, NEW = "composer@2.5", "composer@2.8"


def test_https_falls_back_to_the_http_proxy_up_to_27() -> None:
    assert way(OLD, "https://t.test/", http_proxy=P) == P
    assert way("composer@2.7.3", "https://t.test/", http_proxy=P) == P
    assert way("composer@2.7.3", "https://t.test/", http_proxy=P, https_proxy="") == "direct"
    assert way(NEW, "https://t.test/", http_proxy=P) == "direct"


def test_cgi_http_proxy_wins_in_25_and_is_last_in_28() -> None:
    assert way(OLD, "http://t.test/", http_proxy=P, CGI_HTTP_PROXY=Q) == Q
    assert way(NEW, "http://t.test/", http_proxy=P, CGI_HTTP_PROXY=Q) == P
    assert way(NEW, "http://t.test/", cgi_http_proxy=Q) == Q
    assert way(OLD, "http://t.test/", cgi_http_proxy=Q) == "direct"


@pytest.mark.parametrize("name", [OLD, NEW])
@pytest.mark.parametrize("value", ["p.test", "socks5://p.test", "http://", "http:p.test:1"])
def test_one_bad_proxy_makes_every_request_fail(name: str, value: str) -> None:
    assert way(name, "https://t.test/", http_proxy=value, https_proxy=P) == "error"


def test_all_proxy_is_libcurls_and_only_read_by_old_ones() -> None:
    assert way(OLD, "http://t.test/", ALL_PROXY=P) == P
    assert way(NEW, "http://t.test/", ALL_PROXY=P) == "direct"


def test_what_only_composer_understands_ends_proxied_in_25() -> None:
    assert way(OLD, "http://t.test/", http_proxy=P, no_proxy="t.test:80") == P
    assert way(NEW, "http://t.test/", http_proxy=P, no_proxy="t.test:80") == "direct"
    assert way(OLD, "http://t.test/", HTTP_PROXY=P, no_proxy="t.test:80") == "direct"


@pytest.mark.parametrize(
    ("entry", "url", "is_matched"),
    [
        ("t.test", "http://a.t.test/", True),
        ("t.test", "http://xt.test/", False),
        (".T.Test", "http://t.test/", True),
        ("*.t.test", "http://a.t.test/", False),
        ("t.test:443", "https://t.test/", True),
        ("t.test:443", "http://t.test/", False),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8:81", "http://10.1.2.3/", True),
        ("10.0.0.0/+8", "http://10.1.2.3/", True),
        ("10.0.0.0/08", "http://10.1.2.3/", False),
        ("0.0.0.0/0", "http://10.1.2.3/", True),
        ("::/0", "http://10.1.2.3/", True),
        ("2001:db8::/32", "http://[2001:db8::7]/", True),
        ("[2001:db8::7]:80", "http://[2001:db8::7]/", True),
        (".2.3", "http://10.1.2.3/", True),
        ("* x", "http://t.test/", True),
        ("x *", "http://t.test/", False),
        (" , ", "http://t.test/", True),
        ("0", "http://a.0/", True),
    ],
)
def test_entries_of_28(entry: str, url: str, is_matched: bool) -> None:
    assert (
        matched(NEW, url, http_proxy=P, https_proxy=P, no_proxy=entry) is not None
    ) == is_matched


def test_user_information_is_handed_on() -> None:
    for name in (OLD, NEW):
        assert way(name, "http://t.test/", http_proxy="http://u:p@p.test") == "http://u:p@p.test:80"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://p.test:1/x", PhpUrl("http", host="p.test", port=1)),
        ("p.test:1", PhpUrl(host="p.test", port=1)),
        ("p.test:1/a:b", PhpUrl(host="p.test", port=1)),
        ("p.test", PhpUrl()),
        ("//p.test:1", PhpUrl(host="p.test", port=1)),
        ("http:p.test", PhpUrl("http")),
        ("http:1", PhpUrl(host="http", port=1)),
        ("http://p.test:123456", None),
        ("http://p.test:65536", None),
        ("http://:1", None),
        ("http://u:p@q@p.test", PhpUrl("http", "u", "p@q", "p.test")),
        ("http://[::1]:1", PhpUrl("http", host="[::1]", port=1)),
        ("http://p\x01.test", PhpUrl("http", host="p_.test")),
        (":1", None),
        ("file:///x", PhpUrl("file")),
    ],
)
def test_urls_as_php_reads_them(text: str, parts: PhpUrl | None) -> None:
    assert parse_url(text) == parts


@given(st.text(st.sampled_from("htp:/@.?#[]0189- \t\n\x00\x01\u043f"), max_size=30))
def test_nothing_is_too_odd(text: str) -> None:
    parse_url(text)
    for name in (OLD, "composer@2.7.3", NEW, "composer@2.10"):
        assert way(name, "http://10.1.2.3/", http_proxy=text, no_proxy=text)
        assert way(name, "http://[2001:db8::1]/", http_proxy=P, no_proxy=text)


def test_long_values_are_read() -> None:
    many = ",".join(f"h{number}.test" for number in range(5000)) + ",t.test"

    assert way(NEW, "http://t.test/", http_proxy=P, no_proxy=many) == "direct"
    assert way(NEW, "http://t.test/", http_proxy="http://" + "a" * 10**6 + ":1") == "error"
