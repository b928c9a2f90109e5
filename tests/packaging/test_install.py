"""The wheel: built twice the same, whole, and taken by pip, pipx and uv in clean environments."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import dockproxy

pytestmark = pytest.mark.network

ROOT = Path(__file__).resolve().parents[2]
NOT_SOURCES = {".git", ".venv", ".lab", ".cache", "dist", "__pycache__", "tests"}


def run(
    command: Sequence[str | Path], home: Path, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command with a home of its own, and of the caller's environment only the ways to the
    package index.
    """
    kept = ("PATH", "PIP_", "UV_", "SSL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "LANG")
    environment = {name: value for name, value in os.environ.items() if name.startswith(kept)}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=home,
        env={**environment, "HOME": str(home), **(more or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def build(source: Path, target: Path, home: Path) -> Path:
    """Build the wheel from a source tree; its path."""
    pip = [sys.executable, "-m", "pip"]
    command = [*pip, "wheel", "--no-deps", "--wheel-dir", str(target), str(source)]
    run(command, home, {"SOURCE_DATE_EPOCH": "1767225600"})
    (wheel,) = target.glob("dockproxy-*.whl")
    return wheel


def with_times(folder: Path, mtime: int) -> Path:
    """The folder, each file in it as if written at that time."""
    for path in folder.rglob("*"):
        os.utime(path, (mtime, mtime))
    return folder


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's sources without what is ignored."""
    folder = tmp_path_factory.mktemp("sources") / "dockproxy"
    shutil.copytree(ROOT, folder, ignore=lambda _, names: NOT_SOURCES.intersection(names))
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, sources: Path, home: Path) -> Path:
    """The wheel."""
    return build(with_times(sources, 1_700_000_000), tmp_path_factory.mktemp("first"), home)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    """The bin folder of an environment that has pipx and uv."""
    folder = tmp_path_factory.mktemp("tools")
    run([sys.executable, "-m", "venv", folder], home)
    run([folder / "bin" / "python", "-m", "pip", "install", "pipx", "uv"], home)
    return folder / "bin"


def check(command: Path, home: Path) -> None:
    """The installed command runs, from a folder that has nothing of the repository."""
    assert run([command, "--version"], home).stdout == f"dockproxy {dockproxy.__version__}\n"
    assert "daemon" in run([command, "status"], home).stdout
    assert run([command, "demo"], home).stdout.count("  the same  ") == 8


def test_two_builds_give_the_same_bytes(
    wheel: Path, sources: Path, tmp_path: Path, home: Path
) -> None:
    again = build(with_times(sources, 1_600_000_000), tmp_path, home)

    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, again)}
    assert len(digests) == 1


def test_the_wheel_holds_every_file_of_the_package(wheel: Path, sources: Path) -> None:
    wanted = {
        path.relative_to(sources / "src").as_posix()
        for path in (sources / "src" / "dockproxy").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        (manual,) = (name for name in held if name.endswith("/share/man/man1/dockproxy.1"))
        page = archive.read(manual).decode()

    assert held == wanted | {manual}
    assert page.startswith(".") and "dockproxy" in page
    assert "dockproxy/demo/sample/root/.docker/config.json" in held
    assert "dockproxy/py.typed" in held


def test_the_wheel_names_its_licence_and_the_packages_that_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        lines = archive.read(metadata).decode().splitlines()
        names = archive.namelist()

    assert "License-Expression: Apache-2.0" in lines
    assert [line for line in lines if line.startswith("Requires-Dist")] == [
        "Requires-Dist: pyyaml>=6.0",
        "Requires-Dist: tomli>=2.0; python_version < '3.11'",
    ]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_pip_takes_it(wheel: Path, tmp_path: Path, home: Path) -> None:
    environment = tmp_path / "environment"
    run([sys.executable, "-m", "venv", environment], home)

    run([environment / "bin" / "python", "-m", "pip", "install", wheel], home)

    check(environment / "bin" / "dockproxy", home)


def test_one_wheel_is_enough_where_no_package_can_be_had(
    wheel: Path, tmp_path: Path, home: Path
) -> None:
    environment = tmp_path / "environment"
    run([sys.executable, "-m", "venv", environment], home)
    (tmp_path / "compose.yaml").write_text("services: {}\n")

    python = environment / "bin" / "python"
    run([python, "-m", "pip", "install", "--no-index", "--no-deps", wheel], home)

    check(environment / "bin" / "dockproxy", home)
    command: list[str | Path] = [python, "-m", "dockproxy", "doctor", "--project", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "python3 -m pip install PyYAML" in done.stderr


def test_pipx_takes_it(wheel: Path, tools: Path, tmp_path: Path, home: Path) -> None:
    places = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}

    run([tools / "pipx", "install", "--python", sys.executable, wheel], home, places)

    check(tmp_path / "bin" / "dockproxy", home)


def test_uv_takes_it(wheel: Path, tools: Path, tmp_path: Path, home: Path) -> None:
    places = {
        "UV_TOOL_DIR": str(tmp_path / "uv"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_CACHE_DIR": str(tmp_path / "cache"),
    }

    run([tools / "uv", "tool", "install", "--python", sys.executable, wheel], home, places)

    check(tmp_path / "bin" / "dockproxy", home)
