"""Sound files with one character taken out or put in: what the repair makes of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from dockproxy.core.formats.go_json import Node, parse
from dockproxy.core.formats.json_repair import repaired
from dockproxy.core.model.errors import ParseError
from tests.properties import json_texts

SEED = int(os.environ.get("DOCKPROXY_SEED", "13"))
FEW, MANY = 600, 20_000
SIGNS = "{}[],:\"\\a0-'“” /#;.=\t\n"


def said(text: str) -> Any:
    """What a text says, its members in their order; None where it is no JSON to dockerd."""
    try:
        return _said(parse(text))
    except ParseError:
        return None


def _said(node: Node) -> Any:
    members = [(member.key, _said(member.value)) for member in node.members]
    return node.kind, node.value, members, [_said(item) for item in node.items]


def sound(rng: Random) -> str:
    """A daemon.json with something in it."""
    while True:
        text = (json_texts.daemon_json(rng) or b"").decode("utf-8", "replace")
        if "\ufffd" not in text and (said(text) or ("",))[0] == "object" and '"' in text:
            return text


def damaged(rng: Random, text: str) -> str:
    at = rng.randrange(len(text))
    if rng.random() < 0.5:
        return text[:at] + text[at + 1 :]
    return text[:at] + rng.choice(SIGNS) + text[at:]


def changed(one: str, two: str) -> int:
    """How many characters differ: the longer of what went and what came."""
    start = _alike(one, two)
    rest = one[start:], two[start:]
    return max(map(len, rest)) - _alike(rest[0][::-1], rest[1][::-1])


def _alike(one: str, two: str) -> int:
    pairs = enumerate(zip(one, two, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(two)))


@pytest.mark.parametrize("texts", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_a_repair_that_is_called_safe_brings_the_settings_back(
    texts: int, record_property: Callable[[str, object], None]
) -> None:
    print(f"seed {SEED}")
    rng = Random(SEED)
    counts: Counter[str] = Counter()
    while counts["damaged"] < texts:
        text = sound(rng)
        broken = damaged(rng, text)
        if said(broken) is not None:
            continue
        counts["damaged"] += 1
        repair = repaired(broken)
        if repair is None:
            counts["beyond repair"] += 1
            continue
        assert said(repair.text) is not None, (broken, repair)
        same = said(repair.text) == said(text)
        if repair.certain:
            counts["safe"] += 1
            assert same, (text, broken, repair)
            assert changed(broken, repair.text) == 1, (broken, repair)
        else:
            counts["offered"] += 1
            counts["offered, and as it was"] += same
    for what, number in counts.items():
        record_property(what, number)
    assert counts["beyond repair"] < 0.2 * texts
    assert counts["safe"] > 0.15 * texts
    assert counts["offered, and as it was"] > 0.5 * counts["offered"]
