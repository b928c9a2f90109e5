"""Entries of several journals shown as one list."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

import pytest

from dockproxy import api
from dockproxy.cli import journals
from dockproxy.cli.console import Console
from dockproxy.cli.journals import Journals, _merged
from dockproxy.core.model.report import Entry
from dockproxy.transport.local import Local

from .tree import here


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


class FakeRoot:
    """Root's journal behind a way to root; asked counts who was asked for a password."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.asked: list[bool] = []
        self.entries = [entry("20260101-000000-00aa", 100.0)]
        self.own = [entry("20260101-000000-00bb", 200.0)]
        self.removed: list[str] = []
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setattr(journals, "ROOT_JOURNAL", str(folder))
        monkeypatch.setattr(journals, "transport_for", self._rise)
        monkeypatch.setattr(api, "history", self._history)
        monkeypatch.setattr(api, "forget", self._forget)

    def _rise(self, needs_root: bool, interactive: bool) -> object:
        self.asked.append(interactive)
        return self

    def _history(self, root: str, transport: object) -> tuple[Entry, ...]:
        return tuple(self.entries if transport is self else self.own)

    def _forget(self, ids: tuple[str, ...], root: str, transport: object) -> tuple[str, ...]:
        self.removed += [f"{'root' if transport is self else 'own'} {each}" for each in ids]
        return ids


@pytest.fixture
def roots(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeRoot:
    os.utime(tmp_path, (150.0, 150.0))
    return FakeRoot(monkeypatch, tmp_path)


def see(**wanted: Any) -> Journals:
    args = argparse.Namespace(root="", user=None, wait=0.0, dry_run=False, check=False)
    return Journals(args, Console.standard(), **wanted)


def test_ones_own_newest_change_is_taken_back_without_root(roots: FakeRoot) -> None:
    assert isinstance(see(in_turn=True).transport(None), Local)
    assert isinstance(see(wanted=["20260101-000000-00bb"]).transport("20260101-000000-00bb"), Local)
    assert roots.asked == []


def test_a_newer_one_of_root_or_one_that_is_named_needs_root(
    roots: FakeRoot, tmp_path: Path
) -> None:
    name = "20260101-000000-00aa"
    held: object = see(wanted=[name]).transport(name)
    assert held is roots
    os.utime(tmp_path, (250.0, 250.0))
    see()
    assert len(roots.asked) == 2


@pytest.mark.parametrize("is_admin", [True, False])
def test_history_asks_nobody_for_a_password(
    roots: FakeRoot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_admin: bool,
) -> None:
    monkeypatch.setattr(journals, "is_an_administrator", lambda: is_admin)

    shown = [each.id for each in see(only_looks=True).entries]

    assert roots.asked == ([False] if is_admin else [])
    assert len(shown) == (2 if is_admin else 1)
    assert ("history" in capsys.readouterr().err) is not is_admin


def test_rm_all_leaves_roots_entries_and_those_of_runs_that_were_cut_short(roots: FakeRoot) -> None:
    roots.own.append(entry("20260101-000000-00cc", 90.0)._replace(state="written"))

    all_of_them = here("history", "rm", "--all", "--yes")
    named = here("history", "rm", "20260101-000000-00cc", "--yes")

    assert all_of_them.code == named.code == 0
    assert roots.removed == ["own 20260101-000000-00bb", "own 20260101-000000-00cc"]
    assert roots.asked == []
    assert "cut short: 20260101-000000-00cc" in all_of_them.err
    assert "root's entries stay" in all_of_them.err


def test_rm_lists_what_it_asks_about(roots: FakeRoot) -> None:
    asked = here("history", "rm", "--all")

    assert asked.code == 3
    assert asked.out.startswith("20260101-000000-00bb  1970-01-01 ")
    assert roots.removed == []
