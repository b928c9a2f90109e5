"""The file of ignores: what it says, and where it is off."""

from __future__ import annotations

import pytest

from dockproxy.core.model.errors import ParseError
from dockproxy.rules.ignores_file import read_ignores

GOOD = """\
# ours
[[doctor.ignore]]
code = "DP213"  # a remark
reason = 'as "meant"'

\t[[ doctor . ignore ]]\r
  path="/etc/*\\u0041\\t"
code="dp801"
reason = "ünï\\\\code" # x
"""


def test_tables_and_their_lines() -> None:
    first, second = read_ignores(GOOD)
    assert first.values == {"code": "DP213", "reason": 'as "meant"'}
    assert second.values == {"path": "/etc/*A\t", "code": "dp801", "reason": "ünï\\code"}
    assert (first.line, second.line) == (2, 6)
    assert read_ignores("") == read_ignores("# nothing\n\n") == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[doctor.ignore]]\ncode = "DP213"\n', 1),  # no reason
        ('[[doctor.ignore]]\nreason = "x"\n', 1),
        ('[[doctor.ignore]]\ncode = "DP1"\nreason = " "\n', 3),
        ('code = "DP213"\n', 1),
        ("[doctors]\n", 1),
        ("[doctor]\nselect = 1\n", 2),
        ("[doctor]\nignore = 1\n", 2),
        ("[[doctor.ignores]]\n", 1),
        ('[[doctor.ignore]]\n  resaon = "x"\n', 2),
        ('[[doctor.ignore]]\ncode = "DP1"\ncode = "DP2"\n', 3),
        ("[[doctor.ignore]]\ncode = DP1\n", 2),
        ('[[doctor.ignore]]\ncode = "DP1\n', 2),
        ('[[doctor.ignore]]\ncode = ["DP1"]\n', 2),
        ('[[doctor.ignore]]\ncode = "DP1" x\n', 2),
        ('[[doctor.ignore]]\ncode = "\\q"\n', 2),
        ('[[doctor.ignore]]\ncode = "\\ud800"\n', 2),
        ('[[doctor.ignore]]\ncode = "\\U00110000"\n', 2),
        ("[[doctor.ignore]]\n\x1b[31m\n", 2),
        ("[[doctor.ignore]]\nnonsense\n", 2),
        ("DP213\n", 1),
    ],
)
def test_what_is_off_has_its_line(text: str, line: int) -> None:
    with pytest.raises(ParseError) as caught:
        read_ignores(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        'doctor.ignore = [{code = "DP1", reason = "x"}]\n',
        '[doctor]\nignore = [{code = "DP1", reason = """x"""}]\n',
        '[[ "doctor" . \'ignore\' ]]\ncode = "DP1"\nreason = "x"\n',
    ],
)
def test_toml_written_otherwise_is_taken_too(text: str) -> None:
    (entry,) = read_ignores(text)
    assert entry.values == {"code": "DP1", "reason": "x"}
    assert entry.line == 1
