"""A tree that is prepared with ``--root`` is one that a real host then starts with."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

TREE = "/srv/tree"
MAKE = """
mkdir -p /srv/tree/usr/lib/systemd/system /srv/tree/etc /srv/tree/root
cp "$(systemctl show --property=FragmentPath --value docker)" /srv/tree/usr/lib/systemd/system/
cp /etc/passwd /srv/tree/etc/
"""


@pytest.mark.parametrize("via", ["daemon-json", "systemd"])
def test_an_image_that_was_prepared_pulls_through_the_proxy(
    lab: Lab, host: Host, squid: Proxy, via: str
) -> None:
    image = lab.fresh_image()
    host.sh(MAKE)
    before = host.tree("/etc/docker", "/etc/systemd/system", "/root")
    pid = host.daemon_pid()
    try:
        host.dockproxy("set", squid.url, "--via", via, "--root", TREE, "--yes")
        assert squid.requests() == []
        assert host.daemon_pid() == pid
        assert host.tree("/etc/docker", "/etc/systemd/system", "/root") == before
        host.sh(f"cp -a {TREE}/etc/. /etc/ && cp -a {TREE}/root/. /root/")
    finally:
        host.sh(f"rm -rf {TREE}")
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")

    host.docker("pull", image)
    assert squid.saw("registry.corp.test:5443")
    host.docker("create", "--name", "made", image)
    shown = host.docker("inspect", "--format", "{{json .Config.Env}}", "made").stdout
    assert f"https_proxy={squid.url}" in shown


def test_a_tree_on_a_read_only_file_system_is_refused_whole(host: Host) -> None:
    host.sh(MAKE)
    host.sh(f"mount --bind {TREE} {TREE} && mount -o remount,ro,bind {TREE}")
    try:
        before = host.tree(TREE)
        seen = host.dockproxy("status", "--root", TREE)
        said = host.dockproxy("set", "http://10.0.0.1:1", "--root", TREE, "--yes", check=False)
        undone = host.dockproxy("undo", "--root", TREE, "--yes", check=False)
        assert host.tree(TREE) == before
    finally:
        host.sh(f"umount {TREE} && rm -rf {TREE}")

    assert "no proxy is set" in seen.stdout
    assert said.returncode == 3
    assert "read-only" in said.output
    assert undone.stdout == "there is nothing to take back\n"
