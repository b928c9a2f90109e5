"""A registry on a private address is reached without the proxy, whatever kind of proxy it is."""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

PRIVATE = "10.88.0.2:5000"
KINDS = ("squid", "auth_proxy", "tls_proxy", "socks")


@pytest.fixture
def private(lab: Lab, host: Host) -> str:
    """The registry's images by plain HTTP at the host's own address, allowed by its daemon."""
    host.serve_registry(PRIVATE)
    host.write("/etc/docker/daemon.json", json.dumps({"insecure-registries": [PRIVATE]}))
    host.write("/usr/local/share/ca-certificates/corp.crt", lab.tls_proxy.ca)
    host.run(["update-ca-certificates"])
    host.systemctl("restart", "docker")
    return PRIVATE


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=() if kind == "squid" else pytest.mark.soak) for kind in KINDS],
)
def test_a_private_registry_is_reached_directly_and_all_else_through_the_proxy(
    lab: Lab, host: Host, private: str, kind: str
) -> None:
    proxy: Proxy = getattr(lab, kind).ready()

    done = host.dockproxy("set", proxy.url, "--yes", check=False)

    assert done.returncode == 0, done.output
    image = lab.fresh_image()
    host.docker("pull", image.replace(lab.registry.address, private))
    assert proxy.count("10.88.0.2") == 0
    host.docker("pull", image)
    assert proxy.saw(lab.registry.address)
    client = json.loads(host.read("/root/.docker/config.json"))["proxies"]["default"]
    assert "10.88.0.2" in client["noProxy"].split(",")


def test_with_no_entry_for_it_a_private_registry_is_asked_through_the_proxy(
    lab: Lab, host: Host, private: str, squid: Proxy
) -> None:
    drop_in = f"[Service]\nEnvironment=HTTP_PROXY={squid.url} HTTPS_PROXY={squid.url}\n"
    host.write("/etc/systemd/system/docker.service.d/proxy.conf", drop_in)
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")

    host.docker("pull", lab.fresh_image().replace(lab.registry.address, private), check=False)

    assert squid.saw(private)
