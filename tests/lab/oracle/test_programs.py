"""Real programs, asked fresh random cases: they do what we say they do."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from dockproxy.semantics.registry import PROGRAMS, program
from dockproxy.semantics.target import parse_target
from tests.lab.oracle.__main__ import answered
from tests.lab.oracle.agreement import agree, said
from tests.lab.oracle.drivers import driver, drivers

pytestmark = pytest.mark.lab
QUICK = ("curl@7.88",)
SETTINGS = 25


def _asked() -> list[Any]:
    """All, of which the soak has those that take downloads of their own."""
    return [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.soak)
        for name, each in drivers().items()
        if each.program in PROGRAMS
    ]


@pytest.mark.parametrize("name", _asked())
def test_a_program_does_what_we_say(lab_machine: None, name: str) -> None:
    seed = secrets.randbelow(1 << 32)
    wrong = []
    known = program(name)
    for case, answers in answered(driver(name), seed, SETTINGS, worlds=2):
        decide = known.semantics.decider(case.env, known.version)
        for target, answer in zip(case.targets, answers, strict=True):
            decision = decide(parse_target(target))
            if not agree(answer.token, decision, target):
                wrong.append((case.env, target, answer.token, said(decision)))
    assert not wrong, f"seed {seed}: {wrong[:5]}"
