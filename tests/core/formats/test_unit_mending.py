"""Repairs of units and EnvironmentFiles beside what reads them: a real shell, our own reader."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dockproxy.core.formats.mending import mended
from dockproxy.core.formats.redact_environment_file import exported_apart
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_environment import effective_environment
from dockproxy.core.formats.unit_respell import respelled, told
from dockproxy.core.model.plan import Repair


def in_child(text: str, folder: Path) -> list[str]:
    """The proxies that a program gets which a shell starts after it has sourced this."""
    file = folder / "docker"
    file.write_text(text)
    command = ["/bin/sh", "-c", f". {file}; env"]
    said = subprocess.run(command, env={}, capture_output=True, text=True, check=True).stdout
    return sorted(line for line in said.splitlines() if "_proxy=" in line.lower())


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("HTTP_PROXY=http://a:1\n", ""),
        ("HTTP_PROXY=http://a:1\nexport HTTP_PROXY\n", "HTTP_PROXY"),
        ("HTTP_PROXY=http://a:1\nexport A HTTP_PROXY # both\n", "HTTP_PROXY"),
        ("set -a\nHTTP_PROXY=http://a:1\n", "*"),
        ("set -o allexport\nHTTP_PROXY=http://a:1\n", "*"),
        ("# export HTTP_PROXY\nHTTP_PROXY=http://a:1\n", ""),
    ],
)
def test_what_is_exported_apart_is_what_the_shell_exports(
    text: str, apart: str, tmp_path: Path
) -> None:
    assert exported_apart(text) == apart
    assert in_child(text, tmp_path) == (["HTTP_PROXY=http://a:1"] if apart else [])


def test_an_exported_variable_reaches_what_the_shell_starts(tmp_path: Path) -> None:
    text = "A=1\nHTTP_PROXY='http://ann:p ss@a:1'\n"
    after = mended(text, Repair("export", ("HTTP_PROXY",)), None)
    assert in_child(after, tmp_path) == ["HTTP_PROXY=http://ann:p ss@a:1"]


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("NO_PROXY=a, b HTTPS_PROXY=http://x:1", {"NO_PROXY": "a, b", "HTTPS_PROXY": "http://x:1"}),
        ("HTTPS_PROXY = http://u:p@x:1", {"HTTPS_PROXY": "http://u:p@x:1"}),
        ("HTTPS_PROXY= http://x:1", {"HTTPS_PROXY": "http://x:1"}),
        ("“HTTPS_PROXY=http://u:p%40@x:1”", {"HTTPS_PROXY": "http://u:p%40@x:1"}),
        ('"HTTPS_PROXY=http://x:1 HTTP_PROXY=http://y:1', {
            "HTTPS_PROXY": "http://x:1", "HTTP_PROXY": "http://y:1"
        }),
        ("HTTPS_PROXY=http://x:1;HTTP_PROXY=http://y:1;", {
            "HTTPS_PROXY": "http://x:1", "HTTP_PROXY": "http://y:1"
        }),
        ("'HTTPS_PROXY=http://x:1',", {"HTTPS_PROXY": "http://x:1"}),
        ("HTTPS-PROXY=http://u:p%40@x:1", {"HTTPS_PROXY": "http://u:p%40@x:1"}),
        ("HTTPS_PROXY='“http://x:1”'", {"HTTPS_PROXY": "http://x:1"}),
        ('"HTTPS_PROXY=http://u:p%40@x:1 HTTP_PROXY=http://u:p%%40@y:1"', {
            "HTTPS_PROXY": "http://u:p%40@x:1", "HTTP_PROXY": "http://u:p%40@y:1"
        }),
        ('HTTPS_PROXY=http://u:p%%40@x:1;', {"HTTPS_PROXY": "http://u:p%40@x:1"}),
        ('"HTTPS_PROXY=http://u:p%40@x:1', {"HTTPS_PROXY": "http://u:p%40@x:1"}),
        ("HTTPS_PROXY = http://u:p%40@x:1", {"HTTPS_PROXY": "http://u:p%40@x:1"}),
    ],
)  # fmt: skip
def test_a_respelled_word_gives_what_was_meant(word: str, wanted: dict[str, str]) -> None:
    text = f"[Service]\nEnvironment={word}\n"
    names = {each.partition("@")[0] for each in told(text).split()}
    assert names
    for name in sorted(names):
        text = mended(text, Repair("respell", (name,)), None)
    found = effective_environment([("x", parse(text))], {}).variables
    assert {name: each.value for name, each in found.items()} == wanted
    assert told(text) == ""


@pytest.mark.parametrize("word", ["FOO=a, b", "HTTPS_PROXY=http://x y:1", 'A="b', "HTTP_PROXY=\\q"])
def test_what_can_mean_anything_is_left_alone(word: str) -> None:
    assert told(f"[Service]\nEnvironment={word}\n") == ""


@pytest.mark.parametrize(
    "line",
    [
        '"HTTP_PROXY=http://h:1” "HTTPS_PROXY=http://h:2"',
        '“HTTP_PROXY=http://h:1" "HTTPS_PROXY=http://h:2"',
        '"HTTP_PROXY=http://h:1’ "HTTPS_PROXY=http://h:2"',
        '"HTTP_PROXY=http://h:1” “HTTPS_PROXY=http://h:2"',
        'HTTP_PROXY=“http://h:1" "HTTPS_PROXY=http://h:2"',
    ],
)
def test_one_repair_takes_the_curly_quote_away_too(line: str) -> None:
    text = f"[Service]\nEnvironment={line}\n"
    after = respelled(text, "HTTP_PROXY", True)
    assert after == '[Service]\nEnvironment="HTTP_PROXY=http://h:1" "HTTPS_PROXY=http://h:2"\n'
