"""set, unset, undo over made-up trees: what is promised of identity."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dockproxy.core.agent.apply import lookup
from dockproxy.core.model.plan import Edit

from .conftest import CLIENT_JSON, DAEMON_JSON, DROP_IN, Tree, in_client, in_json, in_unit

PROXY, OTHER = "http://10.0.0.1:3128", "http://10.0.0.2:3128"

TEXTS = [
    None,
    b"",
    b"{}",
    b"{}\n",
    b'{"debug":true}',
    b'{\n\t"debug": true,\n\t"log-level": "warn"\n}\n',
    b'{\r\n  "debug": true\r\n}\r\n',
    b'\xef\xbb\xbf{"debug": true}\n',
    '{"debug": true}\n'.encode("utf-16"),
    b'{"proxies": {}}\n',
    b'{"proxies": {"no-proxy": "x"}, "bip": "10.1.0.1/24"}\n',
]


def with_text(tree: Tree, text: bytes | None) -> None:
    if text is not None:
        tree.write(DAEMON_JSON, text)


@pytest.mark.parametrize("text", TEXTS)
def test_set_and_undo_leave_every_byte_as_it_was(tree: Tree, text: bytes | None) -> None:
    with_text(tree, text)
    before = tree.everything()

    assert tree.set(in_json(PROXY), in_unit("http://u:p%40s@h:1"), in_client(PROXY)).result == (
        "applied"
    )
    assert PROXY.encode() in tree.read(CLIENT_JSON)
    assert tree.undo().result == "applied"

    assert tree.everything() == before


@pytest.mark.parametrize("text", TEXTS)
def test_set_and_unset_leave_every_byte_as_it_was(tree: Tree, text: bytes | None) -> None:
    with_text(tree, text)
    before = tree.everything()

    tree.set(in_json(PROXY), in_unit(PROXY), in_client(PROXY))
    assert tree.unset(in_json(None), in_unit(None), in_client(None)).result == "applied"

    assert tree.everything() == before


def test_unset_after_two_sets_leads_back_over_both(tree: Tree) -> None:
    tree.write(DAEMON_JSON, b'{"debug":true}')
    before = tree.everything()

    tree.set(in_json(PROXY))
    tree.set(in_json(OTHER), in_json(PROXY, "https-proxy"))
    tree.unset(in_json(None), in_json(None, "https-proxy"))

    assert tree.everything() == before


def test_unset_of_one_setting_keeps_the_other_that_was_set_with_it(tree: Tree) -> None:
    tree.set(in_json(PROXY), in_json("x", "no-proxy"))

    tree.unset(in_json(None))

    assert json.loads(tree.read(DAEMON_JSON)) == {"proxies": {"no-proxy": "x"}}


def test_unset_of_a_setting_that_was_there_before_us_does_not_bring_it_back(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://theirs:1"}, "debug": true}')

    tree.set(in_json(PROXY))
    tree.unset(in_json(None))

    assert json.loads(tree.read(DAEMON_JSON)) == {"debug": True}


def test_an_empty_object_that_was_there_before_us_stays(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{ }\n")
    tree.set(in_json(PROXY))
    tree.write(DAEMON_JSON, tree.read(DAEMON_JSON) + b"\n")

    tree.unset(in_json(None))

    assert json.loads(tree.read(DAEMON_JSON)) == {}


def test_a_file_that_we_made_goes_when_nothing_is_left_in_it_though_others_touched_it(
    tree: Tree,
) -> None:
    tree.set(in_unit(PROXY), in_json(PROXY))
    tree.write(DROP_IN, tree.read(DROP_IN) + b"\n")
    tree.write(DAEMON_JSON, tree.read(DAEMON_JSON) + b"\n")

    tree.unset(in_unit(None), in_json(None))

    assert tree.everything() == {}


def test_undo_twice_walks_further_back(tree: Tree) -> None:
    tree.set(in_json(PROXY))
    first = tree.read(DAEMON_JSON)
    tree.set(in_json(OTHER))

    assert tree.undo().result == "applied"
    assert tree.read(DAEMON_JSON) == first
    assert tree.undo().result == "applied"
    assert not tree.path(DAEMON_JSON).exists()
    assert tree.undo().problem is not None


def test_an_undo_can_be_undone_and_then_its_entry_holds_again(tree: Tree) -> None:
    entry = tree.set(in_json(PROXY)).entry
    after = tree.read(DAEMON_JSON)
    undo = tree.undo().entry

    tree.undo(undo)

    assert tree.read(DAEMON_JSON) == after
    states = {item["id"]: item["state"] for item in tree.history()["entries"]}
    assert states[entry] == "done"
    assert states[undo] == "undone"
    assert tree.undo().result == "applied"
    assert not tree.path(DAEMON_JSON).exists()


def test_undo_leaves_what_others_added_since(tree: Tree) -> None:
    tree.write(CLIENT_JSON, '{\n\t"auths": {}\n}\n', 0o600)
    tree.set(in_client(PROXY))
    data = json.loads(tree.read(CLIENT_JSON))
    data["auths"] = {"registry.test": {"auth": "eDp5"}}
    tree.write(CLIENT_JSON, json.dumps(data))

    assert not tree.preview_undo().problems
    assert tree.undo().result == "applied"

    assert json.loads(tree.read(CLIENT_JSON)) == {"auths": {"registry.test": {"auth": "eDp5"}}}


def test_undo_puts_the_old_value_back_into_a_file_that_others_changed_since(tree: Tree) -> None:
    tree.write(DROP_IN, "[Service]\nEnvironment=HTTP_PROXY=http://theirs:1\n")
    tree.set(in_unit(PROXY))
    tree.write(DROP_IN, tree.read(DROP_IN) + b"Environment=FOO=bar\n")

    tree.undo()

    assert tree.read(DROP_IN) == (
        b"[Service]\nEnvironment=HTTP_PROXY=http://theirs:1\nEnvironment=FOO=bar\n"
    )


def test_undo_asks_where_our_own_setting_was_changed_since(tree: Tree) -> None:
    tree.set(in_json(PROXY))
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://theirs:1"}}')

    (problem,) = tree.preview_undo().problems

    assert problem.code == "changed-since"
    assert not problem.refuses
    assert "theirs" not in str(problem)


def test_undo_of_an_older_entry_keeps_what_a_newer_one_set(tree: Tree) -> None:
    first = tree.set(in_json(PROXY)).entry
    tree.set(in_json("x", "no-proxy"))

    tree.undo(first)

    assert json.loads(tree.read(DAEMON_JSON)) == {"proxies": {"no-proxy": "x"}}


def test_undo_of_a_file_that_others_deleted_has_nothing_left_to_do(tree: Tree) -> None:
    tree.set(in_json(PROXY))
    tree.path(DAEMON_JSON).unlink()

    assert tree.undo().result == "unchanged"
    assert tree.history()["entries"][0]["state"] == "undone"


def test_doing_it_twice_is_nothing_the_second_time(tree: Tree) -> None:
    tree.set(in_json(PROXY))
    before = tree.path(DAEMON_JSON).stat().st_mtime_ns

    assert tree.preview(tree.plan("set", in_json(PROXY))).changed is False
    assert tree.set(in_json(PROXY)).result == "unchanged"

    assert tree.path(DAEMON_JSON).stat().st_mtime_ns == before
    assert len(tree.history()["entries"]) == 1


def test_broken_json_is_refused_with_its_place_and_left_alone(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{\n  "debug": true,\n}\n')
    before = tree.everything()

    outcome = tree.set(in_unit(PROXY), in_json(PROXY))

    assert outcome.result == "refused"
    assert outcome.problem is not None
    assert outcome.problem.code == "broken-json"
    assert outcome.problem.where == f"{DAEMON_JSON}:3:1"
    assert "looking for beginning of object key string" in outcome.problem.quote
    assert tree.everything() == before


def test_a_base_that_no_longer_fits_is_refused(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{}")
    plan = tree.plan("set", in_json(PROXY))
    bases = {file.path: file.base for file in tree.preview(plan).files}
    tree.write(DAEMON_JSON, '{"debug": true}')

    outcome = tree.apply(plan, bases=bases)

    assert outcome.result == "refused"
    assert outcome.problem is not None
    assert outcome.problem.code == "changed"
    assert tree.read(DAEMON_JSON) == b'{"debug": true}'


def test_one_file_that_can_not_be_written_undoes_the_whole_plan(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(DAEMON_JSON, "{}")
    before = tree.everything()
    real = os.rename

    def rename(source: str, target: str, **more: int) -> None:
        if target == "config.json":
            raise OSError(28, "No space left on device")
        real(source, target, **more)

    monkeypatch.setattr(os, "rename", rename)
    outcome = tree.set(in_json(PROXY), in_unit(PROXY), in_client(PROXY))

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "disk-full"
    assert tree.everything() == before
    assert tree.history()["entries"][0]["state"] == "undone"


def test_a_file_that_holds_a_password_is_for_its_owner_only(tree: Tree) -> None:
    tree.set(in_unit("http://u:p@h:1"), in_json(PROXY))

    assert tree.path(DROP_IN).stat().st_mode & 0o777 == 0o600
    assert tree.path(DAEMON_JSON).stat().st_mode & 0o777 == 0o644


def test_a_file_that_we_made_is_for_its_owner_only_once_a_password_comes_into_it(
    tree: Tree,
) -> None:
    tree.set(in_json(PROXY))
    before = tree.everything()

    plan = tree.plan("set", in_json("http://u:p@10.0.0.1:1"))
    assert tree.preview(plan).problems == ()
    outcome = tree.apply(plan)

    assert tree.path(DAEMON_JSON).stat().st_mode & 0o777 == 0o600
    assert any("mode 0600" in str(note) for note in outcome.notes)
    tree.undo()
    assert tree.everything() == before


def test_a_mode_that_somebody_gave_a_file_of_ours_stays(tree: Tree) -> None:
    tree.set(in_json(PROXY))
    tree.path(DAEMON_JSON).chmod(0o640)

    tree.set(in_json("http://u:p@10.0.0.1:1"))

    assert tree.path(DAEMON_JSON).stat().st_mode & 0o777 == 0o640


def test_a_password_into_a_file_that_others_can_read_is_asked_about(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{}", 0o644)

    (problem,) = tree.preview(tree.plan("set", in_json("http://u:p@h:1"))).problems

    assert problem.code == "readable-by-others"
    assert not problem.refuses


def test_a_file_that_configuration_management_owns_is_asked_about(tree: Tree) -> None:
    tree.write(DROP_IN, "# Ansible managed\n[Service]\n")

    preview = tree.preview(tree.plan("set", in_unit(PROXY)))

    assert [problem.code for problem in preview.problems] == ["managed"]
    assert preview.files[0].managed_by == "Ansible"


def test_a_preview_changes_nothing(tree: Tree) -> None:
    tree.write(DAEMON_JSON, "{}")
    before = sorted(tree.root.rglob("*"))

    preview = tree.preview(tree.plan("set", in_json(PROXY), in_unit(PROXY)))

    assert preview.changed
    assert sorted(tree.root.rglob("*")) == before
    assert preview.files[1].created_folders == (
        "/etc/systemd",
        "/etc/systemd/system",
        "/etc/systemd/system/docker.service.d",
    )


def test_two_edits_of_one_file_are_one_change(tree: Tree) -> None:
    edits: list[Edit] = [in_json(PROXY), in_json("x", "no-proxy")]

    tree.set(*edits)

    assert json.loads(tree.read(DAEMON_JSON))["proxies"] == {
        "http-proxy": PROXY,
        "no-proxy": "x",
    }
    assert tree.history()["entries"][0]["paths"] == [DAEMON_JSON]


def test_links_below_the_root_lead_nowhere_outside(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    tree.path("/etc").mkdir()
    tree.path("/etc/docker").symlink_to(outside)
    tree.path(str(outside)).mkdir(parents=True)

    tree.set(in_json(PROXY))

    assert not list(outside.iterdir())
    assert tree.path(f"{outside}/daemon.json").exists()


def test_forgotten_entries_are_gone_with_the_texts_in_them(tree: Tree) -> None:
    first = tree.set(in_json("http://u:old@h:1")).entry
    second = tree.set(in_json("http://u:new@h:1")).entry

    removed = lookup.forget(tree.request(entries=[first, "../../etc/passwd"]), tree.channel)

    assert removed == {"removed": [first]}
    assert [entry["id"] for entry in tree.history()["entries"]] == [second]
    assert lookup.forget(tree.request(entries="all"), tree.channel) == {"removed": [second]}


def test_no_answer_shows_a_password(tree: Tree) -> None:
    secret = "hunter2secret"
    plan = tree.plan("set", in_json(f"http://u:{secret}@h:1"), in_unit(f"http://u:{secret}@h:1"))

    said = [tree.preview(plan), tree.apply(plan), tree.history(), tree.preview_undo(), tree.undo()]

    assert secret not in str(said)
    assert secret not in str(tree.channel.events)
