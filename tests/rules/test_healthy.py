"""No false alarm: hosts on which nothing is wrong get no error and no warning, from any rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockproxy.api import dump_snapshot, load_snapshot
from dockproxy.resolve.host import Host
from dockproxy.rules.diagnose import diagnose
from tests.rules.healthy_hosts import Healthy, all_of_them, other_settings, running, stopped

CASES = all_of_them()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def alarms(host: Host) -> list[str]:
    found = diagnose(host)
    return [f"{each.code} {each.message}" for each in found if each.severity != "info"]


def test_they_are_forty_or_more_and_fifteen_are_modelled_on_public_repositories() -> None:
    assert len(CASES) >= 40
    assert sum(bool(case.like) for case in CASES) >= 15
    named = [address for case in CASES for address in case.like]
    assert all(address.startswith("https://github.com/") for address in named)
    assert len(set(named)) == len(named)


@each_case
def test_each_has_eight_settings_that_are_none_of_the_proxies(case: Healthy) -> None:
    assert other_settings(case) >= 8


@each_case
def test_its_files_alone_raise_no_alarm(case: Healthy, tmp_path: Path) -> None:
    assert alarms(stopped(case, tmp_path)) == []


@each_case
def test_as_it_runs_it_raises_no_alarm(case: Healthy, tmp_path: Path) -> None:
    host = running(stopped(case, tmp_path), case)
    assert alarms(host) == []
    assert alarms(load_snapshot(dump_snapshot(host))) == []


@each_case
def test_it_is_not_silent_for_want_of_being_seen(case: Healthy, tmp_path: Path) -> None:
    host = running(stopped(case, tmp_path), case)
    said = re.search(rb"https?[-_]?proxy\b", b"".join(case.files.values()), re.IGNORECASE)
    assert bool(said) == any(component.proxies for component in host.components)
    if case.engine:
        unseen = {each.about for each in host.unknown if not each.about.startswith("builder.")}
        assert unseen <= {"networks", "daemon.process"}
