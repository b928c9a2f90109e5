"""SIGKILL at every step of a change: each file is old or new in whole, and undo works."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from .conftest import DAEMON_JSON, DROP_IN, Tree, in_json, in_unit

CALLS = (
    "open",
    "write",
    "pwrite",
    "fsync",
    "rename",
    "fchmod",
    "fchown",
    "mkdir",
    "chmod",
    "unlink",
    "rmdir",
    "ftruncate",
)
PROXY = "http://u:p%40s@h:1"
OLD = b'{\n    "debug": true\n}\n'


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: each run waits for the disk dozens of times."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def run_and_kill(act: Callable[[], object], at: int) -> bool:
    """Run act in a child that is killed before its at-th call that changes something; whether it
    came so far.
    """
    pid = os.fork()
    if pid == 0:
        count, open_ = 0, os.open

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **more: Any) -> Any:
                nonlocal count
                if real is open_ and not args[1] & os.O_CREAT:
                    return real(*args, **more)
                if count == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1
                return real(*args, **more)

            return call

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        act()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def new_tree(root: Path, linked: bool) -> Tree:
    root.mkdir()
    tree = Tree(root)
    tree.write(DAEMON_JSON, OLD)
    if linked:
        os.link(tree.path(DAEMON_JSON), tree.path("/etc/other-name"))
    return tree


@pytest.mark.parametrize("linked", [False, True])
def test_a_set_killed_at_any_step_leaves_whole_files_and_can_be_undone(
    folder: Path, linked: bool
) -> None:
    done = new_tree(folder / "done", linked)
    before = done.everything()
    done.set(in_json(PROXY), in_unit(PROXY))
    new_json, new_unit = done.read(DAEMON_JSON), done.read(DROP_IN)
    points = 0
    while True:
        tree = new_tree(folder / f"at-{points}", linked)
        if not run_and_kill(partial(tree.set, in_json(PROXY), in_unit(PROXY)), points):
            break
        now = tree.read(DAEMON_JSON)
        assert now in (OLD, new_json) or (linked and now.rstrip() in (OLD.rstrip(), new_json))
        if tree.path(DROP_IN).exists():
            assert tree.read(DROP_IN) == new_unit
        unfinished = tree.history()["unfinished"]
        tree.undo()
        assert tree.everything() == before, f"killed before call {points}, {unfinished}"
        assert not tree.history()["unfinished"]
        points += 1
    assert points > 35


def test_an_undo_killed_at_any_step_can_be_done_again(folder: Path) -> None:
    points = 0
    while True:
        tree = new_tree(folder / f"at-{points}", False)
        before = tree.everything()
        tree.set(in_json(PROXY), in_unit(PROXY))
        new = tree.read(DAEMON_JSON)
        if not run_and_kill(tree.undo, points):
            break
        assert tree.read(DAEMON_JSON) in (OLD, new)
        while tree.undo().result != "refused":
            pass
        assert tree.everything() == before, f"killed before call {points}"
        assert not tree.history()["unfinished"]
        points += 1
    assert points > 35
