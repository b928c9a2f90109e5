"""A restart that goes wrong, for real: daemon, containers, files as before, and the exit code."""

from __future__ import annotations

import time

import pytest

from tests.lab.equipment import Host, Proxy
from tests.lab.restarts import (
    BOUNDED,
    DONE,
    FOR_EVER,
    PUT_BACK,
    REFUSED,
    assert_put_back,
    container_processes,
    see,
    set_proxy,
    wait_for_new_daemon,
)

pytestmark = pytest.mark.lab


def test_containers_run_again_after_a_restart_and_after_its_undo(
    host: Host, squid: Proxy, containers: None
) -> None:
    before = see(host)

    done = set_proxy(host, squid, *BOUNDED)

    assert done.returncode == DONE, done.output
    after = see(host)
    assert after.containers == before.containers
    assert after.proxies == (squid.url, squid.url)
    undone = host.dockproxy("undo", *BOUNDED, check=False)
    assert_put_back(host, before, undone, DONE)


def test_the_start_limit_was_reached(host: Host, squid: Proxy, image: str) -> None:
    host.sh("systemctl restart docker && systemctl restart docker")
    host.docker("run", "-d", "--name", "plain", image, *FOR_EVER)
    assert host.systemctl("restart", "docker", check=False).returncode != 0
    host.sh("systemctl reset-failed docker.socket docker && systemctl start docker")
    host.sh("systemctl restart docker && systemctl restart docker && docker start plain")
    before = see(host)

    done = set_proxy(host, squid, *BOUNDED)

    assert done.returncode == DONE, done.output
    after = see(host)
    assert after.containers == before.containers
    assert after.proxies == (squid.url, squid.url)


def test_a_dockerd_that_can_not_be_executed_any_more(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.sh("chmod a-x /usr/sbin/dockerd")
    before, pid = see(host), host.daemon_pid()

    done = set_proxy(host, squid, *BOUNDED)

    assert_put_back(host, before, done, PUT_BACK)
    assert host.daemon_pid() == pid


def test_docker_proxy_is_missing(host: Host, squid: Proxy, containers: None) -> None:
    host.sh("rm $(command -v docker-proxy || echo /usr/sbin/docker-proxy)")
    before, pid = see(host), host.daemon_pid()

    done = set_proxy(host, squid, "--via", "daemon-json", *BOUNDED)

    assert_put_back(host, before, done, REFUSED)
    assert "userland-proxy-path" in done.output
    assert host.daemon_pid() == pid


def test_a_read_only_etc(host: Host, squid: Proxy, containers: None) -> None:
    host.sh("mkdir -p /etc/docker && mount --bind -o ro /etc/docker /etc/docker")
    try:
        before = see(host)
        done = set_proxy(host, squid, "--via", "daemon-json", *BOUNDED)
        assert_put_back(host, before, done, REFUSED)
    finally:
        host.sh("umount /etc/docker")


def test_no_space_for_the_file(host: Host, squid: Proxy, containers: None) -> None:
    host.sh(
        "mkdir -p /srv/full && mount -t tmpfs -o size=8k tmpfs /srv/full"
        " && cp -a /etc/docker/. /srv/full/ 2>/dev/null; mount --bind /srv/full /etc/docker"
        " && cat /dev/zero > /etc/docker/filler 2>/dev/null; ls -la /etc/docker"
    )
    try:
        before, pid = see(host), host.daemon_pid()
        done = set_proxy(host, squid, "--via", "daemon-json", *BOUNDED)
        assert_put_back(host, before, done, REFUSED)
        assert host.daemon_pid() == pid
    finally:
        host.sh("umount /etc/docker; umount /srv/full")


def test_no_space_for_the_daemon(host: Host, squid: Proxy) -> None:
    host.write("/etc/docker/daemon.json", '{"data-root": "/srv/data", "storage-driver": "vfs"}')
    host.sh(
        "mkdir -p /srv/data && mount -t tmpfs -o size=16m tmpfs /srv/data"
        " && systemctl restart docker && ! cat /dev/zero > /srv/data/filler"
    )
    try:
        before, pid = see(host), host.daemon_pid()
        done = set_proxy(host, squid, *BOUNDED)
        assert_put_back(host, before, done, PUT_BACK)
        assert host.daemon_pid() == pid
    finally:
        host.sh("rm /srv/data/filler; systemctl stop docker.socket docker; umount /srv/data")


def test_the_daemon_is_killed_while_it_is_watched(
    host: Host, squid: Proxy, containers: None
) -> None:
    before, old = see(host), host.daemon_pid()
    run = host.start(
        ["python3", "-m", "dockproxy", "set", squid.url, "--for", "daemon", *BOUNDED],
        env={"PYTHONPATH": "/opt/dockproxy/src"},
    )
    new = wait_for_new_daemon(host, old)
    time.sleep(1)

    host.sh('kill -KILL "$1"', str(new))

    out, err = run.communicate(timeout=120)
    assert run.returncode == DONE, out + err
    after = see(host)
    assert after.proxies == (squid.url, squid.url)
    assert after.containers == before.containers
    assert host.daemon_pid() not in (old, new)


def test_containers_keep_running_where_that_was_asked_for(
    host: Host, squid: Proxy, containers: None, image: str
) -> None:
    host.docker("run", "-d", "--rm", "--name", "passing", image, *FOR_EVER)
    before = see(host)
    processes = container_processes(host)

    done = set_proxy(host, squid, "--via", "daemon-json", "--keep-containers", *BOUNDED)

    assert done.returncode == DONE, done.output
    assert container_processes(host) == processes
    assert see(host).containers == before.containers
    assert "live-restore" not in host.read("/etc/docker/daemon.json").decode()
    assert host.docker("info", "-f", "{{.LiveRestoreEnabled}}").stdout.strip() == "false"
    undone = host.dockproxy("undo", *BOUNDED, check=False)
    assert_put_back(host, before, undone, DONE)
    assert container_processes(host) == processes
