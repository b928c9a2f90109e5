"""Fixtures of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.tree import Tree, only_this_tree


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """An empty host."""
    only_this_tree(monkeypatch)
    root = tmp_path / "host"
    root.mkdir()
    return Tree(str(root))
