"""``doctor --fix``: what is asked, what is refused, what is said to remain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.process import at_a_terminal
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_IN, PROXY, Tree, here

COMMA = f'{{"proxies": {{"http-proxy": "{PROXY}", "https-proxy": "{PROXY}",}}}}\n'
WHOLE = COMMA.replace(",}", "}")
COMMENT = "{\n  // ours\n  " + WHOLE[1:]
OFFERED = "take the comment away: JSON has none? [y/N] "


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(str(tmp_path))


def text_of(tree: Tree) -> str:
    return Path(tree.real(DAEMON_JSON)).read_text()


def test_what_is_mended_is_named_and_what_remains_is_counted(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"proxies": {"http-proxy": "http://HOST:PORT",}}')

    said = tree.run("doctor", "--fix", "--yes")

    assert said.code == 1
    assert "DP101: dockerd will not start" in said.out
    assert "take the comma away" in said.out
    assert "still wrong: " in said.err
    assert "DP504" in said.err
    assert "DP101" not in said.err


def test_nothing_left_is_0(tree: Tree) -> None:
    tree.write(DAEMON_JSON, COMMA)
    said = tree.run("doctor", "--fix", "--yes")
    assert said.code == 0
    assert "still wrong" not in said.text
    assert text_of(tree) == WHOLE
    again = tree.run("doctor", "--fix", "--yes")
    assert again.code == 0
    assert "nothing to do" in again.out


def test_what_can_only_be_offered_is_said_where_it_was_not_asked_for(tree: Tree) -> None:
    tree.write(DAEMON_JSON, COMMENT)
    said = tree.run("doctor", "--fix", "--yes")
    assert said.code == 1
    assert "there is nothing here that can be mended for you" in said.err
    assert "still wrong: 1 (DP101)" in said.err
    assert "--fix --unsafe" in said.err


@pytest.mark.parametrize(("text", "words"), [(COMMA, ["--fix"]), (COMMENT, ["--fix", "--unsafe"])])
def test_where_nobody_can_be_asked_the_plan_is_shown_and_refused(
    tree: Tree, text: str, words: list[str]
) -> None:
    tree.write(DAEMON_JSON, text)

    said = tree.run("doctor", *words)
    document = json.loads(tree.run("doctor", *words, "--json").out)

    assert said.code == 3
    assert f"--- {DAEMON_JSON}" in said.out
    assert "run it again with --yes" in said.err
    assert document["result"] == "declined"
    assert document["files"][0]["path"] == DAEMON_JSON
    assert [each["code"] for each in document["findings"]] == ["DP101"]
    assert text_of(tree) == text


def test_the_json_says_what_was_done_and_what_remains(tree: Tree) -> None:
    tree.write(DAEMON_JSON, COMMA.replace(PROXY, "http://HOST:PORT"))

    said = tree.run("doctor", "--fix", "--yes", "--json")
    document = json.loads(said.out)

    assert said.code == 1
    assert (document["kind"], document["result"]) == ("doctor", "applied")
    assert document["entry"]
    assert {each["code"] for each in document["findings"]} == {"DP504"}
    assert document["summary"]["error"] == 0


def test_the_json_of_what_cannot_be_mended_is_a_document_too(tree: Tree) -> None:
    tree.write(DAEMON_JSON, WHOLE.replace(PROXY, "http://HOST:PORT"))
    said = tree.run("doctor", "--fix", "--yes", "--json")
    document = json.loads(said.out)
    assert said.code == 1
    assert (document["result"], document["changed"], document["files"]) == ("unchanged", False, [])
    assert document["findings"]


@pytest.mark.parametrize(("answers", "code"), [("n", 3), ("yn", 3), ("yy", 0)])
def test_an_offered_fix_is_asked_for_by_itself(tree: Tree, answers: str, code: int) -> None:
    tree.write(DAEMON_JSON, COMMENT)

    with at_a_terminal("doctor", "--fix", "--unsafe", "--root", tree.root) as terminal:
        for question, answer in zip((OFFERED, "Do this? [y/N] "), answers):
            terminal.wait_for(question)
            terminal.type(f"{answer}\n")

        assert terminal.end() == code, terminal.screen

    assert (text_of(tree) == COMMENT) is (code == 3)
    assert ("nothing was changed" in terminal.screen) is (code == 3)


@pytest.mark.parametrize("now", [WHOLE, '{"debug": true,}\n', "", "[", "{}"])
def test_a_file_that_changes_at_the_question_is_left_as_it_is_then(tree: Tree, now: str) -> None:
    tree.write(DAEMON_JSON, COMMA)

    with at_a_terminal("doctor", "--fix", "--root", tree.root) as terminal:
        terminal.wait_for("Do this? [y/N] ")
        tree.write(DAEMON_JSON, now)
        terminal.type("y\n")

        assert terminal.end() == 3, terminal.screen

    assert text_of(tree) == now


def test_fixes_of_several_files_are_one_change_and_one_undo(tree: Tree) -> None:
    login = '[Service]\nEnvironment="HTTPS_PROXY=http://ann:p%40w@10.0.0.1:3128"\n'
    tree.write(DAEMON_JSON, '{"debug": true,}\n')
    tree.write(DROP_IN, login)
    before = tree.seen()

    said = tree.run("doctor", "--fix", "--yes")
    entries = json.loads(tree.run("history", "--json").out)["entries"]

    assert "DP101" in said.out
    assert "DP201" in said.out
    assert len(entries) == 1
    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before


def test_a_snapshot_is_looked_at_and_not_mended(tree: Tree, tmp_path: Path) -> None:
    file = tmp_path / "host.json"
    assert tree.run("snapshot", "-o", str(file)).code == 0
    assert here("doctor", "--fix", "--from", str(file), "--yes").code == 2


def test_what_a_broken_file_hides_is_mended_with_it(tree: Tree) -> None:
    tree.write(DAEMON_JSON, f'{{"proxies": {{"httpProxy": "{PROXY}", "https_proxy": "{PROXY}",}}}}')
    tree.write(CONFIG_JSON, f'{{"proxies": {{"default": {{"http-proxy": "{PROXY}",}}}}}}')

    said = tree.run("doctor", "--fix", "--yes")

    assert said.code == 0, said.text
    assert json.loads(text_of(tree)) == {"proxies": {"http-proxy": PROXY, "https-proxy": PROXY}}
    config = json.loads(Path(tree.real(CONFIG_JSON)).read_text())
    assert config == {"proxies": {"default": {"httpProxy": PROXY}}}


def test_what_a_file_hides_that_stays_broken_is_left(tree: Tree) -> None:
    text = f'{{\n// ours\n"proxies": {{"httpProxy": "{PROXY}", "httpsProxy": "{PROXY}"}}}}'
    tree.write(DAEMON_JSON, text)
    assert tree.run("doctor", "--fix", "--yes").code == 1
    assert text_of(tree) == text
    assert tree.run("doctor", "--fix", "--yes", "--unsafe").code == 0
    assert json.loads(text_of(tree)) == {"proxies": {"http-proxy": PROXY, "https-proxy": PROXY}}


def test_no_password_is_in_a_snapshot_of_a_broken_file(tree: Tree, tmp_path: Path) -> None:
    login = PROXY.replace("//", "//ann:s3cret@")
    tree.write(DAEMON_JSON, COMMA.replace(PROXY, login))
    file = tmp_path / "host.json"
    assert tree.run("snapshot", "-o", str(file)).code == 0
    assert '"mended"' in file.read_text()
    assert "s3cret" not in file.read_text()


@pytest.mark.parametrize("answer", ["n", "y"])
def test_what_follows_is_mended_only_with_its_cause(tree: Tree, answer: str) -> None:
    both = f'[Service]\nEnvironment="HTTP_PROXY={PROXY}" "HTTPS_PROXY={PROXY}"\n'
    tree.write(DROP_IN, both + "UnsetEnvironment=HTTPS_PROXY\n")
    found = json.loads(tree.run("doctor", "--json").out)["findings"]
    assert [each["code"] for each in found] == ["DP206", "DP501"]
    assert found[1]["caused_by"] == [found[0]["id"]]

    with at_a_terminal("doctor", "--fix", "--unsafe", "--root", tree.root) as terminal:
        terminal.wait_for("? [y/N] ")
        terminal.type(f"{answer}\n")
        if answer == "y":
            for _ in range(2):
                terminal.wait_for("? [y/N] ")
                terminal.type("y\n")

        assert terminal.end() == (0 if answer == "y" else 3), terminal.screen

    assert ("set HTTPS_PROXY to the same" in terminal.screen) is (answer == "y")


def test_undo_brings_back_a_broken_file_that_got_a_setting_too(tree: Tree) -> None:
    """The comma is taken away and noProxy is added; what comes back is no JSON again."""
    tree.write(CONFIG_JSON, f'{{"proxies": {{"default": {{"httpProxy": "{PROXY}",}}}}}}')
    before = tree.seen()
    assert tree.run("doctor", "--fix", "--unsafe", "--yes").code == 0
    after = tree.seen()
    assert b"noProxy" in Path(tree.real(CONFIG_JSON)).read_bytes()

    assert tree.run("undo", "--yes").code == 0
    assert tree.seen() == before
    entry = json.loads(tree.run("history", "--json").out)["entries"][0]["id"]
    assert tree.run("undo", entry, "--yes").code == 0
    assert tree.seen() == after


def test_the_fix_of_what_follows_alone_is_not_nothing_declined(tree: Tree) -> None:
    """DP501 could be mended, its cause cannot."""
    both = f'[Service]\nEnvironment="HTTP_PROXY={PROXY}" "HTTPS_PROXY={PROXY}"\n'
    tree.write(DROP_IN, both + "UnsetEnvironment=HTTPS_PROXY\n")
    said = tree.run("doctor", "--fix", "--yes")
    assert said.code == 1
    assert "still wrong: 2 (DP206, DP501)" in said.err


def test_what_shows_only_after_the_mend_takes_another_run(tree: Tree) -> None:
    """Nobody reads the file; once somebody does, its lines begin with export."""
    tree.write(
        "/etc/default/docker", f'export HTTP_PROXY="{PROXY}"\nexport HTTPS_PROXY="{PROXY}"\n'
    )
    words = ("doctor", "--fix", "--unsafe", "--yes")
    first, second = tree.run(*words), tree.run(*words)
    assert (first.code, second.code) == (1, 0)
    assert "run the same command again" in first.err
    assert "still wrong" not in second.err


LIST = '"noProxy": ["localhost", "a.test"]'
JOINED = '"no-proxy": "localhost,a.test"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f'{{"proxies": {{"httpProxy": "{PROXY}", "httpsProxy": "{PROXY}", {LIST}}}}}',
            f'{{"proxies": {{"http-proxy": "{PROXY}", "https-proxy": "{PROXY}", {JOINED}}}}}',
        ),
        ('{"graph": 3, "debug": "true",}', '{"data-root": "3", "debug": true}'),
        (
            f'{{"proxies": {{"https-proxy": "{PROXY}", "all-proxy": "{PROXY}"}}, {LIST}}}',
            f'{{"proxies": {{"https-proxy": "{PROXY}", {JOINED}, "http-proxy": "{PROXY}"}}}}',
        ),
        (
            f'{{"proxies": {{"http_proxy": ["{PROXY}"], "HTTPS_PROXY": "{PROXY}"}}, "mtu": "1"}}',
            f'{{"proxies": {{"http-proxy": "{PROXY}", "https-proxy": "{PROXY}"}}, "mtu": 1}}',
        ),
    ],
)
def test_one_plan_holds_what_shows_only_after_another_mend(
    tree: Tree, before: str, after: str
) -> None:
    tree.write(DAEMON_JSON, before)

    said = tree.run("doctor", "--fix", "--unsafe", "--yes")

    assert json.loads(text_of(tree)) == json.loads(after)
    assert "run the same command again" not in said.err
    assert tree.run("undo", "--yes").code == 0
    assert text_of(tree) == before


def test_none_is_asked_about_twice(tree: Tree) -> None:
    proxies = f'{{"httpProxy": "{PROXY}", "https-proxy": "{PROXY}", {LIST}}}'
    tree.write(DAEMON_JSON, f'{{"graph": 3, "proxies": {proxies}}}')
    with at_a_terminal("doctor", "--fix", "--unsafe", "--root", tree.root) as terminal:
        terminal.wait_for("write it as data-root? [y/N] ")
        terminal.type("n\n")
        terminal.wait_for("Do this? [y/N] ")
        terminal.type("y\n")
        terminal.end()

    assert terminal.screen.count("write it as data-root?") == 1
    assert '"no-proxy": "localhost,a.test"' in text_of(tree)


def test_a_list_of_addresses_outside_of_proxies_is_not_promised_to_be_moved(tree: Tree) -> None:
    tree.write(DAEMON_JSON, f'{{"httpProxy": ["{PROXY}", "{PROXY}"]}}')
    found = json.loads(tree.run("doctor", "--json").out)["findings"]
    assert [(each["code"], each["fix"]) for each in found] == [("DP102", None)]


def test_a_header_with_a_setting_on_its_line_gets_a_line_of_its_own(tree: Tree) -> None:
    secret = "http://ann:p4ss@10.0.0.1:3128"
    tree.write(DROP_IN, f'[service] Environment="HTTP_PROXY={secret}"\nEnvironment=A=b\n')
    found = json.loads(tree.run("doctor", "--json").out)["findings"][0]
    assert (found["code"], found["fix"]["safe"]) == ("DP217", True)
    assert found["evidence"][0]["text"] == (
        '[service] Environment="HTTP_PROXY=http://xxxxx:xxxxx@10.0.0.1:3128"'
    )
    tree.run("doctor", "--fix", "--yes")
    assert Path(tree.real(DROP_IN)).read_text() == (
        f'[Service]\nEnvironment="HTTP_PROXY={secret}"\nEnvironment=A=b\n'
    )
