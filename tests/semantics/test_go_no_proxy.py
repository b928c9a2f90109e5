"""The index of NO_PROXY against the entries asked one by one, and both against plain facts."""

from __future__ import annotations

from random import Random

import pytest

from dockproxy.semantics.base import Decision, Target
from dockproxy.semantics.go import SEMANTICS, VERSIONS, ProxyFunc
from dockproxy.semantics.go_ip import parse_address
from dockproxy.semantics.go_no_proxy import Index, entries_of, first_match
from tests.semantics import go_cases


def decided(url: str, version: str = VERSIONS[-1], **environ: str) -> Decision:
    return ProxyFunc(environ, version)(Target(url, url.partition("://")[0], "", ""))


@pytest.mark.parametrize(
    ("entry", "url", "matches"),
    [
        ("corp.test", "http://a.corp.test/", True),
        ("corp.test", "http://xcorp.test/", False),
        ("CORP.test", "http://corp.TEST/", True),
        (".corp.test", "http://corp.test/", False),
        ("*.corp.test", "http://a.corp.test/", True),
        ("*.corp.test", "http://corp.test/", False),
        ("corp.test:443", "http://corp.test:443/", True),
        ("corp.test:443", "http://corp.test/", False),
        ("10.0.0.0/8", "http://10.1.2.3:99/", True),
        ("10.0.0.0/8", "http://[::ffff:10.1.2.3]/", True),
        ("::/0", "http://10.1.2.3/", False),
        ("[::2]:80", "http://[0::2]/", True),
        ("[::2]", "http://[::2]/", False),
        ("0.0.1", "http://10.0.0.1/", False),
        ("*", "http://10.0.0.1/", True),
        ("*:80", "http://a.test/", False),
        (".", "http://a.test./", True),
        (":80", "http://a.test/", False),
    ],
)
def test_an_entry_takes_what_go_says(entry: str, url: str, matches: bool) -> None:
    got = decided(url, HTTP_PROXY="p", NO_PROXY=f"x,{entry},{entry}")

    assert (got.matched, got.kind) == ((entry, "direct") if matches else (None, "proxy"))


def test_addresses_are_asked_before_names_and_all_before_both() -> None:
    environ = {"HTTP_PROXY": "p", "NO_PROXY": "x, A.test ,10.0.0.0/8,10.0.0.1,a.TEST"}

    assert decided("http://10.0.0.1", **environ).matched == "10.0.0.0/8"
    assert decided("http://a.test", **environ).matched == "A.test"
    assert decided("http://a.test", **{**environ, "NO_PROXY": "a.test,*"}).matched == "*"


def test_versions_differ() -> None:
    both = {"HTTP_PROXY": "p", "HTTPS_PROXY": "", "NO_PROXY": "0.0.1"}

    assert decided("https://a.test", "1.15", **both).proxy == "http://p"
    assert decided("https://a.test", "1.16", **both).kind == "direct"
    assert decided("http://10.0.0.1", "1.22", **both).matched == "0.0.1"
    assert decided("http://10.0.0.1", "1.24", **both).kind == "proxy"
    assert decided("http://a.test", "1.18", HTTP_PROXY="socks5h://p").proxy == "http://socks5h://p"
    assert decided("http://a.test", "1.22", HTTP_PROXY="socks5h://p").proxy == "socks5h://p"
    assert decided("http://a:1:2", "1.25.2", HTTP_PROXY="p").kind == "proxy"
    assert decided("http://a:1:2", "1.27", HTTP_PROXY="p").kind == "error"
    assert SEMANTICS.versions[-1] == "1.27"


def _index_is_like_the_list(rng: Random, settings: int, targets: int) -> int:
    """How many of the answers named an entry."""
    found = 0
    for _ in range(settings):
        written = [go_cases.entry(rng) for _ in range(rng.choice((1, 3, 10, 30)))]
        entries = entries_of(",".join(written))
        index = Index(entries)
        for _ in range(targets):
            names = rng.random() < 0.2
            host = go_cases.host(rng, written).strip("[]").lower()
            port = rng.choice(go_cases.PORTS)
            address = parse_address(host)
            number = None if address is None else address.number
            expected = first_match(entries, host, port, number, names)
            if number is None:
                got = index.for_name(host, port)
            else:
                got = index.for_address(number, port)
                if got is None and names:
                    got = index.for_name(host, port)
            assert got == expected, (written, host, port, names)
            found += expected is not None
    return found


def test_the_index_answers_as_the_list_does() -> None:
    assert _index_is_like_the_list(Random(1), 200, 50) > 1000


@pytest.mark.soak
def test_the_index_answers_as_the_list_does_a_million_times() -> None:
    assert _index_is_like_the_list(Random(2), 10_000, 100) > 100_000
