"""Completion, in the shells themselves."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dockproxy.cli.main import COMMANDS
from dockproxy.render.completion import SCRIPTS
from tests.cli.process import SOURCE, AtATerminal, environment, run
from tests.shell.shells import at

PATIENT = {"DOCKPROXY_COMPLETION_SECONDS": "20"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home with contexts, builders and a changed config.json, where dockproxy is in PATH."""
    program = tmp_path / "bin/dockproxy"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec env PYTHONPATH={SOURCE} {sys.executable} -m dockproxy "$@"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for number, name in enumerate(("work", "two words")):
        folder = tmp_path / f".docker/contexts/meta/{number}"
        folder.mkdir(parents=True)
        (folder / "meta.json").write_text(json.dumps({"Name": name}))
    (tmp_path / ".docker/buildx/instances").mkdir(parents=True)
    (tmp_path / ".docker/buildx/instances/fast").write_text("{}")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.json").write_text("{}")
    return tmp_path


def inside(place: Path) -> dict[str, str]:
    """The environment of a shell there."""
    path = f"{place}/bin:/usr/bin:/bin"
    return {"HOME": str(place), "PATH": path, "LC_ALL": "C.UTF-8", "TERM": "dumb", **PATIENT}


def told(argv: Sequence[str], place: Path) -> list[str]:
    done = subprocess.run(
        list(argv),
        env=inside(place),
        cwd=place,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    return done.stdout.splitlines()


def bash(line: str, place: Path) -> list[str]:
    """What COMPREPLY holds: words as readline makes them, = and : words of their own."""
    words = line.replace("=", " = ").replace(":", " : ").split(" ")
    words = [word for word in words[:-1] if word] + [words[-1]]
    given = " ".join(f"'{word}'" for word in words)
    script = f"{SCRIPTS['bash']}\nCOMP_WORDS=({given}); COMP_CWORD={len(words) - 1}\n"
    script += f"COMP_LINE='{line}'; COMP_POINT={len(line)}\n_dockproxy\n"
    script += "printf '%s\\n' \"${COMPREPLY[@]}\""
    return told(["bash", "--norc", "-c", script], place)


def fish(line: str, place: Path) -> list[str]:
    """What fish offers, without the descriptions."""
    script = f"{SCRIPTS['fish']}\ncomplete -C '{line}'"
    return [
        found.split("\t")[0] for found in told([*at("fish"), "--no-config", "-c", script], place)
    ]


def zsh(line: str, place: Path, shown: str) -> str:
    """The screen of a zsh at which that was typed, with a TAB at its end."""
    setup = f"PROMPT='> '; autoload -Uz compinit; compinit -u -d {place}/dump; setopt no_list_beep"
    terminal = AtATerminal([*at("zsh"), "-f"], {**inside(place), "TERM": "xterm"})
    try:
        terminal.type(f"{setup}; source <(dockproxy completion zsh); print rea''dy\n")
        terminal.wait_for("ready")
        terminal.type(f"cd {place}; print in''side\n")
        terminal.wait_for("inside")
        terminal.type(f"{line}\t")
        terminal.wait_for(shown)
        return terminal.screen
    finally:
        terminal.close()


EXPECTED = [
    ("dockproxy und", ["undo"]),
    ("dockproxy completion ", ["bash", "zsh", "fish"]),
    ("dockproxy set --via sys", ["systemd"]),
    ("dockproxy status --dr", []),
    ("dockproxy set --dr", ["--dry-run"]),
    ("dockproxy --str", ["--strict"]),
    ("dockproxy status --context wo", ["work"]),
    ("dockproxy status --user roo", ["root"]),
    ("dockproxy unset no", ["no_proxy"]),
    ("dockproxy history r", ["rm"]),
    ("dockproxy nosuch ", []),
    ("dockproxy args ", ["run", "create", "build"]),
]


@pytest.mark.parametrize(("line", "expected"), EXPECTED)
def test_bash_completes(line: str, expected: list[str], place: Path) -> None:
    assert [word for word in bash(line, place) if word] == expected


@pytest.mark.parametrize(("line", "expected"), EXPECTED)
def test_fish_completes(line: str, expected: list[str], place: Path) -> None:
    assert sorted(fish(line, place)) == sorted(expected)


def test_bash_is_given_what_stands_behind_its_own_word_breaks(place: Path) -> None:
    assert bash("dockproxy set --via=dae", place) == ["daemon-json"]
    assert bash("dockproxy env --as builder:f", place) == ["fast"]
    assert bash("dockproxy env --as=buil", place) == ["builder:fast"]


def test_fish_keeps_the_flag_before_its_value(place: Path) -> None:
    assert fish("dockproxy set --via=dae", place) == ["--via=daemon-json"]
    assert fish("dockproxy env --as builder:f", place) == ["builder:fast"]
    assert fish("dockproxy status --root=fol", place) == ["--root=folder/"]


@pytest.mark.parametrize(("flag", "found"), [("--root", ["folder"]), ("--from", ["file.json"])])
def test_folders_and_files_are_the_shells_own(flag: str, found: list[str], place: Path) -> None:
    assert bash(f"dockproxy status {flag} f{'o' if flag == '--root' else 'i'}", place) == found
    offered = fish(f"dockproxy status {flag} f", place)
    assert found[0] in [word.rstrip("/") for word in offered]
    assert flag == "--from" or "file.json" not in offered


def test_a_context_of_two_words_is_whole(place: Path) -> None:
    assert bash("dockproxy status --context two", place) == ["two words"]
    assert fish("dockproxy status --context two", place) == ["two words"]


def test_behind_exec_the_other_programs_words_are_completed(place: Path) -> None:
    assert "env" in bash("dockproxy exec -- en", place)
    assert "env" in bash("dockproxy exec http://10.0.0.1:3128 -- en", place)
    assert "env" in fish("dockproxy exec --off -- en", place)


def test_journal_entries_are_offered_to_undo_and_rm(place: Path) -> None:
    env = environment({"HOME": str(place), "XDG_STATE_HOME": str(place / "state")})
    words = ("set", "http://10.0.0.1:3128", "--for", "client", "--yes", "--no-check")
    tree = place / "tree"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    code = f"""
import os, sys
sys.argv[0] = "dockproxy"
from dockproxy.core.agent import protocol
handle = protocol.handle
protocol.handle = lambda request, channel: handle({{**request, "root": {str(tree)!r}}}, channel)
from dockproxy.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
    made = run(*words, "--root", str(tree), env=env)
    assert made.returncode == 0, made.stderr
    listed = json.loads(run("history", "--json", "--root", str(tree), env=env).stdout)
    (entry,) = [item["id"] for item in listed["entries"]]

    for typed in (["undo", ""], ["history", "rm", ""]):
        done = subprocess.run(
            [sys.executable, "-c", code, "__complete", "fish", *typed],
            env={**env, **PATIENT},
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        kind, offered = done.stdout.splitlines()
        assert kind == ":words"
        assert offered.startswith(f"{entry}\tset ")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("dockproxy und", "dockproxy undo"),
        ("dockproxy set --via=dae", "dockproxy set --via=daemon-json"),
        ("dockproxy env --as builder:", "builder:fast"),
        ("dockproxy status --context tw", "two\\ words"),
        ("dockproxy status --root fol", "--root folder"),
        ("dockproxy exec -- dockproxy hist", "history"),
        ("dockproxy completion ", "fish"),
    ],
)
def test_zsh_completes_at_a_terminal(line: str, shown: str, place: Path) -> None:
    assert shown in zsh(line, place, shown)


def test_bash_completes_at_a_terminal(place: Path) -> None:
    terminal = AtATerminal(["bash", "--norc", "--noprofile"], inside(place))
    try:
        terminal.type("source <(dockproxy completion bash); echo rea''dy\n")
        terminal.wait_for("ready")
        terminal.type("dockproxy set --via=dae\t")
        terminal.wait_for("--via=daemon-json ")
        terminal.type("\025dockproxy env --as builder:\t")
        terminal.wait_for("--as builder:fast ")
    finally:
        terminal.close()


def asked(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return run("__complete", *words, env=env)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["bash"],
        ["bash", "x"],
        ["bash", "dockproxy s", "no number", ""],
        ["bash", "dockproxy 'unfinished", "99", ""],
        ["bash", "dockproxy \\", "99", ""],
        ["fish"],
        ["fish", "set", "--no-such", "--via", "\udcff"],
        ["fish", "exec", "--", ""],
        ["zsh", "env", "--as", ""],
    ],
)
def test_odd_words_are_no_error(words: list[str]) -> None:
    done = asked(*words, env={"HOME": "/nowhere"})

    assert (done.returncode, done.stderr) == (0, b"")


def test_every_command_is_offered_with_what_it_does() -> None:
    lines = asked("fish", "").stdout.decode().splitlines()

    assert lines == [":words", *(f"{name}\t{text}" for name, text in COMMANDS.items())]


def test_what_takes_long_is_left_out(place: Path) -> None:
    """A context that is a pipe nobody writes to, and an Engine that never answers."""
    import socket

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place / "engine.sock"))
    listener.listen(1)
    env = {"HOME": str(place), "DOCKER_HOST": f"unix://{place}/engine.sock"}
    os.mkfifo(place / ".docker/contexts/meta/pipe")
    try:
        start = time.monotonic()
        lines = asked("fish", "env", "--as", "", env=env).stdout.decode().splitlines()
        taken = time.monotonic() - start
    finally:
        listener.close()

    assert lines == [":words", "client", "daemon", "cli", "builder:fast"]
    assert taken < 10


def test_a_stopped_engine_is_not_started_by_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    from dockproxy.core.agent.observe import dockerd, names

    asked_for: list[str] = []

    def connect(endpoint: str, timeout: float) -> None:
        asked_for.append(endpoint)

    monkeypatch.setattr(names, "Engine", connect)
    monkeypatch.setattr(dockerd, "pid_of_file", lambda: 0)

    assert names.names({"of": "containers", "caller": {"environment": {}, "home": "/"}}) == {
        "names": []
    }
    assert asked_for == []
