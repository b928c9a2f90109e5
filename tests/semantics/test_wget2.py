"""wget2: what its source says, and what was seen of it (recorded/wget2@*.jsonl has the rest)."""

from __future__ import annotations

import pytest

from dockproxy.semantics import glib_uri
from tests.semantics.deciding import matched, way

PROXY = "http://p.test:3128"
OLD, NEW = "wget2@1.99", "wget2@2.2"


def test_1_99_reads_lower_case_alone_and_libproxy_both_and_http_proxy_for_https() -> None:
    assert way(OLD, "http://t.test/", http_proxy=PROXY) == PROXY
    assert way(OLD, "https://t.test/", http_proxy=PROXY) == "direct"
    assert way(OLD, "http://t.test/", HTTP_PROXY=PROXY, all_proxy=PROXY) == "direct"
    assert way(NEW, "https://t.test/", http_proxy=PROXY) == PROXY
    assert way(NEW, "https://t.test/", HTTP_PROXY=PROXY) == PROXY
    assert way(NEW, "https://t.test/", https_proxy="", HTTPS_PROXY=PROXY) == "direct"
    assert way(NEW, "http://t.test/", https_proxy=PROXY) == "direct"
    assert way(NEW, "http://t.test/", http_proxy=PROXY, PX_FORCE_CONFIG="config-kde") == "direct"


def test_1_99_speaks_to_a_proxy_as_to_the_target_and_2_2_as_the_proxy_says() -> None:
    assert way(OLD, "https://t.test/", https_proxy="http://p.test") == "https://p.test:80"
    assert way(OLD, "http://t.test/", http_proxy="https://p.test") == "http://p.test:443"
    assert way(NEW, "https://t.test/", https_proxy="http://p.test") == "http://p.test"
    assert way(NEW, "http://t.test/", http_proxy="https://p.test") == "https://p.test"


@pytest.mark.parametrize(
    ("entries", "url", "old", "new"),
    [
        ("t.test", "http://t.test/", "t.test", "t.test"),
        ("t.test", "http://a.t.test/", None, "t.test"),
        (".t.test", "http://a.t.test/", ".t.test", ".t.test"),
        (".t.test", "http://t.test/", None, ".t.test"),
        ("*.t.test", "http://t.test/", None, "*.t.test"),
        (".t.test", "http://t/", None, ".t.test"),
        ("T.test", "http://t.test/", "t.test", None),
        ("t.test", "http://T.test/", "t.test", None),
        ("x, t.test", "http://t.test/", None, None),
        ("*", "http://t.test/", None, "*"),
        ("<local>", "http://registry/", None, "<local>"),
        ("t.test:80", "http://t.test/", None, None),
        ("t.test:80", "http://t.test:80/", None, "t.test:80"),
        ("10.0.0.0/8", "http://10.1.2.3/", None, "10.0.0.0/8"),
        ("10.1.2.3/8", "http://10.1.2.3/", None, None),
        ("0.0.0.0/0", "http://10.1.2.3/", None, "0.0.0.0/0"),
        ("2001:db8::/32", "http://[2001:db8::1]/", None, "2001:db8::/32"),
        ("2001:db8:0::1", "http://[2001:db8::1]/", None, "2001:db8:0::1"),
        (".2.3", "http://10.1.2.3/", ".2.3", ".2.3"),
    ],
)
def test_entries(entries: str, url: str, old: str | None, new: str | None) -> None:
    assert matched(OLD, url, http_proxy=PROXY, no_proxy=entries) == old
    assert matched(NEW, url, http_proxy=PROXY, no_proxy=entries) == new


def test_an_empty_no_proxy_hides_the_upper_case_one() -> None:
    assert way(NEW, "http://t.test/", http_proxy=PROXY, no_proxy="", NO_PROXY="*") == PROXY
    assert way(NEW, "http://t.test/", http_proxy=PROXY, NO_PROXY="*") == "direct"


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        ("p.test:3128", "http://p.test:3128", "http://p.test:3128"),
        ("p.test", "http://p.test", "direct"),
        ("http:p.test:3128", "http://p.test:3128", "http://p.test:3128"),
        ("HTTP://p.test", "http://p.test", "http://p.test"),
        ("socks5://p.test:1080", "http://p.test:1080", "error"),
        ("foo://p.test", "http://p.test:0", "error"),
        ("http://p.test:65536", "http://p.test", "error"),
        ("http://p.test:80a", "http://p.test", "direct"),
        ("http://", "error", "error"),
        ("http://p.test,http://q.test", "http://p.test", "error"),
        ("http://u%40x:p@p.test", "http://u@x", "http://u@x"),
        ("http://[::1]:3128", "http://[::1]:3128", "http://[::1]:3128"),
        ("http://*:3128", "http://localhost:3128", "http://localhost:3128"),
        (" http://p.test", "http://p.test", "direct"),
        ("", "direct", "direct"),
    ],
)
def test_values_of_http_proxy(value: str, old: str, new: str) -> None:
    assert way(OLD, "http://t.test/", http_proxy=value) == old
    assert way(NEW, "http://t.test/", http_proxy=value) == new


def test_one_value_that_cannot_be_read_ends_it_for_any_target() -> None:
    assert way(OLD, "https://t.test/", http_proxy="http://", https_proxy=PROXY) == "error"
    assert way(NEW, "http://t.test/", https_proxy="socks5://p.test", http_proxy=PROXY) == "error"


def test_it_crashes_of_an_upper_case_value_that_only_libproxy_can_read() -> None:
    assert way(NEW, "http://t.test/", HTTP_PROXY="socks5://p.test:1080") == "error"
    for value in ("direct://", "wpad:", "pac+http://p.test/x", "p.test"):
        assert way(NEW, "http://t.test/", HTTP_PROXY=value) == "direct"


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("HTTP://p.test:0080/x?y#z", "http://p.test:80/x?y#z"),
        ("http://a b:c@p test", "http://a%20b:c@p%20test"),
        ("http://a@b@p.test", "http://a@b%40p.test"),
        ("http://[fe80::1%25lo]:1", "http://[fe80::1%25lo]:1"),
        ("x:y", "x:y"),
        ("http://p.test:", "http://p.test"),
        ("http://b\u00fccher.test", "http://xn--bcher-kva.test"),
        ("http://p%2etest", "http://p.test"),
        ("http://%31.2.3.4", None),
        ("http://p%", None),
        ("http://p.test/%ff", None),
        ("http://p%00", None),
        ("http://[::1", None),
        ("http://[p.test]", None),
        ("http://[::1%lo]", None),
        ("http://p.test:65536", None),
        ("http://p.test:+1", None),
        ("p.test", None),
        ("", None),
    ],
)
def test_glib_takes_an_address_and_writes_it_again(text: str, again: str | None) -> None:
    uri = glib_uri.parse(text)
    assert (None if uri is None else glib_uri.written(uri)) == again
