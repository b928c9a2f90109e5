"""A YAML text to nodes: what is read, where it stands, and what is too much."""

from __future__ import annotations

import pytest

from dockproxy.project.yaml_nodes import Node, Unreadable, entries
from dockproxy.project.yaml_text import read

Shape = object


def shape(node: Node) -> Shape:
    """A node as plain values: scalars with their places."""
    if node.kind == "scalar":
        return (node.value, node.line, node.column)
    if node.kind == "list":
        return [shape(item) for item in node.items]
    return {key.value: shape(value) for key, value in node.pairs}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "a: |\n  x\n   y\nb: >-\n  one\n  two\n",
            {"a": ("x\n y\n", 1, 4), "b": ("one two", 4, 4)},
        ),
        ('a: "x\\\n  y \\u00e9"\n', {"a": ("xy é", 1, 4)}),
        ("- - a\n  - b\n-\n  - c\n", [[("a", 1, 5), ("b", 2, 5)], [("c", 4, 5)]]),
        ("a:\n- x\nb: 1\n", {"a": [("x", 2, 3)], "b": ("1", 3, 4)}),
        ("{a: 1, d: [x, {y: z}]}\n", {"a": ("1", 1, 5), "d": [("x", 1, 12), {"y": ("z", 1, 19)}]}),
        ("a: &x v\nb: *x\n", {"a": ("v", 1, 7), "b": ("v", 1, 7)}),
        ("a: !reset null\nb: !tag\n  - c\n", {"a": (None, 1, 11), "b": [("c", 3, 5)]}),
        ("a: ~\nb:\nc: 'null'\n", {"a": (None, 1, 4), "b": (None, 2, 3), "c": ("null", 3, 4)}),
        ("a: b\r\nc:\r\n  - d\r\n", {"a": ("b", 1, 4), "c": [("d", 3, 5)]}),
        ("\ufeffa: b\n", {"a": ("b", 1, 4)}),
        ("# ü\na: ü # x\nb: c\n", {"a": ("ü", 2, 4), "b": ("c", 3, 4)}),
        ("a: http://h:1/#x\n", {"a": ("http://h:1/#x", 1, 4)}),
    ],
)
def test_what_people_write_is_read_with_its_place(text: str, wanted: Shape) -> None:
    (root,) = read(text)
    assert shape(root) == wanted


def test_documents_are_apart_and_so_are_their_anchors() -> None:
    first, second = read("%YAML 1.1\n---\na: &x 1\n...\n---\nb: 2\n")
    assert (shape(first), shape(second)) == ({"a": ("1", 3, 7)}, {"b": ("2", 6, 4)})
    with pytest.raises(Unreadable, match="unknown anchor"):
        read("a: &x 1\n---\nb: *x\n")
    assert read("# only a remark\n") == []


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
        ("? [a]\n: b\n", (1, 3)),
        ("- " * 200, (1, 201)),
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


@pytest.mark.parametrize("piece", ["*a{}", "{{<<: *a{}}}", "[*a{}]"])
def test_a_bomb_is_refused_where_it_has_grown_too_much(piece: str) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([piece.format(n - 1)] * 9)}]" for n in range(1, 40)]
    with pytest.raises(Unreadable, match="aliases of aliases") as error:
        read("\n".join(lines))
    assert 6 <= error.value.line <= 10


def test_one_alias_in_very_many_services_is_no_bomb() -> None:
    lines = ["x: &x {HTTP_PROXY: a, NO_PROXY: b}", "services:"]
    lines += [f"  s{n}: {{environment: *x}}" for n in range(20_000)]
    (root,) = read("\n".join(lines))
    assert len(root.pairs) == 2
