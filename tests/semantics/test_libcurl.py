"""What the recordings of curl and git can't show: versions that were not asked, and large input."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from dockproxy.semantics.base import Decision, Semantics
from dockproxy.semantics.curl import SEMANTICS as CURL
from dockproxy.semantics.git import SEMANTICS as GIT
from dockproxy.semantics.libcurl_url import parse
from dockproxy.semantics.target import parse_target

PROXY = "http://p.test:99"


def ask(semantics: Semantics, version: str, env: Mapping[str, str], url: str) -> Decision:
    return semantics.decider(env, version)(parse_target(url))


def way(version: str, no_proxy: str, url: str) -> str:
    return ask(CURL, version, {"all_proxy": PROXY, "no_proxy": no_proxy}, url).kind


@pytest.mark.parametrize("program", [CURL, GIT], ids=lambda each: each.name)
def test_every_version_decides(program: Semantics) -> None:
    for version in program.versions:
        decision = ask(
            program, version, {"http_proxy": PROXY, "no_proxy": "t.test"}, "http://x.test/"
        )
        assert (decision.kind, decision.proxy, decision.variable) == ("proxy", PROXY, "http_proxy")
        decision = ask(
            program, version, {"http_proxy": PROXY, "no_proxy": "t.test"}, "http://t.test/"
        )
        assert (decision.kind, decision.matched) == ("direct", "t.test")


@pytest.mark.parametrize(
    ("no_proxy", "url", "kinds"),
    [
        # 7.86 as its source reads: Curl_check_noproxy compares up to the host's length, and hands
        # an address on with all that follows it in the list.
        ("t.test", "http://sub.t.test/", "direct proxy direct"),
        (".t.test", "http://sub.t.test/", "direct direct direct"),
        (".t.test", "http://xt.test/", "proxy direct proxy"),
        (".t.test,a.test", "http://sub.t.test/", "direct proxy direct"),
        (".t.test,a.test", "http://t.test/", "direct direct direct"),
        ("10.1.2.3", "http://10.1.2.3/", "direct direct direct"),
        ("10.1.2.3,a.test", "http://10.1.2.3/", "direct proxy direct"),
        ("10.1.2.0/24,a.test", "http://10.1.2.3/", "proxy direct direct"),
        ("t.test.", "http://t.test/", "proxy proxy direct"),
        (".2.3", "http://10.1.2.3/", "direct proxy proxy"),
    ],
)
def test_what_7_86_made_of_a_list(no_proxy: str, url: str, kinds: str) -> None:
    assert [way(version, no_proxy, url) for version in ("7.84", "7.86", "7.87")] == kinds.split()


def test_a_blank_ends_the_list_from_8_9_on() -> None:
    assert way("8.8", "a.test t.test", "http://t.test/") == "direct"
    assert way("8.9", "a.test t.test", "http://t.test/") == "proxy"
    assert way("8.9", "a.test , t.test", "http://t.test/") == "direct"


def test_networks_of_ipv6_count_from_8_18_on() -> None:
    assert way("8.13", "2001:db8::/32", "http://[2001:db8::1]/") == "proxy"
    assert way("8.18", "2001:db8::/32", "http://[2001:db8::1]/") == "direct"


@pytest.mark.parametrize(
    ("version", "kind", "proxy"),
    [("7.74", "proxy", "http://u%0a:p@p.test:1080"), ("7.76", "direct", ""), ("8.21", "error", "")],
)
def test_a_user_that_decodes_to_a_line_break(version: str, kind: str, proxy: str) -> None:
    decision = ask(CURL, version, {"http_proxy": "u%0a:p@p.test"}, "http://t.test/")
    assert (decision.kind, decision.proxy) == (kind, proxy)


def test_an_international_name_needs_a_locale_that_can_read_it() -> None:
    env = {"http_proxy": PROXY, "no_proxy": "xn--90a2d.test"}
    assert ask(CURL, "8.21", env, "http://бю.test/").kind == "error"
    assert ask(CURL, "8.21", {**env, "LANG": "C.UTF-8"}, "http://бю.test/").kind == "direct"
    assert ask(CURL, "7.84", {**env, "LANG": "C.UTF-8"}, "http://бю.test/").kind == "proxy"


def test_websockets_have_variables_of_their_own_and_then_those_of_http() -> None:
    asked = [("8.0", "error"), ("8.4", "proxy"), ("8.8", "direct"), ("8.19", "proxy")]
    for version, kind in asked:
        assert ask(CURL, version, {"ws_proxy": PROXY}, "ws://t.test/").kind == kind, version
    assert ask(CURL, "8.8", {"https_proxy": PROXY}, "wss://t.test/").variable == "https_proxy"


def test_git_asks_for_a_password_that_is_missing() -> None:
    env = {"http_proxy": "u@p.test:99", "no_proxy": "*"}
    assert ask(GIT, "2.47", env, "http://t.test/").kind == "error"
    assert ask(GIT, "2.47", {**env, "GIT_ASKPASS": "/bin/ask"}, "http://t.test/").kind == "direct"


def test_git_keeps_user_and_password_as_they_are_written() -> None:
    decision = ask(GIT, "2.47", {"https_proxy": "socks5h://u:p%40@P.test"}, "https://t.test/")
    assert decision.proxy == "socks5h://u:p%40@P.test"


@pytest.mark.parametrize("program", [CURL, GIT], ids=lambda each: each.name)
@pytest.mark.parametrize("what", ["http_proxy", "no_proxy"])
@pytest.mark.parametrize("piece", ["a", "%", "@", ":", "1.", "[", "10.0.0.0/8,", "x ", "\udcff"])
def test_a_megabyte_of_anything_is_answered_soon(program: Semantics, what: str, piece: str) -> None:
    env = {"http_proxy": PROXY, what: piece * (300_000 // len(piece))}
    began = time.monotonic()
    for version in (program.versions[0], program.versions[-1]):
        ask(program, version, env, "http://t.test/")
    assert time.monotonic() - began < 10


def test_large_numbers_are_no_networks_and_no_ports() -> None:
    for version in CURL.versions:
        assert way(version, "10.1.2.3/" + "9" * 5000, "http://10.1.2.3/") == "proxy"
    assert parse("http://p.test:" + "1" * 5000, (8, 21)) is None
    assert parse("http://" + "1" * 5000, (8, 21)) is not None
