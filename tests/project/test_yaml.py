"""Our reader of YAML against PyYAML's libyaml: the same nodes at the same places, or no."""

from __future__ import annotations

import pytest

from dockproxy.project.yaml_nodes import Unreadable, entries
from dockproxy.project.yaml_text import read
from tests.project.yaml_oracle import of_ours, of_pyyaml, texts


def compared(seed: int, number: int) -> int:
    """How many of so many texts one reader takes and the other does not; what both take is the
    same. ``?`` is what ours says no to.
    """
    apart = 0
    for text in texts(seed, number):
        theirs, ours = of_pyyaml(text), of_ours(text)
        if theirs is None or ours is None:
            apart += (theirs is None) != (ours is None) and "?" not in text
        else:
            assert ours == theirs, text
    return apart


@pytest.mark.parametrize("seed", range(4))
def test_what_both_take_is_the_same(seed: int) -> None:
    assert compared(seed, 500) <= 3


@pytest.mark.soak
def test_what_both_take_is_the_same_by_the_hundred_thousand() -> None:
    assert compared(99, 100_000) <= 1000


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  x\n   y\n\nb: >\n  one\n  two\n\n  three\n",
        "a: |-\n  x\nb: |+\n  y\n\n",
        "a: |2\n    x\n  y\n",
        'a: "x\\\n  y \\u00e9 \\x41"\n',
        "a: 'x\n\n  y'\n",
        "- - a\n  - b\n-\n  - c\n",
        "a:\n- x\n- y\nb: 1\n",
        "- a: 1\n  b: 2\n- c: 3\n",
        "{a: 1, 'b': 2, \"c\":3, d: [x, {y: z}], e: f}\n",
        "a: &x {k: v}\nb:\n  <<: *x\nc: [*x, *x]\n",
        "%YAML 1.1\n---\na: 1\n...\n---\nb: 2\n",
        "a: !reset null\nb: !override\n  c: d\n",
        "a: http://h:1/#x\nb: x #y\n",
        "a: b\r\nc:\r\n  - d\r\n",
        "\ufeffa: b\n",
        "# only a remark\n",
        "a: x\n  y\n\n  z\n",
        "'a b': c\n\"d\": e\n",
        "a:\n  - b\n  -\n    c: d\n",
        "x: [\n  a,\n  b, # c\n]\n",
    ],
)
def test_what_people_write_is_read_as_pyyaml_reads_it(text: str) -> None:
    theirs = of_pyyaml(text)
    assert theirs is not None
    assert of_ours(text) == theirs


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [b\nc: d\n", (2, 2)),
        ("a: b: c\n", (1, 5)),
        ("\ta: b\n", (1, 1)),
        ("a: *nobody\n", (1, 4)),
        ("a: 'open\n", (1, 4)),
        ("a:\n  b: 1\n c: 2\n", (3, 2)),
        ("a: \x1b[31m\n", (1, 4)),
        ("a: \x00\n", (1, 4)),
        ("a: @x\n", (1, 4)),
        ("? [a]\n: b\n", (1, 1)),
        ("- " * 200, (1, 203)),
        ("[" * 200, (1, 101)),
    ],
)
def test_what_is_refused_says_where(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(Unreadable) as error:
        read(text)
    assert (error.value.line, error.value.column) == place


def test_a_map_that_holds_itself_is_refused() -> None:
    with pytest.raises(Unreadable, match="unknown anchor"):
        read("a: &a\n  k: v\n  <<: *a\n")


def test_what_merges_without_end_is_too_much() -> None:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: v}}" for n in range(1, 4000)]
    (root,) = read("\n".join(lines))
    with pytest.raises(Unreadable, match="too much"):
        for _key, value in entries(root):
            list(entries(value))


def test_a_bomb_stays_as_small_as_it_is_written() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    (root,) = read("\n".join(lines))
    assert len(root.pairs) == 40
