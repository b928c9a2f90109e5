"""The man page: what groff and mandoc say of it, and that nothing is missing in it."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from dockproxy.cli.main import COMMANDS, module_of
from dockproxy.cli.man import escaped, man_page
from tests.cli.process import run
from tests.shell.shells import at, need


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("man") / "dockproxy.1"
    done = run("help", "--man", env={"LANG": "zh_CN.UTF-8"})
    assert done.returncode == 0, done.stderr
    file.write_bytes(done.stdout)
    return file


def test_mandoc_finds_nothing_wrong(page: Path) -> None:
    need("mandoc")
    done = subprocess.run(
        [*at("mandoc"), "-T", "lint", str(page)], capture_output=True, text=True, check=False
    )

    told = [line for line in done.stdout.splitlines() if "missing date" not in line]
    assert told == []


def test_groff_warns_of_nothing_and_shows_it(page: Path) -> None:
    done = subprocess.run(
        [*at("groff"), "-man", "-ww", "-Wbreak", "-Tutf8", "-Kutf8", str(page)],
        env={**os.environ, "GROFF_NO_SGR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == ""
    shown = re.sub(".\b", "", done.stdout)
    assert "dockproxy set [OPTIONS] [URL]" in shown
    assert """eval "$(dockproxy env)\"""" in shown
    assert "~/.docker/config.json" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_flag_and_example_is_in_it(name: str) -> None:
    start = man_page().partition(f"\n.SS {name}\n")[2]
    section = re.split(r"(?m)^\.S[SH] ", start)[0]
    parser: argparse.ArgumentParser = import_module(module_of(name)).parser()

    for action in parser._actions:
        if action.help != argparse.SUPPRESS and action.dest != "help":
            for flag in action.option_strings:
                assert f"\\fB{escaped(flag)}\\fR" in section
    for line in (parser.epilog or "").splitlines()[1:]:
        assert escaped(line.strip()) in section


def test_a_value_that_may_be_left_out_stands_in_brackets() -> None:
    assert "\\fB\\-\\-wait\\fR [\\fISECONDS\\fR]" in man_page()


def test_two_pages_are_the_same_bytes() -> None:
    assert man_page() == man_page()
