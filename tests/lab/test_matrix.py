"""The main job on every engine, with every kind of proxy: one ``set``, everything works, one undo.

The host knows no name, so whatever reaches the registry went through the proxy, whose log says for
what. ``make test`` runs cells that hold every engine and every proxy; ``make soak`` runs all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.lab.equipment import Entry, Host, Lab, Proxy
from tests.lab.equipment.stand_in import container, create

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
PLACES = ("/etc/docker", "/etc/systemd/system", "/home/bob/.config")
IN_THE_CLIENT_S_FOLDER = ("config.json", "buildx/instances/big")
"""What dockproxy may touch of it: the docker command and buildx keep more there."""

VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
BUILDER = "buildx_buildkit_big0"


class Place(NamedTuple):
    """An engine, how ``set`` is to give it the proxy, and the file that then holds it."""

    engine: str
    via: str
    holds: str
    rootless: bool = False


DAEMON_JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
PLACES_BY_NAME = {
    "26.1 daemon.json": Place("26.1.5", "daemon-json", DAEMON_JSON),
    "26.1 systemd": Place("26.1.5", "systemd", DROP_IN),
    "20.10 systemd": Place("20.10.24", "auto", DROP_IN),
    "28.5": Place("newest", "auto", DAEMON_JSON),
    "rootless": Place("26.1.5", "auto", "/home/bob/.config/docker/daemon.json", rootless=True),
}
PROXIES = ("http", "http with a password", "socks5")
ALWAYS = (
    ("26.1 daemon.json", "http with a password"),
    ("26.1 systemd", "http"),
    ("20.10 systemd", "http with a password"),
    ("28.5", "socks5"),
    ("rootless", "http"),
)


def _cells() -> list[object]:
    return [
        pytest.param(
            place,
            proxy,
            id=f"{place}, {proxy}",
            marks=() if (place, proxy) in ALWAYS else pytest.mark.soak,
        )
        for place in PLACES_BY_NAME
        for proxy in PROXIES
    ]


def _proxy(lab: Lab, kind: str) -> tuple[Proxy, str]:
    """The proxy, ready, and its address as a person would type it."""
    proxy = {"http": lab.squid, "http with a password": lab.auth_proxy, "socks5": lab.socks}[kind]
    proxy.ready()
    return proxy, proxy.url.replace("socks5h://", "socks5://")


def _pull(lab: Lab, host: Host, _url: str) -> None:
    host.docker("pull", lab.fresh_image())


def _push(lab: Lab, host: Host, _url: str) -> None:
    image = lab.fresh_image()
    host.docker("pull", image)
    host.docker("tag", image, f"{image}-again")
    host.docker("push", f"{image}-again")
    assert lab.registry.has(f"{image}-again")


def _run(lab: Lab, host: Host, url: str) -> None:
    assert _has(url, host.docker("run", "--rm", lab.fresh_image(), "env").stdout)


def _buildkit(lab: Lab, host: Host, url: str) -> None:
    assert _has(url, _build(lab, host, "1", "--progress=plain"))


def _classic(lab: Lab, host: Host, url: str) -> None:
    assert _has(url, _build(lab, host, "0"))


def _build(lab: Lab, host: Host, buildkit: str, *options: str) -> str:
    host.write("/tmp/build/Dockerfile", f"FROM {lab.fresh_image()}\nRUN env\n")
    words = ("build", "--no-cache", *options, "/tmp/build")
    return host.docker(*words, env={"DOCKER_BUILDKIT": buildkit}).output


def _compose(lab: Lab, host: Host, url: str) -> None:
    service = {"image": lab.fresh_image(), "command": "env"}
    host.write("/tmp/compose/compose.yaml", json.dumps({"services": {"one": service}}))
    host.run(["docker", "compose", "up"], cwd="/tmp/compose")
    # What so short a container says, "up" itself may miss.
    assert _has(url, host.run(["docker", "compose", "logs"], cwd="/tmp/compose").output)


def _has(url: str, environment: str) -> bool:
    return all(f"{name}={url}" in environment for name in VARIABLES)


USES: dict[str, Callable[[Lab, Host, str], None]] = {
    "pull": _pull,
    "push": _push,
    "run": _run,
    "BuildKit build": _buildkit,
    "classic build": _classic,
    "compose": _compose,
}


def _machine(host: Host, place: Place) -> Host:
    """The host with that engine, and nothing set."""
    if place.engine != "26.1.5":
        host.reset(place.engine)
    return host.rootless("bob") if place.rootless else host


def _files(host: Host, place: Place) -> dict[str, Entry]:
    """All that dockproxy may touch."""
    home = "/home/bob" if place.rootless else "/root"
    return host.tree(*PLACES, *(f"{home}/.docker/{name}" for name in IN_THE_CLIENT_S_FOLDER))


@pytest.mark.parametrize(("place_name", "kind"), _cells())
def test_one_set_serves_every_part_and_one_undo_brings_back_every_byte(
    lab: Lab,
    host: Host,
    place_name: str,
    kind: str,
    record_property: Callable[[str, object], None],
) -> None:
    place = PLACES_BY_NAME[place_name]
    machine = _machine(host, place)
    proxy, url = _proxy(lab, kind)
    assert machine.docker("pull", lab.fresh_image(), check=False).returncode != 0
    lab.stand_in(host=machine)
    create(machine, "big")
    assert "PROXY" not in "".join(container(machine, BUILDER)["environ"]).upper()
    before = _files(machine, place)
    words = ("--via", place.via, "--for", "daemon,client,builder:big", "--yes")

    done = machine.dockproxy("set", url, *words, check=False)

    assert done.returncode == 0, done.output
    assert machine.exists(place.holds)
    for name, use in USES.items():
        proxy.forget()
        use(lab, machine, url)
        assert proxy.saw(REGISTRY), name
        record_property(f"lines in the proxy's log for {name}", proxy.count(REGISTRY))
    environment = container(machine, BUILDER)["environ"]
    assert [environment[name] for name in VARIABLES] == [url] * len(VARIABLES)

    again = machine.dockproxy("set", url, *words, check=False)
    assert again.returncode == 0, again.output
    assert "nothing to do" in again.stdout

    pid = machine.daemon_pid()
    undone = machine.dockproxy("undo", "--yes", check=False)

    assert undone.returncode == 0, undone.output
    assert machine.daemon_pid() != pid
    assert _files(machine, place) == before
    assert "PROXY" not in "".join(container(machine, BUILDER)["environ"]).upper()
    assert machine.docker("pull", lab.fresh_image(), check=False).returncode != 0
