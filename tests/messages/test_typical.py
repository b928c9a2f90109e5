"""What programs print, as their sources have it: package managers, builders, CI and systemd.

The texts are put together, not reported: hosts and addresses are made up.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.messages.recognise import KINDS, recognise


def texts() -> list[tuple[str, str]]:
    """``@@@ KIND``, then the text up to the next such line; ``-`` where it is about no proxy."""
    every = (Path(__file__).parent / "typical.txt").read_text("utf-8").split("@@@ ")[1:]
    blocks = (block.partition("\n") for block in every)
    return [(kind, text.rstrip("\n")) for kind, _, text in blocks]


@pytest.mark.parametrize(("kind", "text"), texts())
def test_a_typical_text_is_taken_for_what_it_is(kind: str, text: str) -> None:
    matches = recognise(text)
    assert (matches[0].kind.id if matches else "-") == kind
    assert [each.kind.id for each in recognise(text.replace("\n", "\r\n"))] == [
        each.kind.id for each in matches
    ]


def test_they_are_many_and_none_twice() -> None:
    every = texts()
    assert len({text for _, text in every}) == len(every) >= 120
    assert {kind for kind, _ in every} <= {kind.id for kind in KINDS} | {"-"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the following directives don't match any configuration option: log-opt", "DP102"),
        ("the following directives are specified both as a flag and in it: hosts: (from", "DP107"),
        ("docker.service.d/p.conf:2: Unknown key name 'environment' in section 'Service'", "DP210"),
    ],
)
def test_what_is_about_no_proxy_itself_names_the_rule_that_knows_it(text: str, code: str) -> None:
    (match,) = recognise(text)
    assert code in match.kind.codes
