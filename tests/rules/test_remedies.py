"""What a person is told to do leads to the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.core.model.snapshot import Client, FileFact, Machine
from dockproxy.plan.mend import what_follows
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import host_of

UNIT = {
    "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
}
ANN = Client(
    "ann", 1000, 1000, "/home/ann", "/home/ann/.docker/config.json", "home", "default",
    "unix:///var/run/docker.sock", "default",
)  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "command"),
    [
        (0o600, "sudo chown ann: /home/ann/.docker/config.json"),
        (0, "sudo chown -R ann: /home/ann/.docker"),  # nothing is seen of what is in the folder
    ],
)
def test_a_folder_that_is_roots_is_given_back_with_its_file(
    mode: int, command: str, tmp_path: Path
) -> None:
    fact = FileFact(ANN.config_path, "client-json", "unreadable", mode=mode)
    machine = Machine("host", "linux", 1000, "ann")
    more = {"client": ANN, "machine": machine, "files": (fact,)}

    found = diagnose(host_of(Example({}, engine="26.1.5", more=more), tmp_path), ("DP302",))

    assert [str(each.remedy) for each in found] == [f"run: {command}"]


def test_docker_config_that_names_another_folder_is_a_remark(tmp_path: Path) -> None:
    text = '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:3128"}}}\n'
    client = ANN._replace(config_path="/srv/docker/config.json", config_from="DOCKER_CONFIG")
    fact = FileFact("/home/ann/.docker/config.json", "misnamed-client", "file", text)
    example = Example({}, more={"client": client, "files": (fact,)})

    found = diagnose(host_of(example, tmp_path), ("DP159",))

    assert [(each.severity, each.fix) for each in found] == [("info", None)]
    assert "Docker reads /srv/docker/config.json" in str(found[0].message)


def test_proxies_that_an_old_engine_does_not_know_are_moved_with_the_syntax_mended(
    tmp_path: Path,
) -> None:
    text = '{"proxies": {"https-proxy": "http://10.0.0.1:3128",}}\n'
    host = host_of(Example({**UNIT, "/etc/docker/daemon.json": text}, engine="20.10.24"), tmp_path)
    first = diagnose(host)

    assert [each.code for each in first if each.fix] == ["DP101"]
    assert "DP106" in [each.code for each in what_follows(host, first, diagnose)]


def test_a_remark_about_an_environment_file_says_where_to_put_it(tmp_path: Path) -> None:
    named = "[Service]\nEnvironmentFile=-/etc/sysconfig/docker-proxy\n"
    drop_in = "/etc/systemd/system/docker.service.d/http-proxy.conf"

    found = diagnose(host_of(Example({**UNIT, drop_in: named}), tmp_path), ("DP234",))

    assert [str(each.remedy)[:32] for each in found] == ["Put the file where the line says"]


def test_beside_a_flag_that_sets_one_proxy_the_other_is_advised(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/sbin/dockerd --http-proxy=http://10.0.0.1:1\n"
    files = {"/usr/lib/systemd/system/docker.service": unit}

    (found,) = diagnose(host_of(Example(files), tmp_path), ("DP501",))

    assert found.remedy is not None
    assert "--https-proxy URL --for daemon" in str(found.remedy)
