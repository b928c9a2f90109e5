"""Two runs at once: who is at work is named, and ``--wait`` waits for it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.cli.process import at_a_terminal, command, environment
from tests.cli.tree import DAEMON_JSON, PROXY, Tree

SECRET = "hunter2"
HOLD = """
import sys, time
from dockproxy.core.agent.apply.lookup import journal_of, lock_of
from dockproxy.transport.base import Silent, caller

url = {"text": "http://ann:SECRET@p:1"}
request = {"do": "apply", "root": sys.argv[1], "plan": {"intent": "set", "edits": [url]}}
request["caller"] = {**caller(), "environment": {"SUDO_USER": "ann"}}
journal = journal_of(request)
journal.open()
with lock_of(request, Silent(), journal):
    print("held", flush=True)
    sys.stdin.readline()
""".replace("SECRET", SECRET)


@pytest.fixture
def holder(tree: Tree) -> Iterator[subprocess.Popen[str]]:
    """A run that is at work until a line is written to it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tree.root],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("words", [("set", PROXY), ("unset",), ("undo",)])
def test_the_run_at_work_is_named_and_nothing_is_asked(
    tree: Tree, holder: subprocess.Popen[str], words: tuple[str, ...]
) -> None:
    before = tree.seen()

    said = tree.run(*words, "--yes")

    assert said.code == 3, said.text
    assert f"another dockproxy is at work: dockproxy set, process {holder.pid} of ann" in said.err
    assert "since 2" in said.err or "since 1" in said.err or "since 0" in said.err
    assert "or with --wait" in said.err
    assert SECRET not in said.text
    assert tree.seen() == before


def test_who_only_looks_waits_for_nobody(tree: Tree, holder: subprocess.Popen[str]) -> None:
    assert tree.run("status").code == 0
    assert tree.run("history").code == 0
    assert tree.run("set", PROXY, "--dry-run").code == 0
    assert tree.run("set", PROXY, "--check").code == 1


def test_the_refusal_is_json_where_json_was_asked_for(
    tree: Tree, holder: subprocess.Popen[str]
) -> None:
    said = tree.run("set", PROXY, "--yes", "--json")

    assert said.code == 3
    assert str(holder.pid) in json.loads(said.out)["message"]


def test_wait_goes_on_from_what_the_other_run_left(
    tree: Tree, holder: subprocess.Popen[str]
) -> None:
    with at_a_terminal("set", PROXY, "--yes", "--wait", "--root", tree.root) as terminal:
        terminal.wait_for(
            f"waiting: another dockproxy is at work: dockproxy set, process {holder.pid}"
        )
        tree.write(DAEMON_JSON, '{"debug": true}\n')
        holder.communicate("\n")

        assert terminal.end() == 0, terminal.screen

    assert json.loads(tree.read(DAEMON_JSON))["debug"] is True
    assert tree.given("daemon")["http_proxy"] == PROXY


def test_wait_ends_after_the_seconds_named(tree: Tree, holder: subprocess.Popen[str]) -> None:
    begun = time.monotonic()

    said = tree.run("set", PROXY, "--yes", "--wait", "1")

    assert 1 <= time.monotonic() - begun < 20
    assert said.code == 3, said.text
    assert str(holder.pid) in said.err


def test_ctrl_c_ends_the_waiting(tree: Tree, holder: subprocess.Popen[str]) -> None:
    before = tree.seen()
    with at_a_terminal("set", PROXY, "--yes", "--wait", "--root", tree.root) as terminal:
        terminal.wait_for("waiting: ")
        terminal.type("\x03")

        assert terminal.end() == 130, terminal.screen

    assert "interrupted: nothing was changed" in terminal.screen
    assert tree.seen() == before


def test_a_holder_that_dies_holds_nobody_up(tree: Tree, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()

    assert tree.set().code == 0


def test_wait_takes_no_nonsense(tree: Tree) -> None:
    for words in ("-1", "0", "nan", "soon"):
        done = subprocess.run(
            command("set", PROXY, "--wait", words, "--root", tree.root),
            env=environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 2, done.stderr


def test_runs_that_begin_together_all_come_to_their_turn(tree: Tree) -> None:
    words = ["--yes", "--wait", "--root", tree.root]
    runs = [
        subprocess.Popen(
            command("set", f"http://10.0.0.{number}:1", *words),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for number in range(1, 3)
    ]

    assert [run.wait() for run in runs] == [0, 0]
