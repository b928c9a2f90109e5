"""What somebody without rights meets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.odd import GOOD, JSON
from tests.cli.tree import (
    DAEMON_JSON,
    Tree,
    only_this_tree,
)


@pytest.fixture
def as_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Tree]:
    """The tree of a user who is not root. All that the command loads is loaded before."""
    only_this_tree(monkeypatch)
    if os.geteuid() != 0:
        yield Tree(str(tmp_path))
        return
    warm = Tree(str(tmp_path / "warm"))
    warm.write(DAEMON_JSON, "{,}")
    warm.run("status")
    warm.set()
    warm.set("--for", "client")
    warm.run("undo", "--yes")
    folder = Path("/tmp", f"dockproxy-nobody-{os.getpid()}")  # pytest's own is root's alone
    folder.mkdir(mode=0o755)
    os.chown(folder, 65534, 65534)
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield Tree(str(folder))
    finally:
        os.seteuid(0)
        os.setegid(0)
        shutil.rmtree(folder)


@pytest.mark.parametrize("path", JSON)
def test_an_unreadable_file_is_unknown_and_refused(as_nobody: Tree, path: str) -> None:
    as_nobody.write(path, GOOD[path])
    os.chmod(as_nobody.real(path), 0)
    part = "daemon" if path == DAEMON_JSON else "client"

    status = as_nobody.run("status")
    said = as_nobody.set("--for", part)

    assert status.code == 0
    assert f"{path}: no permission to look" in status.out
    assert said.code == 3, said.text
    assert f"refused: {path}: this user may not read or write it" in said.out
    assert "run this as root, or as the user whose file it is" in said.out
    os.chmod(as_nobody.real(path), 0o644)
    assert as_nobody.read(path) == GOOD[path].encode()


def test_a_folder_that_nobody_may_write_to_is_refused(as_nobody: Tree) -> None:
    as_nobody.write(DAEMON_JSON, GOOD[DAEMON_JSON])
    folder = os.path.dirname(as_nobody.real(DAEMON_JSON))
    os.chmod(folder, 0o555)
    try:
        said = as_nobody.set("--for", "daemon")
    finally:
        os.chmod(folder, 0o755)

    assert said.code == 3, said.text
    assert f"refused: {DAEMON_JSON}: this user may not write to " in said.out
    assert as_nobody.read(DAEMON_JSON) == GOOD[DAEMON_JSON].encode()


def test_a_folder_that_nobody_may_look_into_is_unknown(as_nobody: Tree) -> None:
    as_nobody.write(DAEMON_JSON, GOOD[DAEMON_JSON])
    folder = os.path.dirname(as_nobody.real(DAEMON_JSON))
    os.chmod(folder, 0)
    try:
        status = as_nobody.run("status")
        said = as_nobody.set()
    finally:
        os.chmod(folder, 0o755)

    assert status.code == 0
    assert "no permission to look" in status.out
    assert said.code == 3, said.text
    assert as_nobody.read(DAEMON_JSON) == GOOD[DAEMON_JSON].encode()


def test_a_journal_that_nobody_may_write_keeps_everything_as_it_is(as_nobody: Tree) -> None:
    as_nobody.write(DAEMON_JSON, GOOD[DAEMON_JSON])
    os.makedirs(as_nobody.root + "/var/lib", 0o755)
    os.chmod(as_nobody.root + "/var/lib", 0o555)

    said = as_nobody.set()

    assert said.code == 3, said.text
    assert "/var/lib/dockproxy" in said.text
    assert as_nobody.read(DAEMON_JSON) == GOOD[DAEMON_JSON].encode()
