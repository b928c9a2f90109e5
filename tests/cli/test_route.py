"""``dockproxy route`` as a person and a script see it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dockproxy.cli import route
from tests.cli.process import command, environment
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, PROXY, Tree, here

HUB = "https://registry-1.docker.io/v2/"


def answers(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def piped(text: bytes, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        command("route", "--json", *words, "-"),
        input=text,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    return answers(done.stdout.decode())


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(str(tmp_path))
    made.write(
        DAEMON_JSON,
        '{"registry-mirrors": ["https://mirror.corp.test"],'
        ' "insecure-registries": ["10.0.0.0/8"],\n'
        f' "proxies": {{"https-proxy": "{PROXY}",\n'
        '  "no-proxy": ".corp.test"}}',
    )
    made.write(
        CONFIG_JSON,
        '{"proxies": {"default": {"httpProxy": "http://ann:s3cret@10.0.0.2:3128",'
        ' "noProxy": "10.0.0.0/8"}}}',
    )
    return made


def test_an_answer_says_where_to_and_why_and_where_that_stands(tree: Tree) -> None:
    said = tree.run("route", HUB)
    assert said.code == 0
    assert f"proxy {PROXY}" in said.out
    assert f"HTTPS_PROXY names the proxy ({DAEMON_JSON}:2)" in said.out


def test_the_json_of_an_answer_is_one_line_with_the_keys_that_scripts_rely_on(tree: Tree) -> None:
    (answer,) = answers(tree.run("route", "--json", HUB).out)
    assert list(answer)[:7] == ["target", "as", "decision", "proxy", "via", "matched", "reason"]
    assert answer["target"] == HUB
    assert (answer["as"], answer["decision"], answer["proxy"]) == ("daemon", "proxy", PROXY)
    assert (answer["via"], answer["matched"]) == ("https_proxy", None)
    assert answer["origin"]["path"] == DAEMON_JSON


def test_an_image_is_all_that_a_pull_touches_mirrors_first(tree: Tree) -> None:
    found = answers(tree.run("route", "--json", "redis").out)
    assert [(each["purpose"], each["decision"], each["matched"]) for each in found[:4]] == [
        ("manifest", "direct", ".corp.test"),
        ("blob", "direct", ".corp.test"),
        ("manifest", "proxy", None),
        ("token", "proxy", None),
    ]
    assert {each["part_of"] for each in found} == {"redis"}
    insecure = answers(tree.run("route", "--json", "10.1.2.3:5000/app").out)
    assert [each["target"] for each in insecure][::2] == [
        "https://10.1.2.3:5000/v2/",
        "http://10.1.2.3:5000/v2/",
    ]


def test_the_client_and_programs_in_containers_go_by_config_json(tree: Tree) -> None:
    for who in ("client", "go"):
        found = answers(
            tree.run("route", "--json", "--as", who, "http://a.test", "http://10.1.1.1", HUB).out
        )
        assert [each["decision"] for each in found] == ["proxy", "direct", "direct"]
        assert found[0]["proxy"] == "http://xxxxx:xxxxx@10.0.0.2:3128"
        assert found[0]["as"] == who


def test_no_password_is_ever_shown(tree: Tree) -> None:
    for words in (["--as", "client"], ["--as", "client", "--json"], ["--as", "all"]):
        assert "s3cret" not in tree.run("route", *words, "http://a.test").text
    said = here("route", "--http-proxy", "http://ann:s3cret@p:1", "http://a.test")
    assert "s3cret" not in said.text


def test_a_flag_is_enough_that_nothing_of_the_machine_is_read() -> None:
    for flags in (["--http-proxy", ""], ["--no-proxy", ""]):
        (answer,) = answers(here("route", "--json", *flags, "http://a.test").out)
        assert answer["decision"] == "direct"
        assert "origin" not in answer


def test_a_file_is_the_whole_environment_values_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("\n# a remark\nHTTP_PROXY=\nhttp_proxy= http://p.test:1\nno_proxy=a.test \n")
    (answer,) = answers(here("route", "--json", "--env-file", str(file), "http://b.test").out)
    assert (answer["decision"], answer["variable"]) == ("direct", "http_proxy")  # Go drops a blank
    file.write_bytes(b"http_proxy=http://p.test:1\r\nno_proxy=a.test\r\n")
    found = answers(
        here("route", "--json", "--env-file", str(file), "http://b.test", "http://a.test").out
    )
    assert [each["decision"] for each in found] == ["proxy", "direct"]


def test_a_stream_has_an_answer_for_every_line_in_order() -> None:
    text = (
        b"http://a.test/\n\nhttp://b.test\r\nno target at all\n\xff\xfe\nhttp://\x00/\n"
        + b"x" * 10**6
    )
    found = piped(text + b"\nhttp://c.test", "--http-proxy", "p.test:1", "--no-proxy", "b.test")
    assert [each["decision"] for each in found] == [
        "proxy",
        "error",
        "direct",
        "error",
        "error",
        "error",
        "error",
        "proxy",
    ]
    assert found[-1]["target"] == "http://c.test"


def test_a_stream_is_answered_as_it_comes() -> None:
    with subprocess.Popen(
        command("route", "--json", "--http-proxy", "p:1", "-"),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        for name in ("a", "b"):
            child.stdin.write(f"http://{name}.test/\n".encode())
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["target"] == f"http://{name}.test/"
        child.stdin.close()
        assert child.wait(20) == 0


def test_a_list_of_100_000_entries_is_read(tmp_path: Path) -> None:
    file = tmp_path / "env"
    entries = ",".join(f"host{number}.corp.test" for number in range(100_000))
    file.write_text(f"http_proxy=http://p.test:1\nno_proxy={entries}\n")
    found = answers(
        here(
            "route",
            "--json",
            "--env-file",
            str(file),
            "http://host99999.corp.test",
            "http://a.test",
        ).out
    )
    assert [each["matched"] for each in found] == ["host99999.corp.test", None]


@pytest.mark.parametrize(
    "words",
    [
        ["--as", "nobody", "redis"],
        ["--as", "go@", "redis"],
        ["--as", "builder:", "redis"],
        ["--http-proxy", "p:1", "--env-file", "/dev/null", "redis"],
        ["--http-proxy", "p:1", "--root", "/", "redis"],
        ["--env-file", "/nowhere", "redis"],
        ["-", "redis"],
        [],
    ],
)
def test_wrong_usage_is_told_and_is_2(words: list[str]) -> None:
    said = here("route", *words)
    assert said.code == 2
    assert said.out == ""
    assert said.err


def test_what_is_no_target_gets_its_answer_and_2_only_if_there_is_no_other() -> None:
    flags = ["--http-proxy", "p:1"]
    assert here("route", *flags, "a b").code == 2
    said = here("route", *flags, "a b", "http://a.test")
    assert said.code == 0
    assert "error" in said.out
    assert "proxy http://p:1" in said.out


def test_a_version_that_was_not_looked_at_is_answered_as_the_nearest_below_and_said() -> None:
    said = here("route", "--as", "go@1.21.7", "--http-proxy", "p:1", "http://a.test")
    assert said.code == 0
    assert "go 1.21.7" in said.err


def test_all_is_a_table_with_programs_across_and_targets_down() -> None:
    said = here("route", "--as", "all", "--http-proxy", "p:1", "http://a.test", "https://b.test")
    head, one, two = said.out.splitlines()
    assert head.split()[:2] == ["daemon", "go"]
    assert one.split()[:3] == ["http://a.test", "proxy", "proxy"]
    assert two.split()[:3] == ["https://b.test", "direct", "direct"]


def test_terminal_escapes_in_a_target_are_shown_not_sent() -> None:
    said = here("route", "--http-proxy", "p:1", "http://\x1b[31mred/")
    assert "\x1b" not in said.text


def test_a_password_in_a_target_is_not_shown() -> None:
    for words in (["http://ann:s3cret@a.test/x"], ["ann:s3cret@a.test"]):
        for more in ([], ["--json"], ["--as", "all"]):
            assert "s3cret" not in here("route", *more, "--http-proxy", "p:1", *words).text
    assert piped(b"http://ann:s3cret@a.test/\n", "--http-proxy", "p:1")[0]["target"] == (
        "http://xxxxx:xxxxx@a.test/"
    )


def test_of_a_password_that_parts_the_address_the_host_that_go_takes_is_shown() -> None:
    said = here("route", "--http-proxy", "http://bob:Se/Cret@127.0.0.1:1", "http://10.9.9.9")
    assert "proxy http://http:" in said.out
    assert "Cret" not in said.text


def test_the_place_of_the_list_is_shown_where_its_entry_decided(tree: Tree) -> None:
    (answer,) = answers(tree.run("route", "--json", "https://a.corp.test/").out)
    assert answer["matched"] == ".corp.test"
    assert (answer["origin"]["line"], answer["origin"]["name"]) == (3, "no-proxy")


@pytest.mark.parametrize(
    ("path", "who"), [(DAEMON_JSON, "daemon"), (CONFIG_JSON, "client"), (CONFIG_JSON, "curl")]
)
def test_a_broken_file_is_said_and_not_taken_for_no_proxy(tree: Tree, path: str, who: str) -> None:
    tree.write(path, "{bad")
    assert f"{path}:1" in tree.run("route", "--as", who, "http://a.test").err


def test_what_is_hidden_by_a_mask_and_may_decide_is_said(tree: Tree) -> None:
    tree.write(DAEMON_JSON, '{"proxies": {"https-proxy": "http://ann:a/b@p:1", "no-proxy": "x"}}')
    assert "daemon.https_proxy could not be seen (masked)" in tree.run("route", HUB).err
    tree.write(DAEMON_JSON, '{"proxies": {"https-proxy": "http://p:1", "no-proxy": "a,u@x"}}')
    assert "daemon.no_proxy could not be seen (masked)" in tree.run("route", HUB).err
    tree.write(DAEMON_JSON, '{"proxies": {"https-proxy": "http://ann:ab@p:1", "no-proxy": "x"}}')
    assert "masked" not in tree.run("route", HUB).err


def test_lines_of_a_file_that_are_none_are_named(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("export http_proxy=http://p:1\nhttp_proxy\n# well\n\nno_proxy=a\n")
    said = here("route", "--env-file", str(file), "http://a.test").err
    assert "line 1 is no NAME=VALUE" in said
    assert "line 2 is no NAME=VALUE" in said
    assert "line 3" not in said
    file.write_text("http_proxy=http://p:1\n", encoding="utf-16")
    assert here("route", "--env-file", str(file), "http://a.test").code == 2


def test_one_thing_is_said_once() -> None:
    said = here("route", "--as", "all", "--root", "/nowhere/else/at/all", "http://a.test")
    assert said.code == 2
    assert len(said.err.splitlines()) == len(set(said.err.splitlines()))


@pytest.mark.parametrize("words", [["redis"], ["redis:7", "https://a.test/", "10.0.0.1:80"]])
def test_targets_alone_are_what_the_parser_makes_of_them(words: list[str]) -> None:
    plain = route.plain(words)

    assert plain is not None
    assert vars(plain) == vars(route.parser().parse_args(words))


@pytest.mark.parametrize("words", [[], ["-"], ["--json", "redis"], ["redis", "--as", "curl"]])
def test_anything_else_is_the_parsers(words: list[str]) -> None:
    assert route.plain(words) is None
