"""urllib, requests, pip, httpx and aiohttp where they are peculiar: each was seen to do this."""

from __future__ import annotations

import pytest

from dockproxy.semantics.base import Decision
from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target
from tests.lab.oracle.agreement import said

HTTP = {"http_proxy": "http://p.test:3128"}
HTTPS = {"https_proxy": "http://p.test:3128"}
PROXIED = "http p.test:3128"


def decided(asked: str, environ: dict[str, str], url: str = "http://t.test/") -> Decision:
    known = program(asked)
    return known.semantics.decider(environ, known.version)(parse_target(url))


def token(asked: str, environ: dict[str, str], url: str = "http://t.test/") -> str:
    return said(decided(asked, environ, url))


ALL = ("urllib", "requests", "pip", "httpx", "aiohttp")


@pytest.mark.parametrize("asked", ALL)
@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({"http_proxy": "http://p.test:3128", "HTTP_PROXY": "http://q.test:81"}, PROXIED),
        ({"http_proxy": "", "HTTP_PROXY": "http://q.test:81"}, "direct"),
        ({"HTTP_proxy": "http://p.test:3128", "HTTP_PROXY": "http://q.test:81"}, PROXIED),
        ({"http_proxy": "http://q.test:81", "HTTP_proxy": "http://p.test:3128"}, PROXIED),
        ({"Http_Proxy": "http://p.test:3128"}, PROXIED),
        ({"HTTP_PROXY": "http://p.test:3128", "REQUEST_METHOD": ""}, "direct"),
        ({**HTTP, "REQUEST_METHOD": "GET"}, PROXIED),
        ({**HTTP, "no_proxy": "*"}, "direct"),
        ({**HTTP, "no_proxy": "x.test, T.TEST"}, "direct"),
        ({**HTTP, "No_Proxy": "t.test"}, "direct"),
        ({**HTTP, "no_proxy": ".test"}, "direct"),
        ({**HTTP, "no_proxy": "other.t.test"}, PROXIED),
    ],
)
def test_names_and_lists_are_those_of_the_standard_library(
    asked: str, environ: dict[str, str], seen: str
) -> None:
    assert token(asked, environ) == seen


@pytest.mark.parametrize("asked", ["requests", "pip", "httpx"])
def test_all_proxy_is_read_by_three_of_them(asked: str) -> None:
    assert token(asked, {"ALL_PROXY": "http://p.test:3128"}) == PROXIED
    assert token("urllib", {"ALL_PROXY": "http://p.test:3128"}) == "direct"
    assert token("aiohttp", {"ALL_PROXY": "http://p.test:3128"}) == "direct"


@pytest.mark.parametrize(
    ("asked", "listing", "url", "seen"),
    [
        ("urllib", "t.test:80", "http://t.test/", PROXIED),
        ("urllib", "t.test:80", "http://t.test:80/", "direct"),
        ("urllib", "[::1]", "http://[::1]/", "direct"),
        ("urllib", "::1", "http://[::1]/", PROXIED),
        ("urllib", "10.0.0.0/8", "http://10.1.2.3/", PROXIED),
        ("urllib", ".2.3", "http://10.1.2.3/", "direct"),
        ("urllib", ".", "http://t.test./", "direct"),
        ("requests@2.33", "t.test", "http://xt.test/", "direct"),
        ("requests@2.34", "t.test", "http://xt.test/", PROXIED),
        ("requests@2.34", "t.test", "http://a.t.test/", "direct"),
        ("requests", "t . test", "http://t.test/", "direct"),
        ("requests", "10.0.0.0/8", "http://10.1.2.3/", "direct"),
        ("requests", "10/8", "http://10.1.2.3/", PROXIED),
        ("requests", "10.0.0.0/0", "http://10.1.2.3/", PROXIED),
        ("requests", "10.1.2.3/33", "http://10.1.2.3/", PROXIED),
        ("requests", "::1", "http://[::1]/", "direct"),
        ("requests", "[::1]", "http://[::1]/", PROXIED),
        ("requests", "t.test:80", "http://t.test:0080/", "direct"),
        ("httpx", "x.test,*", "http://t.test/", "direct"),
        ("httpx", ".t.test", "http://t.test/", PROXIED),
        ("httpx", ".t.test", "http://a.t.test/", "direct"),
        ("httpx", "t.test:80", "http://t.test:80/", PROXIED),
        ("httpx", "t.test:81", "http://t.test:81/", "direct"),
        ("httpx", "10.1.2.3/8", "http://10.1.2.3/", "direct"),
        ("httpx", "10.1.2.3/8", "http://10.1.2.4/", PROXIED),
        ("httpx", "::1", "http://[::1]/", "direct"),
        ("httpx", "[::1]", "http://t.test/", "error"),
        ("httpx", "::/0", "http://t.test/", "error"),
        ("httpx", "http://t.test", "http://t.test/", "direct"),
        ("httpx@0.23", "[::1]", "http://t.test/", PROXIED),
        ("httpx@0.23", "10.1.2.3", "http://x.10.1.2.3/", "direct"),
        ("httpx", "10.1.2.3", "http://x.10.1.2.3/", PROXIED),
        ("httpx", "bücher.test", "http://t.test/", "error"),
        ("httpx", ":80", "https://t.test:80/", "direct"),
        ("httpx@0.25", "http://t.test", "http://t.test/", PROXIED),
        ("httpx", "xn--bcher-kva.test", "http://xn--bcher-kva.test/", PROXIED),
        ("httpx", "xn--bcher-kva.test", "http://a.xn--bcher-kva.test/", "direct"),
        ("aiohttp", "t.test:80", "http://t.test:80/", PROXIED),
        ("aiohttp", "::1", "http://[0:0::1]/", "direct"),
        ("aiohttp", "[::1]", "http://[::1]/", PROXIED),
        ("aiohttp", "bücher.test", "http://xn--bcher-kva.test/", "direct"),
    ],
)
def test_entries(asked: str, listing: str, url: str, seen: str) -> None:
    assert token(asked, {**HTTP, "no_proxy": listing}, url) == seen


@pytest.mark.parametrize(
    ("asked", "value", "url", "seen"),
    [
        ("urllib", "p.test:3128", "http://t.test/", PROXIED),
        ("urllib", "http:/p.test", "http://t.test/", "error"),
        ("urllib", "http://p.test", "https://t.test/", "http p.test:443"),
        ("urllib", "https://p.test:3128", "https://t.test/", PROXIED),
        ("urllib", "socks5://p.test:3128", "https://t.test/", PROXIED),
        ("urllib", "socks5://p.test:3128", "http://t.test/", "error"),
        ("urllib", "http://p.test:99999", "http://t.test/", "http p.test:34463"),
        ("urllib", "http://p.test:-1", "http://t.test/", "error"),
        ("urllib", "http://p.test:+80", "http://t.test/", "http p.test:80"),
        ("urllib", "http://p.test:80/x", "http://t.test/", "http p.test:80"),
        ("urllib", "http://*:3128", "http://t.test/", "http localhost:3128"),
        ("urllib", "http://p%2etest:3128", "http://t.test/", PROXIED),
        ("urllib", "ftp://p.test", "http://t.test/", "error"),
        ("requests", "p.test:3128", "http://t.test/", PROXIED),
        ("requests@2.25", "p.test:3128", "http://t.test/", "error"),
        ("requests@2.25", "p.test", "http://t.test/", "http p.test:80"),
        ("requests", "localhost:3128", "http://t.test/", "error"),
        ("requests", "//p.test:3128", "http://t.test/", PROXIED),
        ("requests", "http://p.test:3128 ", "http://t.test/", "error"),
        ("requests", "http://p.test:3128\n", "http://t.test/", "error"),
        ("requests@2.32", "http://p.test:3128\n", "http://t.test/", PROXIED),
        ("requests", "http://p%2etest:3128", "http://t.test/", PROXIED),
        ("requests@2.32", "http://p%2etest:3128", "http://t.test/", "error"),
        ("requests", "http://u[:p@p.test", "http://t.test/", "error"),
        ("requests", "SOCKS5://p.test", "http://t.test/", "socks5 p.test:1080"),
        ("requests", "socks://p.test", "http://t.test/", "error"),
        ("requests", "https://p.test", "https://t.test/", "https p.test:443"),
        ("pip", "socks5h://p.test", "http://t.test/", "socks5h p.test:1080"),
        ("pip", "socks5h://p.test", "https://t.test/", "error"),
        ("pip@25.1", "socks5h://p.test", "https://t.test/", "socks5h p.test:1080"),
        ("httpx", "socks5://p.test", "http://t.test/", "socks5h p.test:1080"),
        ("httpx", "socks5h://p.test", "http://t.test/", "socks5h p.test:1080"),
        ("httpx@0.27", "socks5h://p.test", "http://t.test/", "error"),
        ("httpx", "socks4://p.test", "http://t.test/", "error"),
        ("httpx", "http://p.test:99999", "http://t.test/", "http p.test:34463"),
        ("httpx", "http:p.test:3128", "http://t.test/", "error"),
        ("aiohttp", "p.test:3128", "http://t.test/", "error"),
        ("aiohttp", "https://p.test:3128", "http://t.test/", "direct"),
        ("aiohttp", "socks5://p.test:1080", "http://t.test/", "http p.test:1080"),
        ("aiohttp", "socks5://p.test", "http://t.test/", "error"),
        ("aiohttp", "//p.test:3128", "http://t.test/", PROXIED),
        ("aiohttp", " ", "http://t.test/", "direct"),
        ("aiohttp", "http://192.0.2:3128", "http://t.test/", "error"),
        ("aiohttp@3.13", "http://192.0.2:3128", "http://t.test/", "http 192.0.0.2:3128"),
    ],
)
def test_proxy_values(asked: str, value: str, url: str, seen: str) -> None:
    assert token(asked, {"http_proxy": value, "https_proxy": value}, url) == seen


def test_urllib_asks_the_https_proxy_for_the_way_to_an_https_proxy_of_http() -> None:
    both = {"http_proxy": "https://p.test:8443", "https_proxy": "http://q.test:81"}
    assert token("urllib", both) == "http q.test:81"
    assert token("urllib", {"http_proxy": "https://p.test:8443"}) == "https p.test:8443"
    assert token("urllib", {**both, "no_proxy": "p.test"}) == "https p.test:8443"


def test_urllib_goes_round_no_circle() -> None:
    circle = {"http_proxy": "ftp://p.test", "ftp_proxy": "http://q.test"}
    assert token("urllib", circle) == "error"


def test_urllib_connects_to_an_ftp_proxy_and_waits_for_its_greeting() -> None:
    """No proxy is asked for anything: it is called an error."""
    assert token("urllib", {"http_proxy": "ftp://p.test:2121"}) == "error"


def test_urllib_speaks_tls_to_the_https_proxy_where_the_http_proxy_has_no_host() -> None:
    """CONNECT is left out for a host that is empty: an accident of http.client."""
    environ = {"http_proxy": "https://:443", "https_proxy": "http://q.test:81"}
    assert token("urllib", environ) == "https q.test:81"


def test_default_proxy_serves_every_scheme_in_urllib() -> None:
    assert token("urllib", {"default_proxy": "http://p.test:3128"}) == PROXIED


@pytest.mark.parametrize(
    ("version", "seen"), [("3.9", PROXIED), ("3.11", PROXIED), ("3.13", "error")]
)
def test_urllib_writes_connect_with_idna_since_3_12(version: str, seen: str) -> None:
    assert token(f"urllib@{version}", HTTPS, "https://a..b.test/") == seen


def test_pip_s_own_option_wins_over_no_proxy_too() -> None:
    environ = {**HTTP, "no_proxy": "t.test", "PIP_PROXY": "http://own.test:81"}
    assert decided("pip", environ).variable == "PIP_PROXY"
    assert token("pip@23.0", environ) == "http own.test:81"
    assert token("pip@21.0", environ) == "http own.test:81"
    assert token("pip@21.0", {**environ, "no_proxy": ""}) == PROXIED


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({**HTTP, "PIP_PROXY": ""}, PROXIED),
        ({**HTTP, "PIP_proxy": "http://own.test:81"}, "http own.test:81"),
        ({**HTTP, "pip_proxy": "http://own.test:81"}, PROXIED),
        ({"PIP_PROXY": "http://own.test:81", "PIP_Proxy": "http://p.test:3128"}, PROXIED),
        ({**HTTP, "PIP_NO_PROXY_ENV": "1"}, "direct"),
        ({**HTTP, "PIP_NO_PROXY_ENV": "off"}, PROXIED),
        ({**HTTP, "PIP_NO_PROXY_ENV": "maybe"}, "error"),
    ],
)
def test_pip_s_options(environ: dict[str, str], seen: str) -> None:
    assert token("pip", environ) == seen


def test_requests_reads_no_proxy_again_where_the_standard_library_takes_an_empty_one() -> None:
    environ = {**HTTP, "no_proxy": "", "NO_PROXY": "t.test"}
    assert token("requests", environ) == "direct"
    assert token("urllib", environ) == PROXIED


def test_one_bad_proxy_is_every_request_s_error_in_httpx_and_aiohttp() -> None:
    environ = {**HTTP, "https_proxy": "http://p.test:x"}
    assert token("httpx", environ) == token("aiohttp", environ) == "error"
    assert token("requests", environ) == PROXIED
    assert token("httpx", {**environ, "no_proxy": "*"}) == "direct"
    assert token("aiohttp", {**environ, "no_proxy": "t.test"}) == "direct"
    assert token("httpx", {**environ, "no_proxy": "t.test"}) == "error"


def test_a_colon_in_a_user_s_name_is_an_error_of_all_or_of_one() -> None:
    environ = {**HTTP, "https_proxy": "http://u%3Aq:p@p.test"}
    assert token("aiohttp@3.13", environ) == "error"
    assert token("aiohttp@3.14", environ) == PROXIED
    assert token("aiohttp@3.14", environ, "https://t.test/") == "error"


@pytest.mark.parametrize("asked", ALL)
def test_the_entry_and_the_variables_are_told(asked: str) -> None:
    decision = decided(asked, {"HTTP_PROXY": "http://p.test", "NO_PROXY": "a.test, T.test "})
    assert (decision.kind, decision.variable, decision.matched) == (
        "direct",
        "HTTP_PROXY",
        "T.test",
    )
    decision = decided(asked, {"http_proxy": "http://u:p%40@P.test:3128/x"})
    assert decision.proxy.lower() == "http://u:p%40@p.test:3128"


@pytest.mark.parametrize("asked", ALL)
def test_no_setting_makes_them_fail_or_take_long(asked: str) -> None:
    megabyte = 1 << 20
    for value in ("x" * megabyte, "http://" + "[" * megabyte, "http://p:" + "0" * megabyte):
        environ = {"http_proxy": value, "https_proxy": value, "no_proxy": value}
        assert decided(asked, environ).kind in ("direct", "error", "proxy")
    long = ",".join(f"h{number}.test,10.{number % 256}.0.0/16" for number in range(5000))
    assert decided(asked, {**HTTP, "no_proxy": long + ",t.test"}).matched == "t.test"
