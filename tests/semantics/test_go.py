"""How Go chooses a variable, and which addresses it drops without a word."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from time import process_time

import pytest

from dockproxy.semantics.base import Target
from dockproxy.semantics.go import VERSIONS, ProxyFunc, chosen_name, drops, parses
from dockproxy.semantics.go_url import Strictness
from tests.semantics.go_answers import SEMANTICS_OF, our_words, recorded
from tests.semantics.go_cases import JUNK


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"HTTP_PROXY": "a", "http_proxy": "b"}, "HTTP_PROXY"),
        ({"HTTP_PROXY": "", "http_proxy": "b"}, "http_proxy"),
        ({"http_proxy": "b"}, "http_proxy"),
        ({"HTTP_PROXY": "", "http_proxy": ""}, None),
        ({"HTTPS_PROXY": "a"}, None),
        ({}, None),
    ],
)
def test_the_first_case_with_a_value_is_chosen(environ: dict[str, str], name: str | None) -> None:
    assert chosen_name(environ, "http_proxy") == name


OLD = Strictness(brackets=False, colons=False)

RECORDED = json.loads((Path(__file__).parent / "go_addresses.json").read_text())
"""Addresses; whether Go 1.19.8 net/url takes them; whether it takes them not even with ``http://``
before them."""


def test_what_was_recorded_of_go_is_taken_and_dropped_alike() -> None:
    assert len(RECORDED) > 700
    wrong = [
        value
        for value, taken, dropped in RECORDED
        if (parses(value, OLD), drops(value, OLD)) != (taken, dropped)
    ]
    assert wrong == []


GO = Path(__file__).parent / "go"


@pytest.mark.parametrize("version", SEMANTICS_OF)
def test_what_the_real_go_said_is_what_we_say(version: str) -> None:
    """Every case of the upstream package's own tables is among them: go_cases.UPSTREAM."""
    known = list(recorded(GO / f"{version}.jsonl"))

    assert sum(len(each.targets) for each in known) > 2000
    for each in known:
        ours = our_words(each.environ, each.targets, version)
        for target, theirs, own in zip(each.targets, each.said, ours, strict=True):
            assert own == theirs, (each.environ, target)


HUGE = (
    *("a" * 1_000_000, "." * 200_000, ":" * 200_000, "[" * 200_000, "%41é" * 50_000),
    *("1." * 100_000, "http://" * 30_000, "@" * 200_000, "a.b," * 250_000, "é" * 100_000),
    *(",".join(f"h{at}.test:{at % 9}" for at in range(100_000)), "\ud800" * 1000, "0" * 200_000),
    *(
        "10.0.0.0/" + "9" * 200_000,
        "[::1%25" + "%" * 99_999 + "]:1",
        "١٢٣.٤.٥.٦",
        "a:" + "8" * 9999,
    ),
)


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_raises(version: str) -> None:
    rng = Random(9)
    for _ in range(100):
        environ = {
            name: "".join(
                rng.choice((*JUNK, "\ud800", "\U0010ffff")) for _ in range(rng.randrange(9))
            )
            for name in ("HTTP_PROXY", "https_proxy", "NO_PROXY", "GODEBUG")
        }
        decide = ProxyFunc(environ, version)
        for url in ("", "http://", "http://\ud800", "http://a", *environ.values()):
            assert decide(Target(url, "", "", "")).kind in ("proxy", "direct", "error")


@pytest.mark.parametrize("huge", HUGE, ids=range(len(HUGE)))
def test_huge_values_are_read(huge: str) -> None:
    """Ten seconds, on a busy machine; what takes a square's time takes hours."""
    start = process_time()
    decide = ProxyFunc({"HTTP_PROXY": huge, "NO_PROXY": huge}, VERSIONS[-1])
    decide(Target("http://h99999.test:3/", "", "", ""))
    ProxyFunc({"HTTP_PROXY": "p", "NO_PROXY": "x"}, VERSIONS[-1])(
        Target(f"http://{huge}/", "", "", "")
    )

    assert process_time() - start < 10
