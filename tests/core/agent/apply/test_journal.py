"""The journal and its lock: what survives, what is kept, who waits for whom."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.journal import KEPT, Journal, journal_for
from dockproxy.core.agent.apply.lock import Lock, is_held
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.protocol import handle
from dockproxy.core.model.plan import Plan
from dockproxy.transport.base import Silent

from .conftest import DAEMON_JSON, Tree, in_json


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(str(tmp_path / "state/journal"), "root")
    made.open()
    return made


def record(entry: str, at: float, state: str = "done") -> Record:
    return Record(entry, at, "set", state, Plan("set", ()), ())


def name(index: int) -> str:
    return f"20260101-000000-{index:04x}"


def test_a_record_comes_back_as_it_was_saved(tree: Tree) -> None:
    tree.write(DAEMON_JSON, b"\xff\xfe{\x00}\x00", 0o640)
    tree.set(in_json("http://u:p@h:1"))
    journal = journal_for(str(tree.root), {})

    (saved,) = journal.records()

    journal.save(saved)
    assert journal.records() == [saved]
    assert saved.files[0].before.content == b"\xff\xfe{\x00}\x00"
    assert saved.files[0].before.mode == 0o640


def test_only_root_can_read_it(journal: Journal) -> None:
    journal.save(record(name(1), 1.0))

    assert os.stat(journal.folder).st_mode & 0o777 == 0o700
    for file in os.scandir(journal.folder):
        assert file.stat().st_mode & 0o077 == 0


def test_twenty_finished_entries_are_kept_and_every_open_one(journal: Journal) -> None:
    journal.save(record(name(0), 0.0, "written"))
    for index in range(1, KEPT + 6):
        journal.save(record(name(index), float(index)))

    journal.prune()

    kept = [item.id for item in journal.records()]
    assert kept == [name(index) for index in range(KEPT + 5, 5, -1)] + [name(0)]


def test_an_entry_that_can_not_be_read_hides_none_of_the_others(journal: Journal) -> None:
    journal.save(record(name(1), 1.0))
    Path(journal.folder, f"{name(2)}.json").write_text("{")
    Path(journal.folder, f"{name(3)}.json").write_text(json.dumps({"schema": 1}))

    assert [item.id for item in journal.records()] == [name(1)]


def test_what_a_killed_save_left_is_taken_away(journal: Journal) -> None:
    Path(journal.folder, ".new-x").write_text("half")

    journal.tidy()

    assert os.listdir(journal.folder) == []


def test_what_a_living_run_has_half_written_is_left_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "lib" / "dockproxy" / "journal"
    folder.mkdir(parents=True)
    half = folder / ".new-x"
    half.write_text("half")
    request = {"do": "undo", "root": str(tmp_path), "wait": 0, "entry": None, "preview": False}

    with Lock(str(folder), 0):
        answer = handle({**request, "bases": {}, "force": []}, Silent())
        assert answer["outcome"]["problem"]["code"] == "busy"
        assert half.read_text() == "half"


def test_a_user_s_journal_lies_in_their_state_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    given = journal_for("", {"home": "/home/u", "environment": {"XDG_STATE_HOME": "/s"}})
    usual = journal_for("", {"home": "/home/u", "environment": {"XDG_STATE_HOME": "relative"}})

    assert (given.folder, given.scope) == ("/s/dockproxy", "user")
    assert usual.folder == "/home/u/.local/state/dockproxy"
    assert journal_for(str(tmp_path), {}).folder == f"{tmp_path}/var/lib/dockproxy/journal"


def test_a_second_run_is_refused_and_told_whose_turn_it_is(journal: Journal) -> None:
    with Lock(journal.folder, 0):
        assert is_held(journal.folder)
        with pytest.raises(Refusal) as caught, Lock(journal.folder, 0.2):
            pass

    assert caught.value.problem.code == "busy"
    assert str(os.getpid()) in str(caught.value.problem.message)
    assert not is_held(journal.folder)


def test_the_lock_of_a_process_that_died_holds_nobody_up(journal: Journal) -> None:
    pid = os.fork()
    if pid == 0:
        Lock(journal.folder, 0).__enter__()
        os._exit(0)
    os.waitpid(pid, 0)

    with Lock(journal.folder, 0):
        assert is_held(journal.folder)


def test_an_apply_while_another_runs_changes_nothing(tree: Tree) -> None:
    journal = journal_for(str(tree.root), {})
    journal.open()

    with Lock(journal.folder, 0):
        outcome = tree.set(in_json("http://h:1"))

    assert outcome.result == "refused"
    assert outcome.problem is not None
    assert outcome.problem.code == "busy"
    assert not tree.path(DAEMON_JSON).exists()


def test_the_entry_that_is_at_work_is_not_called_unfinished(tree: Tree) -> None:
    tree.set(in_json("http://h:1"))
    journal = journal_for(str(tree.root), {})
    (saved,) = journal.records()
    journal.save(saved._replace(state="written"))

    with Lock(journal.folder, 0):
        assert tree.history()["unfinished"] == []
    assert [entry["id"] for entry in tree.history()["unfinished"]] == [saved.id]
