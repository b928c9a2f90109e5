from __future__ import annotations

from random import Random

import pytest

from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.formats.environment_file import edit, parse
from dockproxy.core.model.errors import DockproxyError
from tests.support import random_units


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=b\n", {"A": "b"}),
        ("A = b \n", {"A": "b"}),
        ("A=b # c\n", {"A": "b # c"}),
        ("A=%%40\n", {"A": "%%40"}),
        ("export A=b\n", {}),
        ("\ufeffA=b\nC=d\n", {"C": "d"}),
        ("A=b\r\nC=d\rE=f", {"A": "b", "C": "d", "E": "f"}),
        ("# A=b\n ;C=d\nE=f", {"E": "f"}),
        ("A=b\\\n c\n", {"A": "b c"}),
        ("A=\"b\" 'c'd\n", {"A": "bcd"}),
        ('A="b\\"\\$\\`\\\\\\n"\n', {"A": 'b"$`\\\\n'}),
        ("A='b\\'\n", {"A": "b\\"}),
        ("A='b\nc'\n", {"A": "b\nc"}),
        ('A=b"c"\n', {"A": 'b"c"'}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("A=\nB\n=c\n2D=e\n", {"A": ""}),
        ("A=b\nC=\udcff\n", {}),
        ("A=b\0\n", {}),
    ],
)
def test_a_file_is_read_as_systemd_reads_it(text: str, values: dict[str, str]) -> None:
    assert parse(text).values() == values


def test_a_comment_ending_in_a_backslash_took_the_next_line_before_254() -> None:
    text = "# c \\\nA=b\nC=d\n"
    assert parse(text, 252).values() == {"C": "d"}
    assert parse(text, 254).values() == {"A": "b", "C": "d"}


def test_entries_and_problems_have_their_places() -> None:
    # given
    text = "\n é\n  A = 'b' \nexport C=d\nE=\"f\n"
    # when
    content = parse(text)
    # then
    assert [(e.name, e.line, e.column) for e in content.entries] == [
        ("A", 3, 3),
        ("export C", 4, 1),
        ("E", 5, 1),
    ]
    values = [text[each.value_start : each.value_end] for each in content.entries]
    assert values == ["'b'", "d", '"f\n']
    assert [(p.message, p.line, p.column) for p in content.problems] == [
        ("no '=', line ignored", 2, 2),
        ("Ignoring invalid environment assignment", 4, 1),
        ("no closing quote: the rest of the file is its value", 5, 3),
    ]


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        ("", "A", "v", 'A="v"\n'),
        ("X=1", "A", "v", 'X=1\nA="v"'),
        ("X=1\r\n", "A", "v", 'X=1\r\nA="v"\r\n'),
        ("A=1\nB=2\n", "A", "v", "A=v\nB=2\n"),
        ("A = 'x' \nB=2\n", "A", "v", 'A = "v" \nB=2\n'),
        ("A=\n", "A", 'p"$`\\%40', 'A="p\\"\\$\\`\\\\%40"\n'),
        ("A=1\nA=2\n", "A", "v", "A=1\nA=v\n"),
        ("# c \\\n", "A", "v", '# c \\\n\nA="v"\n'),
        ("X=1\\", "A", "v", 'X=1\\\n\nA="v"'),
        ('X="1\n', "A", "v", 'A="v"\nX="1\n'),
        ("A=1\nB=2\nA=3\n", "A", None, "B=2\n"),
        ("B=2\nA=3", "A", None, "B=2"),
        ("A='v'\n", "A", "v", "A='v'\n"),
        ("export A=1\n", "A", None, "export A=1\n"),
    ],
)
def test_the_smallest_edit_is_made(before: str, name: str, value: str | None, after: str) -> None:
    assert edit(before, [(name, value)]) == after


def test_a_file_that_systemd_refuses_is_not_edited() -> None:
    with pytest.raises(DockproxyError):
        edit("X=\udcff\n", [("A", "v")])


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b"])
def test_a_value_with_a_line_break_is_refused(value: str) -> None:
    with pytest.raises(DockproxyError):
        edit("", [("A", value)])


def test_setting_and_removing_a_new_name_gives_a_random_file_back() -> None:
    rng = Random(91)
    tried = 0
    for _ in range(800):
        text = random_units.environment_file_text(rng)
        if parse(text).refused:
            continue
        changed = edit(text, [("NEW", random_units.value(rng).replace("\ufffe", ""))], 254)
        assert parse(changed).values().keys() == parse(text).values().keys() | {"NEW"}
        removed = edit(changed, [("NEW", None)], 254)
        assert removed.rstrip("\r\n") == text.rstrip("\r\n"), (text, changed)
        tried += 1
    assert tried > 500


@pytest.mark.parametrize("end", ["\n", "\n\n", "\nNO_PROXY=a\n", '\n"\n'])
def test_a_quote_that_is_not_closed_takes_line_ends_in_also_where_it_is_masked(end: str) -> None:
    text = f'HTTPS_PROXY="http://ann:pw@10.0.0.1:3128{end}'

    shown = redact(text.encode(), "environment-file").text

    whole, masked = (parse(each).values()["HTTPS_PROXY"] for each in (text, shown))
    assert masked.count("\n") == whole.count("\n") > 0
    assert shown.count("\n") == text.count("\n")
    assert "pw" not in shown
