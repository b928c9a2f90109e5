from __future__ import annotations

import re
from random import Random

import pytest

from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_edit import is_empty_dropin, quote_assignment, set_environment
from dockproxy.core.formats.unit_environment import effective_environment
from dockproxy.core.model.errors import DockproxyError
from tests.support import random_units

STACK = "[Service]\nEnvironment=A=b \\\n  # c\n  H=x \\\n  N=a, b, c\nEnvironment=Z=z\n"


@pytest.mark.parametrize(
    ("before", "name", "value", "after"),
    [
        ("", "H", "v", '[Service]\nEnvironment="H=v"\n'),
        ("[Service]\n", "H", "v", '[Service]\nEnvironment="H=v"\n'),
        ("[Unit]\nX=1\n", "H", "v", '[Unit]\nX=1\n\n[Service]\nEnvironment="H=v"\n'),
        ("[Unit]\nX=1", "H", "v", '[Unit]\nX=1\n\n[Service]\nEnvironment="H=v"'),
        ("[Service]\r\nX=1\r\n", "H", "v", '[Service]\r\nX=1\r\nEnvironment="H=v"\r\n'),
        (
            "[Service]\nX=1\n\n[Install]\nY=2\n",
            "H",
            "v",
            '[Service]\nX=1\nEnvironment="H=v"\n\n[Install]\nY=2\n',
        ),
        ("[Service]\nEnvironment=H=a B=c\n", "H", "v", "[Service]\nEnvironment=H=v B=c\n"),
        ("[Service]\nEnvironment=H=a\n", "H", "a b", '[Service]\nEnvironment="H=a b"\n'),
        ('[Service]\nEnvironment=H="a"\n', "H", "v", '[Service]\nEnvironment=H="v"\n'),
        ("[Service]\nEnvironment='H=a'\n", "H", "v", '[Service]\nEnvironment="H=v"\n'),
        ("[Service]\nEnvironment=H=p%40q\n", "H", "p%40q", "[Service]\nEnvironment=H=p%%40q\n"),
        ("[Service]\nEnvironment=H = a B=c\n", "H", "v", "[Service]\nEnvironment=H=v B=c\n"),
        ("[Service]\nEnvironment=H=a, b\n", "H", "v", "[Service]\nEnvironment=H=v\n"),
        ('[Service]\nEnvironment="H=a\n', "H", "v", '[Service]\nEnvironment="H=v"\n'),
        (
            "[Service]\nEnvironment=H=1\nEnvironment=H=2\n",
            "H",
            "v",
            "[Service]\nEnvironment=H=1\nEnvironment=H=v\n",
        ),
        (
            "[Service]\nEnvironment=H=1\nEnvironment=\n",
            "H",
            "v",
            '[Service]\nEnvironment=H=1\nEnvironment=\nEnvironment="H=v"\n',
        ),
        ("[Service]\nX=1 \\", "H", "v", '[Service]\nX=1 \\\n\nEnvironment="H=v"'),
        ("[Service]\nX=1\n[bad\n", "H", "v", '[Service]\nX=1\nEnvironment="H=v"\n[bad\n'),
        (STACK, "H", "v", STACK.replace("H=x", "H=v")),
        (STACK, "H", None, "[Service]\nEnvironment=A=b \\\n  # c\n  N=a, b, c\nEnvironment=Z=z\n"),
        (STACK, "N", None, "[Service]\nEnvironment=A=b \\\n  # c\n  H=x\nEnvironment=Z=z\n"),
        (
            STACK,
            "A",
            None,
            "[Service]\nEnvironment= \\\n  # c\n  H=x \\\n  N=a, b, c\nEnvironment=Z=z\n",
        ),
        (STACK, "Z", None, STACK.replace("Environment=Z=z\n", "")),
        ("[Service]\nEnvironment=H=1 \\\n# c\n\nX=1\n", "H", None, "[Service]\n# c\nX=1\n"),
        ("[Service]\nEnvironment=H=%40\n", "H", None, "[Service]\n"),
    ],
)
def test_the_smallest_edit_is_made(before: str, name: str, value: str | None, after: str) -> None:
    assert set_environment(before, [(name, value)]) == after


def test_an_equal_value_changes_nothing_however_it_is_spelled() -> None:
    text = "[Service]\nEnvironment = 'H=p%%40\\x41'\t\n"
    assert set_environment(text, [("H", "p%40A")]) == text


def test_a_name_that_is_not_there_is_removed_without_a_change() -> None:
    assert set_environment(STACK, [("OTHER", None)]) == STACK


@pytest.mark.parametrize("value", ["a\nb", "a\0b", "\udcff", "\ufffe", "x" * 131072])
def test_what_no_process_can_get_is_refused(value: str) -> None:
    with pytest.raises(DockproxyError) as caught:
        quote_assignment("A", value)
    assert value not in str(caught.value)


@pytest.mark.parametrize("name", ["", "2A", "A-B", "é", "A B", "A="])
def test_a_name_that_systemd_refuses_is_refused(name: str) -> None:
    with pytest.raises(DockproxyError):
        quote_assignment(name, "v")


def test_quoting_escapes_what_systemd_would_take_for_something_else() -> None:
    assert quote_assignment("A", 'p%40"\\$\t\r') == '"A=p%%40\\"\\\\$\\x09\\x0d"'


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("", True),
        ("\ufeff[Service]\r\n", True),
        ("\n[Service]\n\n", True),
        ("[Service]\n# c\n", False),
        ("[Service]\nX=1\n", False),
        ("[Unit]\n", False),
    ],
)
def test_only_a_drop_in_with_nothing_in_it_may_go(text: str, empty: bool) -> None:
    assert is_empty_dropin(text) is empty


def _value(text: str, name: str) -> str | None:
    found = effective_environment([("x.conf", parse(text))], {}).variables.get(name)
    return None if found is None or found.claim.kind != "environment" else found.value


def _new_value(rng: Random) -> str:
    characters = [chr(code) for code in range(32, 0x180) if chr(code).isprintable()] + ["\t", "😀"]
    return "".join(rng.choice(characters) for _ in range(rng.randint(0, 12)))


def _texts(seed: int, number: int = 600) -> list[tuple[Random, str]]:
    rng = Random(seed)
    texts = [random_units.unit_text(rng) for _ in range(number)]
    return [(rng, text.replace("UnsetEnvironment", "X")) for text in texts]


def test_a_random_unit_assigns_exactly_what_was_set() -> None:
    for rng, text in _texts(81):
        name, value = rng.choice(random_units.NAMES), _new_value(rng)
        changed = set_environment(text, [(name, value)])
        assert _value(changed, name) == value, (text, changed)
        assert set_environment(changed, [(name, value)]) == changed


def test_a_random_unit_keeps_all_other_variables() -> None:
    for rng, text in _texts(82):
        name = rng.choice(random_units.NAMES)
        for value in (None, _new_value(rng)):
            changed = set_environment(text, [(name, value)])
            for other in set(random_units.NAMES) - {name}:
                assert _value(changed, other) == _value(text, other), (text, changed, name)


def test_setting_and_removing_a_new_name_gives_a_random_unit_back() -> None:
    tried = 0
    for rng, text in _texts(83):
        if _leaves_a_trace(text):
            continue
        changed = set_environment(text, [("NEW", _new_value(rng))])
        assert set_environment(changed, [("NEW", None)]) == text, (text, changed)
        tried += 1
    assert tried > 400


def _leaves_a_trace(text: str) -> bool:
    """An open continuation at the end needs an empty line to end it; a header of ours is not told
    from an empty one that was there; before a fault at which systemd stops it stays, and in a text
    that was empty (such a file goes: is_empty_dropin)."""
    unit = parse(text)
    return (
        not text.strip("\ufeff")
        or any(assignment.open_ended for assignment in unit.assignments)
        or text.rstrip(" \t\r\n\ufeff").endswith("]")
        or (unit.stopped is not None and "Service" not in [h.name for h in unit.headers])
    )


def test_only_the_lines_concerned_change() -> None:
    for rng, text in _texts(84):
        changed = set_environment(text, [("NEW", _new_value(rng))])
        lines, after = re.split("[\n\r\0]", text), re.split("[\n\r\0]", changed)
        added = [line for line in after if "NEW=" in line]
        assert len(added) == 1
        after.remove(added[0])
        kept = [line for line in after if line.strip() not in ("", "[Service]")]
        assert kept == [line for line in lines if line.strip() not in ("", "[Service]")], (
            text,
            changed,
        )


def _told(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip() not in ("", "[Service]")]


def test_a_new_drop_in_is_empty_again_when_its_variables_are_removed() -> None:
    text = set_environment("", [("A", "1"), ("B", "2")])
    assert not is_empty_dropin(text)
    assert is_empty_dropin(set_environment(text, [("B", None), ("A", None)]))


def test_words_that_a_fault_hides_from_systemd_stay_hidden_and_stay_there() -> None:
    text = "[Service]\nEnvironment=B=\\$ A=2 \\\n# why\n C=3\n"

    changed = set_environment(text, [("B", "1")])

    assert changed == f'{text}Environment="B=1"\n'
    assert set_environment(changed, [("B", None)]) == text
