"""The wheel on a host, as a user who has sudo installs and uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import dockproxy
from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.commands import Result

pytestmark = pytest.mark.lab

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of these sources."""
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", target, ROOT], check=True)
    (built,) = target.glob("*.whl")
    return built


def installed(host: Host, wheel: Path) -> None:
    """Install it as ann, in an environment of her own, without a network."""
    host.write(f"/tmp/{wheel.name}", wheel.read_bytes())
    host.run(["python3", "-m", "venv", "/home/ann/tools"], user="ann")
    pip = ["/home/ann/tools/bin/python", "-m", "pip", "--quiet", "install", "--no-index"]
    host.run([*pip, "--no-deps", f"/tmp/{wheel.name}"], user="ann")


def as_ann(host: Host, *words: str) -> Result:
    """The installed command, run by ann."""
    return host.run(["/home/ann/tools/bin/dockproxy", *words], user="ann", check=False)


def test_an_installed_dockproxy_sets_through_sudo_and_takes_back(
    lab: Lab, host: Host, squid: Proxy, wheel: Path
) -> None:
    installed(host, wheel)
    before = host.tree("/etc/docker", "/home/ann/.docker")
    assert as_ann(host, "--version").stdout == f"dockproxy {dockproxy.__version__}\n"

    done = as_ann(host, "set", squid.url, "--yes")

    assert done.returncode == 0, done.output
    host.docker("pull", lab.fresh_image())
    assert squid.saw("registry.corp.test:5443")
    config = host.tree("/home/ann/.docker")["/home/ann/.docker/config.json"]
    assert squid.url.encode() in config.content
    owner = int(host.run(["id", "--user", "ann"]).stdout)
    assert config.uid == owner

    undone = as_ann(host, "undo", "--yes")

    assert undone.returncode == 0, undone.output
    assert host.tree("/etc/docker", "/home/ann/.docker") == before
    assert host.docker("pull", lab.fresh_image(), check=False).returncode != 0


def test_the_demonstration_runs_where_it_is_installed(host: Host, wheel: Path) -> None:
    installed(host, wheel)

    shown = as_ann(host, "demo")

    assert shown.returncode == 0, shown.output
    assert shown.stdout.count("  the same  ") == 8
