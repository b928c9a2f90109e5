"""Files that are none, that are too much, or in an odd encoding."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.odd import ENVIRONMENT_FILE, GOOD, JSON, SYSTEMD
from tests.cli.tree import (
    CONFIG_JSON,
    DAEMON_JSON,
    DROP_IN,
    PROXY,
    UNIT,
    UNIT_TEXT,
    Tree,
)

Odd = Callable[[str], bytes]


ODD: dict[str, Odd] = {
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16 LE": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without BOM": lambda text: text.encode("utf-16-le"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "tabs": lambda text: text.replace("  ", "\t").encode(),
    "NUL": lambda text: text.replace("old", "o\0ld").encode(),
    "Latin-1": lambda text: text.replace("old", "ö").encode("latin-1"),
    "binary": lambda text: bytes(range(256)) * 16,
    "1.5 MB": lambda text: text.encode() + b" " * 1_500_000,
    "100,000 arrays deep": lambda text: b"[" * 100_000 + b"]" * 100_000,
    "12,000 objects deep": lambda text: b'{"a":' * 12_000 + b"1" + b"}" * 12_000,
    "4,000 blank lines": lambda text: text.encode() + b"\n" * 4_000,
    "a line of 30,000": lambda text: text.encode() + b"#" + b"x" * 30_000,
}


SET_ALL_THE_SAME = {
    DAEMON_JSON: ("BOM", "UTF-16 LE", "UTF-16 BE", "CRLF", "CR", "tabs", "4,000 blank lines"),
    CONFIG_JSON: (
        "CRLF",
        "CR",
        "tabs",
        "Latin-1",  # the docker CLI puts U+FFFD in its place
        "4,000 blank lines",
        "a line of 30,000",  # and takes text after the object
    ),
}


def prepare(tree: Tree, path: str) -> None:
    """A file is there to be read."""
    if path == ENVIRONMENT_FILE:
        tree.write(UNIT, UNIT_TEXT + f"EnvironmentFile=-{ENVIRONMENT_FILE}\n")


@pytest.mark.parametrize("path", JSON)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_json_file_is_understood_as_its_program_does_or_refused_whole(
    tree: Tree, path: str, odd: str
) -> None:
    tree.write(path, ODD[odd](GOOD[path]))
    before = tree.seen()
    part = "daemon" if path == DAEMON_JSON else "client"

    status = tree.run("status")
    said = tree.set("--for", part)

    assert status.code == 0
    if odd in SET_ALL_THE_SAME[path]:
        assert said.code == 0, said.text
        assert tree.given(part)["https_proxy"] == PROXY
        assert tree.run("undo", "--yes").code == 0
    else:
        assert said.code == 3, said.text
        assert f"refused: {path}:" in said.out
        assert tree.run("undo", "--yes").out == "there is nothing to take back\n"
    assert tree.seen() == before


@pytest.mark.parametrize("path", SYSTEMD)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_file_of_systemd_keeps_no_daemon_from_its_proxy(
    tree: Tree, path: str, odd: str
) -> None:
    prepare(tree, path)
    tree.write(path, ODD[odd](GOOD[path]))
    before = tree.seen()

    status = tree.run("status")
    said = tree.set("--for", "daemon")

    assert status.code == 0
    assert said.code == 0, said.text
    assert tree.given("daemon")["https_proxy"] == PROXY
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


def a_folder(real: str) -> None:
    os.mkdir(real)


def a_socket(real: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(os.path.dirname(real))  # a socket's path may have 107 bytes at most
        try:
            listener.bind(os.path.basename(real))
        finally:
            os.chdir(here)


def a_loop(real: str) -> None:
    os.symlink(os.path.basename(real), real)


def a_long_way_round(real: str) -> None:
    for step in range(45):
        os.symlink(f"{os.path.basename(real)}{step}", real if step == 0 else f"{real}{step - 1}")
    Path(f"{real}44").write_text("{}")


def a_file_for_a_folder(real: str) -> None:
    folder = os.path.dirname(real)
    os.rmdir(folder)
    Path(folder).write_text("")


NO_FILES: dict[str, Callable[[str], None]] = {
    "a folder": a_folder,
    "a FIFO": os.mkfifo,
    "a socket": a_socket,
    "a link to itself": a_loop,
    "45 links": a_long_way_round,
    "a file in place of its folder": a_file_for_a_folder,
}


@pytest.mark.parametrize("path", JSON)
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_refused_with_what_to_do(tree: Tree, path: str, kind: str) -> None:
    NO_FILES[kind](tree.real(path))
    before = tree.seen()

    status = tree.run("status")
    said = tree.set()

    assert status.code == 0
    assert said.code == 3, said.text
    assert f"refused: {path}: " in said.out
    assert "then run this again" in said.out
    assert "sudo" not in status.out
    assert tree.seen() == before
    assert tree.run("undo", "--yes").out == "there is nothing to take back\n"


@pytest.mark.parametrize("path", SYSTEMD)
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_of_systemds_keeps_no_daemon_from_its_proxy(
    tree: Tree, path: str, kind: str
) -> None:
    prepare(tree, path)
    NO_FILES[kind](tree.real(path))
    before = tree.seen()

    said = tree.set("--for", "daemon")

    assert said.code == 0, said.text
    assert tree.given("daemon")["https_proxy"] == PROXY
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


@pytest.mark.parametrize("path", JSON)
def test_a_link_to_nothing_is_followed_and_left_as_it_was(tree: Tree, path: str) -> None:
    os.symlink("/srv/real/config", tree.real(path))
    before = tree.seen()

    said = tree.set()

    assert said.code == 0, said.text
    assert "(a link: /srv/real/config is written)" in said.out
    assert PROXY.encode() in tree.read("/srv/real/config")
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (a_folder, "is a directory"),
        (a_loop, "too many levels of symbolic links"),
    ],
)
def test_status_says_that_dockerd_will_not_start_without_its_file(
    tree: Tree, make: Callable[[str], None], words: str
) -> None:
    make(tree.real(DAEMON_JSON))

    assert words in tree.run("status").out


def test_what_is_too_large_is_unknown_and_rights_would_not_help(tree: Tree) -> None:
    for path in (DAEMON_JSON, CONFIG_JSON, DROP_IN):
        tree.write(path, GOOD[path] + " " * 1_500_000)

    unknown = {item["about"]: item for item in tree.status()["unknown"]}

    for about in ("daemon.daemon_json", "client.config", f"daemon.unit:{DROP_IN}"):
        assert (unknown[about]["reason"], unknown[about]["hint"]) == ("too-large", "")


@pytest.mark.parametrize("path", JSON)
def test_unset_does_not_say_of_what_it_could_not_read_that_nothing_is_set(
    tree: Tree, path: str
) -> None:
    tree.write(path, GOOD[path] + " " * 1_500_000)

    said = tree.run("unset", "--yes")

    assert said.code == 3, said.text
    assert f"refused: {path}: the file is larger than 1 MiB" in said.out


def test_unset_does_not_break_again_what_set_has_mended(tree: Tree) -> None:
    number = '{"debug": true, "proxies": {"http-proxy": 3128}}\n'  # dockerd would not start
    tree.write(DAEMON_JSON, number)
    tree.set("--for", "daemon")

    tree.run("unset", "--for", "daemon", "--yes")

    assert tree.read(DAEMON_JSON) == b'{"debug": true}\n'
    tree.run("undo", "--yes")
    tree.run("undo", "--yes")
    assert tree.read(DAEMON_JSON) == number.encode()
