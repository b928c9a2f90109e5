"""How Go chooses a variable, and which addresses it drops without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.semantics.go import chosen_name, drops, parses
from dockproxy.semantics.go_url import Strictness


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
