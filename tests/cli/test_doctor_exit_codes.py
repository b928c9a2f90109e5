"""Exit codes of ``dockproxy doctor``, as the design has them, whatever the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.tree import DAEMON_JSON, PROXY, Tree, here

BOTH = f'"http-proxy": "{PROXY}", "https-proxy": "{PROXY}"'
HEALTHY = f'{{"proxies": {{{BOTH}}}}}\n'
REMARK = HEALTHY.replace("http://10.", "https://10.")  # DP503, a remark
WARNING = f'{{"proxies": {{"http-proxy": "{PROXY}"}}}}\n'  # DP501
ERROR = f'{{"proxies": {{{BOTH},}}}}\n'  # DP101, safely mended
UNSURE = f'{{\n  // ours\n  "proxies": {{{BOTH}}}\n}}\n'  # DP101, mended if asked for
FORMATS = ("text", "json", "sarif", "github", "junit")


def tree_of(tmp_path: Path, text: str) -> Tree:
    tree = Tree(str(tmp_path / "tree"))
    tree.write(DAEMON_JSON, text)
    return tree


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("text", "words", "code"),
    [
        (HEALTHY, (), 0),
        (REMARK, (), 0),
        (WARNING, (), 1),
        (ERROR, (), 1),
        (ERROR, ("--ignore", "DP101"), 0),
        (ERROR, ("--select", "DP5"), 0),
        (WARNING, ("--select", "DP5"), 1),
        (HEALTHY, ("--strict",), 2),  # of a tree the Engine is unknown
        (ERROR, ("--strict",), 2),
        (ERROR, ("--select", "DP9"), 2),
        (ERROR, ("--ignore", "nonsense"), 2),
        (ERROR, ("--config", "/none"), 2),
        (ERROR, ("--unsafe",), 2),
        (ERROR, ("--from", "/none"), 2),
        (ERROR, ("--user", "nobody-of-that-name"), 2),
    ],
)
def test_what_is_found_decides(
    tmp_path: Path, text: str, words: tuple[str, ...], code: int, format_: str
) -> None:
    assert tree_of(tmp_path, text).run("doctor", *words, "--format", format_).code == code


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize(
    ("text", "words", "ends"),
    [
        (HEALTHY, ("--yes",), (0, False)),
        (ERROR, ("--yes",), (0, True)),
        (ERROR, (), (3, False)),  # nobody can be asked
        (ERROR, ("--dry-run",), (0, False)),
        (ERROR, ("--yes", "--ignore", "DP101"), (0, False)),
        (UNSURE, ("--yes",), (1, False)),
        (UNSURE, ("--unsafe",), (3, False)),
        (UNSURE, ("--unsafe", "--yes"), (0, True)),
    ],
)
def test_mending_ends_as_setting_does(
    tmp_path: Path, text: str, words: tuple[str, ...], ends: tuple[int, bool], format_: str
) -> None:
    """ends: the code, and whether the file was mended."""
    tree = tree_of(tmp_path, text)
    code = tree.run("doctor", "--fix", *words, "--format", format_).code
    assert (code, tree.read(DAEMON_JSON).decode() != text) == ends


@pytest.mark.parametrize("format_", FORMATS[2:])
def test_mending_is_reported_as_text_or_json(tmp_path: Path, format_: str) -> None:
    assert tree_of(tmp_path, ERROR).run("doctor", "--fix", "--format", format_).code == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_a_snapshot_ends_as_its_machine_does(tmp_path: Path, format_: str) -> None:
    for text, code in ((HEALTHY, 0), (WARNING, 1), (ERROR, 1)):
        file = str(tmp_path / "host.json")
        assert tree_of(tmp_path, text).run("snapshot", "-o", file).code == 0
        assert here("doctor", "--from", file, "--format", format_).code == code
