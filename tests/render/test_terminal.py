"""What reaches a terminal: the right width, no commands, nothing that it cannot show."""

from __future__ import annotations

import pytest

from dockproxy.render.terminal import (
    Style,
    clean,
    fit,
    pad,
    paint,
    printable,
    style_for,
    width,
    wrap,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("中文 é", "中文 é"),
        ("a\x1b[31mred", "a\\x1b[31mred"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("\u2028", "\\u2028"),
        ("\udc80", "\\udc80"),
        ("\U000e0001", "\\U000e0001"),
        ("a\u00a0b\u3000c", "a\u00a0b\u3000c"),
    ],
)
def test_what_could_command_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("中文", 4), ("é", 1), ("e\u0301", 1), ("ｆ", 2), ("→", 1), ("한", 2)],
)
def test_width_is_counted_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_padding_counts_columns() -> None:
    assert pad("中", 4) == "中  "
    assert pad("abcd", 2) == "abcd"


@pytest.mark.parametrize(
    ("text", "columns", "fitted"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("中文字", 5, "中文…"),
        ("中文字", 4, "中…"),
        ("中文字", 6, "中文字"),
    ],
)
def test_what_is_too_long_is_cut_at_a_whole_character(text: str, columns: int, fitted: str) -> None:
    assert fit(text, columns) == fitted


def test_the_mark_of_a_cut_may_be_ascii() -> None:
    assert fit("abcdefgh", 6, "...") == "abc..."


def test_lines_break_at_blanks_and_go_on_behind_the_indent() -> None:
    assert wrap("one two three four five six", 20, "  ") == ["one two three four", "  five six"]


def test_a_list_breaks_after_commas() -> None:
    assert wrap("aaaaaaaa,bbbbbbbb,cccccccc", 20) == ["aaaaaaaa,bbbbbbbb,", "cccccccc"]


def test_a_path_stays_whole_to_be_copied() -> None:
    path = "/etc/systemd/system/docker.service.d/http-proxy.conf"

    assert wrap(f"see {path} there", 20, "  ") == ["see", f"  {path}", "  there"]


def test_wide_text_breaks_between_characters_but_not_before_its_punctuation() -> None:
    assert wrap("一二三四五六七八九十一二三", 20) == ["一二三四五六七八九十", "一二三"]
    assert wrap("一二三四五六七八九十，一二", 20) == ["一二三四五六七八九", "十，一二"]
    assert wrap("一二三四五六七八九（十一）", 20) == ["一二三四五六七八九", "（十一）"]


def test_no_width_is_no_wrapping() -> None:
    assert wrap("one two three four five six", 0) == ["one two three four five six"]


def test_a_terminal_can_be_too_narrow_to_heed() -> None:
    assert wrap("one two three four five", 3) == ["one two three four", "five"]


def test_colour_is_for_those_who_want_it() -> None:
    assert paint("x", "red", Style(colour=True)) == "\x1b[31mx\x1b[0m"
    assert paint("x", "red", Style(colour=False)) == "x"
    assert paint("", "red", Style(colour=True)) == ""


@pytest.mark.parametrize(
    ("environ", "is_terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm"}, True, True),
    ],
)
def test_no_color_and_dumb_terminals_are_heeded(
    environ: dict[str, str], is_terminal: bool, colour: bool
) -> None:
    assert style_for(environ, is_terminal, "utf-8", 80, "en").colour is colour


@pytest.mark.parametrize(
    ("encoding", "language", "unicode"),
    [
        ("utf-8", "zh_CN", True),
        ("gbk", "zh_CN", True),
        ("ascii", "en", False),
        ("latin-1", "en", False),
        ("no-such-encoding", "en", False),
        (None, "en", False),
    ],
)
def test_a_language_that_the_console_cannot_write_is_given_up(
    encoding: str | None, language: str, unicode: bool
) -> None:
    style = style_for({}, True, encoding, 100, "zh_CN")

    assert (style.language, style.unicode) == (language, unicode)


def test_lines_are_broken_for_terminals_only() -> None:
    assert style_for({}, True, "utf-8", 100, "en").width == 100
    assert style_for({}, False, "utf-8", 100, "en").width == 0


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        (Style(encoding="ascii"), "-> ... ? ?"),
        (Style(unicode=False), "-> ... ? ?"),
        (Style(encoding="gbk", language="zh_CN"), "→ … 中 ?"),
        (Style(encoding="utf-8"), "→ … 中 \U0001f600"),
        (Style(encoding="no-such-encoding"), "-> ... ? ?"),
    ],
)
def test_what_the_console_cannot_hold_is_replaced(style: Style, shown: str) -> None:
    assert printable("→ … 中 \U0001f600", style) == shown


def test_a_lone_surrogate_never_raises() -> None:
    assert printable("a\udc80", Style()) == "a?"
