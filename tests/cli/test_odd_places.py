"""A root or a user that is none."""

from __future__ import annotations

import pytest

from tests.cli.tree import (
    PROXY,
    Tree,
)


@pytest.mark.parametrize("root", ["", "/etc/passwd", "/dev/null", "/nowhere", "/proc/self/fd/9999"])
@pytest.mark.parametrize("command", [("status",), ("set", PROXY, "--yes"), ("undo", "--yes")])
def test_a_root_that_is_no_folder_is_refused_and_never_taken_for_this_machine(
    tree: Tree, root: str, command: tuple[str, ...]
) -> None:
    said = tree.run(*command, root=root)

    assert said.code == 2, said.text
    assert "folder" in said.err or "--root names nothing" in said.err


@pytest.mark.parametrize("user", ["nobody-here", "ann\n", "\x1b[31m", "0", " "])
def test_a_user_who_is_not_there_is_named(tree: Tree, user: str) -> None:
    tree.write("/etc/passwd", bytes(range(256)) + b"\nroot:x:0:0:root:/root:/bin/sh\n")

    said = tree.run("set", PROXY, "--yes", "--user", user)

    assert said.code == 2, said.text
    assert "there is no user" in said.err
    assert "\x1b" not in said.text
