"""The file of ignores: what it says, and that Python's own reader of TOML reads it alike."""

from __future__ import annotations

import random
import sys

import pytest

from dockproxy.core.formats.ignore_toml import read_ignores
from dockproxy.core.model.errors import ParseError

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


def read(text: str) -> list[dict[str, str]]:
    return [entry.values for entry in read_ignores(text)]


def test_tables_and_their_lines() -> None:
    first, second = read_ignores(GOOD)
    assert first.values == {"code": "DP213", "reason": 'as "meant"'}
    assert second.values == {"path": "/etc/*A\t", "code": "dp801", "reason": "ünï\\code"}
    assert (first.line, first.lines["reason"], second.line, second.lines["code"]) == (2, 4, 6, 8)
    assert read_ignores("") == read_ignores("# nothing\n\n") == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[[doctor.ignore]]\ncode = "DP213"\n', 1, 1),  # no reason
        ('[[doctor.ignore]]\nreason = "x"\n', 1, 1),
        ('[[doctor.ignore]]\ncode = "DP1"\nreason = " "\n', 3, 1),
        ('code = "DP213"\n', 1, 1),
        ("[doctor]\n", 1, 1),
        ("[[doctor.ignores]]\n", 1, 1),
        ('[[doctor.ignore]]\n  resaon = "x"\n', 2, 3),
        ('[[doctor.ignore]]\ncode = "DP1"\ncode = "DP2"\n', 3, 1),
        ("[[doctor.ignore]]\ncode = DP1\n", 2, 8),
        ('[[doctor.ignore]]\ncode = "DP1\n', 2, 8),
        ('[[doctor.ignore]]\ncode = ["DP1"]\n', 2, 8),
        ('[[doctor.ignore]]\ncode = """DP1"""\n', 2, 8),
        ("[[doctor.ignore]]\ncode = '''DP1'''\n", 2, 8),
        ('[[doctor.ignore]]\ncode = "DP1" x\n', 2, 13),
        ('[[doctor.ignore]]\ncode = "\\q"\n', 2, 8),
        ('[[doctor.ignore]]\ncode = "\\ud800"\n', 2, 8),
        ('[[doctor.ignore]]\ncode = "\\U00110000"\n', 2, 8),
        ("[[doctor.ignore]]\n\x1b[31m\n", 2, 1),
        ("[[doctor.ignore]]\nnonsense\n", 2, 1),
        ("DP213\n", 1, 1),
    ],
)
def test_what_is_off_has_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(ParseError) as caught:
        read_ignores(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib came with Python 3.11")
def test_what_is_taken_means_the_same_to_pythons_reader() -> None:
    import tomllib

    dice = random.Random(13)
    taken = 0
    texts = [GOOD]
    for _ in range(4000):
        signs = list(GOOD)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(signs))
            signs[at : at + dice.randint(0, 2)] = dice.choice(
                ("", '"', "'", "\\", "#", "=", "[", "]", "\n", "\r", "\t", " ", "x", "\x7f", "é")
            )
        texts.append("".join(signs))
    for text in texts:
        try:
            ours = read(text)
        except ParseError:
            continue
        theirs = tomllib.loads(text).get("doctor", {}).get("ignore", [])
        assert ours == theirs, text
        taken += 1
    assert taken > 500
