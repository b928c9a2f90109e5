"""What resolve says must apply is what a real daemon then uses: random sources, restarted each."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.lab.equipment import Host

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("also_from_its_snapshot")]

FOLDERS = (
    "/etc/systemd/system/docker.service.d",
    "/run/systemd/system/docker.service.d",
    "/etc/systemd/system/service.d",
)
NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
ADDRESSES = (
    "",
    "http://10.88.0.1:3128",
    "http://user:p%40ss@10.88.0.1:3129",
    "HTTP://User:pass@Proxy.Example:3128",
    "http://user@10.88.0.1:3128/",
    "http://us er:p@10.88.0.1:1",
    "10.88.0.1:3128",
    "user:secret@10.88.0.1:3128",
    "socks5://10.88.0.1:1080",
    " http://10.88.0.1:3128",
)
LISTS = ("", "localhost,127.0.0.1", "a b", "*.corp.test, .x", "x@y")
ENVIRONMENT_FILE = "/etc/docker-proxies.env"
RANDOM_HOSTS = 10


def _value(name: str, chance: random.Random) -> str:
    return chance.choice(LISTS if name.lower() == "no_proxy" else ADDRESSES)


def _drop_in(chance: random.Random) -> str:
    lines = ["[Service]"]
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(NAMES)
        value = _value(name, chance)
        if chance.random() < 0.8:
            value = value.replace("%", "%%")
        quoted = f'"{name}={value}"' if chance.random() < 0.7 else f"{name}={value}"
        lines.append(f"Environment={quoted}")
        extra = chance.random()
        if extra < 0.1:
            lines.append("Environment=")
        elif extra < 0.25:
            lines.append(f"UnsetEnvironment={chance.choice(NAMES)}")
        elif extra < 0.4:
            lines.append(f"EnvironmentFile=-{ENVIRONMENT_FILE}")
    return "\n".join((*lines, ""))


def _environment_file(chance: random.Random) -> str:
    lines = []
    for _ in range(chance.randint(0, 3)):
        name = chance.choice(NAMES)
        quote = chance.choice(("", '"', "'"))
        prefix = "export " if chance.random() < 0.15 else ""
        lines.append(f"{prefix}{name}={quote}{_value(name, chance)}{quote}")
    return "\n".join((*lines, ""))


def _daemon_json(chance: random.Random) -> str:
    names = ("http-proxy", "https-proxy", "no-proxy")
    keys = [name for name in names if chance.random() < 0.4]
    values = {key: _value(key.replace("-", "_"), chance) for key in keys}
    return json.dumps({chance.choice(("proxies", "Proxies")): values} if keys else {})


def _as_docker_writes(value: dict[str, Any]) -> str:
    """Docker puts the scheme of an address in lower case when it masks its user."""
    text: str = value["value"]
    return text.replace("HTTP://", "http://") if value["masked"] else text


@pytest.mark.parametrize("seed", range(RANDOM_HOSTS))
def test_the_running_daemon_uses_what_resolve_works_out(host: Host, seed: int) -> None:
    chance = random.Random(seed)
    names = chance.sample(("a.conf", "http-proxy.conf", "m.conf", "zz.conf"), chance.randint(1, 3))
    for name in names:
        host.write(f"{chance.choice(FOLDERS)}/{name}", _drop_in(chance))
    host.write(ENVIRONMENT_FILE, _environment_file(chance))
    if chance.random() < 0.6:
        host.write("/etc/docker/daemon.json", _daemon_json(chance))
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    host.systemctl("restart", "docker")

    document = json.loads(host.dockproxy("status", "--json").stdout)

    daemon = next(part for part in document["components"] if part["component"] == "daemon")
    proxies = {key: _as_docker_writes(value) for key, value in daemon["proxies"].items()}
    assert proxies == daemon["in_use"]
    assert daemon["in_sync"] is True
    steps = {"not-reloaded", "not-restarted"}
    assert not steps & {drift["code"] for drift in daemon["drift"]}
