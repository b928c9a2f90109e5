"""How Go chooses a variable, and which addresses it drops without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.semantics.go import chosen_name, drops


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


RECORDED = json.loads((Path(__file__).parent / "go_addresses.json").read_text())
"""Addresses, and whether Go 1.19.8 net/url took neither them nor ``http://`` before them."""


def test_what_was_recorded_of_go_is_dropped_and_nothing_else() -> None:
    assert len(RECORDED) > 250
    wrong = [value for value, dropped in RECORDED if drops(value) is not dropped]
    assert wrong == []
