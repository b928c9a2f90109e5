"""``doctor --from FOLDER``: many Snapshots by cause, whatever else lies there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dockproxy.rules.groups import SHOWN
from tests.cli.tree import DAEMON_JSON, PROXY, Tree, here

BROKEN = f'{{"proxies": {{"http-proxy": "{PROXY}", "https-proxy": "{PROXY}",}}}}\n'
HEALTHY = BROKEN.replace('",}', '"}')


def snapshot(tmp_path: Path, name: str, text: str) -> Path:
    tree = Tree(str(tmp_path / name))
    tree.write(DAEMON_JSON, text)
    file = tmp_path / f"{name}.snapshot"
    assert tree.run("snapshot", "-o", str(file)).code == 0
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One healthy host and one broken."""
    made = tmp_path / "fleet"
    made.mkdir()
    os.link(snapshot(tmp_path, "well", HEALTHY), made / "a.json")
    os.link(snapshot(tmp_path, "ill", BROKEN), made / "b.json")
    return made


def looked_at(folder: Path) -> dict[str, Any]:
    said = here("doctor", "--from", str(folder), "--json")
    document: dict[str, Any] = json.loads(said.out)
    return document


def test_each_cause_is_named_with_its_machines(folder: Path) -> None:
    document = looked_at(folder)
    assert (document["snapshots"], document["healthy"]) == (2, 1)
    (group,) = document["groups"]
    assert (group["code"], group["count"], group["names"]) == ("DP101", 1, ["b.json"])
    assert here("doctor", "--from", str(folder)).code == 1


def test_what_is_no_snapshot_is_counted_and_stops_nothing(folder: Path) -> None:
    good = (folder / "a.json").read_text()
    newer = json.loads(good) | {"schema": 99}
    (folder / "cut.json").write_text(good[: len(good) // 2])
    (folder / "newer.json").write_text(json.dumps(newer))
    (folder / "list.json").write_text("[]")
    (folder / "deep.json").write_text("[" * 100_000)
    (folder / "empty.json").write_text("")
    (folder / "binary.json").write_bytes(bytes(range(256)))
    (folder / "folder.json").mkdir()
    (folder / "loop.json").symlink_to("loop.json")
    (folder / "ring.json").symlink_to("gnir.json")
    (folder / "gnir.json").symlink_to("ring.json")
    (folder / "zero.json").symlink_to("/dev/zero")
    (folder / "tty.json").symlink_to("/dev/tty")
    (folder / "\x1b[31m\udcff.json").write_text("{}")
    (folder / "notes.txt").write_text("not looked at")
    os.mkfifo(folder / "pipe.json")
    writer = os.open(folder / "pipe.json", os.O_RDWR)  # it has a writer, who never writes
    try:
        document = looked_at(folder)
        said = here("doctor", "--from", str(folder))
    finally:
        os.close(writer)
    assert (document["snapshots"], document["unreadable"]["count"]) == (2, 14)
    assert said.code == 1
    assert "\x1b" not in said.text


def test_a_folder_of_nothing_readable_is_2(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    assert here("doctor", "--from", str(tmp_path)).code == 2
    (tmp_path / "empty").mkdir()
    assert here("doctor", "--from", str(tmp_path / "empty")).code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_what_may_not_be_read_is_counted(folder: Path) -> None:
    (folder / "b.json").chmod(0)
    assert looked_at(folder)["unreadable"]["names"] == ["b.json"]


@pytest.mark.parametrize("count", [300, pytest.param(100_000, marks=pytest.mark.soak)])
def test_of_many_machines_some_names_are_kept_and_all_are_counted(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"{number}.json").write_text("{}")
    for number in range(40):
        os.link(folder / "b.json", folder / f"ill{number}.json")
    said = here("doctor", "--from", str(folder), "--json")
    document = json.loads(said.out)
    (group,) = document["groups"]
    assert (group["count"], len(group["names"])) == (41, SHOWN)
    assert document["unreadable"]["count"] == count
    assert len(document["unreadable"]["names"]) == SHOWN
    assert "Snapshots" in said.err


def test_progress_goes_to_stderr(folder: Path) -> None:
    for number in range(120):
        os.link(folder / "a.json", folder / f"more{number}.json")
    said = here("doctor", "--from", str(folder), "--json")
    assert json.loads(said.out)["snapshots"] == 122
    assert said.err.count("Snapshots") == 2
