"""Which language is spoken, and that its catalogue is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dockproxy import text
from dockproxy.core.model.message import Message, message
from dockproxy.text import _, language_of, tr, translator

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def english() -> object:
    yield
    text.use("en")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_SG.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh-Hans"}, "zh_CN"),
        ({"LANG": "zh_CN@pinyin"}, "zh_CN"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "fr:zh_CN"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.GBK"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN"}, "zh_CN"),
    ],
)
def test_the_environment_names_the_language(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_english_is_what_the_sources_say() -> None:
    assert _("The daemon is not running.") == "The daemon is not running."
    assert text.language() == "en"


def test_the_language_in_use_translates() -> None:
    text.use("zh_CN")

    assert _("The daemon is not running.") == "守护进程没有运行。"
    assert text.language() == "zh_CN"


def test_what_has_no_translation_is_english() -> None:
    assert translator("zh_CN")("no such text") == "no such text"
    assert translator("zh_CN")("") == ""


def test_a_language_without_a_catalogue_is_english() -> None:
    assert translator("xx")("The daemon is not running.") == "The daemon is not running."


def test_a_message_is_translated_and_filled_in() -> None:
    said = message("running now: {value}", value="http://a:1")

    assert tr(said) == "running now: http://a:1"
    assert tr(said, "zh_CN") == "正在使用：http://a:1"
    assert tr(Message("a {brace} of its own")) == "a {brace} of its own"


def test_the_catalogues_are_well_formed_and_compiled() -> None:
    done = subprocess.run(
        [sys.executable, "tools/catalogues.py", "check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.count("\n") <= 1) == (0, True), done.stdout


def test_english_imports_no_gettext_and_reads_no_file() -> None:
    program = (
        "import sys\nfrom dockproxy.text import _, tr\n_('x')\n"
        "print(sorted({'gettext', 'pkgutil', 'locale'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={"PYTHONPATH": str(REPOSITORY / "src")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "[]"
