"""Tokens, and when a decision of ours is what was seen; no lab is needed."""

from __future__ import annotations

import pytest

from dockproxy.core.model.message import message
from dockproxy.semantics.base import Decision
from tests.lab.oracle.agreement import Seen, agree, said, token
from tests.lab.oracle.cases import COMMON, cases, odd_cases

WHY = message("because")


@pytest.mark.parametrize(
    ("came", "url", "expected"),
    [
        ([], "http://t.test/", "error"),
        ([Seen("t.test", 80, "origin")], "http://T.test./", "direct"),
        ([Seen("t.test", 443, "tls")], "https://t.test/", "direct"),
        ([Seen("t.test", 80, "origin")], "http://t%2Etest/", "direct"),
        ([Seen("t.test", 81, "origin")], "http://t.test/", "http t.test:81"),
        ([Seen("t.test", 80, "absolute")], "http://t.test/", "http t.test:80"),
        (
            [Seen("p.test", 99, "connect"), Seen("t.test", 80, "origin")],
            "http://t.test/",
            "http p.test:99",
        ),
        ([Seen("p.test", 443, "tls")], "https://t.test/", "https p.test:443"),
        ([Seen("p.test", 1080, "socks5h")], "https://t.test/", "socks5h p.test:1080"),
        ([Seen("2001:db8::1", 80, "origin")], "http://[2001:db8:0::1]/", "direct"),
        ([Seen("2001:db8::7", 99, "absolute")], "http://t.test/", "http [2001:db8::7]:99"),
        ([Seen("::1", 80, "origin")], "http://localhost/", "direct"),
        ([Seen("127.0.0.1", 80, "origin")], "http://0x7f.1/", "direct"),
    ],
)
def test_what_came_in_first_tells_the_way(came: list[Seen], url: str, expected: str) -> None:
    assert token(came, url) == expected


@pytest.mark.parametrize(
    ("proxy", "expected"),
    [
        ("http://p.test", "http p.test:80"),
        ("https://u:p@P.test.:0099", "https p.test:99"),
        ("socks5h://[2001:db8:0::7]", "socks5h [2001:db8::7]:1080"),
        ("http://127.1:0", "http localhost:0"),
    ],
)
def test_a_decision_in_the_words_of_a_recording(proxy: str, expected: str) -> None:
    assert said(Decision("proxy", WHY, proxy)) == expected


@pytest.mark.parametrize(
    ("seen", "proxy", "url", "expected"),
    [
        ("http p.test:80", "http://p.test", "http://t.test/", True),
        ("http p.test:80", "http://p.test:81", "http://t.test/", False),
        ("http p.test:80", "https://p.test:80", "http://t.test/", False),
        ("direct", "http://p.test", "http://t.test/", False),
        ("error", "http://p.test", "http://t.test/", False),
        ("error", "http://p'q.test", "http://t.test/", True),
        ("socks5 p.test:1080", "socks5h://p.test", "http://t.test/", False),
        ("socks5 p.test:1080", "socks5h://p.test", "http://10.1.2.3/", True),
        ("silent p.test:1080", "socks4://p.test", "http://[::1]/", True),
    ],
)
def test_a_decision_agrees(seen: str, proxy: str, url: str, expected: bool) -> None:
    assert agree(seen, Decision("proxy", WHY, proxy), url) is expected


def test_an_error_is_no_way_of_any_kind() -> None:
    assert agree("error", Decision("error", WHY), "http://t.test/")
    assert not agree("direct", Decision("error", WHY), "http://t.test/")
    assert not agree("error", Decision("direct", WHY), "http://t.test/")
    assert agree("error", Decision("direct", WHY), "http://t..test/")


def test_a_seed_gives_the_same_cases_always() -> None:
    assert list(cases(7, 50)) == list(cases(7, 50)) != list(cases(8, 50))
    assert list(odd_cases(COMMON, ("http",))) == list(odd_cases(COMMON, ("http",)))
