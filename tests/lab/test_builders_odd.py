"""Builders in odd circumstances: broken files, no buildx, no daemon, other users, passwords."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.stand_in import BROKEN, IMAGE, container, create
from tests.lab.test_secrets import PASSWORD, WATCHER

pytestmark = pytest.mark.lab

FOLDER = "/root/.docker/buildx"
INSTANCES = f"{FOLDER}/instances"
CONTAINER = "buildx_buildkit_big0"
PLUGIN = "/usr/libexec/docker/cli-plugins/docker-buildx"
SET = ("set", "http://10.88.0.1:3128", "--no-check", "--yes")


def drifts(host: Host) -> dict[str, list[str]]:
    """The codes of what status says of each builder."""
    found = json.loads(host.dockproxy("status", "--json").stdout)["components"]
    return {
        item["name"]: [drift["code"] for drift in item["drift"]]
        for item in found
        if item["component"] == "builder"
    }


def test_a_file_that_keeps_buildx_from_listing_its_builders_is_named(lab: Lab, host: Host) -> None:
    lab.stand_in()
    create(host, "big")
    for name, text in (("cut", '{"Name":"cut","Nodes":[{"Na'), ("big~", "{}")):
        host.write(f"{INSTANCES}/{name}", text, mode=0o600)
        assert host.docker("buildx", "ls", check=False).returncode != 0
        assert drifts(host) == {"big": [], name: ["instance-broken"]}
        refused = host.dockproxy(*SET, "--for", f"builder:{name}", check=False)
        assert refused.returncode == 3, refused.output
        assert f"{INSTANCES}/{name}" in refused.output
        assert host.dockproxy(*SET, "--for", "builder:big", check=False).returncode == 0
        assert host.read(f"{INSTANCES}/{name}").decode() == text
        host.remove(f"{INSTANCES}/{name}")


@pytest.mark.soak
def test_builders_that_are_not_looked_after_here_are_left_out_with_the_reason(host: Host) -> None:
    host.docker("buildx", "create", "--name", "far", "--driver", "remote", "tcp://10.88.0.9:1234")
    node = '"Name":"tcp0","Endpoint":"tcp://10.88.0.9:2375","DriverOpts":null'
    text = f'{{"Name":"tcp","Driver":"docker-container","Nodes":[{{{node}}}]}}'
    host.write(f"{INSTANCES}/tcp", text, mode=0o600)
    before = host.tree(FOLDER)

    for name, said in (("far", "its driver is remote"), ("tcp", "tcp://10.88.0.9:2375")):
        refused = host.dockproxy(*SET, "--for", f"builder:{name}", check=False)
        assert refused.returncode == 3, refused.output
        assert said in refused.output

    slip = host.dockproxy(*SET, "--for", "builder:nobody", check=False)
    assert slip.returncode == 2
    assert "far, tcp" in slip.output
    assert host.tree(FOLDER) == before


def test_without_buildx_or_a_daemon_nothing_is_changed(lab: Lab, host: Host) -> None:
    lab.stand_in()
    create(host, "big")
    before, was = host.tree(FOLDER), container(host, CONTAINER)["Id"]

    host.sh('mv "$1" /opt/hidden', PLUGIN)
    refused = host.dockproxy(*SET, "--for", "builder:big", check=False)
    host.sh('mv /opt/hidden "$1"', PLUGIN)
    assert refused.returncode == 3, refused.output
    assert "docker buildx, which makes the builder's container, can't be run" in refused.output
    assert container(host, CONTAINER)["Id"] == was

    host.systemctl("stop", "docker.socket", "docker.service")
    refused = host.dockproxy(*SET, "--for", "builder:big", check=False)
    assert refused.returncode == 3, refused.output
    assert "could not be asked" in refused.output
    assert host.tree(FOLDER) == before


@pytest.mark.soak
def test_a_trial_run_and_a_check_change_nothing(lab: Lab, host: Host, squid: Proxy) -> None:
    lab.stand_in()
    create(host, "big")
    before, was = host.tree(FOLDER), container(host, CONTAINER)["Id"]

    words = ("set", squid.url, "--for", "builder:big")
    assert host.dockproxy(*words, "--dry-run").returncode == 0
    assert host.dockproxy(*words, "--check", check=False).returncode == 1
    asked = host.dockproxy_tty(*words, answers=[("make builder big anew?", "n\n")])

    assert asked.returncode == 3, asked.output
    assert (host.tree(FOLDER), container(host, CONTAINER)["Id"]) == (before, was)


@pytest.mark.soak
def test_a_proxy_on_the_hosts_loopback_is_given_as_the_builder_sees_it(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    lab.stand_in()
    create(host, "big")
    create(host, "near", "--driver-opt", "network=host")
    host.relay("127.0.0.1:7890", to=squid)

    refused = host.dockproxy("set", "http://127.0.0.1:7890", "--for", "builder:big", check=False)
    assert "172.17.0.1:7890" in refused.output
    assert "HTTP_PROXY" not in container(host, CONTAINER)["environ"]

    host.relay("172.17.0.1:7890", to=squid)
    host.dockproxy("set", "http://127.0.0.1:7890", "--for", "builders", "--yes")

    seen = [container(host, f"buildx_buildkit_{name}0")["environ"] for name in ("big", "near")]
    assert [item["http_proxy"] for item in seen] == [
        "http://172.17.0.1:7890",
        "http://127.0.0.1:7890",
    ]


def test_whose_builder_it_is_runs_buildx_whoever_asks(lab: Lab, host: Host) -> None:
    lab.stand_in()
    host.sh("usermod -aG docker ann")
    create(host, "big", user="ann")
    home = "/home/ann/.docker"
    spy = f"{home}/cli-plugins/docker-buildx"
    host.write(spy, f'#!/bin/sh\nid -u >> /tmp/who\nexec {PLUGIN} "$@"\n', mode=0o755)
    host.sh("chown -R ann:ann /home/ann; install -m 666 /dev/null /tmp/who")
    files = host.tree(f"{home}/buildx")

    host.dockproxy(*SET, "--for", "builder:big", user="ann")
    assert container(host, CONTAINER)["environ"]["http_proxy"] == SET[1]
    host.dockproxy("undo", "--yes", user="ann")
    assert host.tree(f"{home}/buildx") == files

    command = "sudo env PYTHONPATH=/opt/dockproxy/src python3 -m dockproxy"
    host.sh(f"{command} {' '.join(SET)} --for builder:big", user="ann")
    assert container(host, CONTAINER)["environ"]["http_proxy"] == SET[1]
    host.sh(f"{command} undo --yes", user="ann")

    assert host.tree(f"{home}/buildx") == files
    assert {entry.uid for entry in host.tree(home).values()} == {1000}
    assert set(host.read("/tmp/who").decode().split()) == {"1000"}


@pytest.mark.soak
def test_where_the_child_with_the_users_rights_is_killed_all_is_put_back(
    lab: Lab, host: Host
) -> None:
    lab.stand_in()
    host.sh("usermod -aG docker ann")
    create(host, "big", user="ann")
    kill = "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)"
    spy = f'#!/bin/sh\ncase "$*" in *--bootstrap*) {kill}; exit 1;; esac\nexec {PLUGIN} "$@"\n'
    host.write("/home/ann/.docker/cli-plugins/docker-buildx", spy, mode=0o755)
    host.sh("chown -R ann:ann /home/ann")
    files, was = host.tree("/home/ann/.docker"), container(host, CONTAINER)["Id"]

    failed = host.dockproxy(*SET, "--for", "builder:big", "--user", "ann", check=False)

    assert failed.returncode == 4, failed.output
    assert host.tree("/home/ann/.docker") == files
    assert container(host, CONTAINER)["Id"] == was
    assert container(host, CONTAINER)["State"]["Running"]


def test_a_planted_link_leads_root_to_no_file_that_its_user_may_not_read(
    lab: Lab, host: Host
) -> None:
    lab.stand_in()
    create(host, "hidden", "--driver-opt", "env.HTTP_PROXY=http://m4rked.test:1")
    host.docker("rm", "--force", "buildx_buildkit_hidden0")  # which root may see, of course
    place = "/home/ann/.docker/buildx/instances"
    host.sh('mkdir -p "$1"; ln -s "$2"/hidden "$1"/planted', place, INSTANCES)
    host.sh("mkdir -p /home/bob/.docker; ln -s /root/.docker/buildx /home/bob/.docker/buildx")

    for user in ("ann", "bob"):
        said = host.dockproxy("status", "--user", user, "--json").stdout
        assert "m4rked" not in said
        assert '"hidden"' not in said
    refused = host.dockproxy(*SET, "--for", "builder:planted", "--user", "ann", check=False)
    assert refused.returncode in (2, 3), refused.output
    assert "m4rked" not in refused.output


def test_who_may_not_use_docker_is_refused_and_root_does_not_do_it_for_them(
    lab: Lab, host: Host
) -> None:
    lab.stand_in()
    create(host, "big")
    host.sh("cp -a /root/.docker /home/bob/.docker; chown -R bob:bob /home/bob/.docker")
    was, files = container(host, CONTAINER)["Id"], host.tree("/home/bob/.docker")

    for words, user in (((), "bob"), (("--user", "bob"), "root")):
        refused = host.dockproxy(*SET, "--for", "builder:big", *words, user=user, check=False)
        assert refused.returncode == 3, refused.output
        assert "docker" in refused.output

    assert container(host, CONTAINER)["Id"] == was
    assert host.tree("/home/bob/.docker") == files


def test_a_password_is_in_no_argument_and_in_no_output(
    lab: Lab, host: Host, auth_proxy: Proxy
) -> None:
    image = lab.stand_in()
    create(host, "big")
    encoded = quote(PASSWORD, safe="")
    host.write("/root/needles", f"{PASSWORD}\n{encoded}\nM4RK\n", mode=0o600)
    host.write("/root/watch.py", WATCHER)
    host.write("/root/env", f"export HTTPS_PROXY='http://u:{encoded}@10.88.0.1:3129'\n", mode=0o600)
    watcher = host.start(["python3", "/root/watch.py", "4"])
    said = ""

    words = "set --from-env --no-check --for builder:big"
    for command in (f"{words} --dry-run", f"{words} --yes", "status", "status --json"):
        line = f". /root/env; PYTHONPATH=/opt/dockproxy/src python3 -m dockproxy {command}"
        said += host.sh(line).output
    host.docker("rmi", "--force", image)
    failed = host.dockproxy(*SET, "--for", "builder:big", check=False)
    assert failed.returncode == 4
    lab.stand_in()
    said += failed.output + host.dockproxy("undo", "--yes").output

    watched = watcher.communicate(timeout=30)[0].decode()
    assert "looked" in watched
    assert "FOUND" not in watched
    assert "M4RK" not in said
    assert host.read(f"{INSTANCES}/big").count(b"M4RK") == 0, "the undo left it"
    assert IMAGE in host.read(f"{INSTANCES}/big").decode()


def test_a_container_that_restarts_over_and_over_keeps_no_file_from_being_changed_and_taken_back(
    lab: Lab, host: Host
) -> None:
    image = lab.stand_in(BROKEN)
    words = ["--name", "big", "--driver", "docker-container", "--driver-opt", f"image={image}"]
    host.docker("buildx", "create", *words, "--driver-opt", "env.HTTP_PROXY=http://10.88.0.9:1")
    files = host.tree(FOLDER)

    def loop() -> None:
        host.sh("timeout 5 docker buildx inspect --bootstrap big || :")
        # Docker waits twice as long before each restart: after some it hardly ever runs.
        end = time.monotonic() + 30
        seen = container(host, CONTAINER)
        while seen["RestartCount"] < 6 or seen["State"]["Status"] != "restarting":
            assert time.monotonic() < end, seen["State"]
            time.sleep(0.2)
            seen = container(host, CONTAINER)

    loop()
    said = host.dockproxy(*SET, "--for", "builder:big").output
    assert f"container {CONTAINER} did not run before (it was restarting)" in said
    assert SET[1] in host.read(f"{INSTANCES}/big").decode()
    assert host.docker("ps", "-aq").stdout == ""

    loop()
    host.dockproxy("undo", "--yes")
    assert host.tree(FOLDER) == files
    assert host.docker("ps", "-aq").stdout == ""

    host.dockproxy("unset", "--for", "builder:big", "--yes")
    host.docker("buildx", "inspect", "--bootstrap", "big")
    assert container(host, CONTAINER)["State"]["Running"]


@pytest.mark.soak
def test_a_stopped_container_that_does_not_come_up_again_keeps_no_file_from_being_changed(
    lab: Lab, host: Host
) -> None:
    image = lab.stand_in()
    create(host, "big")
    host.docker("buildx", "stop", "big")
    host.docker("rmi", "--force", image)
    files = host.tree(FOLDER)

    said = host.dockproxy(*SET, "--for", "builder:big").output

    assert f"container {CONTAINER} did not run before (it was exited)" in said
    assert host.docker("ps", "-aq").stdout == ""
    host.dockproxy("undo", "--yes")
    assert host.tree(FOLDER) == files
