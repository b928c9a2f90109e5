"""Files that are none, that nobody can read, that are too much, or in an odd encoding."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.tree import (
    CONFIG_JSON,
    DAEMON_JSON,
    DROP_IN,
    JOURNAL,
    PROXY,
    UNIT,
    UNIT_TEXT,
    Tree,
    only_this_tree,
)

ENVIRONMENT_FILE = "/etc/default/docker"
GOOD = {
    DAEMON_JSON: '{\n  "proxies": {\n    "http-proxy": "http://old:1"\n  }\n}\n',
    CONFIG_JSON: '{\n\t"proxies": {"default": {"httpProxy": "http://old:1"}}\n}\n',
    DROP_IN: '[Service]\nEnvironment="HTTP_PROXY=http://old:1"\n',
    ENVIRONMENT_FILE: "HTTP_PROXY=http://old:1\n",
}
JSON = (DAEMON_JSON, CONFIG_JSON)
SYSTEMD = (DROP_IN, ENVIRONMENT_FILE)

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


# What somebody without rights meets ---------------------------------------------------------


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
    assert f"files.{path}: no permission to look" in status.out
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


# The journal itself --------------------------------------------------------------------------


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
    assert tree.run("history").code == 0
    assert tree.seen() == before
    assert tree.run("set", "http://10.0.0.2:3128", "--yes").code == 0
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


@pytest.mark.parametrize(
    "entry", ["nope", "../../../etc/passwd", "\x1b[31m", "20260101-000000-0000"]
)
def test_an_entry_that_is_not_there_is_refused(tree: Tree, entry: str) -> None:
    said = tree.run("undo", entry, "--yes")

    assert said.code == 3, said.text
    assert "the journal has no entry" in said.out
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


# The place -----------------------------------------------------------------------------------


@pytest.mark.parametrize("root", ["", "/etc/passwd", "/dev/null", "/nowhere", "/proc/self/fd/9999"])
@pytest.mark.parametrize("command", [("status",), ("set", PROXY, "--yes"), ("undo", "--yes")])
def test_a_root_that_is_no_folder_is_refused_and_never_taken_for_this_machine(
    tree: Tree, root: str, command: tuple[str, ...]
) -> None:
    said = tree.run(*command, root=root)

    assert said.code == 2, said.text
    assert "folder" in said.err


@pytest.mark.parametrize("user", ["nobody-here", "ann\n", "\x1b[31m", "0", " "])
def test_a_user_who_is_not_there_is_named(tree: Tree, user: str) -> None:
    tree.write("/etc/passwd", bytes(range(256)) + b"\nroot:x:0:0:root:/root:/bin/sh\n")

    said = tree.run("set", PROXY, "--yes", "--user", user)

    assert said.code == 2, said.text
    assert "there is no user" in said.err
    assert "\x1b" not in said.text
