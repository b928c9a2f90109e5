"""Consoles of every encoding, and streams that are closed, full or without a reader."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.cli.process import at_a_terminal, command, environment, run, run_in_turn
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, PROXY, Tree

CONSOLES = (
    {"LANG": "C"},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LANG": "C", "PYTHONIOENCODING": "ascii"},
    {"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii:strict"},
    {"LANG": "zh_CN.GBK", "PYTHONIOENCODING": "cp936"},
    {"LANG": "zh_CN.GBK", "PYTHONIOENCODING": "gb2312:strict"},
    {"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"},
    {"LANG": "en_US.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
    {"LANG": "ja_JP.SJIS", "PYTHONIOENCODING": "cp932"},
)
COMMANDS = (
    ("status",),
    ("set", PROXY, "--dry-run"),
    ("set", "http://prøxy.例え:3128", "--dry-run"),
    ("set", "http://例\u202e\udcff:x"),
    ("undo",),
    ("history",),
    ("set", "--help"),
    ("stätus",),
)


@pytest.fixture
def foreign(tree: Tree) -> Tree:
    """Values and names beyond ASCII, and what no encoding holds."""
    tree.write(
        DAEMON_JSON, '{"proxies": {"http-proxy": "http://прокси.例え:1", "no-proxy": "é,😀"}}'
    )
    tree.write(CONFIG_JSON, '{"proxies": {"default": {"httpProxy": "http://\\ud800:1"}}')
    tree.write(
        b"/etc/systemd/system/docker.service.d/\xff\xc3\xa9.conf".decode(
            "utf-8", "surrogateescape"
        ),
        "[Service]\nEnvironment=HTTPS_PROXY=http://é:1\n",
    )
    return tree


@pytest.mark.parametrize("console", CONSOLES, ids=lambda console: " ".join(console.values()))
def test_no_console_makes_it_raise(foreign: Tree, console: dict[str, str]) -> None:
    commands = [(*argv, "--root", foreign.root) for argv in COMMANDS]

    done = run_in_turn(commands, (0, 2, 3), console)

    assert done.returncode == 0, done.stderr
    assert done.stdout
    for broken in (b"Traceback", b"bug in dockproxy", b"UnicodeE"):
        assert broken not in done.stdout + done.stderr


def test_a_chinese_console_is_written_in_its_own_encoding(tree: Tree) -> None:
    done = run("status", "--root", tree.root, env=dict(CONSOLES[4]))

    assert "没有设置代理" in done.stdout.decode("cp936")


def test_json_is_ascii_on_any_console(foreign: Tree) -> None:
    done = run("status", "--json", "--root", foreign.root, env=dict(CONSOLES[3]))

    assert done.stdout.isascii()
    (daemon,) = (c for c in json.loads(done.stdout)["components"] if c["component"] == "daemon")
    assert daemon["proxies"]["http_proxy"]["value"] == "http://прокси.例え:1"


def by_shell(redirections: str, *argv: str) -> int:
    """The exit code with these redirections."""
    done = subprocess.run(
        ["bash", "-c", f'"$@" {redirections}', "bash", *command(*argv)],
        env=environment(),
        timeout=30,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert b"Traceback" not in done.stderr
    return done.returncode


@pytest.mark.parametrize(
    "streams", [">&-", "2>&-", "<&-", "<&- >&- 2>&-", "2>/dev/full", "2>&1 >/dev/null | true"]
)
def test_a_change_is_made_whole_whatever_becomes_of_the_streams(tree: Tree, streams: str) -> None:
    before = tree.seen()

    by_shell(streams, "set", PROXY, "--yes", "--root", tree.root)

    assert tree.given("daemon")["http_proxy"] == PROXY
    assert tree.given("client")["http_proxy"] == PROXY
    assert json.loads(tree.run("history", "--json").out)["entries"][0]["state"] == "done"
    by_shell(streams, "undo", "--yes", "--root", tree.root)
    assert tree.seen() == before


def test_a_preview_that_can_not_be_shown_is_not_carried_out(tree: Tree) -> None:
    before = tree.seen()

    assert by_shell(">/dev/full", "--help") == 2
    assert by_shell(">/dev/full", "set", "--help") == 2
    code = by_shell(">/dev/full", "set", PROXY, "--yes", "--root", tree.root)

    assert code == 2
    assert tree.seen() == before


@pytest.mark.parametrize("argv", [("status",), ("--help",), ("--version",), ("history",)])
def test_a_reader_that_goes_away_is_no_error(tree: Tree, argv: tuple[str, ...]) -> None:
    place = () if argv[0].startswith("--") else ("--root", tree.root)

    assert by_shell("| true; exit ${PIPESTATUS[0]}", *argv, *place) == 0


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"HOME": ""},
        {"HOME": "/nowhere"},
        {"HOME": "relative"},
        {"HOME": "/etc/passwd", "XDG_STATE_HOME": "/dev/null", "XDG_CONFIG_HOME": "\udcff"},
        {"DOCKER_CONFIG": "/dev/null", "DOCKER_HOST": "nonsense://\x1b[31m", "DOCKER_CONTEXT": "x"},
        {"SUDO_UID": "99999999999999999999", "PKEXEC_UID": "x", "DOAS_USER": "nobody-here"},
        {"COLUMNS": "0", "TERM": "nonsense", "NO_COLOR": ""},
    ],
)
def test_a_tree_is_read_and_changed_without_regard_to_the_callers_variables(
    tree: Tree, variables: dict[str, str]
) -> None:
    before = tree.seen()

    verbs = (("status",), ("set", PROXY, "--yes"), ("undo", "--yes"), ("history",))
    done = run_in_turn([(*verb, "--root", tree.root) for verb in verbs], (0,), variables)

    assert done.returncode == 0, done.stderr
    assert tree.seen() == before


def test_a_folder_that_was_removed_under_our_feet(tree: Tree) -> None:
    gone = f"{tree.root}/gone"
    os.mkdir(gone)
    script = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", gone, *command("status", "--root", tree.root)],
        env=environment(),
        capture_output=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr == b""


@pytest.mark.parametrize(("columns", "widest"), [("40", 40), ("100", 100), ("x", 0), ("-5", 0)])
def test_columns_is_heeded_at_a_terminal(tree: Tree, columns: str, widest: int) -> None:
    tree.write(DAEMON_JSON, "{,}")

    with at_a_terminal("status", "--root", tree.root, env={"COLUMNS": columns}) as terminal:
        assert terminal.end() == 0

    lines = [line for line in terminal.screen.splitlines() if "dockerd will not start" in line]
    longest = max(len(line) for line in terminal.screen.splitlines() if tree.root not in line)
    assert len(lines) == 1
    assert longest <= widest if widest else longest > 100
