"""At the question: files that change meanwhile, a second run, signals, a closed terminal."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.cli.process import at_a_terminal, run
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, PROXY, Tree

QUESTION = "Do this? [y/N] "
OTHER = "http://10.0.0.2:3128"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("n\n", 3),
        ("\n", 3),
        ("maybe\n", 3),
        ("\x04", 3),
        (b"\xff\xfe\n", 3),
        ("y\n", 0),
        ("YES\n", 0),
        ("是\n", 0),
    ],
)
def test_only_a_yes_is_a_yes(tree: Tree, answer: str | bytes, code: int) -> None:
    before = tree.seen()

    with at_a_terminal("set", PROXY, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type(answer)

        assert terminal.end() == code, terminal.screen

    assert ("nothing was changed" in terminal.screen) is (code == 3)
    assert (tree.seen() == before) is (code == 3)


@pytest.mark.parametrize("path", [DAEMON_JSON, CONFIG_JSON])
@pytest.mark.parametrize("now", [b'{"debug": true}\n', b"{", b"", None])
def test_a_file_that_changes_at_the_question_is_left_as_it_is_then(
    tree: Tree, path: str, now: bytes | None
) -> None:
    tree.write(path, "{}\n")

    with at_a_terminal("set", PROXY, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        if now is None:
            os.unlink(tree.real(path))
        else:
            tree.write(path, now)
        before = tree.seen()
        terminal.type("y\n")

        assert terminal.end() == 3, terminal.screen

    assert f"refused: {path}" in terminal.screen
    assert "nothing was changed" in terminal.screen
    assert tree.seen() == before


def test_a_file_that_comes_to_be_at_the_question_is_left_alone(tree: Tree) -> None:
    with at_a_terminal("set", PROXY, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        tree.write(DAEMON_JSON, '{"debug": true}\n')
        before = tree.seen()
        terminal.type("y\n")

        assert terminal.end() == 3, terminal.screen

    assert f"{DAEMON_JSON}: the file is no longer what the plan was made from" in terminal.screen
    assert "run the command again: it plans from the file as it is now" in terminal.screen
    assert tree.seen() == before


def test_a_file_that_turns_into_something_else_at_the_question(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{}\n")

    with at_a_terminal("set", PROXY, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        os.unlink(tree.real(DAEMON_JSON))
        os.mkfifo(tree.real(DAEMON_JSON))
        before = tree.seen()
        terminal.type("y\n")

        assert terminal.end() == 3, terminal.screen

    assert tree.seen() == before


def test_a_file_that_changes_at_the_question_of_undo(tree: Tree) -> None:
    tree.set()

    with at_a_terminal("undo", "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        tree.write(DAEMON_JSON, '{"debug": true}\n')
        before = tree.seen()
        terminal.type("y\n")

        assert terminal.end() == 3, terminal.screen

    assert tree.seen() == before


def test_of_two_runs_the_one_that_waited_with_its_question_changes_nothing(tree: Tree) -> None:
    with at_a_terminal("set", PROXY, "--root", tree.root) as first:
        first.wait_for(QUESTION)
        second = tree.run("set", OTHER, "--yes")
        before = tree.seen()
        first.type("y\n")

        assert first.end() == 3, first.screen

    assert second.code == 0, second.text
    assert "the file is no longer what the plan was made from" in first.screen
    assert tree.seen() == before
    assert tree.given("daemon")["http_proxy"] == OTHER
    assert tree.run("undo", "--yes").code == 0
    assert tree.given("daemon") == {}


def test_of_two_runs_at_once_each_ends_whole(tree: Tree) -> None:
    with (
        at_a_terminal("set", PROXY, "--root", tree.root) as first,
        at_a_terminal("set", OTHER, "--root", tree.root) as second,
    ):
        first.wait_for(QUESTION)
        second.wait_for(QUESTION)
        first.type("y\n")
        second.type("y\n")

        codes = sorted((first.end(), second.end()))

    assert codes == [0, 3], first.screen + second.screen
    values = {tree.given("daemon")["http_proxy"], tree.given("client")["https_proxy"]}
    assert values in ({PROXY}, {OTHER})


def test_the_same_asked_for_twice_at_once_is_done_once(tree: Tree) -> None:
    with at_a_terminal("set", PROXY, "--root", tree.root) as first:
        first.wait_for(QUESTION)
        assert tree.set().code == 0
        before = tree.seen()
        first.type("y\n")

        assert first.end() == 3, first.screen

    assert tree.seen() == before
    assert tree.set().out == "nothing to do\n"


@pytest.mark.parametrize("command", [("set", PROXY), ("unset",), ("undo",)])
def test_ctrl_c_at_the_question_changes_nothing(tree: Tree, command: tuple[str, ...]) -> None:
    tree.run("set", OTHER, "--yes")
    before = tree.seen()

    with at_a_terminal(*command, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("\x03")

        assert terminal.end() == 130, terminal.screen

    assert "interrupted: nothing was changed" in terminal.screen
    assert "Traceback" not in terminal.screen
    assert tree.seen() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_the_question_changes_nothing(tree: Tree, number: signal.Signals) -> None:
    before = tree.seen()

    with at_a_terminal("set", PROXY, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        terminal.signal(number)

        assert terminal.end() == 130, terminal.screen

    assert "interrupted: nothing was changed" in terminal.screen
    assert tree.seen() == before


def test_a_terminal_that_is_closed_at_the_question_changes_nothing(tree: Tree) -> None:
    before = tree.seen()

    with at_a_terminal("set", PROXY, "--root", tree.root) as terminal:
        terminal.wait_for(QUESTION)
        terminal.hang_up()

        assert terminal.end() in (3, 130)

    assert tree.seen() == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_is_ignored_stays_so(tree: Tree, number: signal.Signals) -> None:
    name = number.name.removeprefix("SIG")
    ignoring = ("sh", "-c", f'trap "" {name}; exec "$@"', "sh")

    with at_a_terminal("set", PROXY, "--root", tree.root, before=ignoring) as terminal:
        terminal.wait_for(QUESTION)
        terminal.signal(number)
        time.sleep(0.2)
        terminal.type("y\n")

        assert terminal.end() == 0, terminal.screen


def test_ctrl_c_while_a_password_is_typed_changes_nothing(tree: Tree) -> None:
    before = tree.seen()

    with at_a_terminal("set", "http://ann@10.0.0.1:3128", "--root", tree.root) as terminal:
        terminal.wait_for("Password")
        terminal.type("half\x03")

        assert terminal.end() == 130, terminal.screen

    assert "half" not in terminal.screen
    assert tree.seen() == before


def test_no_password_at_all_is_said(tree: Tree) -> None:
    with at_a_terminal("set", "http://ann@10.0.0.1:3128", "--root", tree.root) as terminal:
        terminal.wait_for("Password")
        terminal.type("\x04")

        assert terminal.end() == 2, terminal.screen

    assert "no password could be read" in terminal.screen


def test_with_nobody_to_ask_it_never_hangs(tree: Tree) -> None:
    before = tree.seen()

    done = run("set", PROXY, "--root", tree.root)

    assert done.returncode == 3
    assert b"nobody can be asked here: run it again with --yes to do this" in done.stderr
    assert tree.seen() == before
