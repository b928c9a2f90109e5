from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"


def use_by_daemon_json(host: Host, proxy: Proxy) -> None:
    settings = {"proxies": {"http-proxy": proxy.url, "https-proxy": proxy.url}}
    host.write("/etc/docker/daemon.json", json.dumps(settings))
    host.systemctl("restart", "docker")


def test_a_pull_fails_at_once_without_a_proxy(lab: Lab, host: Host, squid: Proxy) -> None:
    pull = host.docker("pull", lab.fresh_image(), check=False, timeout=20)
    assert pull.returncode == 1
    assert "lookup registry.corp.test on 10.88.0.1:53: no such host" in pull.stderr
    assert squid.requests() == []


@pytest.mark.parametrize("name", ["squid", "auth_proxy", "socks"])
def test_a_pull_goes_through_each_proxy(lab: Lab, host: Host, name: str) -> None:
    proxy: Proxy = getattr(lab, name).ready()
    use_by_daemon_json(host, proxy)
    host.docker("pull", lab.fresh_image())
    assert proxy.saw(REGISTRY)
    assert proxy.count(REGISTRY) == len(proxy.requests()) > 0
