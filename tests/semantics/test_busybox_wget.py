"""BusyBox wget: what its source says, and what was seen of it (recorded/busybox-wget@*.jsonl)."""

from __future__ import annotations

import pytest

from tests.semantics.deciding import way

PROXY = "http://p.test:3128"


def test_http_proxy_serves_https_too_and_nothing_is_excepted() -> None:
    for url in ("http://t.test/", "https://t.test/", "http://localhost/", "http://[::1]/"):
        assert way("busybox-wget", url, http_proxy=PROXY, no_proxy="*,t.test,localhost") == PROXY
    assert way("busybox-wget", "https://t.test/", https_proxy=PROXY) == "direct"
    assert way("busybox-wget", "http://t.test/", HTTP_PROXY=PROXY) == "direct"
    assert way("busybox-wget", "ftp://t.test/", ftp_proxy=PROXY) == PROXY


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("p.test", "http://p.test"),
        ("u:p@x@p.test:3128", "http://u:p@x@p.test:3128"),
        ("https://p.test", "https://p.test"),
        ("ftp://p.test", "http://p.test:21"),
        ("ftps://p.test", "http://p.test:990"),
        ("HTTP://p.test", "error"),
        ("socks5://p.test", "error"),
        ("p.test/x://y", "error"),
        ("p.test:", "error"),
        ("p.test:80a", "error"),
        ("p.test:65536", "error"),
        ("::1", "http://[::1]"),
        ("[::1]:3128", "http://[::1]:3128"),
        ("[p.test]:3128", "http://p.test:3128"),
        ("[::1", "error"),
        ("10.0.0.1 x", "http://10.0.0.1 x"),
        ("http://", "error"),
        ("", "direct"),
    ],
)
def test_values_of_http_proxy(value: str, expected: str) -> None:
    assert way("busybox-wget@1.37", "http://t.test/", http_proxy=value) == expected


def test_from_1_38_on_a_blank_anywhere_in_a_url_is_an_error() -> None:
    for value in ("u p@p.test", "p.test/\t", " p.test", "p.test#\x01"):
        assert way("busybox-wget@1.38", "http://t.test/", http_proxy=value) == "error"
        assert way("busybox-wget@1.38", "https://t.test/", https_proxy=value) == "direct"
    assert way("busybox-wget@1.37", "http://t.test/", http_proxy="p.test/\t") == "http://p.test"
    assert way("busybox-wget@1.38", "http://t.test/", http_proxy="p.test/\x7f") == "http://p.test"
