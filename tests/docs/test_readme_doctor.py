"""What the READMEs show of doctor is what it says of the file that they show."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockproxy.rules.ignores_file import read_ignores
from dockproxy.rules.registry import all_rules
from tests.cli.tree import Tree
from tests.support.console_blocks import READMES, ROOT, fenced, matches


def block(readme: str, language: str) -> str:
    """The one block of that language; of the plain texts the one that begins with a command."""
    blocks = fenced((ROOT / readme).read_text(encoding="utf-8"), language)
    (found,) = [each for each in blocks if language != "text" or each.startswith("$ ")]
    return found


@pytest.mark.parametrize("readme", READMES)
def test_doctor_says_what_is_shown(readme: str, tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    tree.write("/etc/docker/daemon.json", block(readme, "json"))
    shown = re.split(r"^\$ dockproxy ", block(readme, "text"), flags=re.MULTILINE)[1:]

    assert len(shown) == 2
    for each in shown:
        command, _, output = each.partition("\n")
        assert matches(output, tree.run(*command.split()).out), command


@pytest.mark.parametrize("readme", READMES)
def test_the_file_of_ignores_is_one(readme: str) -> None:
    (entry,) = read_ignores(block(readme, "toml"))

    assert entry.values["reason"]
    assert entry.values["code"] in [rule.code for rule in all_rules()]
