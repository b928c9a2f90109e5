"""Entries of several journals shown as one list."""

from __future__ import annotations

from dockproxy.cli.journals import _merged
from dockproxy.core.model.report import Entry


def entry(name: str, at: float) -> Entry:
    return Entry(name, at, "set", "done", ())


def test_each_journal_keeps_its_own_order_also_when_the_clock_went_back() -> None:
    own = (entry("newest", 5.0), entry("before the clock went back", 9.0))
    roots = (entry("between", 7.0), entry("oldest", 1.0))

    assert [each.id for each in _merged(own, roots, ())] == [
        "between",
        "newest",
        "before the clock went back",
        "oldest",
    ]
