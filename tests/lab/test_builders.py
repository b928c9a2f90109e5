"""Builders made by the real buildx, on a stand-in image: seen, set, made anew, put back.

The stand-in keeps the container up and cannot build: see equipment/stand_in.py.
"""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.stand_in import BROKEN, container, create
from tests.lab.equipment.trees import NEWEST

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("also_from_its_snapshot")]

FOLDER = "/root/.docker/buildx"
BIG = f"{FOLDER}/instances/big"
CONTAINER = "buildx_buildkit_big0"
VOLUME = f"{CONTAINER}_state"
STARTS = f"/var/lib/docker/volumes/{VOLUME}/_data/starts"
LIST = "localhost,127.0.0.1,.corp.test"
SAME = ("Image", "Cmd", "Entrypoint", "Volumes")
"""What of a container's Config its making anew must keep; its HostConfig it must keep whole."""


@pytest.fixture
def builder(lab: Lab, host: Host) -> str:
    """See ``booted``."""
    return booted(lab, host)


def booted(lab: Lab, host: Host) -> str:
    """A builder called ``big``, booted, with options of its own; buildx uses it by default."""
    lab.stand_in()
    host.write("/root/buildkitd.toml", '[log]\n  format = "json"\n')
    words = ("--use", "--platform", "linux/amd64", "--buildkitd-config", "/root/buildkitd.toml")
    create(host, "big", *words, "--driver-opt", "memory=300m", "--driver-opt", "env.OTHER=a b")
    return "big"


def names(host: Host) -> list[str]:
    """All containers, running or not."""
    return sorted(host.docker("ps", "-a", "--format", "{{.Names}}").stdout.split())


@pytest.mark.parametrize("engine", ["26.1.5", pytest.param(NEWEST, marks=pytest.mark.soak)])
def test_one_set_gives_a_builder_its_proxies_and_one_undo_takes_every_byte_back(
    lab: Lab, host: Host, squid: Proxy, engine: str
) -> None:
    if engine == NEWEST:
        host.reset(engine)
    booted(lab, host)
    before, files = container(host, CONTAINER), host.tree(FOLDER)
    starts = host.read(STARTS)

    done = host.dockproxy("set", squid.url, "--no-proxy", LIST, "--for", "builder:big", "--yes")

    assert "made anew: builder big" in done.stdout
    after = container(host, CONTAINER)
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        assert after["environ"].pop(name) == squid.url
    assert [after["environ"].pop(name) for name in ("NO_PROXY", "no_proxy")] == [LIST, LIST]
    assert after["environ"] == before["environ"]
    assert after["Id"] != before["Id"]
    assert after["State"]["Running"]
    assert [after["Config"][key] for key in SAME] == [before["Config"][key] for key in SAME]
    assert after["HostConfig"] == before["HostConfig"]
    assert [mount["Name"] for mount in after["Mounts"]] == [VOLUME]
    assert host.read(STARTS).startswith(starts), "the cache is not the old one"
    toml = host.docker("exec", CONTAINER, "cat", "/etc/buildkit/buildkitd.toml").stdout
    assert "json" in toml
    assert names(host) == [CONTAINER]
    assert host.docker("buildx", "inspect").stdout.split()[1] == "big", "no longer the default"

    again = host.dockproxy("set", squid.url, "--no-proxy", LIST, "--for", "builders", "--yes")
    assert "nothing to do" in again.stdout
    assert container(host, CONTAINER)["Id"] == after["Id"]

    host.dockproxy("undo", "--yes")

    last = container(host, CONTAINER)
    assert host.tree(FOLDER) == files
    assert last["environ"] == before["environ"]
    assert last["HostConfig"] == before["HostConfig"]
    assert names(host) == [CONTAINER]
    assert host.read(STARTS).count(b"\n") == 3


def test_the_file_is_what_buildx_itself_would_have_written(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    lab.stand_in()
    password = squid.url.replace("//", "//u:p%26%3C@")
    options = [f"env.{name}={password}" for name in ("HTTP_PROXY", "http_proxy")]
    options += [f'"env.{name}={LIST}"' for name in ("NO_PROXY", "no_proxy")]
    create(host, "twin", *(word for option in options for word in ("--driver-opt", option)))
    create(host, "ours")

    host.dockproxy(
        *("set", "--http-proxy", password, "--no-proxy", LIST),
        *("--for", "builder:ours", "--no-check", "--yes"),
    )

    twin, ours = (host.read(f"{FOLDER}/instances/{name}") for name in ("twin", "ours"))
    assert ours == twin.replace(b"twin", b"ours")
    made = [container(host, f"buildx_buildkit_{name}0") for name in ("twin", "ours")]
    assert made[0]["environ"] == made[1]["environ"]
    assert made[1]["environ"]["no_proxy"] == LIST

    host.dockproxy("unset", "--for", "builder:ours", "--yes")
    assert b"env." not in host.read(f"{FOLDER}/instances/ours")
    assert "HTTP_PROXY" not in container(host, "buildx_buildkit_ours0")["environ"]


@pytest.mark.parametrize(
    "fault", ["its image is gone", pytest.param("it ends at once", marks=pytest.mark.soak)]
)
def test_a_builder_that_does_not_come_up_is_put_back_with_its_own_container(
    lab: Lab, host: Host, squid: Proxy, fault: str
) -> None:
    image = lab.stand_in(BROKEN)
    create(host, "big", image=image)
    if fault == "its image is gone":
        host.docker("rmi", "--force", image)
    before, files = container(host, CONTAINER), host.tree(FOLDER)

    failed = host.dockproxy("set", squid.url, "--for", "builder:big", "--yes", check=False)

    assert failed.returncode == 4, failed.output
    assert "buildx could not start builder big" in failed.output
    after = container(host, CONTAINER)
    assert after["Id"] == before["Id"]
    assert after["State"]["Running"]
    assert host.tree(FOLDER) == files
    assert names(host) == [CONTAINER]
    assert host.dockproxy("undo", "--yes").stdout.strip() == "there is nothing to take back"


def test_an_edited_file_is_told_from_the_container_it_does_not_reach(
    host: Host, builder: str, squid: Proxy
) -> None:
    text = host.read(BIG).decode()
    host.write(BIG, text.replace('"env.OTHER"', f'"env.HTTP_PROXY":"{squid.url}","env.OTHER"'))

    found = json.loads(host.dockproxy("status", "--json").stdout)["components"]

    (big,) = [item for item in found if item["component"] == "builder"]
    assert big["in_sync"] is False
    assert big["in_use"] == {}
    assert big["proxies"]["http_proxy"]["origin"]["path"] == BIG
    assert [drift["code"] for drift in big["drift"]] == ["stale-builder"]
    assert not [item for item in found if item["component"] == "container"]

    host.write(BIG, host.read(BIG).decode().replace("a b", "changed"), mode=0o600)
    shown = host.dockproxy("set", squid.url, "--for", "builder:big", "--dry-run").stdout
    assert "others changed env.OTHER in this file since the container was made" in shown

    host.sh(big["drift"][0]["remedy"])
    host.docker("buildx", "inspect", "--bootstrap", "big")
    assert container(host, CONTAINER)["environ"]["HTTP_PROXY"] == squid.url
    assert host.read(STARTS).count(b"\n") == 2


@pytest.mark.soak
def test_a_builder_that_never_ran_gets_its_file_alone(lab: Lab, host: Host, squid: Proxy) -> None:
    image = lab.stand_in()
    words = ("--name", "big", "--driver", "docker-container", "--driver-opt", f"image={image}")
    host.docker("buildx", "create", *words)

    done = host.dockproxy("set", squid.url, "--for", "builder:big", "--yes")

    assert "its container is made by the next build" in done.stdout
    assert names(host) == []
    host.docker("buildx", "inspect", "--bootstrap", "big")
    assert container(host, CONTAINER)["environ"]["http_proxy"] == squid.url


@pytest.mark.soak
def test_a_stopped_builder_stays_stopped(host: Host, builder: str, squid: Proxy) -> None:
    host.docker("buildx", "stop", "big")

    host.dockproxy("set", squid.url, "--for", "builder:big", "--yes")

    after = container(host, CONTAINER)
    assert after["environ"]["HTTP_PROXY"] == squid.url
    assert not after["State"]["Running"]


@pytest.mark.soak
def test_of_a_builder_with_two_nodes_both_are_made_anew(lab: Lab, host: Host, squid: Proxy) -> None:
    image = lab.stand_in()
    host.docker("context", "create", "other", "--docker", "host=unix:///run/docker.sock")
    words = ("--name", "big", "--driver", "docker-container", "--driver-opt", f"image={image}")
    host.docker("buildx", "create", *words)
    host.docker("buildx", "create", "--append", *words, "other")
    host.docker("buildx", "inspect", "--bootstrap", "big")
    assert names(host) == [CONTAINER, "buildx_buildkit_big1"]

    host.dockproxy("set", squid.url, "--for", "builder:big", "--yes")

    assert names(host) == [CONTAINER, "buildx_buildkit_big1"]
    for name in names(host):
        assert container(host, name)["environ"]["HTTP_PROXY"] == squid.url
        assert container(host, name)["State"]["Running"]
