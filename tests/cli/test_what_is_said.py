"""What is dropped, left out or waited for is said, once and of the right thing."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pytest

from dockproxy.cli.console import Console
from dockproxy.core.agent.probe.texts import texts
from dockproxy.core.model.probe import ProxyProbe
from dockproxy.messages.recognise import recognise
from dockproxy.render.terminal import Style
from dockproxy.render.text_change import probe_text
from tests.cli.process import command, environment
from tests.cli.tree import DAEMON_JSON, PROXY, Tree, here


@pytest.mark.parametrize("name", ["env", "route"])
def test_lines_of_a_file_that_are_no_pairs_are_told(tmp_path: Path, name: str) -> None:
    file = tmp_path / "ci.env"
    file.write_text(
        '# said\n\nexport HTTPS_PROXY="http://x:1"\nno_proxy = a\nHTTP_PROXY=http://h:1\n'
    )
    more = ("http://a.test",) if name == "route" else ("--shell", "sh")

    said = here(name, "--env-file", str(file), *more)

    assert said.code == 0
    assert "line 3 is no NAME=VALUE" in said.err
    assert "line 4 is no NAME=VALUE" in said.err
    assert said.err.count("is left out") == 2


@pytest.mark.parametrize("words", [("--ignore", "DP1"), ("--select", "DP8")])
def test_findings_that_are_left_out_are_counted(tree: Tree, words: tuple[str, ...]) -> None:
    tree.write(DAEMON_JSON, '{"a": 1,}')

    said = tree.run("doctor", *words)

    assert said.code == 0
    assert "Nothing is wrong" not in said.out
    assert "Nothing is said here: " in said.out
    assert "left out by --select or --ignore" in said.out


def test_all_that_was_asked_for_is_not_called_left_out(tree: Tree) -> None:
    assert "Nothing is wrong" in tree.run("doctor", "--ignore", "DP101").out


@pytest.mark.parametrize("flag", ["--user", "--context"])
def test_an_empty_name_is_not_taken_for_the_default(tree: Tree, flag: str) -> None:
    said = tree.run("set", PROXY, "--yes", flag, "")

    assert said.code == 2
    assert f"{flag} names nothing" in said.err


@pytest.mark.parametrize(
    ("typed", "code"), [(b"pw\n", 0), (b"pw", 0), (b"pw\n\n", 0), (b"a\nb\n", 2)]
)
def test_a_password_is_one_line(tree: Tree, typed: bytes, code: int) -> None:
    said = subprocess.run(
        command("set", "http://u@10.0.0.1:1", "--password-stdin", "--yes", "--root", tree.root),
        env=environment(),
        input=typed,
        capture_output=True,
        timeout=20,
        check=False,
    )

    assert said.returncode == code, said.stderr
    assert (b"more than one line" in said.stderr) == (code == 2)


def test_one_wait_is_not_told_every_second() -> None:
    err = io.StringIO()
    console = Console(io.StringIO(), err, styles=(Style(), Style()), interactive=False)

    for seconds in range(1, 62):
        wait = {"text": "waiting for the daemon to start ({seconds} s)"}
        console.emit({"text": {**wait, "params": {"seconds": str(seconds)}}})

    told = [line.rpartition("(")[2] for line in err.getvalue().splitlines()]
    assert told == ["1 s)", "30 s)", "60 s)"]


@pytest.mark.parametrize(
    ("registry", "inside"),
    [("registry-1.docker.io", False), ("ghcr.io", False), ("registry.corp.example", True)],
)
def test_a_public_registry_is_not_taken_for_one_of_the_network(registry: str, inside: bool) -> None:
    params = {"proxy": "http://p:1", "host": "p", "target": f"{registry}:443"}
    told, hint = texts("bad-gateway", (), {**params, "target_host": registry, "detail": "502"})

    assert hint is not None
    assert ("inside your network" in str(hint)) == inside
    assert registry in str(hint)
    probe = ProxyProbe("http://p:1", f"{registry}:443", False, True, message=told, hint=hint)
    assert probe_text(probe, Style()).count("http://p:1") == 1


def test_a_path_of_git_is_reached_by_ssh() -> None:
    said = here("route", "--http-proxy", PROXY, "git@github.com:x/y.git")

    assert said.code == 0
    assert "github.com" in said.out
    assert "direct" in said.out


@pytest.mark.parametrize("word", [":::", "foo bar", "[]", "...", "//"])
def test_what_is_no_target_is_2(word: str) -> None:
    assert here("route", "--http-proxy", PROXY, word).code == 2


@pytest.mark.parametrize("kind", ["folder", "circle"])
def test_what_is_no_file_is_not_to_be_edited(tree: Tree, kind: str) -> None:
    if kind == "folder":
        os.makedirs(tree.real(DAEMON_JSON))
    else:
        os.symlink("daemon.json", tree.real(DAEMON_JSON))

    said = tree.run("status")

    assert "editor" not in said.out
    assert ("rmdir " if kind == "folder" else "rm ") + DAEMON_JSON in said.out


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("context deadline exceeded", "no-answer"),
        ("Error response from daemon: context deadline exceeded", "no-answer"),
        ("npm ERR! code ECONNREFUSED", "connection-refused"),
        ("Job for docker.service failed because the control process exited.", "job-failed"),
    ],
)
def test_short_messages_are_known(text: str, kind: str) -> None:
    assert [match.kind.id for match in recognise(text)][:1] == [kind]
