"""A project that is made to be long in reading: what is not read, asked or kept twice."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from dockproxy.core.model.snapshot import Unknown
from dockproxy.live import observe_project
from dockproxy.no_proxy import plain
from dockproxy.project import read
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.dp4 import dp426_project_no_proxy_unread as dp426
from dockproxy.rules.services import services


def test_a_service_keeps_of_its_env_files_what_rules_ask_for(tmp_path: Path) -> None:
    many = "".join(f"a{number}proxy=http://h:1\n" for number in range(500))
    (tmp_path / "x.env").write_text(f"{many}http_proxy=http://h:1\nhttp_proxy=http://h:2\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  a:\n    env_file: [x.env, x.env]\n    environment: {NO_PROXY: b}\n"
    )
    project = observe_project(str(tmp_path)).snapshot.project
    assert project is not None and len(project.settings) > 500

    (given,) = services(project).values()

    assert set(given.by_name) == {"http_proxy", "NO_PROXY"}
    assert given.by_name["http_proxy"].value == "http://h:2"


def test_an_odd_entry_is_asked_about_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(listed: Iterable[str], *, containers: bool) -> list[str]:
        asked.extend(listed)
        return plain.unread(listed, containers=containers)

    monkeypatch.setattr(dp426, "unread", counted)
    monkeypatch.setattr(dp426, "MOST_ASKED", 3)
    lists = "".join(f"  s{i}: {{environment: {{no_proxy: '10.*,{i}.*'}}}}\n" for i in range(9))
    (tmp_path / "compose.yaml").write_text(f"services:\n{lists}")

    found = diagnose(observe_project(str(tmp_path)))

    assert asked == ["10.*", "0.*", "1.*"]
    assert len([each for each in found if each.code == "DP426"]) == 9 + 2


def test_of_a_list_of_odd_entries_some_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MOST_ASKED", 2)
    assert plain.unread(["a", "1.*", "1.*", "2.*", "3.*"], containers=False) == ["1.*", "2.*"]


def test_what_is_more_than_anybody_reads_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MOST_FOUND", 2)
    (tmp_path / "Dockerfile").write_text("FROM a\nENV http_proxy=a https_proxy=b no_proxy=c\n")

    snapshot = observe_project(str(tmp_path)).snapshot

    assert snapshot.project is not None and len(snapshot.project.settings) == 2
    assert Unknown("project.files", "too-many") in snapshot.unknown
