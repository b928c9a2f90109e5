"""What the quick commands import: names do not flake as times do (times: benchmarks/startup.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dockproxy.cli.main import main

SLOW = {"dataclasses", "http.client", "inspect", "logging", "pathlib", "socket", "subprocess"}


def imported(code: str) -> set[str]:
    """The modules that are loaded after this code, less those that a bare interpreter has."""
    shown = "import sys; before = set(sys.modules)\n" + code
    shown += "\nprint(*sorted(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", shown], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stderr.split())


def test_the_version_is_told_by_three_modules() -> None:
    names = imported("from dockproxy.cli.main import main; main(['--version'])")

    assert names - {"__future__"} == {"dockproxy", "dockproxy.cli", "dockproxy.cli.main"}


@pytest.mark.parametrize("words", [["--help"], ["help"]])
def test_help_imports_nothing_slow(words: list[str]) -> None:
    names = imported(f"from dockproxy.cli.main import main; main({words!r})")

    assert "dockproxy.cli.main" in names
    assert not names & SLOW


def test_importing_the_package_imports_nothing_else() -> None:
    assert imported("import dockproxy") - {"__future__"} == {"dockproxy"}


def test_a_look_into_a_file_loads_no_agent_and_no_way_to_one(tmp_path: Path) -> None:
    file = str(tmp_path / "host.json")
    assert main(["snapshot", "--root", str(tmp_path), "-o", file]) == 0

    names = imported(f"from dockproxy.cli.main import main; main(['status', '--from', {file!r}])")

    assert "dockproxy.render.text_status" in names
    assert not names & {
        *SLOW,
        "datetime",
        "dockproxy.api",
        "dockproxy.plan",
        "dockproxy.core.agent",
    }
    assert "dockproxy.transport.local" not in names
