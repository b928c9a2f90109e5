from __future__ import annotations

import pytest

from dockproxy.core.formats.systemd_unit import EnvAssignment, environment_assignments, parse


def words(text: str) -> list[EnvAssignment]:
    unit = parse(text)
    return [
        item
        for assignment in unit.service("Environment")
        for item in environment_assignments(unit, assignment)
    ]


def read(line: str) -> list[tuple[str, str, str]]:
    return [(item.name, item.value, item.note) for item in words(f"[Service]\n{line}\n")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Environment=A=b C=d", [("A", "b", ""), ("C", "d", "")]),
        ('Environment= "A=b c"', [("A", "b c", "")]),
        ('Environment=A="b c"', [("A", "b c", "")]),
        ("Environment='A=\"b\"'", [("A", '"b"', "")]),
        ('Environment="A=x B=y"', [("A", "x B=y", "")]),
        ("Environment=A=x;B=y", [("A", "x;B=y", "")]),
        (r"Environment=A=\x41\u00e9\101\s\xc3\xa9", [("A", "AéA é", "")]),
        ("Environment=A=p%%40q", [("A", "p%40q", "")]),
        ("Environment=A=% B=%", [("A", "%", ""), ("B", "%", "")]),
        ("Environment=A=%40 B=b", [("A", "%40", "unresolved"), ("B", "b", "")]),
        ("Environment=A=%H%%", [("A", "%H%%", "specifier")]),
        ("Environment=export A=b", [("export", "", "invalid"), ("A", "b", "")]),
        ("Environment=A = b", [("A", "", "invalid"), ("", "", "invalid"), ("b", "", "invalid")]),
        ("Environment=“A=b”", [("“A", "b”", "invalid")]),
        (r"Environment=A=\xff", [("A", "\udcff", "invalid")]),
        ('Environment=A=b "C=d', [("A", "b", ""), ("C", "d", "unclosed-quote")]),
        (r"Environment=A=b C=\q D=d", [("A", "b", ""), ("C", r"\q D=d", "bad-escape")]),
        ("Environment=", []),
    ],
)
def test_environment_is_taken_apart_as_systemd_does(
    line: str, expected: list[tuple[str, str, str]]
) -> None:
    assert read(line) == expected


def test_words_stand_where_the_file_has_them_across_continuations_and_comments() -> None:
    # given
    text = "[Service]\nEnvironment=A=é \\\n  # a comment\n\tB=c \\\r\n 'C=d\\\n e'\n"
    # when
    found = words(text)
    # then
    assert [(item.name, item.line, item.column) for item in found] == [
        ("A", 2, 13), ("B", 4, 2), ("C", 5, 2),
    ]  # fmt: skip
    assert [text[item.start : item.end] for item in found] == ["A=é", "B=c", "'C=d\\\n e'"]
    assert found[2].value == "d  e"


@pytest.mark.parametrize(
    "text", ["[Service]\r\nEnvironment=A=b\r\n", "\ufeff[Service]\nEnvironment=A=b"]
)
def test_carriage_returns_and_a_byte_order_mark_do_no_harm(text: str) -> None:
    assert [(item.name, item.value) for item in words(text)] == [("A", "b")]
    assert parse(text).problems == []


def test_a_byte_order_mark_before_a_comment_hides_the_comment_from_systemd() -> None:
    assert parse("\ufeff# x\n[Service]\n").problems[0].message == (
        "Assignment outside of section. Ignoring."
    )


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("Environment=A=b\n", "Assignment outside of section. Ignoring.", 1, 1),
        ("[service]\nEnvironment=A=b\n", "Unknown section 'service'. Ignoring.", 1, 1),
        ("[Service]\nenvironment=A=b\n", "Unknown key 'environment' in section [Service]", 2, 1),
        ("[Unit]\n Environment=A=b\n", "Unknown key 'Environment' in section [Unit]", 2, 2),
        ("[Service]\nHello\n", "Missing '=', ignoring line.", 2, 1),
        ("[Service]\n=x\n", "Missing key name before '=', ignoring line.", 2, 1),
        ("[Service]\nEnvironment=A=b C=%4\n", "Failed to resolve specifiers, ignoring", 2, 17),
        ('[Service]\nEnvironment="A=b\n', "Invalid syntax, ignoring", 2, 13),
        ("[Service]\nEnvironment=A B=c\n", "Invalid environment assignment, ignoring", 2, 13),
    ],
)
def test_a_fault_is_told_in_systemds_words_with_its_place(
    text: str, message: str, line: int, column: int
) -> None:
    problem = parse(text).problems[0]
    assert problem.message.startswith(message)
    assert (problem.line, problem.column) == (line, column)
    assert parse(text).stopped is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[Service", "Invalid section header"),
        ("[Ser'vice]", "Bad characters in section header"),
        ("X=\udcff", "String is not UTF-8 clean, ignoring assignment"),
        ("X=" + "x" * 1024 * 1024, "Line too long"),
        ("X=" + "x" * 600_000 + "\\\n" + "y" * 600_000, "Continuation line too long"),
    ],
)
def test_systemd_stops_to_read_at_some_faults(line: str, message: str) -> None:
    # when
    unit = parse(f"[Service]\nEnvironment=A=b\n{line}\nEnvironment=C=d\n")
    # then
    assert unit.stopped is not None
    assert unit.stopped.message == message
    assert [a.value for a in unit.service("Environment")] == ["A=b"]


def test_no_problem_repeats_a_value() -> None:
    text = '[Service]\nEnvironment=A=hUnter2%40 hUnter2 "B=hUnter2\n[hUnter2"]\n'
    assert "hUnter2" not in repr(parse(text).problems)
