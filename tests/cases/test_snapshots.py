"""A Snapshot says what its machine says: for every recorded host, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from dockproxy.cli.main import main
from tests.cases.test_cases import CASES, place
from tests.cli.tree import only_this_tree
from tests.support.same_answers import ROUTE, document_without_time, text_without_time


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_snapshot_gives_the_same_answers_as_the_host(
    case: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only_this_tree(monkeypatch)
    file = str(tmp_path / "host.json")
    assert main(["snapshot", *place(case), "-o", file]) == 0
    capsys.readouterr()

    def said(*words: str, command: Sequence[str] = ("status",)) -> str:
        assert main([*command, *words]) == 0
        return capsys.readouterr().out

    live, recorded = said(*place(case), "--json"), said("--from", file, "--json")
    same = document_without_time(json.loads(live))
    assert document_without_time(json.loads(recorded)) == same
    assert same["components"]
    assert text_without_time(said("--from", file)) == said(*place(case))
    assert said("--from", file, command=ROUTE) == said(*place(case), command=ROUTE)
