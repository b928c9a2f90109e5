"""What is left open by a run that was cut short is named until it is settled, and no longer."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.journal import Journal, journal_for
from dockproxy.core.model.report import Entry
from dockproxy.render.text_change import unfinished_text

from .conftest import CLIENT_JSON, DAEMON_JSON, Tree, in_client, in_json


def journal(tree: Tree) -> Journal:
    return journal_for(str(tree.root), {})


def cut_short(tree: Tree, value: str, state: str = "written") -> Record:
    """A change of both files whose run did not come to its end."""
    tree.set(in_json(value), in_client(value))
    return journal(tree).save(journal(tree).records()[0]._replace(state=state))


def named(tree: Tree) -> list[str]:
    return [entry["id"] for entry in tree.history()["unfinished"]]


def states(tree: Tree) -> dict[str, str]:
    return {record.id: record.state for record in journal(tree).records()}


def test_a_later_change_of_the_same_files_settles_it_and_undo_goes_back_over_both(
    tree: Tree,
) -> None:
    first = cut_short(tree, "http://a:1")
    assert named(tree) == [first.id]

    tree.set(in_json("http://b:1"), in_client("http://b:1"))

    assert named(tree) == []
    assert states(tree)[first.id] == "done"
    tree.undo()
    assert "http://a:1" in tree.path(DAEMON_JSON).read_text()
    tree.undo()
    assert not tree.path(DAEMON_JSON).exists()


def test_one_that_others_wrote_over_stays_named(tree: Tree) -> None:
    first = cut_short(tree, "http://a:1")
    tree.path(CLIENT_JSON).write_text("{}")

    tree.set(in_json("http://b:1"))

    assert named(tree) == [first.id]


def test_where_the_old_files_are_back_it_counts_as_taken_back(tree: Tree) -> None:
    tree.set(in_json("http://old:1"))
    first = cut_short(tree, "http://a:1")
    for file in first.files:
        path = tree.path(file.before.path)
        path.unlink() if file.before.content is None else path.write_bytes(file.before.content)

    tree.set(in_json("http://b:1"))

    assert named(tree) == []
    assert states(tree)[first.id] == "undone"


@pytest.mark.parametrize(
    ("state", "is_named"), [("planned", False), ("broken", False), ("written", True)]
)
def test_one_that_left_every_file_as_it_was_is_not_named(
    tree: Tree, state: str, is_named: bool
) -> None:
    first = cut_short(tree, "http://a:1", state)
    for file in first.files:
        tree.path(file.before.path).unlink()

    assert named(tree) == ([first.id] if is_named else [])


def test_a_failed_change_is_not_said_to_be_cut_short() -> None:
    entry = Entry("20260101-000000-00aa", 1.0, "set", "broken", ())

    failed = unfinished_text([entry])
    short = unfinished_text([entry._replace(state="written")])

    assert "cut short" in short
    assert "cut short" not in failed
    for text in (short, failed):
        assert f"dockproxy undo {entry.id}" in text
        assert f"dockproxy history rm {entry.id}" in text
