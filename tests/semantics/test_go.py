"""How Go chooses a variable, and which addresses it drops without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.semantics.go import chosen_name, drops, parses
from dockproxy.semantics.go_url import Strictness
from tests.semantics.go_answers import SEMANTICS_OF, our_words, recorded


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
