"""Every folder here is a host; ``status`` says of it what its expected.json says.

Adding a case is adding a folder: root/ (the tree), README.md (which program and version, and how it
was recorded or where it is documented) and expected.json (the components of ``status --json``).
Where it is not root's, a file ``user`` holds the name for ``--user``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dockproxy.cli.main import main

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/root"))


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree is looked at as its own root would, so the caller's variables do not count."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def place(case: Path) -> list[str]:
    """The words that name a case's tree, and whose client it is about."""
    user = case / "user"
    return [
        *("--root", str(case / "root")),
        *(("--user", user.read_text().strip()) if user.exists() else ()),
    ]


def status(case: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The document of ``dockproxy status --json`` over a case's tree."""
    assert main(["status", *place(case), "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_status_says_what_is_expected(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(case, capsys)["components"] == json.loads((case / "expected.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_status_as_text_names_every_value_and_its_origin(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = json.loads((case / "expected.json").read_text())

    assert main(["status", *place(case)]) == 0

    shown = capsys.readouterr().out
    for component in expected:
        for value in component["proxies"].values():
            assert value["value"] in shown
            assert f"{value['origin']['path']}:{value['origin']['line']}" in shown


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_readme_says_how_it_was_recorded(case: Path) -> None:
    text = (case / "README.md").read_text()

    assert text.startswith("# ")
    assert "Recorded:" in text
