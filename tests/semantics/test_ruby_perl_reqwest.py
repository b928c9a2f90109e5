"""What Ruby, LWP and reqwest make of odd settings, beyond what was recorded of them."""

from __future__ import annotations

import pytest

from dockproxy.semantics.base import Decision
from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target


def decide(asked: str, url: str, **environ: str) -> Decision:
    known = program(asked)
    return known.semantics.decider(environ, known.version)(parse_target(url))


def test_ruby_never_reads_https_proxy_but_open_uri_does() -> None:
    environ = {"http_proxy": "http://h.test:1", "https_proxy": "http://s.test:2"}
    assert decide("ruby", "https://t.test/", **environ).proxy == "http://h.test:1"
    assert decide("ruby-open-uri", "https://t.test/", **environ).proxy == "http://s.test:2"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"http_proxy": "", "HTTP_PROXY": "http://u.test"}, ""),
        ({"HTTP_PROXY": "http://u.test"}, "HTTP_PROXY"),
        ({"HTTP_PROXY": "http://u.test", "REQUEST_METHOD": ""}, ""),
        ({"HTTP_PROXY": "x", "http_proxy": "http://l.test", "REQUEST_METHOD": ""}, "http_proxy"),
        ({"CGI_HTTP_PROXY": "http://c.test", "REQUEST_METHOD": "GET"}, "CGI_HTTP_PROXY"),
        ({"CGI_HTTP_PROXY": "http://c.test"}, ""),
    ],
)
def test_ruby_trusts_http_proxy_alone_below_a_web_server(
    environ: dict[str, str], variable: str
) -> None:
    decision = decide("ruby", "http://t.test/", **environ)
    assert (decision.variable if decision.kind == "proxy" else "") == variable


def test_ruby_looks_addresses_up_which_is_not_done_here() -> None:
    def asked(url: str, listing: str) -> Decision:
        return decide("ruby", url, http_proxy="http://p.test:1", no_proxy=listing)

    assert asked("http://localhost/", "").matched == "loopback"
    assert asked("http://127.1/", "").matched == "loopback"
    assert asked("http://localhost./", "").kind == "proxy"
    assert asked("http://t.test/", "0.0.0.0/0").kind == "direct"
    assert "address" in str(asked("http://t.test/", "10.0.0.0/8").reason)
    assert asked("http://10.1.2.3/", "10.0.0.0/255.0.0.0").kind == "direct"


def test_ruby_takes_this_machine_where_a_uri_has_no_host() -> None:
    assert decide("ruby", "http://t.test/", http_proxy="http:p.test:1").proxy == "http://localhost"
    assert decide("ruby", "http://t.test/", http_proxy="p.test:1").kind == "error"
    assert decide("ruby", "http://t.test/", http_proxy="//p.test:1").proxy == "http://p.test:1"


def test_lwp_takes_the_first_name_in_the_alphabet_and_dies_of_any_bad_one() -> None:
    environ = {"http_proxy": "http://l.test", "HTTP_PROXY": "http://u.test"}
    assert decide("perl-lwp", "http://t.test/", **environ).proxy == "http://u.test"
    assert decide("perl-lwp", "https://t.test/", **environ, ftp_proxy="f.test").kind == "error"
    assert decide("perl-lwp", "https://t.test/", **environ, all_proxy="f.test").kind == "direct"


@pytest.mark.parametrize(
    ("version", "listing", "host", "kind"),
    [
        ("6.68", "t.test", "xt.test", "direct"),
        ("6.70", "t.test", "xt.test", "proxy"),
        ("6.70", ".t.test", "a.t.test", "proxy"),
        ("6.78", ".t.test", "a.t.test", "direct"),
        ("6.78", "T.test", "t.test", "proxy"),
        ("6.68", "a,,b", "t.test", "direct"),
        ("6.78", "a,,b", "t.test", "proxy"),
        ("6.78", "a,,b", "t.test.", "direct"),
        ("6.68", "a,,", "t.test", "proxy"),
    ],
)
def test_lwp_changed_what_an_entry_is(version: str, listing: str, host: str, kind: str) -> None:
    environ = {"http_proxy": "http://p.test:1", "no_proxy": listing}
    assert decide(f"perl-lwp@{version}", f"http://{host}/", **environ).kind == kind


@pytest.mark.parametrize(
    ("version", "environ", "proxy"),
    [
        ("0.13", {"HTTP_PROXY": "socks://x", "ALL_PROXY": "a.test:1"}, "http://a.test:1"),
        ("0.13", {"HTTP_PROXY": "", "http_proxy": "http://l.test"}, ""),
        ("0.13", {"HTTP_PROXY": "http://h.test", "REQUEST_METHOD": ""}, ""),
        ("0.13", {"ALL_PROXY": "http://a.test", "REQUEST_METHOD": ""}, ""),
        ("0.12.15", {"ALL_PROXY": "http://a.test", "REQUEST_METHOD": ""}, "http://a.test"),
        ("0.12.15", {"HTTP_PROXY": "", "http_proxy": "http://l.test"}, "http://l.test"),
        ("0.12.5", {"HTTP_PROXY": "http://h.test", "ALL_PROXY": "http://a.test"}, "http://a.test"),
        ("0.12.6", {"HTTP_PROXY": "http://h.test", "ALL_PROXY": "http://a.test"}, "http://h.test"),
        ("0.11.13", {"ALL_PROXY": "http://a.test"}, ""),
        ("0.12.6", {"HTTP_PROXY": "socks4://h.test:1"}, ""),
        ("0.12.8", {"HTTP_PROXY": "socks4://h.test:1"}, "socks4://h.test:1"),
        ("0.13", {"HTTP_PROXY": "socks5://h.test"}, "socks5://h.test:80"),
    ],
)
def test_reqwest_reads_other_variables_in_each_version(
    version: str, environ: dict[str, str], proxy: str
) -> None:
    assert decide(f"reqwest@{version}", "http://t.test/", **environ).proxy == proxy


@pytest.mark.parametrize(
    ("entry", "url", "kind"),
    [
        ("*", "http://t.test/", "direct"),
        ("*", "http://10.1.2.3/", "proxy"),
        ("010.0.0.0/8", "http://10.1.2.3/", "direct"),
        ("010.1.2.3", "http://10.1.2.3/", "proxy"),
        ("10.0.0.0/008", "http://10.1.2.3/", "proxy"),
        ("2001:db8::/32", "http://[2001:DB8::1]/", "direct"),
        ("", "http://t.test./", "direct"),
    ],
)
def test_reqwest_keeps_names_and_addresses_apart(entry: str, url: str, kind: str) -> None:
    decision = decide("reqwest", url, HTTP_PROXY="http://p.test", NO_PROXY=f"x,{entry}")
    assert decision.kind == kind
