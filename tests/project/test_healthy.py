"""Projects in which nothing is wrong, each modelled on a public one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.api import dump_snapshot, load_snapshot
from dockproxy.live import observe_project
from dockproxy.rules.diagnose import diagnose

FOLDER = Path(__file__).with_name("healthy")
NAMES = sorted(path.stem for path in FOLDER.glob("*.project"))


def unpacked(name: str, root: Path) -> list[str]:
    """Write its files; gives the public files that it is modelled on."""
    head, _, rest = (FOLDER / f"{name}.project").read_text().partition("\n")
    for part in ("\n" + rest).split("\n--- ")[1:]:
        path, _, text = part.partition("\n")
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
    like: list[str] = json.loads(head)["like"]
    return like


def test_there_are_fifteen_or_more_and_all_name_their_models(tmp_path: Path) -> None:
    models = [like for name in NAMES for like in unpacked(name, tmp_path / name)]
    assert len(NAMES) >= 15
    assert len(set(models)) == len(models)
    assert all(like.startswith("https://github.com/") for like in models)


@pytest.mark.parametrize("name", NAMES)
def test_it_raises_no_alarm(name: str, tmp_path: Path) -> None:
    unpacked(name, tmp_path)
    host = observe_project(str(tmp_path))
    found = diagnose(host)
    assert [f"{each.code} {each.message}" for each in found if each.severity != "info"] == []
    assert diagnose(load_snapshot(dump_snapshot(host))) == found


def test_their_proxies_are_seen(tmp_path: Path) -> None:
    kinds = set()
    for name in NAMES:
        unpacked(name, tmp_path / name)
        project = observe_project(str(tmp_path / name)).snapshot.project
        assert project is not None
        kinds |= {setting.kind for setting in project.settings}
    assert kinds == {"environment", "build-arg", "bake-arg", "dotenv", "env"}
