"""The main job on a real host: one ``set``, everything works through the proxy, one ``undo``."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

REGISTRY = "registry.corp.test:5443"
PLACES = ("/etc/docker", "/etc/systemd/system", "/root/.docker")


def _pull_works(lab: Lab, host: Host) -> bool:
    return host.docker("pull", lab.fresh_image(), check=False).returncode == 0


@pytest.mark.parametrize("via", ["daemon-json", "systemd"])
@pytest.mark.parametrize("kind", ["squid", "auth_proxy"])
def test_one_set_serves_every_part_and_one_undo_brings_back_every_byte(
    lab: Lab, host: Host, request: pytest.FixtureRequest, via: str, kind: str
) -> None:
    proxy: Proxy = request.getfixturevalue(kind)
    assert not _pull_works(lab, host)
    before = host.tree(*PLACES)

    done = host.dockproxy("set", proxy.url, "--via", via, "--yes", check=False)

    assert done.returncode == 0, done.output
    image = lab.fresh_image()
    for use in (
        ("pull", image),
        ("tag", image, f"{image}-pushed"),
        ("push", f"{image}-pushed"),
    ):
        proxy.forget()
        host.docker(*use)
        assert use[0] == "tag" or proxy.saw(REGISTRY)
    assert lab.registry.has(f"{image}-pushed")
    environment = host.docker("run", "--rm", image, "env").stdout
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        assert f"{name}={proxy.url}" in environment

    undone = host.dockproxy("undo", "--yes", check=False)

    assert undone.returncode == 0, undone.output
    assert host.tree(*PLACES) == before
    assert not _pull_works(lab, host)
