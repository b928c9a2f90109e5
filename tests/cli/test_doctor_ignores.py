"""Findings that a configuration ignores, with its reasons: counted, told, and never in silence."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.tree import DAEMON_JSON, PROXY, Said, Tree, here

BROKEN = f'{{"proxies": {{"http-proxy": "{PROXY}",}}}}\n'
IGNORE = '[[doctor.ignore]]\ncode = "{code}"\nreason = "{reason}"\n'


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(str(tmp_path / "tree"))
    made.write(DAEMON_JSON, BROKEN)
    return made


def config(tmp_path: Path, text: str | bytes) -> str:
    file = tmp_path / "ours.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(file)


def ours(tmp_path: Path, code: str = "DP101", reason: str = "being moved") -> str:
    return config(tmp_path, IGNORE.format(code=code, reason=reason))


def test_what_is_ignored_is_counted_and_no_cause_for_exit_1(tree: Tree, tmp_path: Path) -> None:
    file = ours(tmp_path)
    assert tree.run("doctor").code == 1
    said = tree.run("doctor", "--config", file)
    assert said.code == 0
    assert f"1 ignored by {file}" in said.out.replace("\n", " ")
    assert "DP101" not in said.out


def test_json_has_it_with_reason_and_place(tree: Tree, tmp_path: Path) -> None:
    file = ours(tmp_path)
    document = json.loads(tree.run("doctor", "--config", file, "--json").out)
    (ignored,) = document["ignored"]
    assert (ignored["code"], ignored["reason"]) == ("DP101", "being moved")
    assert ignored["by"] == {"path": file, "line": 1}
    assert document["findings"] == []
    assert document["summary"] == {"error": 0, "warning": 0, "info": 0}


def test_sarif_junit_and_github_have_it_as_their_readers_know_it(
    tree: Tree, tmp_path: Path
) -> None:
    words = ("doctor", "--config", ours(tmp_path), "--format")
    (result,) = json.loads(tree.run(*words, "sarif").out)["runs"][0]["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["justification"] == "being moved"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 1
    suite = ElementTree.fromstring(tree.run(*words, "junit").out)
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "being moved"
    assert tree.run(*words, "github").out == ""


def test_what_is_ignored_is_not_mended(tree: Tree, tmp_path: Path) -> None:
    file = ours(tmp_path)
    assert tree.run("doctor", "--config", file, "--fix", "--yes").code == 0
    assert tree.read(DAEMON_JSON).decode() == BROKEN


def test_an_entry_that_fits_nothing_is_said(tree: Tree, tmp_path: Path) -> None:
    file = ours(tmp_path, "DP213")
    said = tree.run("doctor", "--config", file)
    assert said.code == 1
    assert f"{file}:1: nothing was found that DP213" in said.err
    assert "nothing was found" not in tree.run("doctor", "--config", file, "--select", "DP1").err


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[doctor.ignore]]\ncode = "DP101"\n', ":1:1"),
        (IGNORE.format(code="DP999", reason="x"), ":2"),
        (IGNORE.format(code="nonsense\\u001b[31m", reason="x"), ":2"),
        ('[[doctor.ignore]]\ncode = "DP101"\nreason = "x"\nfile = "y"\n', ":4:1"),
        (b"\xff\xfe\x00", ""),
        ("x" * (1 << 19), ""),
    ],
)
def test_a_broken_one_is_refused_with_its_line(
    tree: Tree, tmp_path: Path, text: str | bytes, place: str
) -> None:
    file = config(tmp_path, text)
    said = tree.run("doctor", "--config", file)
    assert (said.code, said.out) == (2, "")
    assert f"{file}{place}: " in said.err
    assert "\x1b" not in said.err


def test_a_byte_order_mark_and_crlf_are_no_faults(tree: Tree, tmp_path: Path) -> None:
    text = IGNORE.format(code="dp1", reason="x").replace("\n", "\r\n")
    file = config(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert tree.run("doctor", "--config", file).code == 0


def test_what_is_no_file_is_refused_and_not_waited_for(tree: Tree, tmp_path: Path) -> None:
    fifo = str(tmp_path / "fifo")
    os.mkfifo(fifo)
    for name in (fifo, str(tmp_path), str(tmp_path / "none"), "/dev/null"):
        assert tree.run("doctor", "--config", name).code == 2
    assert tree.run("doctor", "--config", "").code == 2
    assert tree.run("doctor", "--config", "x", "--no-config").code == 2


def observed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Of this machine, whatever it has."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return here("doctor", "--json", "--select", "DP1")


def test_this_machines_own_file_counts_for_it_alone(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dockproxy" / "config.toml"
    file.parent.mkdir()
    file.write_text("nonsense\n")
    assert observed(tmp_path, monkeypatch).code == 2
    assert tree.run("doctor").code == 1
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    assert here("doctor", "--json", "--select", "DP1").code in (0, 1)


def test_the_working_folders_file_says_nothing_of_the_machine(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".dockproxy.toml").write_text(IGNORE.format(code="DP1", reason="hush"))
    monkeypatch.chdir(tmp_path)
    assert tree.run("doctor").code == 1


def test_a_projects_own_file_counts_with_project(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM alpine\nENV HTTP_PROXY={PROXY}\n")
    before = json.loads(here("doctor", "--project", str(tmp_path), "--json").out)
    assert before["findings"]
    file = tmp_path / ".dockproxy.toml"
    file.write_text(IGNORE.format(code="DP", reason="a sample"))
    after = json.loads(here("doctor", "--project", str(tmp_path), "--json").out)
    assert after["findings"] == []
    assert len(after["ignored"]) == len(before["findings"])
    file.rename(tmp_path / "elsewhere")
    file.symlink_to("elsewhere")
    assert here("doctor", "--project", str(tmp_path)).code == 2


def test_of_a_folder_of_snapshots_they_are_counted(tree: Tree, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    folder.mkdir()
    for number in range(3):
        assert tree.run("snapshot", "-o", str(folder / f"{number}.json")).code == 0
    words = ("doctor", "--from", str(folder), "--json")
    assert here(*words).code == 1
    said = here(*words, "--config", ours(tmp_path))
    document = json.loads(said.out)
    assert said.code == 0
    assert (document["ignored"], document["healthy"], document["groups"]) == (3, 3, [])
