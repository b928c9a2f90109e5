"""An older entry taken back alone, while later ones stand on the same file."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from dockproxy.core.model.plan import Repair

from .conftest import DAEMON_JSON, DROP_IN, Tree, in_client, in_json, in_unit

PROXY, OTHER = "http://10.0.0.1:3128", "http://10.0.0.2:3128"


def listed(tree: Tree, text: str) -> str:
    """A change of the list, as ``set --no-proxy-add`` plans it from the one that is there."""
    return tree.set(in_json(text, "no-proxy")).entry


def no_proxy(tree: Tree) -> str | None:
    text = tree.read(DAEMON_JSON) if tree.path(DAEMON_JSON).exists() else b"{}"
    found: str | None = json.loads(text).get("proxies", {}).get("no-proxy")
    return found


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("start", ['{"proxies": {"no-proxy": "a , b"}}', '{"debug": true}', None])
def test_entries_of_a_list_are_taken_back_one_by_one_in_any_order(
    tree: Tree, start: str | None, order: tuple[int, ...]
) -> None:
    if start:
        tree.write(DAEMON_JSON, start)
    before = tree.everything()
    text = no_proxy(tree) or ""
    names = ["one", "two", "three"]
    ids = []
    for name in names:
        text = f"{text},{name}" if text else name
        ids.append(listed(tree, text))

    for index in order:
        seen = tree.preview_undo(ids[index])
        assert not seen.problems
        assert tree.undo(ids[index]).result == "applied"
        names[index] = ""
        left = [name for name in names if name]
        assert (no_proxy(tree) or "").split(",")[-len(left) :] == left or not left

    assert tree.everything() == before
    problem = tree.undo().problem
    assert problem is not None and problem.code == "nothing-left"


def test_an_entry_that_was_taken_out_stands_again_where_it_stood(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"proxies": {"no-proxy": "a,b,c"}}')
    removed = listed(tree, "a,c")
    listed(tree, "a,c,d")

    tree.undo(removed)

    assert no_proxy(tree) == "a,b,c,d"


def test_an_address_that_a_later_entry_set_too_is_refused_by_name(tree: Tree) -> None:
    first = tree.set(in_json(PROXY)).entry
    second = tree.set(in_json(OTHER)).entry
    before = tree.everything()

    (problem,) = tree.preview_undo(first).problems
    outcome = tree.undo(first)

    assert problem.refuses and problem.message.params["ids"] == second
    assert outcome.result == "refused"
    assert tree.everything() == before
    assert tree.undo(second).result == "applied"
    assert tree.undo(first).result == "applied"


def test_what_a_later_unset_took_away_is_refused_by_name(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"debug": true}')
    first = tree.set(in_json(PROXY)).entry
    second = tree.unset(in_json(None)).entry

    outcome = tree.undo(first)

    assert outcome.problem is not None and second in str(outcome.problem.message.params)
    assert tree.undo(second).result == "applied"
    assert PROXY.encode() in tree.read(DAEMON_JSON)


def test_an_entry_that_a_later_change_took_out_is_refused_by_name(tree: Tree) -> None:
    first = listed(tree, "a,one")
    second = listed(tree, "a")

    outcome = tree.undo(first)

    assert outcome.result == "refused" and outcome.problem is not None
    assert outcome.problem.message.params["ids"] == second


def test_one_file_in_the_way_leaves_the_others_as_they_are(tree: Tree) -> None:
    first = tree.set(in_json(PROXY), in_client(PROXY)).entry
    tree.set(in_client(OTHER))
    before = tree.everything()

    assert tree.undo(first).result == "refused"
    assert tree.everything() == before


def test_the_list_of_a_drop_in_is_one_too(tree: Tree) -> None:
    tree.write(DROP_IN, "[Service]\nEnvironment=NO_PROXY=a\n")
    before = tree.everything()
    first = tree.set(in_unit("a,one", "NO_PROXY")).entry
    second = tree.set(in_unit("a,one,two", "NO_PROXY")).entry

    tree.undo(first)
    assert b"NO_PROXY=a,two" in tree.read(DROP_IN)
    tree.undo(second)

    assert tree.everything() == before


def test_entries_that_somebody_else_added_stay_unasked(tree: Tree) -> None:
    listed(tree, "a,one")
    text = tree.read(DAEMON_JSON).replace(b"a,one", b"a,one,theirs")
    tree.write(DAEMON_JSON, text)

    assert not tree.preview_undo().problems
    tree.undo()

    assert no_proxy(tree) == "theirs"


def test_what_was_mended_is_not_taken_back_from_below_a_later_change(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"debug": true,}')
    repair = in_json(None)._replace(changes=(), repairs=(Repair("json-syntax"),))
    fix = tree.apply(tree.plan("fix", repair)).entry
    later = tree.set(in_json(PROXY)).entry
    before = tree.everything()

    outcome = tree.undo(fix)

    assert outcome.problem is not None and outcome.problem.message.params["ids"] == later
    assert tree.everything() == before
    tree.undo(later)
    assert tree.undo(fix).result == "applied"
    assert tree.read(DAEMON_JSON) == b'{"debug": true,}'
