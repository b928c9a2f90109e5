"""``dockproxy demo`` goes as it says, and leaves nothing behind."""

from __future__ import annotations

import glob
import os
import tempfile
from pathlib import Path

import pytest

from dockproxy.cli.main import main
from dockproxy.demo import sample_host


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demonstration's folder lies where the test can look."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_story_goes_as_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["demo"])

    shown = capsys.readouterr().out
    assert code == 0
    assert [line for line in shown.splitlines() if line.startswith("(exit code")] == [
        "(exit code 0)",
        "(exit code 3)",
        "(exit code 0)",
        "(exit code 0)",
        "(exit code 0)",
        "(exit code 0)",
    ]
    assert shown.count("  the same  ") == 8
    assert '+    "https-proxy": "http://proxy.corp.example:3128",' in shown
    assert "nothing to do" in shown


def test_the_broken_file_is_refused_with_line_and_column(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["demo"])

    assert "/etc/docker/daemon.json:7:3: " in capsys.readouterr().out


def test_nothing_is_left_behind(own_temporary_folder: Path) -> None:
    main(["demo"])

    assert os.listdir(own_temporary_folder) == []


def test_the_files_stay_if_they_are_to_be_kept(own_temporary_folder: Path) -> None:
    main(["demo", "--keep"])

    kept = glob.glob(f"{own_temporary_folder}/dockproxy-demo-*/etc/docker/daemon.json")
    assert len(kept) == 1


def test_a_story_that_goes_otherwise_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sample_host, "take_the_comma_away", lambda folder: None)

    code = main(["demo"])

    assert code == 1
    assert "this should have been 0" in capsys.readouterr().err


def test_a_change_that_an_undo_leaves_is_seen(tmp_path: Path) -> None:
    folder = str(tmp_path / "host")
    sample_host.copy_to(folder)
    before = sample_host.fingerprints(folder)

    os.chmod(os.path.join(folder, sample_host.DAEMON_JSON), 0o600)

    after = sample_host.fingerprints(folder)
    assert [path for path in before if before[path] != after[path]] == ["/etc/docker/daemon.json"]
