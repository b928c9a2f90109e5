"""What others do to files, clock and journal meanwhile, and what that must not harm."""

from __future__ import annotations

import errno
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from dockproxy.core.agent.apply import files, replacing
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.files import State, Wanted
from dockproxy.core.agent.apply.journal import KEPT
from dockproxy.core.agent.apply.left_open import may_be_left_open
from dockproxy.core.agent.apply.lookup import journal_of
from dockproxy.core.agent.apply.preview import _took_up
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.units import Unit
from dockproxy.core.model.plan import Edit, Plan, Repair

from .conftest import DAEMON_JSON, DROP_IN, Tree, in_json, in_unit

PROXY, OTHER = "http://10.0.0.1:3128", "http://10.0.0.2:3128"
BROKEN, MENDED = b'{\n  "debug": true,\n}\n', b'{\n  "debug": true\n}\n'


def mend() -> Edit:
    return Edit(DAEMON_JSON, "daemon-json", "daemon", (), repairs=(Repair("json-syntax"),))


def guarded(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mode & 0o7777, status.st_gid


@pytest.mark.parametrize("back", ["undo", "unset"])
def test_a_mode_and_a_group_that_somebody_gave_the_file_since_stay(tree: Tree, back: str) -> None:
    path = tree.write(DAEMON_JSON, MENDED, 0o644)
    tree.set(in_json("http://u:p@h:1"))
    os.chmod(path, 0o640)
    if os.geteuid() == 0:
        os.chown(path, 0, 4711)
    given = guarded(path)

    assert (tree.undo() if back == "undo" else tree.unset(in_json(None))).result == "applied"

    assert tree.read(DAEMON_JSON) == MENDED
    assert guarded(path) == given


def test_attributes_that_somebody_gave_the_file_since_stay(tree: Tree) -> None:
    path = tree.write(DAEMON_JSON, MENDED)
    tree.set(in_json(PROXY))
    try:
        os.setxattr(path, "user.colleague", b"1")
    except OSError:
        pytest.skip("this file system has no attributes of users")

    tree.undo()

    assert tree.read(DAEMON_JSON) == MENDED
    assert os.getxattr(path, "user.colleague") == b"1"


def test_undo_takes_back_the_newest_also_when_the_clock_went_back(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(DAEMON_JSON, MENDED)
    tree.set(in_json(PROXY))
    between = tree.read(DAEMON_JSON)
    earlier = time.time() - 5000
    monkeypatch.setattr(time, "time", lambda: earlier)
    newest = tree.set(in_json(OTHER)).entry

    assert next(entry["id"] for entry in tree.history()["entries"]) == newest
    assert tree.undo().result == "applied"
    assert tree.read(DAEMON_JSON) == between


def test_the_newest_entry_is_kept_also_when_the_clock_went_back(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(KEPT + 1):
        tree.set(in_json(f"http://10.0.1.{index}:3128"))
    monkeypatch.setattr(time, "time", lambda: 1000.0)

    newest = tree.set(in_json(OTHER)).entry

    assert newest in [entry["id"] for entry in tree.history()["entries"]]


def test_what_was_mended_in_a_file_that_others_changed_since_is_no_silent_undo(tree: Tree) -> None:
    tree.write(DAEMON_JSON, BROKEN)
    assert tree.apply(tree.plan("fix", mend())).result == "applied"
    assert tree.read(DAEMON_JSON) == MENDED
    theirs = b'{\n  "debug": false\n}\n'
    tree.write(DAEMON_JSON, theirs)

    outcome = tree.undo()

    assert outcome.result == "refused"
    assert outcome.problem is not None and outcome.problem.code == "stays-mended"
    assert tree.read(DAEMON_JSON) == theirs
    assert [entry["state"] for entry in tree.history()["entries"]] == ["done"]


def test_the_rest_of_such_an_entry_is_taken_back_after_a_question(tree: Tree) -> None:
    tree.write(DAEMON_JSON, BROKEN)
    tree.apply(tree.plan("fix", mend(), in_unit(PROXY)))
    tree.write(DAEMON_JSON, b"{}\n")

    (asked,) = tree.preview_undo().problems
    assert (asked.code, asked.refuses) == ("stays-mended", False)
    assert tree.undo().result == "applied"

    assert tree.read(DAEMON_JSON) == b"{}\n"
    assert not tree.path(DROP_IN).exists()


def test_an_old_entry_that_can_not_be_removed_changes_no_verdict(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(KEPT):
        tree.set(in_json(f"http://10.0.1.{index}:3128"))
    oldest = tree.history()["entries"][-1]["id"]
    unlink = os.unlink

    def failing(path: Any, **more: Any) -> None:
        if str(path).endswith(f"{oldest}.json"):
            raise OSError(errno.EIO, "Input/output error")
        unlink(path, **more)

    monkeypatch.setattr(os, "unlink", failing)

    outcome = tree.set(in_json(OTHER))

    assert outcome.result == "applied"
    assert "journal could not be kept" in str(outcome.notes[-1])


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_folders_above_the_journal_are_made_as_every_host_has_them(
    tree: Tree, umask: int
) -> None:
    before = os.umask(umask)
    try:
        tree.set(in_json(PROXY))
    finally:
        os.umask(before)

    modes = [
        tree.path(inside).stat().st_mode & 0o7777
        for inside in ("/var", "/var/lib", "/var/lib/dockproxy", "/var/lib/dockproxy/journal")
    ]
    assert modes == [0o755, 0o755, 0o755, 0o700]


def test_a_folder_goes_though_its_going_could_not_be_made_durable(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree.everything()
    fsync, rename = os.fsync, os.rename
    broken: list[bool] = []

    def no_rename(source: Any, target: Any, **more: Any) -> None:
        if str(target).endswith(".conf"):
            broken.append(True)
            raise OSError(errno.EIO, "Input/output error")
        rename(source, target, **more)

    def no_fsync(handle: int) -> None:
        if broken:
            raise OSError(errno.EIO, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(os, "rename", no_rename)
    monkeypatch.setattr(os, "fsync", no_fsync)

    tree.set(in_unit(PROXY))

    assert broken
    assert tree.everything() == before


SPOILT: list[tuple[str, Any]] = [
    ("at", 1e300), ("at", float("nan")), ("state", "x"), ("id", "zz"), ("undoes", None),
    ("files.format", "zz"), ("files.owner", "zz"), ("files.group", 1e300), ("files.after", None),
    ("files.before.path", "../../x"), ("files.before.target", None), ("files.before.mode", 1e300),
    ("files.before.mode", -1), ("files.before.uid", -1), ("files.before.missing", ["x"]),
    ("files.values", [[["a"], 3]]),
]  # fmt: skip


@pytest.mark.parametrize(("where", "value"), SPOILT)
def test_an_entry_whose_file_was_spoilt_is_named_and_never_followed(
    tree: Tree, where: str, value: Any
) -> None:
    tree.write(DAEMON_JSON, MENDED)
    tree.set(in_json(PROXY))
    tree.set(in_json(OTHER))
    before = tree.everything()
    newest = journal_of(tree.request()).records()[0].id
    file = Path(journal_of(tree.request()).folder, f"{newest}.json")
    data = json.loads(file.read_text())
    place = data
    *folders, last = where.split(".")
    for name in folders:
        place = place[name][0] if name == "files" else place[name]
    place[last] = value
    file.write_text(json.dumps(data))

    states = [entry["state"] for entry in tree.history()["entries"]]
    outcome = tree.undo()

    assert sorted(states) == ["done", "unreadable"]
    assert outcome.problem is not None and outcome.problem.code == "unreadable-entry"
    assert tree.everything() == before


@pytest.mark.parametrize("content", [b"new", None])
@pytest.mark.parametrize("linked", [False, True])
def test_folders_exchanged_between_two_looks_lead_to_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, linked: bool
) -> None:
    mine, victim = tmp_path / "mine/dot/f", tmp_path / "victim/dot/f"
    for path, text in ((mine, b"mine"), (victim, b"victim's")):
        path.parent.mkdir(parents=True)
        path.write_bytes(text)
    if linked:
        os.link(mine, tmp_path / "second")
    base = files.look(str(tmp_path), "/mine/dot/f")
    compare = replacing._compare

    def lead_astray() -> None:
        os.rename(tmp_path / "mine", tmp_path / "aside")
        os.symlink("victim", tmp_path / "mine")

    def compare_at_home(root: str, base: State) -> None:
        os.unlink(tmp_path / "mine")
        os.rename(tmp_path / "aside", tmp_path / "mine")
        compare(root, base)

    monkeypatch.setattr(replacing, "_compare", compare_at_home)
    lead_astray()

    with pytest.raises(Refusal) as caught:
        new = Wanted(content, base.mode, base.uid, base.gid)
        replacing.write(str(tmp_path), base, new, ".dockproxy-test-0")

    assert caught.value.problem.code == "changed"
    assert (mine.read_bytes(), victim.read_bytes()) == (b"mine", b"victim's")
    assert os.listdir(victim.parent) == ["f"]


def test_a_torn_write_of_a_file_whose_labels_no_new_one_gets_is_told_and_undone(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tree.write(DAEMON_JSON, MENDED)
    try:
        os.setxattr(path, "user.label", b"x")
    except OSError:
        pytest.skip("this file system has no attributes of users")
    before = tree.everything()
    pwrite = os.pwrite

    def refused(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    def torn(handle: int, data: bytes, offset: int) -> int:
        if b"proxies" not in data:  # who holds the lock
            return pwrite(handle, data, offset)
        pwrite(handle, data[: len(data) // 2], offset)
        raise KeyboardInterrupt  # as good as killed: nothing is put back

    monkeypatch.setattr(os, "setxattr", refused)
    monkeypatch.setattr(os, "pwrite", torn)
    with pytest.raises(KeyboardInterrupt):
        tree.set(in_json(PROXY))
    assert tree.read(DAEMON_JSON) != MENDED
    monkeypatch.undo()

    assert tree.undo().result == "applied"

    assert tree.everything() == before


@pytest.mark.parametrize("first", [False, True])
def test_a_file_that_others_changed_just_before_its_turn_is_theirs_and_nothing_is_left_open(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    tree.write(DAEMON_JSON, MENDED)
    theirs = b'{"debug": false}\n'
    compare = replacing._compare

    def late(root: str, base: State) -> None:
        if base.path == DAEMON_JSON:
            tree.write(DAEMON_JSON, theirs)
        compare(root, base)

    monkeypatch.setattr(replacing, "_compare", late)
    edits = (in_json(PROXY), in_unit(PROXY))

    outcome = tree.set(*(edits if first else reversed(edits)))

    assert outcome.result == ("refused" if first else "rolled-back")
    assert outcome.problem is not None and outcome.problem.code == "changed"
    assert tree.read(DAEMON_JSON) == theirs
    assert not tree.path(DROP_IN).exists()
    assert not tree.history()["unfinished"]


def test_a_daemon_that_the_entry_restarted_runs_with_it_whatever_the_clocks_say() -> None:
    entry = Record("20260101-000000-0000", 5000.0, "set", "done", Plan("set", ()), ())

    assert not _took_up(Unit(started_at=4000.0), entry)
    assert _took_up(Unit(started_at=5000.0), entry)  # its second alone is known
    assert _took_up(Unit(started_at=4000.0), entry._replace(restarted=True))


@pytest.mark.parametrize("kind", ["link", "fifo"])
def test_what_is_no_plain_file_in_a_journal_is_no_entry(tree: Tree, kind: str) -> None:
    tree.set(in_json(PROXY))
    journal = journal_of(tree.request())
    (real,) = journal.records()
    path = Path(journal.folder, f"{real.id}.json")
    outside = tree.root.parent / "outside.json"
    path.rename(outside)
    if kind == "link":
        path.symlink_to(outside)
    else:
        os.mkfifo(path)

    def too_long(*_: object) -> None:
        raise AssertionError("it waits for somebody to write")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(20)
    try:
        assert may_be_left_open(journal.folder)
        assert [entry["state"] for entry in tree.history()["entries"]] == ["unreadable"]
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
