"""A journal that can't be kept, or read; and an undo of what is gone."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable

import pytest

from tests.cli.tree import (
    DAEMON_JSON,
    JOURNAL,
    Tree,
)


def entries(tree: Tree) -> list[str]:
    """The journal's entries as paths."""
    folder = f"{JOURNAL}/journal"
    return [f"{folder}/{name}" for name in os.listdir(tree.root + folder) if name != "lock"]


def a_journal_that_is_a_file(tree: Tree) -> None:
    tree.write(JOURNAL, "")


def a_journal_in_a_file(tree: Tree) -> None:
    tree.write("/var/lib", "")


def a_journal_that_leads_nowhere(tree: Tree) -> None:
    os.symlink("dockproxy", tree.real(JOURNAL))


def a_lock_that_is_a_fifo(tree: Tree) -> None:
    os.mkfifo(tree.real(f"{JOURNAL}/journal/lock"))


def a_lock_that_is_a_link(tree: Tree) -> None:
    os.symlink("/etc/passwd", tree.real(f"{JOURNAL}/journal/lock"))


@pytest.mark.parametrize(
    "make",
    [
        a_journal_that_is_a_file,
        a_journal_in_a_file,
        a_journal_that_leads_nowhere,
        a_lock_that_is_a_fifo,
        a_lock_that_is_a_link,
    ],
)
def test_without_a_journal_nothing_is_changed(tree: Tree, make: Callable[[Tree], None]) -> None:
    make(tree)
    before = tree.seen()

    said = tree.set()

    assert said.code == 3, said.text
    assert "/var/lib/dockproxy" in said.text
    assert tree.run("status").code == 0
    assert tree.seen() == before


@pytest.mark.parametrize(
    "content",
    [b"", b'{"schema": 1', b"[]", b"null", bytes(range(256)), b"[" * 100_000, b'{"schema": 99}'],
)
def test_an_entry_that_can_not_be_read_is_not_passed_over(tree: Tree, content: bytes) -> None:
    tree.set()
    (made,) = entries(tree)
    os.unlink(tree.real(made))
    entry = f"{JOURNAL}/journal/20260101-000000-0000.json"
    tree.write(entry, content)
    before = tree.seen()

    said = tree.run("undo", "--yes")

    assert said.code == 3, said.text
    assert f"{entry}: this entry of the journal can't be read" in said.out
    assert tree.run("status").code == 0
    history = tree.run("history")
    assert history.code == 0
    assert "20260101-000000-0000  " in history.out
    assert "this entry can't be read" in history.out
    assert history.out.rstrip().endswith(entry)
    assert tree.seen() == before
    assert tree.run("set", "http://10.0.0.2:3128", "--yes").code == 0
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


def test_an_entry_that_can_not_be_read_is_named_and_removed(tree: Tree) -> None:
    tree.set()
    entry = f"{JOURNAL}/journal/20260101-000000-0000.json"
    tree.write(entry, b"{")

    named = tree.run("undo", "20260101-000000-0000", "--yes")
    removed = tree.run("history", "rm", "20260101-000000-0000", "--yes")

    assert named.code == 3, named.text
    assert f"{entry}: this entry of the journal can't be read" in named.out
    assert removed.out == "removed: 20260101-000000-0000\n"
    assert not os.path.exists(tree.real(entry))
    assert tree.run("undo", "--yes").code == 0


def test_all_entries_are_removed_those_that_can_not_be_read_too(tree: Tree) -> None:
    tree.set()
    tree.write(f"{JOURNAL}/journal/20260101-000000-0000.json", b"{")

    assert tree.run("history", "rm", "--all", "--yes").code == 0

    assert entries(tree) == []


@pytest.mark.parametrize(
    "entry", ["nope", "../../../etc/passwd", "\x1b[31m", "20260101-000000-0000"]
)
def test_an_entry_that_is_not_there_is_refused(tree: Tree, entry: str) -> None:
    said = tree.run("undo", entry, "--yes")

    assert said.code == 2, said.text
    assert "the journal has no entry" in said.err
    assert tree.run("history", "rm", entry, "--yes").code == 2


def test_undo_where_a_folder_took_the_files_place_is_refused(tree: Tree) -> None:
    tree.set()
    os.unlink(tree.real(DAEMON_JSON))
    os.mkdir(tree.real(DAEMON_JSON))
    before = tree.seen()

    said = tree.run("undo", "--yes")

    assert said.code == 3, said.text
    assert f"refused: {DAEMON_JSON}: this is no regular file" in said.out
    assert tree.seen() == before


def test_undo_where_everything_is_gone_by_now_leaves_nothing_behind(tree: Tree) -> None:
    before = tree.seen()
    tree.set()
    shutil.rmtree(tree.root + "/etc/docker")
    shutil.rmtree(tree.root + "/root/.docker")

    said = tree.run("undo", "--yes")

    assert said.code == 0, said.text
    assert {path for path, item in tree.seen().items() if stat.S_ISREG(item.kind)} == {
        path for path, item in before.items() if stat.S_ISREG(item.kind)
    }
