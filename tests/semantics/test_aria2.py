"""aria2: what its source says, and what was seen of it (recorded/aria2@*.jsonl has the rest)."""

from __future__ import annotations

import pytest

from tests.semantics.deciding import matched, way

PROXY = "http://p.test:3128"


def test_each_scheme_has_a_variable_and_all_proxy_behind_it() -> None:
    assert way("aria2", "http://t.test/", http_proxy=PROXY, all_proxy="q.test") == PROXY
    assert way("aria2", "https://t.test/", http_proxy=PROXY, all_proxy="q.test") == "http://q.test"
    assert way("aria2", "http://t.test/", http_proxy="", all_proxy=PROXY) == PROXY
    assert way("aria2", "sftp://t.test/x", ftp_proxy=PROXY) == PROXY
    assert way("aria2", "sftp://t.test/", ftp_proxy=PROXY) == "error"
    assert way("aria2", "http://t.test/", HTTP_PROXY=PROXY, ALL_PROXY=PROXY) == "direct"


@pytest.mark.parametrize(
    ("entries", "url", "entry"),
    [
        ("t.test", "http://t.test/", "t.test"),
        ("t.test", "http://a.t.test/", None),
        (".t.test", "http://a.t.test/", ".t.test"),
        (".t.test", "http://t.test/", None),
        ("t.test", "http://T.test/", None),
        ("x, t.test\t", "http://t.test/", "t.test"),
        (".2.3", "http://10.1.2.3/", None),
        ("10.1.2.3", "http://10.1.2.3/", "10.1.2.3"),
        ("x,10.0.0.0/8", "http://10.1.2.3/", "10.0.0.0/8"),
        ("10.1/8", "http://10.1.2.3/", "10.1/8"),
        ("10.1.2.3/33", "http://10.1.2.3/", "10.1.2.3/33"),
        ("1.1.1.1/0", "http://10.1.2.3/", "1.1.1.1/0"),
        ("10.0.0.0/+8", "http://10.1.2.3/", "10.0.0.0/+8"),
        ("10.0.0.0/8x", "http://10.1.2.3/", None),
        ("10.0.0.0/-8", "http://10.1.2.3/", None),
        ("2001:db8::/32", "http://[2001:DB8::1]/", "2001:db8::/32"),
        ("::1", "http://[::1]/", "::1"),
        ("[::1]", "http://[::1]/", None),
        ("0.0.0.0/0", "http://[::ffff:10.1.2.3]/", None),
        ("*", "http://t.test/", None),
    ],
)
def test_entries_are_whole_names_suffixes_with_a_dot_or_nets(
    entries: str, url: str, entry: str | None
) -> None:
    assert matched("aria2", url, http_proxy=PROXY, no_proxy=entries) == entry


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("p.test", "http://p.test"),
        ("https://p.test", "http://p.test:443"),
        ("ftp://p.test", "http://p.test:21"),
        ("http://p.test:0", "http://p.test"),
        ("HTTP://p.test", "direct"),
        ("socks5://p.test:1080", "direct"),
        ("//p.test", "direct"),
        ("http://p.test:", "direct"),
        ("http://p.test:65536", "direct"),
        ("http://u@x@p.test", "http://u@x@p.test"),
        ("http://u:p@p.test:80", "http://u:p@p.test"),
        ("http://u:p@x@p.test", "error"),
        ("http://@p.test", "direct"),
        ("http://u@", "direct"),
        ("http://u@/", "error"),
        ("http://[::1]:3128/x", "http://[::1]:3128"),
        ("http://[::1", "direct"),
        ("http://#x", "direct"),
        ("http://p q", "error"),
    ],
)
def test_values_of_http_proxy(value: str, expected: str) -> None:
    assert way("aria2", "http://t.test/", http_proxy=value) == expected


def test_what_cannot_be_read_leaves_it_to_all_proxy() -> None:
    assert way("aria2", "http://t.test/", http_proxy="socks5://x", all_proxy=PROXY) == PROXY
