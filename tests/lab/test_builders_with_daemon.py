"""Daemon, client and builder in one change: done as one, put back as one, taken back as one."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.lab.equipment import Entry, Host, Lab, Proxy
from tests.lab.equipment.stand_in import IMAGE, container, create

pytestmark = [pytest.mark.lab, pytest.mark.soak]

CONTAINER = "buildx_buildkit_big0"
PLUGIN = "/usr/libexec/docker/cli-plugins/docker-buildx"
SPY = "/root/.docker/cli-plugins/docker-buildx"
EVERYTHING = ("--for", "daemon,client,builders", "--yes")


class Seen(NamedTuple):
    files: dict[str, Entry]
    containers: list[str]
    environ: dict[str, str]
    runs: bool
    daemon: str


def see(host: Host, home: str = "/root") -> Seen:
    names = host.docker("ps", "-a", "--format", "{{.Names}}").stdout.split()
    detail = container(host, CONTAINER)
    daemon = host.docker("info", "--format", "{{.HTTPProxy}} {{.HTTPSProxy}}").stdout
    files = host.tree("/etc/docker", f"{home}/.docker")
    files.pop(SPY, None)
    return Seen(files, names, detail["environ"], detail["State"]["Running"], daemon)


def act_at_bootstrap(host: Host, script: str) -> None:
    """Have root's buildx do something else when it is to make a container."""
    text = f'#!/bin/sh\ncase "$*" in *--bootstrap*) {script};; esac\nexec {PLUGIN} "$@"\n'
    host.write(SPY, text, mode=0o755)


@pytest.fixture
def builder(lab: Lab, host: Host) -> Host:
    """A host with a booted builder."""
    lab.stand_in()
    create(host, "big")
    host.sh('mkdir -p "$(dirname "$1")"', SPY)
    return host


@pytest.mark.parametrize("user", ["root", "ann"])
def test_all_three_in_one_set_and_one_undo(lab: Lab, host: Host, squid: Proxy, user: str) -> None:
    lab.stand_in()
    host.sh("usermod -aG docker ann")
    create(host, "big", user=user)
    home = "/root" if user == "root" else "/home/ann"
    before = see(host, home)

    done = host.dockproxy("set", squid.url, *EVERYTHING, user=user)

    assert "docker.service" in done.output
    assert container(host, CONTAINER)["environ"]["HTTPS_PROXY"] == squid.url
    assert see(host, home).daemon.strip() == f"{squid.url} {squid.url}"
    image = lab.fresh_image()
    host.docker("pull", image)
    assert squid.saw("registry.corp.test:5443")

    host.dockproxy("undo", "--yes", user=user)

    assert see(host, home) == before


def test_where_the_builder_does_not_come_up_the_daemon_is_put_back_too(
    builder: Host, squid: Proxy
) -> None:
    host = builder
    before, was = see(host), container(host, CONTAINER)["Id"]
    host.docker("rmi", "--force", IMAGE)

    failed = host.dockproxy("set", squid.url, *EVERYTHING, check=False)

    assert failed.returncode == 4, failed.output
    assert see(host) == before
    assert container(host, CONTAINER)["Id"] == was


def test_a_kill_after_the_daemons_restart_is_taken_back_by_one_undo(
    builder: Host, squid: Proxy
) -> None:
    host = builder
    before, was = see(host), container(host, CONTAINER)["Id"]
    act_at_bootstrap(host, "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat); exit 1")

    killed = host.dockproxy("set", squid.url, *EVERYTHING, check=False)

    assert killed.returncode in (-9, 137), killed.output
    host.remove(SPY)
    assert see_aside(host)
    host.dockproxy("undo", "--yes")
    assert see(host) == before
    assert container(host, CONTAINER)["Id"] == was


def test_where_nothing_can_be_put_back_the_commands_are_said_and_undo_does_it_later(
    builder: Host, squid: Proxy
) -> None:
    host = builder
    before, was = see(host), container(host, CONTAINER)["Id"]
    act_at_bootstrap(host, "systemctl stop docker.socket docker.service; exit 1")

    broken = host.dockproxy("set", squid.url, "--for", "builders", "--yes", check=False)

    assert broken.returncode == 5, broken.output
    assert f"docker start {CONTAINER}" in broken.output
    host.remove(SPY)
    host.systemctl("start", "docker.socket", "docker.service")
    assert see_aside(host)
    assert "a change failed" in host.dockproxy("status").output
    host.dockproxy("undo", "--yes")
    assert see(host) == before
    assert container(host, CONTAINER)["Id"] == was


def see_aside(host: Host) -> bool:
    """Whether the old container waits under another name."""
    return f"{CONTAINER}-dockproxy-" in host.docker("ps", "-a", "--format", "{{.Names}}").stdout
