"""The READMEs say what is true: help, flags, files, and that both tell the same."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from dockproxy.cli.main import COMMANDS
from tests.support.console_blocks import READMES, ROOT, fenced, matches, shown_commands


def read(name: str) -> str:
    """A page of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def dockproxy(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command with this environment's Python."""
    return subprocess.run(
        [sys.executable, "-m", "dockproxy", *words],
        env={"LANG": "C.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("readme", READMES)
def test_the_help_that_is_shown_is_the_help(readme: str) -> None:
    printed = dockproxy("--help").stdout

    assert fenced(read(readme), "") == [printed]


@pytest.mark.parametrize("readme", READMES)
def test_every_command_that_is_named_parses(readme: str) -> None:
    lines = [line for block in fenced(read(readme), "sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("dockproxy ")]

    assert len(commands) >= 8
    for line in commands:
        words = shlex.split(line.partition("#")[0].partition("<")[0])[1:]
        known = dockproxy(words[0], "--help").stdout
        assert words[0] in COMMANDS
        for word in words[1:]:
            if word.startswith("--"):
                assert word.partition("=")[0] in known, f"{line}: {word}"


def test_both_readmes_show_the_same_commands() -> None:
    first, second = ([shown.command for shown in shown_commands(read(name))] for name in READMES)

    assert first == second


@pytest.mark.parametrize("page", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", read(page)):
        if "://" not in target:
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_the_links_of_the_docs_lead_somewhere() -> None:
    pages = sorted((ROOT / "docs").rglob("*.md"))

    assert pages
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert page.parent.joinpath(target).exists(), f"{page}: {target}"


def test_each_decision_has_its_number_and_stands_in_the_list() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    listed = re.findall(r"\(decisions/([^)]+)\)", read("docs/architecture.md"))

    assert len({name[:4] for name in names}) == len(names)
    assert set(names) <= set(listed)
    for name in names:
        assert read(f"docs/decisions/{name}").startswith(f"# {name[:4]} ")


def test_the_contributors_page_names_targets_that_exist() -> None:
    makefile = read("Makefile")

    for target in re.findall(r"`make ([a-z]+)", read("CONTRIBUTING.md")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nd\n", True),
        ("a\n…\nd\n", "b\nd\n", False),
        ("a\n", "a\nb\n", False),
        ("undo 20261124-192109-bc7e\n", "undo 20270101-000000-0001\n", True),
        ("1.0 (2)\n", "1x0 (2)\n", False),
    ],
)
def test_output_is_compared_line_by_line(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) is same
