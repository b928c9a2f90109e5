"""apt: what its source says, and what was seen of it (recorded/apt@*.jsonl has the rest)."""

from __future__ import annotations

import pytest

from tests.semantics.deciding import matched, way

PROXY = "http://p.test:3128"


def test_https_takes_http_proxy_if_https_proxy_is_not_set_at_all() -> None:
    assert way("apt", "https://t.test/", http_proxy=PROXY) == PROXY
    assert way("apt", "https://t.test/", http_proxy=PROXY, https_proxy="") == "direct"
    assert way("apt", "http://t.test/", https_proxy=PROXY) == "direct"
    assert way("apt", "http://t.test/", HTTP_PROXY=PROXY) == "direct"
    assert way("apt", "ftp://t.test/", ftp_proxy=PROXY) == "error"


@pytest.mark.parametrize(
    ("entries", "url", "entry"),
    [
        ("t.test", "http://xT.test/", "t.test"),
        ("est", "http://t.test/", "est"),
        ("x, t.test", "http://t.test/", None),
        ("x,,y", "http://t.test./", None),
        (".", "http://t.test./", "."),
        ("*", "http://t.test/", None),
        ("::1", "http://[::1]/", "::1"),
        ("[::1]", "http://[::1]/", None),
    ],
)
def test_an_entry_matches_any_host_that_ends_with_it(
    entries: str, url: str, entry: str | None
) -> None:
    assert matched("apt", url, http_proxy=PROXY, no_proxy=entries) == entry


@pytest.mark.parametrize(
    ("value", "for_http", "for_https"),
    [
        ("http://p.test", "http://p.test", "http://p.test:443"),
        ("https://p.test", "https://p.test", "https://p.test"),
        ("socks5h://p.test", "socks5h://p.test", "socks5h://p.test"),
        ("socks5h://", "error", "error"),
        ("socks5://p.test", "error", "error"),
        ("HTTP://p.test", "error", "error"),
        ("p.test", "direct", "direct"),
        ("p.test:3128", "error", "error"),
        ("http:p.test:3128", "http://p.test:3128", "http://p.test:3128"),
        ("http://u:p@x@p.test:3128", "http://u:p@x@p.test:3128", "http://u:p@x@p.test:3128"),
        ("http://@p.test", "error", "error"),
        ("http://[::1]:3128", "http://[::1]:3128", "http://[::1]:3128"),
        ("http://[::1:3128", "direct", "direct"),
        ("http://p.test:80a", "http://p.test:80", "http://p.test:80"),
        ("http://p.test:a", "http://p.test", "http://p.test:443"),
        ("http://p.test:70000", "http://p.test:4464", "http://p.test:4464"),
        ("https://p.test:-1", "https://p.test:80", "https://p.test"),
        ("http://*:3128", "http://localhost:3128", "http://localhost:3128"),
        ("http://x.onion", "error", "error"),
        ("http:///", "direct", "direct"),
        ("://p.test:3128", "direct", "direct"),
    ],
)
def test_values_of_http_proxy(value: str, for_http: str, for_https: str) -> None:
    assert way("apt", "http://t.test/", http_proxy=value) == for_http
    assert way("apt", "https://t.test/", http_proxy=value) == for_https


def test_a_target_of_tor_is_only_asked_of_a_proxy() -> None:
    assert way("apt", "http://x.onion/") == "error"
    assert way("apt", "http://x.onion/", http_proxy=PROXY) == PROXY


def test_accident_https_proxy_without_a_host_has_that_of_http_proxy() -> None:
    both = {"http_proxy": "http://u@p.test:3128", "https_proxy": "http:///"}
    assert way("apt", "https://t.test/", **both) == "http://u@p.test:443"
    assert way("apt", "https://t.test/", http_proxy=PROXY, https_proxy="q.test") == "error"


def test_accident_a_proxy_that_is_excepted_is_asked_to_be_the_way_to_itself() -> None:
    environ = {"http_proxy": PROXY, "no_proxy": "p.test"}
    assert way("apt", "https://p.test/", **environ) == "http://p.test:443"
    assert way("apt", "https://p.test:8443/", **environ) == "http://p.test:8443"
    assert way("apt", "http://p.test/", **environ) == "direct"


def test_names_beyond_ascii_need_a_utf8_locale_and_an_apt_before_3() -> None:
    proxy = {"http_proxy": "http://bücher.test", "LC_CTYPE": "de_DE.utf8"}
    assert way("apt@2.6", "http://t.test/", **proxy) == "http://bücher.test"
    assert way("apt@3.0", "http://t.test/", **proxy) == "error"
    assert way("apt@2.6", "http://t.test/", http_proxy="http://bücher.test") == "error"
