"""Files of 100 MB, names that are no text, and files that become others while they are read."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator

import pytest

from tests.cli.tree import (
    CONFIG_JSON,
    DAEMON_JSON,
    DROP_IN,
    DROP_INS,
    PROXY,
    UNIT,
    UNIT_TEXT,
    Said,
    Tree,
)

ENVIRONMENT_FILE = "/etc/default/docker"
JSON = (DAEMON_JSON, CONFIG_JSON)
SYSTEMD = (DROP_IN, ENVIRONMENT_FILE)
HUGE = 100 * 1024 * 1024
GOOD = {
    DAEMON_JSON: '{\n  "debug": true\n}\n',
    CONFIG_JSON: '{\n\t"psFormat": "x"\n}\n',
    DROP_IN: "[Service]\nEnvironment=A=b\n",
    ENVIRONMENT_FILE: "A=b\n",
}


@pytest.fixture
def host(tree: Tree) -> Iterator[Tree]:
    """A host with a good file of each kind; what its commands cost is measured."""
    tree.write(UNIT, UNIT_TEXT + f"EnvironmentFile=-{ENVIRONMENT_FILE}\n")
    for path, text in GOOD.items():
        tree.write(path, text)
    before = time.process_time()
    yield tree
    assert time.process_time() - before < 10


def grow(tree: Tree, path: str) -> None:
    """The file is 100 MB long from now on."""
    os.truncate(tree.real(path), HUGE)


def part_of(path: str) -> str:
    return "client" if path == CONFIG_JSON else "daemon"


def status(tree: Tree) -> Said:
    said = tree.run("status")
    assert said.code == 0, said.text
    assert all(char.isprintable() or char == "\n" for char in said.out), said.out
    return said


@pytest.mark.parametrize("path", (*JSON, *SYSTEMD))
def test_a_file_of_100_mb_is_not_read_and_left_alone(host: Tree, path: str) -> None:
    grow(host, path)

    status(host)
    via = () if path in JSON else ("--via", "systemd")
    said = host.set("--for", part_of(path), *via)

    if path == ENVIRONMENT_FILE:
        assert said.code == 0, said.text
        assert host.run("undo", "--yes").code == 0
    else:
        assert said.code == 3, said.text
        assert f"{path}: the file is larger than 1 MiB" in said.out
        assert "make the change in an editor" in said.out
    assert os.path.getsize(host.root + path) == HUGE


@pytest.mark.parametrize("path", JSON)
def test_undo_of_a_file_that_has_100_mb_by_now_is_refused_with_what_to_do(
    host: Tree, path: str
) -> None:
    assert host.set().code == 0
    grow(host, path)

    said = host.run("undo", "--yes")

    assert said.code == 3, said.text
    assert f"{path}: the file is larger than 1 MiB" in said.out
    host.write(path, GOOD[path])
    assert host.run("undo", "--yes").code == 0


NAMES = (b"a\nb.conf", b"\xff.conf", b"\x1b[31m.conf", b"a b'\"%H.conf", b"\xe2\x80\xae.conf")


@pytest.mark.parametrize("name", NAMES)
def test_a_drop_in_of_any_name_is_read_and_shown_without_its_escapes(
    host: Tree, name: bytes
) -> None:
    text = b'[Service]\nEnvironment="HTTPS_PROXY=http://old:1"\n'
    path = os.path.join(os.fsencode(host.root + DROP_INS), name)
    with open(path, "wb") as file:
        file.write(text)
    before = host.seen()

    shown = status(host)
    assert "http://old:1" in shown.out
    assert host.run("status", "--json").code == 0
    said = host.set("--for", "daemon")
    assert said.code in (0, 3), said.text
    assert all(char.isprintable() or char == "\n" for char in said.text), said.text
    if said.code == 0:
        assert host.given("daemon")["https_proxy"] == PROXY
        assert host.run("undo", "--yes").code == 0
    assert host.seen() == before


def test_5_000_drop_ins_are_read_in_seconds(host: Tree) -> None:
    for number in range(5000):
        host.write(
            f"{DROP_INS}/{number:04}.conf", f"[Service]\nEnvironment=HTTP_PROXY=x:{number}\n"
        )

    assert "x:4999" in status(host).out
    assert host.set("--for", "daemon", "--via", "systemd").code in (0, 3)


# While it is read ----------------------------------------------------------------------------


def vanish(real: str) -> None:
    os.unlink(real)


def become_a_fifo(real: str) -> None:
    os.unlink(real)
    os.mkfifo(real)


def become_a_folder(real: str) -> None:
    os.unlink(real)
    os.mkdir(real)


def become_huge(real: str) -> None:
    os.truncate(real, HUGE)


def become_a_link_to_a_device(real: str) -> None:
    os.unlink(real)
    os.symlink("/dev/zero", real)


def lose_its_folder(real: str) -> None:
    shutil.rmtree(os.path.dirname(real))


def become_another(real: str) -> None:
    with open(real, "w", encoding="utf-8") as file:
        file.write('{"proxies": {"http-proxy": "http://another:1"}}')


CHANGES = (
    vanish, become_a_fifo, become_a_folder, become_huge, become_a_link_to_a_device,
    lose_its_folder, become_another,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", [1, 3])
@pytest.mark.parametrize("command", ["status", "set", "undo"])
def test_a_file_that_changes_between_the_look_and_the_reading_ends_in_an_answer(
    host: Tree,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[str], None],
    when: int,
    command: str,
) -> None:
    if command == "undo":
        assert host.set("--for", "daemon").code == 0
    looks = 0
    lstat = os.lstat

    def look(path: str, **more: int) -> os.stat_result:
        nonlocal looks
        facts = lstat(path, **more)
        if path == host.root + DAEMON_JSON:
            looks += 1
            if looks == when:
                change(path)
        return facts

    monkeypatch.setattr(os, "lstat", look)
    said = host.set("--for", "daemon") if command == "set" else host.run(command, *yes(command))
    monkeypatch.setattr(os, "lstat", lstat)

    assert said.code in ((0,) if command == "status" else (0, 3, 4)), said.text
    if looks >= when and said.code == 3:
        assert DAEMON_JSON in said.out
        assert host.run("history").code == 0


def yes(command: str) -> tuple[str, ...]:
    return ("--yes",) if command == "undo" else ()
