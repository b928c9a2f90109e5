"""Go's semantics against the real Go: random settings, odd ones among them, seeds printed."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable
from random import Random

import pytest

from dockproxy.semantics.go_idna import Edition
from dockproxy.semantics.go_uts46 import to_ascii
from tests.lab.equipment.golang import NEWEST, SUITES
from tests.lab.go_oracle import disagreements, go
from tests.semantics.go_cases import UNICODE

pytestmark = pytest.mark.lab

SEED = int(os.environ.get("DOCKPROXY_SEED") or Random().randrange(1 << 32))
OLD = tuple(version for version in SUITES if version != NEWEST)
EDITIONS = {
    "1.27": Edition(),
    "1.26": Edition(since_16=False),
    "1.19": Edition(refuses_ascii=False, since_16=False),
}


def test_decisions_are_those_of_the_newest_go() -> None:
    compared, wrong = disagreements(NEWEST, SEED, 200, 100)

    assert wrong == [], f"seed {SEED}"
    assert compared == 20_000


@pytest.mark.soak
@pytest.mark.parametrize("version", OLD)
def test_decisions_are_those_of_older_ones(version: str) -> None:
    compared, wrong = disagreements(version, SEED, 1000, 100)

    assert wrong == [], f"seed {SEED}"
    assert compared > 90_000


@pytest.mark.soak
def test_a_million_decisions_over_2500_settings(
    record_property: Callable[[str, object], None],
) -> None:
    compared, wrong = disagreements(NEWEST, SEED, 2500, 400)

    record_property("decisions", compared)
    record_property("seed", SEED)
    assert wrong == [], f"seed {SEED}"


@pytest.mark.soak
@pytest.mark.parametrize("version", EDITIONS)
def test_each_character_is_written_as_go_writes_it(version: str) -> None:
    """All that this Python's Unicode has; what is newer is an error here."""
    known = [
        chr(code)
        for code in range(0x80, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs")
    ]
    with go(version, "idna") as real:
        made = real.exchange([f"a{char}b" for char in known])
    wrong = [
        char
        for char, theirs in zip(known, made, strict=True)
        if theirs != to_ascii(f"a{char}b", EDITIONS[version])
        and not (theirs is None and _is_newer(char, version))
    ]

    assert wrong == []


def _is_newer(char: str, version: str) -> bool:
    """Whether the character came into Unicode after that Go's tables; then it is an error there."""
    return version != NEWEST and unicodedata.ucd_3_2_0.category(char) == "Cn"


@pytest.mark.soak
def test_random_names_are_written_as_go_writes_them() -> None:
    """But for ``xn--`` before what is not ASCII (go_uts46.py says so)."""
    rng = Random(SEED)
    parts = [
        *"abAB01--_..",
        *"".join(UNICODE),
        *"\u200c\u200d\u094d\u0643\u0645\u0627\u0660",
        "xn--a",
    ]
    names = ["".join(rng.choice(parts) for _ in range(rng.randint(1, 8))) for _ in range(100_000)]
    names = [
        name
        for name in names
        if not name.isascii() and "xn--" not in name.lower() and name.isprintable()
    ]
    with go(NEWEST, "idna") as real:
        made = real.exchange(names)
    wrong = [
        (name, theirs) for name, theirs in zip(names, made, strict=True) if theirs != to_ascii(name)
    ]

    assert wrong == [], f"seed {SEED}"
