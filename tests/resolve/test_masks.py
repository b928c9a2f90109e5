"""Values with specifiers against what systemd made of them."""

from __future__ import annotations

import re
import time

from hypothesis import given
from hypothesis import strategies as st

from dockproxy.resolve.masks import matches_filled_in

PIECES = st.lists(st.sampled_from(["a", "b", "ab", "%H", "%i"]), max_size=6).map("".join)
RUNNING = st.text("ab", max_size=8)


@given(PIECES, RUNNING)
def test_a_specifier_stands_for_any_text(configured: str, running: str) -> None:
    pattern = re.sub("%[Hi]", "(.*)", configured)

    assert matches_filled_in(configured, running) is (re.fullmatch(pattern, running) is not None)


def test_many_specifiers_take_no_longer_than_few() -> None:
    begun = time.process_time()

    assert not matches_filled_in("a%H" * 1000 + "!", "a" * 100_000 + "b")
    assert not matches_filled_in("a%H" * 1000 + "!b", "a" * 100_000 + "b")
    assert matches_filled_in("a%H" * 1000 + "b", "a" * 100_000 + "b")
    assert time.process_time() - begun < 60
