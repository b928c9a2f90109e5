"""No false alarm on real hosts on which nothing is wrong, nor on the written ones."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.trees import Trees
from tests.rules.healthy_hosts import all_of_them

pytestmark = pytest.mark.lab

DAEMON_JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/proxy.conf"
OTHERS = {
    "log-driver": "json-file",
    "log-opts": {"max-size": "10m", "max-file": "3"},
    "live-restore": True,
    "max-concurrent-downloads": 4,
    "default-address-pools": [{"base": "10.201.0.0/16", "size": 24}],
    "labels": ["zone=a"],
    "dns": ["10.88.0.1"],
    "debug": False,
}
CONFIG = {
    "psFormat": "table {{.Names}}",
    "detachKeys": "ctrl-q",
    "credHelpers": {"registry.other.test": "none"},
    "plugins": {"-x-cli-hints": {"enabled": "false"}},
}
NO_PROXY = "localhost,127.0.0.1,::1,10.0.0.0/8,.corp.lan"
soak = pytest.mark.soak


def alarms(host: Host) -> list[str]:
    said = host.dockproxy("doctor", "--json", check=False)
    document = json.loads(said.stdout)
    found = [each for each in document["findings"] if each["severity"] != "info"]
    assert document["summary"]["error"] + document["summary"]["warning"] == len(found)
    assert said.returncode == (1 if found else 0)
    return [f"{each['code']} {each['message']}" for each in found]


def written(host: Host, path: str, document: dict[str, Any]) -> None:
    host.write(path, json.dumps(document, indent=2) + "\n")


def client(url: str) -> dict[str, Any]:
    proxies = {"httpProxy": url, "httpsProxy": url, "noProxy": NO_PROXY}
    return {**CONFIG, "proxies": {"default": proxies}}


def restart(host: Host) -> None:
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    host.systemctl("restart", "docker.service")


def run_one(lab: Lab, host: Host) -> None:
    host.docker("pull", image := lab.fresh_image())
    host.docker("run", "--detach", "--name", "web", image, "/bin/busybox", "sleep", "600")


@pytest.mark.parametrize(
    "engine", [None, pytest.param("newest", marks=soak)], ids=["26.1", "newest"]
)
def test_a_host_with_proxies_in_daemon_json(
    lab: Lab, host: Host, squid: Proxy, engine: str | None
) -> None:
    if engine:
        host.reset(engine=engine)
    given = {"http-proxy": squid.url, "https-proxy": squid.url, "no-proxy": NO_PROXY}
    written(host, DAEMON_JSON, {**OTHERS, "proxies": given})
    written(host, "/root/.docker/config.json", client(squid.url))
    restart(host)
    run_one(lab, host)
    assert alarms(host) == []


@soak
@pytest.mark.parametrize("engine", [None, "20.10.24", "newest"], ids=["26.1", "20.10", "newest"])
def test_a_host_with_proxies_in_a_drop_in(
    lab: Lab, host: Host, squid: Proxy, engine: str | None
) -> None:
    if engine:
        host.reset(engine=engine)
    written(host, DAEMON_JSON, OTHERS)
    variables = {"HTTP_PROXY": squid.url, "HTTPS_PROXY": squid.url, "NO_PROXY": NO_PROXY}
    lines = [f'Environment="{name}={value}"' for name, value in variables.items()]
    host.write(DROP_IN, "\n".join(("[Service]", *lines, "LimitNOFILE=65536", "")))
    written(host, "/root/.docker/config.json", client(squid.url))
    restart(host)
    run_one(lab, host)
    assert alarms(host) == []


@soak
def test_a_host_with_an_environment_file_and_a_password(
    lab: Lab, host: Host, auth_proxy: Proxy
) -> None:
    written(host, DAEMON_JSON, OTHERS)
    host.write(DROP_IN, "[Service]\nEnvironmentFile=/etc/docker/proxy.env\nNice=1\n", 0o600)
    lines = (f"{name}={auth_proxy.url}\n" for name in ("HTTP_PROXY", "HTTPS_PROXY"))
    host.write("/etc/docker/proxy.env", "".join(lines) + f"NO_PROXY={NO_PROXY}\n", 0o600)
    restart(host)
    run_one(lab, host)
    assert alarms(host) == []


@soak
@pytest.mark.parametrize("engine", [None, "20.10.24", "newest"], ids=["26.1", "20.10", "newest"])
def test_a_host_as_it_was_installed(host: Host, engine: str | None) -> None:
    if engine:
        host.reset(engine=engine)
    assert alarms(host) == []


@soak
def test_a_rootless_daemon_with_proxies(lab: Lab, host: Host, squid: Proxy) -> None:
    bob = host.rootless()
    given = {"http-proxy": squid.url, "https-proxy": squid.url, "no-proxy": NO_PROXY}
    others = {name: value for name, value in OTHERS.items() if name != "dns"}
    written(bob, f"{bob.home}/.config/docker/daemon.json", {**others, "proxies": given})
    written(
        bob, f"{bob.home}/.docker/config.json", {**client(squid.url), "currentContext": "rootless"}
    )
    bob.systemctl("daemon-reload")
    bob.systemctl("restart", "docker.service")
    bob.docker("pull", lab.fresh_image())
    assert alarms(bob) == []


def test_dockerd_takes_every_healthy_daemon_json(lab_machine: None, tmp_path: Path) -> None:
    trees = Trees().prepare()
    folder = os.path.join(trees["engine"], "usr/sbin")
    judged = 0
    for case in all_of_them():
        if not case.daemon_json or case.engine.startswith("28."):
            continue
        file = tmp_path / f"{case.name}.json"
        file.write_bytes(case.daemon_json)
        done = subprocess.run(
            [f"{folder}/dockerd", "--validate", "--config-file", str(file)],
            env={"PATH": f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, (case.name, done.stderr)
        judged += 1
    assert judged >= 20
