"""``dockproxy doctor`` as a person, a script and a CI job see it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_IN, PROXY, Tree, here

BROKEN = '{\n  "proxies": {\n    "https-proxy": "http://ann:s3cret@10.0.0.1:3128",\n  }\n}\n'
HEALTHY = f'{{"proxies": {{"http-proxy": "{PROXY}", "https-proxy": "{PROXY}"}}}}\n'


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(str(tmp_path))
    made.write(DAEMON_JSON, BROKEN)
    return made


def test_the_cause_its_line_and_its_fix_are_shown(tree: Tree) -> None:
    said = tree.run("doctor")
    assert said.code == 1
    assert "DP101 daemon-json-syntax" in said.out
    assert f"{DAEMON_JSON}:4:3" in said.out
    assert "--fix: take the comma away" in said.out


def test_a_healthy_tree_has_nothing_wrong(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, HEALTHY)
    said = tree.run("doctor")
    assert said.code == 0
    assert "Nothing is wrong" in said.out


def test_the_json_has_the_keys_that_scripts_rely_on(tree: Tree) -> None:
    document = json.loads(tree.run("doctor", "--json").out)
    assert list(document)[:4] == ["schema", "kind", "version", "host"]
    assert (document["schema"], document["kind"]) == (1, "doctor")
    assert document["summary"] == {"error": 1, "warning": 0, "info": 0}
    (finding,) = document["findings"]
    assert (finding["code"], finding["severity"], finding["component"]) == (
        "DP101",
        "error",
        "daemon",
    )
    assert finding["evidence"][0]["path"] == DAEMON_JSON
    assert (finding["evidence"][0]["line"], finding["evidence"][0]["column"]) == (4, 3)
    assert finding["caused_by"] == []
    assert finding["fix"]["safe"] is True
    assert finding["fix"]["restarts"] == ["daemon"]
    assert '\n-    "https-proxy": "http://xxxxx:xxxxx@10.0.0.1:3128",\n' in finding["fix"]["diff"]
    assert finding["id"]
    assert finding["name"] == "daemon-json-syntax"


def test_a_snapshot_tells_what_a_fix_would_change(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path / "tree"))
    tree.write(DAEMON_JSON, BROKEN.replace("ann:s3cret@", ""))
    file = str(tmp_path / "host.json")
    assert tree.run("snapshot", "-o", file).code == 0
    there = json.loads(tree.run("doctor", "--json").out)["findings"]
    from_file = json.loads(here("doctor", "--from", file, "--json").out)["findings"]
    assert there[0]["fix"]["diff"].startswith(f"--- {DAEMON_JSON}\n+++ {DAEMON_JSON}\n@@ -1,5 ")
    assert from_file == there
    (result,) = json.loads(here("doctor", "--from", file, "--format", "sarif").out)["runs"][0][
        "results"
    ]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["deletedRegion"]["startLine"] == 3


def test_sarif_names_rule_level_and_place(tree: Tree) -> None:
    document = json.loads(tree.run("doctor", "--format", "sarif").out)
    (run,) = document["runs"]
    (result,) = run["results"]
    assert document["version"] == "2.1.0"
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "DP101"
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///etc/docker/daemon.json"
    assert place["region"]["startLine"] == 4


def test_github_and_junit_say_it_too(tree: Tree) -> None:
    said = tree.run("doctor", "--format", "github").out
    assert said.startswith(f"::error file={DAEMON_JSON},line=4,col=3,title=DP101 ")
    suite = ElementTree.fromstring(tree.run("doctor", "--format", "junit").out)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite.find("testcase/failure") is not None


def test_select_and_ignore_take_codes_and_their_beginnings(tree: Tree) -> None:
    assert tree.run("doctor", "--select", "DP2,DP3").code == 0
    assert tree.run("doctor", "--ignore", "dp101").code == 0
    assert tree.run("doctor", "--select", "DP1").code == 1
    assert tree.run("doctor", "--select", "DP9").code == 2


def test_fix_mends_what_is_certain_and_undo_brings_it_back(tree: Tree) -> None:
    assert tree.run("doctor", "--fix", "--dry-run").code == 0
    assert Path(tree.real(DAEMON_JSON)).read_text() == BROKEN
    assert tree.run("doctor", "--fix", "--yes").code == 0
    assert Path(tree.real(DAEMON_JSON)).read_text() == BROKEN.replace('",\n', '"\n')
    assert tree.run("undo", "--yes").code == 0
    assert Path(tree.real(DAEMON_JSON)).read_text() == BROKEN


def test_what_is_not_certain_is_mended_only_if_asked_for(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    text = '{\n  // ours\n  "debug": true\n}\n'
    tree.write(DAEMON_JSON, text)
    assert tree.run("doctor", "--fix", "--yes").code == 1
    assert Path(tree.real(DAEMON_JSON)).read_text() == text
    assert tree.run("doctor", "--fix", "--unsafe", "--yes").code == 0
    assert json.loads(Path(tree.real(DAEMON_JSON)).read_text()) == {"debug": True}


def test_several_fixes_are_one_change(tree: Tree) -> None:
    tree.write(CONFIG_JSON, f'{{"proxies": {{"default": {{"http-proxy": "{PROXY}"}}}}}}')
    tree.write(DROP_IN, '[Service]\nEnvironment="HTTP_PROXY=http://ann:p%40w@10.0.0.1:3128"\n')
    assert tree.run("doctor", "--fix", "--yes").code == 0
    assert len(json.loads(tree.run("history", "--json").out)["entries"]) == 1


def test_no_password_is_shown_in_any_format(tree: Tree) -> None:
    for format_ in ("text", "json", "sarif", "github", "junit"):
        assert "s3cret" not in tree.run("doctor", "--format", format_).text
    assert "s3cret" not in tree.run("doctor", "--fix", "--dry-run").text


@pytest.mark.parametrize(
    "words", [["--unsafe"], ["--fix", "--format", "sarif"], ["--select", "nonsense"]]
)
def test_wrong_usage_is_2(words: list[str], tree: Tree) -> None:
    assert tree.run("doctor", *words).code == 2


def test_a_page_tells_all_about_a_code() -> None:
    said = here("explain", "DP101")
    assert said.code == 0
    for heading in ("What happens", "Why", "How to mend it", "Fix safety", "Sources"):
        assert heading in said.out
    assert "DP101" in here("explain", "--list").out


def test_a_folder_of_snapshots_is_grouped_by_cause(tree: Tree, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    folder.mkdir()
    well = Tree(str(tmp_path / "well"))
    well.write(DAEMON_JSON, HEALTHY)
    for number in range(3):
        assert tree.run("snapshot", "-o", str(folder / f"broken{number}.json")).code == 0
    assert well.run("snapshot", "-o", str(folder / "well.json")).code == 0
    (folder / "none.json").write_text("{")

    said = here("doctor", "--from", str(folder))
    document = json.loads(here("doctor", "--from", str(folder), "--json").out)

    assert said.code == 1
    assert "DP101 daemon-json-syntax: on 3 of 4" in said.out
    assert "none.json" in said.out
    assert (document["snapshots"], document["healthy"]) == (4, 1)
    assert document["groups"][0]["count"] == 3
    assert here("doctor", "--from", str(folder), "--select", "DP2").code == 0


def test_a_folder_without_snapshots_is_told(tmp_path: Path) -> None:
    assert here("doctor", "--from", str(tmp_path)).code == 2


@pytest.mark.parametrize(
    "content",
    [b" " * 3_000_000, bytes(range(256)) * 12_000],
    ids=["too large", "no text"],
)
def test_what_was_not_read_is_not_called_well(tmp_path: Path, content: bytes) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, content)
    said = tree.run("doctor")
    assert (said.code, tree.run("doctor", "--strict").code) == (0, 2)
    assert f"Nothing was found in what could be seen; not seen: {DAEMON_JSON}\n" in said.out
    assert "Nothing is wrong" not in said.out
    assert "daemon.daemon_json" not in said.out


@pytest.mark.parametrize("flag", ["--yes", "-y", "--dry-run"])
def test_what_belongs_to_mending_is_refused_without_it(tree: Tree, flag: str) -> None:
    said = tree.run("doctor", flag)
    assert said.code == 2
    assert "--fix" in said.err


def test_one_is_not_counted_as_many(tree: Tree) -> None:
    assert "1 error, 0 warnings, 0 remarks\n" in tree.run("doctor").out


def test_all_entries_that_take_docker_hub_are_taken_out_at_once(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    values = '"https-proxy": "http://10.0.0.1:3128", "http-proxy": "http://10.0.0.1:3128"'
    tree.write(DAEMON_JSON, f'{{"proxies": {{{values}, "no-proxy": "localhost,io,*.io,.corp"}}}}\n')
    said = tree.run("doctor", "--fix", "--unsafe", "--yes", "--select", "DP505")
    assert said.code == 0, said.text
    assert b'"no-proxy": "localhost,.corp"' in tree.read(DAEMON_JSON)
