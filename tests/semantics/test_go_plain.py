"""Plain URLs by the million against the decisions one by one."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from dockproxy.semantics.base import Decision, Target
from dockproxy.semantics.go import VERSIONS, ProxyFunc

LABELS = (
    *"abcde",
    "a",
    "a",
    "b",
    "localhost",
    "10",
    "127",
    "1",
    "255",
    "256",
    "01",
    "-",
    "_",
    "x-y",
)
PORTS = ("", "", "", "", ":80", ":443", ":5000", ":8080", ":1")
Plain = tuple[bytes, bytes, bytes]


def host(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return ".".join(rng.choice(("10", "1", "127", "0", "255", "2")) for _ in range(4))
    dots = rng.choice((1, 2, 3, 3, 4, 5))
    text = ".".join(rng.choice(LABELS) for _ in range(dots))
    return rng.choice((text, text, text, text, f".{text}", f"{text}.", f"{text}..a"))


def entry(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.01:
        return rng.choice(("*", ".", "..", "*:80", "é.a", "::1", "::/0", "[::ffff:10.1.1.1]:80"))
    text = host(rng)
    if kind < 0.2:
        return f"{text}/{rng.randint(0, 33)}"
    return rng.choice(("", "", ".", "*.")) + text + rng.choice(PORTS)


def environment(rng: Random) -> dict[str, str]:
    size = rng.choice((0, 1, 3, 10, 100))
    found = {"HTTP_PROXY": "http://p:1", "NO_PROXY": ",".join(entry(rng) for _ in range(size))}
    if rng.random() < 0.9:
        found["HTTPS_PROXY"] = "http://q:1"
    if rng.random() < 0.1:
        found["REQUEST_METHOD"] = "GET"
    return found


def plain(rng: Random) -> Plain:
    name = host(rng)
    label, dot, behind = name.partition(".")
    secure = rng.choice(("", "s"))
    return secure.encode(), label.encode(), (dot + behind + rng.choice(PORTS)).encode()


def decisions(rng: Random, settings: int, targets: int) -> Iterator[tuple[Plain, int, Decision]]:
    """Each target with its number, and with what is decided of it."""
    for _ in range(settings):
        environ = environment(rng)
        decide = ProxyFunc(environ, VERSIONS[-1])
        ways = decide.plain_ways()
        assert ways is not None
        by_way: dict[int, Decision] = {}
        asked = [plain(rng) for _ in range(targets)]
        for each, way in zip(asked, ways.numbers(asked), strict=True):
            secure, label, rest = (part.decode() for part in each)
            got = decide(
                Target(f"http{secure}://{label}{rest}/", f"http{secure}", label + rest, "")
            )
            assert by_way.setdefault(way, got) == got, (environ, each, way)
            yield each, way, got


def test_what_has_one_number_has_one_decision() -> None:
    seen = list(decisions(Random(3), 60, 200))

    assert {got.kind for _, _, got in seen} == {"proxy", "direct", "error"}
    assert len({got.matched for _, _, got in seen}) > 100


@pytest.mark.soak
def test_what_has_one_number_has_one_decision_a_million_times() -> None:
    matched = sum(got.matched is not None for _, _, got in decisions(Random(4), 2000, 500))

    assert matched > 100_000


def test_versions_that_ask_names_for_addresses_have_no_numbers() -> None:
    assert ProxyFunc({}, "1.22").plain_ways() is None
    assert ProxyFunc({}, "1.24").plain_ways() is not None
