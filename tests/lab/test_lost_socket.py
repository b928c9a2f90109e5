"""A dockerd that listens without systemd takes docker.socket's file away when it ends."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

X = "/etc/systemd/system/docker.service.d/x.conf"
SOCKET = "/run/docker.sock"


def lose_the_socket(host: Host, squid: Proxy) -> None:
    """As it goes by hand: a drop-in without ``-H fd://``, and away with it again."""
    host.write(X, f"[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --http-proxy={squid.url}\n")
    host.sh("systemctl daemon-reload && systemctl restart docker")
    host.remove(X)
    host.sh("systemctl daemon-reload && systemctl restart docker")
    assert not host.exists(SOCKET)


@pytest.mark.soak
def test_set_gives_the_daemon_back_the_socket_that_another_start_has_cost_it(
    host: Host, squid: Proxy
) -> None:
    lose_the_socket(host, squid)

    done = host.dockproxy(
        "set", squid.url, "--for", "daemon", "--no-check", "--yes", timeout=150, check=False
    )

    assert done.returncode == 0, done.output
    assert host.exists(SOCKET)
    assert host.docker("info", "--format", "{{.HTTPProxy}}").stdout.strip() == squid.url


def test_a_restart_after_flags_without_fd_brings_the_socket_back(host: Host, squid: Proxy) -> None:
    # given
    host.write(X, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --debug\n")
    host.sh("systemctl daemon-reload && systemctl restart docker")
    host.write(X, "[Service]\n")
    # when
    done = host.dockproxy(
        "set", squid.url, "--for", "daemon", "--no-check", "--yes", timeout=150, check=False
    )
    # then
    assert done.returncode == 0, done.output
    assert host.docker("info", "--format", "{{.HTTPProxy}}").stdout.strip() == squid.url


@pytest.mark.soak
def test_an_undo_that_can_not_restart_the_daemon_says_what_brings_it_back(
    host: Host, squid: Proxy
) -> None:
    # given
    host.write(X, "[Service]\nExecStart=/usr/sbin/dockerd --debug\n")
    assert host.dockproxy("doctor", "--fix", "--yes", check=False).returncode == 0
    # when
    done = host.dockproxy("undo", "--yes", check=False)
    # then
    assert "can't be restarted from here" not in done.output
    command = "systemctl daemon-reload && systemctl restart docker.socket docker.service"
    assert f"Once its files are right: {command}\n" in done.output
    host.remove(X)
    host.sh(command)
    assert host.docker("info", "--format", "{{.Debug}}").stdout.strip() == "false"
