"""What a colleague left in the daemon's files stays so, and the daemon runs on without it."""

from __future__ import annotations

import pytest

from tests.lab.equipment import Host, Proxy
from tests.lab.restarts import (
    BOUNDED,
    COLLEAGUES,
    PUT_BACK,
    REFUSED,
    assert_put_back,
    container_processes,
    see,
    set_proxy,
)

pytestmark = pytest.mark.lab


def test_an_edit_of_a_drop_in_that_the_daemon_runs_with_keeps_it_from_starting(
    host: Host, squid: Proxy, containers: None
) -> None:
    good = "[Service]\nEnvironment=HTTP_PROXY=http://old%%40:1 COLLEAGUE=1\nLimitNOFILE=4096\n"
    host.write(COLLEAGUES, good)
    host.sh("systemctl daemon-reload && systemctl restart docker && docker start plain guest")
    host.write(COLLEAGUES, good.replace("=1", "=2") + "ExecStartPre=/bin/sh -c false\n")
    before = see(host)

    done = set_proxy(host, squid, "--via", "systemd", *BOUNDED)

    assert before.proxies[0] == "http://old%40:1"
    assert_put_back(host, before, done, PUT_BACK)
    assert f"and without what else {COLLEAGUES} sets" in done.output
    environment = host.sh("tr '\\0' '\\n' < /proc/$(pidof dockerd)/environ").stdout
    assert "COLLEAGUE=1" in environment
    commands = [line.strip() for line in done.output.splitlines() if line.startswith("  ")]
    host.write(COLLEAGUES, good)
    for command in commands[-3:]:
        host.sh(command)
    assert host.run(["ls", "-A", "/run/systemd/system.control/docker.service.d"]).stdout == ""
    assert see(host).proxies == before.proxies


@pytest.mark.soak
def test_an_edit_that_takes_the_program_away_beside_a_change_in_daemon_json(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.write(COLLEAGUES, "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --debug\n")
    host.sh("systemctl daemon-reload && systemctl restart docker && docker start plain guest")
    host.write(COLLEAGUES, "[Service]\nExecStartPre=/bin/sh -c false\n")
    host.write("/etc/docker/daemon.json", '{"bip": "nonsense"}')
    before = see(host)

    done = set_proxy(host, squid, "--via", "systemd", *BOUNDED)

    assert_put_back(host, before, done, PUT_BACK)
    words = host.sh("tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline").stdout
    assert "--debug" in words
    assert "--config-file=/run/dockproxy/daemon.json" in words


def test_settings_by_a_colleague_that_only_a_start_refuses(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.write("/etc/docker/daemon.json", '{"bip": "nonsense", "storage-driver": "nonsense"}')
    before = see(host)

    done = set_proxy(host, squid, "--via", "daemon-json", *BOUNDED)

    assert "/etc/docker/daemon.json was changed since" in done.output
    assert_put_back(host, before, done, PUT_BACK)


def test_a_hung_start_by_a_new_drop_in_of_a_colleague(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.write(COLLEAGUES, "[Service]\nExecStartPre=/bin/sleep 3000\nTimeoutStopSec=5\n")
    before = see(host)

    done = set_proxy(host, squid, "--via", "systemd", "--yes", "--timeout", "5")

    assert_put_back(host, before, done, PUT_BACK)
    assert "50-colleague.conf" in done.output


BROKEN_DROP_INS = (
    "ExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --nonsense\n",
    "ExecStart=\nExecStart=/usr/sbin/no-dockerd -H fd://\n",
    "ExecStart=\n",
    "EnvironmentFile=/etc/default/not-there\n",
)


def test_broken_drop_ins_of_a_colleague_never_stop_the_daemon(
    host: Host, squid: Proxy, containers: None
) -> None:
    pid = host.daemon_pid()
    for text in BROKEN_DROP_INS:
        host.write(COLLEAGUES, f"[Service]\n{text}")
        before = see(host)

        done = set_proxy(host, squid, "--via", "systemd", *BOUNDED)

        assert_put_back(host, before, done, PUT_BACK)
        assert host.daemon_pid() == pid, text


def test_containers_keep_running_through_a_change_that_is_put_back(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.write(COLLEAGUES, "[Service]\nExecStartPre=/bin/sh -c false\n")
    before = see(host)
    processes = container_processes(host)

    done = set_proxy(host, squid, "--via", "systemd", "--keep-containers", *BOUNDED)

    assert_put_back(host, before, done, PUT_BACK)
    assert container_processes(host) == processes
    assert host.docker("info", "-f", "{{.LiveRestoreEnabled}}").stdout.strip() == "false"


def test_an_undo_to_a_file_that_a_flag_of_a_colleague_forbids_says_what_to_do(host: Host) -> None:
    host.write("/etc/docker/daemon.json", '{"proxies": {"http-proxy": "http://old:1"}}')
    host.systemctl("restart", "docker")
    host.dockproxy("unset", "--for", "daemon", "--yes")
    flag = "ExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// --http-proxy=http://flag:1\n"
    host.write(COLLEAGUES, f"[Service]\n{flag}")
    host.sh("systemctl daemon-reload && systemctl restart docker")
    before = see(host)

    undone = host.dockproxy("undo", *BOUNDED, check=False)

    assert_put_back(host, before, undone, REFUSED)
    assert "specified both as a flag and in the configuration file: http-proxy" in undone.output
    assert "change back what it names and run this again" in undone.output
