"""What real programs were seen to do (tests/lab/oracle records it): we say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target
from tests.lab.oracle.agreement import agree, said

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.jsonl"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_we_say_what_the_real_program_did(path: Path) -> None:
    name, _, version = path.stem.partition("@")
    known = program(f"{name}@{version}")
    assert version in known.semantics.seen
    assert known.note is None
    wrong = []
    for line in path.read_text(encoding="ascii").splitlines():
        case = json.loads(line)
        decide = known.semantics.decider(case["env"], known.version)
        for target, seen in zip(case["targets"], case["seen"], strict=True):
            decision = decide(parse_target(target))
            if not agree(seen, decision, target):
                wrong.append((case["env"], target, seen, said(decision)))
    assert not wrong, f"{len(wrong)} disagreements, the first: {wrong[:3]}"
