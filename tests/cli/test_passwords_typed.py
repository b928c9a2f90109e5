"""What is typed in the wrong place is repeated without the password that is in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from dockproxy.cli.main import COMMANDS, module_of
from tests.cli.tree import Tree, here

PASSWORD = ("Sup3r", "Secr3t")
ADDRESSES = (
    "http://bob:Sup3r,Secr3t@p.corp:1",
    "bob:Sup3r/Secr3t@p.corp:1",
    "http://bob:Sup3r='\" Secr3t@p.corp:1",
    "http://bob%40corp:Sup3r%2fSecr3t@p.corp:1/a?Secr3t=Sup3r",
)


def test_a_whole_address_for_a_command(tree: Tree) -> None:
    for address in ADDRESSES:
        said = here(address)

        assert said.code == 2
        assert not shows_password(said.text), said.text
        assert "dockproxy set " in said.err


@pytest.mark.parametrize("word", ["proxy.corp.example:3128", "socks5://p", "10.0.0.1:3128"])
def test_an_address_for_a_command_is_told_what_sets_it(word: str) -> None:
    assert f"dockproxy set {word}" in here(word).err


def test_options_of_set_without_a_command(tree: Tree) -> None:
    said = here("--http-proxy", ADDRESSES[0])

    assert said.code == 2
    assert not shows_password(said.text)
    assert "dockproxy set --http-proxy" in said.err


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_repeats_a_password(
    tree: Tree, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    for words in _lines(name):
        said = here(name, *words)
        shown = said.err if name == "env" else said.text  # env gives it to the shell
        assert not shows_password(shown), (words, shown)


@pytest.mark.parametrize(
    "words",
    [
        ("--password-stdin", "Sup3r", "http://bob@p:1"),
        ("http://bob@p:1", "--password-stdin", "Sup3r"),
        ("http://bob@p:1", "--password-stdin=Sup3r"),
        ("http://p:1", "--proxy-user", "bob:Sup3r"),
        ("http://p:1", "--password=Sup3r"),
    ],
)
def test_a_password_in_an_argument_of_its_own(tree: Tree, words: tuple[str, ...]) -> None:
    said = tree.run("set", *words)

    assert said.code == 2
    assert not shows_password(said.text), said.text


def _lines(name: str) -> Iterator[tuple[str, ...]]:
    """Each option and each place of the command with an address in it, below a root."""
    parser: argparse.ArgumentParser = import_module(module_of(name)).parser()
    flags = [flag for action in parser._actions for flag in action.option_strings]
    root = ("--root", "/nowhere") if "--root" in flags else ()
    behind = ("--", "/nowhere/true") if name == "exec" else ()
    for address in ADDRESSES:
        yield (*root, address, *behind)
        yield (*root, address, address, "--json", *behind)
        yield (*root, "rm" if name == "history" else "check", address, "--yes", *behind)
        yield ("--unknown", address, *root, *behind)
        yield (f"--unknown={address}", *root, *behind)
        if name == "exec":
            yield ("--off", "--", address)
        for flag in flags:
            if flag in ("-h", "--help"):
                continue
            yield (flag, address, *root, *behind)
            yield (*root, f"{flag}={address}", "--json", *behind)
            yield (*root, flag, f"daemon,{address}", "http://p:1", *behind)


def shows_password(text: str) -> bool:
    """Whether a part of it can be read."""
    return any(part.lower() in text.lower() for part in PASSWORD)


def test_what_is_no_login_is_repeated_as_it_is() -> None:
    image = f"localhost:5000/team/web:1@sha256:{'0a' * 32}"

    assert "curl@7.74" in here("no-proxy", "check", "a.b", "--for", "curl@7.74").out
    assert image in here("route", "--http-proxy", "http://p:1", image).out
    assert (
        "ssh://" not in here("route", "--http-proxy", "http://p:1", f"redis@sha256:{'0a' * 32}").out
    )
    assert "nobody@2" in here("route", "--as", "nobody@2", "a.b").err
