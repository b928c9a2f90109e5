"""Options stand anywhere between the other words, and take no word that is not theirs."""

from __future__ import annotations

import json

import pytest

from dockproxy.cli import history, no_proxy, route, undo, unset
from dockproxy.cli import set as setting
from tests.cli.tree import PROXY, Tree, here


@pytest.mark.parametrize(
    ("command", "argv", "expected"),
    [
        (no_proxy, "make --for daemon a.b", {"words": ["a.b"], "programs": "daemon"}),
        (no_proxy, "check a.b --for wget", {"words": ["a.b"], "programs": "wget"}),
        (no_proxy, "--for wget check a.b", {"verb": "check", "words": ["a.b"]}),
        (no_proxy, "make a.b --for=wget c.d --json e.f", {"words": ["a.b", "c.d", "e.f"]}),
        (no_proxy, "check --for wget -", {"words": ["-"]}),
        (no_proxy, "check -- -a", {"words": ["-a"]}),
        (route, "https://a --https-proxy http://p:1 https://b", {"targets": ["https://a", "https://b"]}),
        (unset, "http_proxy --for client all_proxy", {"keys": ["http_proxy", "all_proxy"]}),
        (history, "rm --root /x ID", {"verb": "rm", "entries": ["ID"], "root": "/x"}),
        (undo, "--yes ID --root /x", {"entry": "ID"}),
        (setting, "--wait http://p:1", {"wait": 86400.0, "url": "http://p:1"}),
        (setting, "--wait 5 http://p:1", {"wait": 5.0, "url": "http://p:1"}),
        (setting, "--wait=5 http://p:1", {"wait": 5.0, "url": "http://p:1"}),
        (setting, "http://p:1 --yes --wait", {"wait": 86400.0, "url": "http://p:1"}),
        (setting, "-y http://p:1 --for daemon", {"yes": True, "parts": "daemon"}),
    ],
)  # fmt: skip
def test_words_go_where_they_belong(
    command: object, argv: str, expected: dict[str, object]
) -> None:
    args = command.parser().parse_args(argv.split())  # type: ignore[attr-defined]

    assert {name: getattr(args, name) for name in expected} == expected


def test_a_flag_between_the_words_of_a_real_run(tree: Tree) -> None:
    tree.set("--all-proxy", "http://10.0.0.2:1")

    said = here("unset", "http_proxy", "--root", tree.root, "all_proxy", "--yes")

    assert said.code == 0, said.text
    assert set(tree.given("client")) == {"https_proxy", "no_proxy"}


def test_a_value_that_is_missing_is_said(tree: Tree) -> None:
    assert "expected one argument" in here("set", PROXY, "--for").err
    assert "expected one argument" in here("set", PROXY, "--for", "--yes").err


def test_help_of_a_command_by_its_name() -> None:
    assert here("help", "set").out == here("set", "--help").out


@pytest.mark.parametrize("asks", [("--json",), ("--format", "json"), ("--format=json",)])
def test_wrong_words_are_json_where_that_is_asked_for(asks: tuple[str, ...]) -> None:
    said = here("status", *asks, "--bogus")

    assert said.code == 2
    assert json.loads(said.out)["kind"] == "error"
    assert "--bogus" in json.loads(said.out)["message"]
