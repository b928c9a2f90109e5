"""Names that are meant for a proxy variable, and those that are not."""

from __future__ import annotations

import pytest

from dockproxy.core.model.proxies import misspelt_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("HTTP_PORXY", "http_proxy"),
        ("HTTPS_PORXY", "https_proxy"),
        ("HTTPSPROXY", "https_proxy"),
        ("HTTPPROXY", "http_proxy"),
        ("NOPROXY", "no_proxy"),
        ("HTTP_PROXYS", "http_proxy"),
        ("HTTPS_PROXZ", "https_proxy"),
        ("https_prxy", "https_proxy"),
        ("NO_PORXY", "no_proxy"),
        ("HTPS_PROXY", "https_proxy"),
    ],
)
def test_a_name_is_near_to_ours(name: str, key: str) -> None:
    assert misspelt_key(name) == key


@pytest.mark.parametrize(
    "name",
    [
        *("HTTP_PROXY", "http_proxy", "Http_Proxy", "HTTPS-PROXY", "GOPROXY", "GO_PROXY"),
        *("MY_PROXY", "SOCKS_PROXY", "FTPS_PROXY", "HTTP_PROXY2", "HTTP_PROXY_USER", "PROXY"),
    ],
)
def test_another_name_is_not(name: str) -> None:
    assert misspelt_key(name) == ""
