"""Builders in a file tree: their files are seen and written, and nothing is contacted."""

from __future__ import annotations

import json
from typing import Any

from dockproxy.cli.main import main
from tests.cli.tree import Tree

INSTANCE = "/root/.docker/buildx/instances/big"
NODE = '{"Name":"big0","Endpoint":"unix:///var/run/docker.sock","Platforms":null,"DriverOpts":null}'
TEXT = f'{{"Name":"big","Driver":"docker-container","Nodes":[{NODE}],"Dynamic":false}}'
URL = "http://10.0.0.1:3128"


def test_the_file_alone_is_written_and_taken_back_byte_for_byte(tmp_path: Any) -> None:
    tree = Tree(str(tmp_path))
    tree.write(INSTANCE, TEXT)

    done = tree.run("set", URL, "--for", "builder:big", "--yes")

    assert done.code == 0, done
    assert "only its file is written" in done.out
    options = json.loads(tree.read(INSTANCE))["Nodes"][0]["DriverOpts"]
    assert options["env.HTTP_PROXY"] == options["env.http_proxy"] == URL
    assert "nothing to do" in tree.run("set", URL, "--for", "builders", "--yes").out

    assert tree.run("undo", "--yes").code == 0
    assert tree.read(INSTANCE) == TEXT.encode()


def test_set_and_unset_leave_the_file_as_it_was(tmp_path: Any) -> None:
    tree = Tree(str(tmp_path))
    tree.write(INSTANCE, TEXT)

    tree.run("set", URL, "--for", "builder:big", "--yes")
    assert tree.run("unset", "--for", "builder:big", "--yes").code == 0

    assert tree.read(INSTANCE) == TEXT.encode()


def test_a_builder_is_not_touched_where_it_is_not_named(tmp_path: Any) -> None:
    tree = Tree(str(tmp_path))
    tree.write(INSTANCE, TEXT)

    done = tree.run("set", URL, "--for", "client", "--yes")

    assert f"dockproxy set {URL} --for builder:big" in done.out
    assert tree.read(INSTANCE) == TEXT.encode()


def test_a_slip_in_for_is_told_with_what_can_be_set(tmp_path: Any) -> None:
    tree = Tree(str(tmp_path))

    for parts in ("builder:", "builder", "container:x"):
        done = tree.run("set", URL, "--for", parts, "--yes")
        assert done.code == 2
        assert "builder:NAME" in done.err


def test_one_command_can_be_given_what_a_builder_has(tmp_path: Any) -> None:
    tree = Tree(str(tmp_path))
    tree.write(INSTANCE, TEXT)
    tree.run("set", "http://ann:s3cret@p:1", "--for", "builder:big", "--yes")

    said = tree.run("env", "--as", "builder:big", "--shell", "sh")

    assert "http://ann:s3cret@p:1" in said.out
    assert "s3cret" not in tree.run("status").text


def test_a_snapshot_holds_no_secret_of_a_builder_and_gives_the_same_answers(
    tmp_path: Any, capsys: Any
) -> None:
    tree = Tree(str(tmp_path / "root"))
    options = '{"env.HTTP_PROXY":"http://ann:s3cret@p:1","env.TOKEN":"s3cret","new":"s3cret"}'
    files = '"Flags":["--x=s3cret"],"Files":{"buildkitd.toml":"czNjcmV0"}'
    tree.write(INSTANCE, TEXT.replace('"DriverOpts":null', f'"DriverOpts":{options},{files}'))
    file = str(tmp_path / "host.json")

    said = tree.run("snapshot")
    with open(file, "w", encoding="utf-8") as out:
        out.write(said.out)

    assert "s3cret" not in said.text
    assert "czNjcmV0" not in said.text
    assert "http://xxxxx:xxxxx@p:1" in said.out
    live = json.loads(tree.run("status", "--json").out)["components"]
    assert main(["status", "--from", file, "--json"]) == 0
    read = json.loads(capsys.readouterr().out)["components"]
    assert live == read
    assert [item["name"] for item in live if item["component"] == "builder"] == ["big"]
