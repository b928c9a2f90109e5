"""What is promised of set, undo and unset, on random trees (``trees``, ``json_texts``, ...)."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.properties.journey import travel

TREES = int(os.environ.get("DOCKPROXY_TREES", "80"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_a_set_is_seen_is_idle_when_repeated_and_is_taken_back_whole(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    number = TREES // PARTS
    counts = travel(range(part * number, (part + 1) * number), record_property)
    assert counts["set; undo"] > 0.85 * number
    assert counts["set; unset"] > 0.25 * number
