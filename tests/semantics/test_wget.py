"""GNU wget: what its source says, and what was seen of it (recorded/wget@*.jsonl has the rest)."""

from __future__ import annotations

import pytest

from tests.semantics.deciding import matched, way

PROXY = "http://p.test:3128"


def test_each_scheme_has_one_variable_in_lower_case() -> None:
    assert way("wget", "http://t.test/", http_proxy=PROXY) == PROXY
    assert way("wget", "https://t.test/", http_proxy=PROXY) == "direct"
    assert way("wget", "https://t.test/", https_proxy=PROXY) == PROXY
    assert way("wget", "http://t.test/", HTTP_PROXY=PROXY, all_proxy=PROXY) == "direct"
    assert way("wget", "ftp://t.test/", ftp_proxy=PROXY) == PROXY
    assert way("wget", "ftps://t.test/", ftps_proxy=PROXY) == PROXY
    assert way("wget", "ws://t.test/", http_proxy=PROXY) == "error"


@pytest.mark.parametrize(
    ("entries", "url", "entry"),
    [
        ("t.test", "http://t.test/", "t.test"),
        ("t.test", "http://a.T.Test/", "t.test"),
        ("t.test", "http://xt.test/", None),
        (".t.test", "http://a.t.test/", ".t.test"),
        (".t.test", "http://t.test/", None),
        ("*", "http://t.test/", None),
        ("x, t.test", "http://t.test/", "t.test"),
        ("x,t.test ", "http://t.test/", None),
        (" t.test", "http://t.test/", None),
        ("x y,.2.3", "http://10.1.2.3/", ".2.3"),
        ("::1", "http://[::1]/", "::1"),
        ("[::1]", "http://[::1]/", None),
        ("10.0.0.0/8", "http://10.1.2.3/", None),
        ("a,,b", "http://t.test./", ""),
        ("", "http://t.test./", None),
        (".", "http://t.test./", "."),
    ],
)
def test_entries_match_from_the_end_at_a_dot(entries: str, url: str, entry: str | None) -> None:
    assert matched("wget", url, http_proxy=PROXY, no_proxy=entries) == entry


def test_the_first_of_several_matching_entries_is_named() -> None:
    said = matched("wget", "http://a.t.test/", http_proxy=PROXY, no_proxy="x,test,.t.test,t.test")
    assert said == "test"


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        ("p.test", "http://p.test", "http://p.test"),
        ("p.test:3128", "http://p.test:3128", "http://p.test:3128"),
        ("p.test:3128/x", "http://p.test:3128", "http://p.test:3128"),
        ("p.test:0", "http://p.test:0", "error"),
        ("p.test:", "error", "error"),
        ("u:p@p.test:3128", "error", "error"),
        ("u@p.test:3128", "http://u@p.test:3128", "http://u@p.test:3128"),
        ("HTTP://p.test", "http://p.test", "http://p.test"),
        ("http://u:p%40@p.test", "http://u:p%40@p.test", "http://u:p%40@p.test"),
        ("http://@p.test", "error", "error"),
        ("http://p.test:65536", "error", "error"),
        ("http://[::1]:3128", "http://[::1]:3128", "http://[::1]:3128"),
        ("http://[::x]:3128", "error", "error"),
        ("http://p%2etest", "http://p.test", "http://p.test"),
        ("http://p.test\n", "error", "error"),
        ("https://p.test", "error", "error"),
        ("socks5://p.test", "error", "error"),
        ("//p.test", "error", "error"),
        (r"http://p.te\st", r"http://p.te\st", r"http://p.te\st"),
        (r"http://p\.test", "error", "error"),
        ("://p.test", "error", "error"),
        ("", "direct", "direct"),
    ],
)
def test_values_of_http_proxy(value: str, old: str, new: str) -> None:
    assert way("wget@1.21", "http://t.test/", http_proxy=value) == old
    assert way("wget@1.25", "http://t.test/", http_proxy=value) == new


def test_a_proxy_given_as_https_is_spoken_to_in_plain_http_for_https_alone() -> None:
    assert way("wget", "https://t.test/", https_proxy="https://p.test") == "http://p.test:443"
    assert way("wget", "https://t.test/", https_proxy="https://p.test:80") == "http://p.test"


def test_names_beyond_ascii_need_a_utf8_locale() -> None:
    proxy = {"http_proxy": "http://bücher.test"}
    assert way("wget", "http://t.test/", **proxy) == "error"
    assert way("wget", "http://t.test/", **proxy, LANG="C.UTF-8") == "http://xn--bcher-kva.test"
    assert way("wget", "http://t.test/", **proxy, LANG="C.UTF-8", LC_ALL="C") == "error"
