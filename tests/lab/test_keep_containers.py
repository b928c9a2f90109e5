"""``--keep-containers`` where the daemon can't start with it, or not at all, and after a kill."""

from __future__ import annotations

import json
import time

import pytest

from tests.lab.equipment import Host, Proxy
from tests.lab.equipment.host import SOURCE
from tests.lab.restarts import (
    BOUNDED,
    COLLEAGUES,
    DONE,
    PUT_BACK,
    REFUSED,
    assert_put_back,
    container_processes,
    entries,
    see,
    set_proxy,
)

pytestmark = pytest.mark.lab

DAEMON_JSON = "/etc/docker/daemon.json"
KEEP = ("--keep-containers", *BOUNDED)
PRE = "/usr/local/bin/pre"


def live_restore(host: Host) -> str:
    return host.docker("info", "-f", "{{.LiveRestoreEnabled}}").stdout.strip()


def fails_before_the_daemon(host: Host) -> None:
    """A drop-in that systemd has read already, and that the next start fails with."""
    host.write(PRE, "#!/bin/sh\necho the disk is not there\nexit 3\n", mode=0o755)
    host.write(COLLEAGUES, f"[Service]\nExecStartPre={PRE}\n")
    host.systemctl("daemon-reload")


def test_it_is_refused_on_a_node_of_a_swarm_and_undo_does_without(
    host: Host, squid: Proxy, containers: None
) -> None:
    assert set_proxy(host, squid, *KEEP).returncode == DONE
    host.docker("swarm", "init", "--advertise-addr", "10.88.0.2")
    before = see(host)

    refused = host.dockproxy("set", "--no-proxy-add", "zz", "--for=daemon", *KEEP, check=False)

    assert_put_back(host, before, refused, REFUSED)
    assert "this is a Swarm node" in refused.output
    undone = host.dockproxy("undo", *BOUNDED, check=False)
    assert undone.returncode == DONE, undone.output
    assert not host.exists(DAEMON_JSON)
    assert see(host).containers == before.containers
    host.docker("swarm", "leave", "--force")


def test_what_always_fails_before_the_daemon_is_refused(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.write(COLLEAGUES, "[Service]\nExecStartPre=/bin/false\n")
    host.systemctl("daemon-reload")
    before, process = see(host), host.daemon_pid()

    refused = set_proxy(host, squid, *KEEP)

    assert_put_back(host, before, refused, REFUSED)
    assert host.daemon_pid() == process
    assert f"{COLLEAGUES}: the unit runs /bin/false before the daemon" in refused.output


@pytest.mark.soak
def test_a_command_before_the_daemon_that_fails_is_named_quoted_and_switched_off(
    host: Host, squid: Proxy, containers: None
) -> None:
    fails_before_the_daemon(host)
    before = see(host)

    for _each in range(2):
        failed = set_proxy(host, squid, *KEEP)

        assert_put_back(host, before, failed, PUT_BACK)
        assert f"goes live with it: {COLLEAGUES}" in failed.output
        assert f"  | ExecStartPre={PRE}\n  | the disk is not there\n" in failed.output
        assert "failed: the daemon does not start" in failed.output
        assert live_restore(host) == "false"


@pytest.mark.soak
@pytest.mark.parametrize("then", ["undo", "set"])
def test_live_restore_goes_after_a_kill(
    host: Host, squid: Proxy, containers: None, then: str
) -> None:
    host.write(DAEMON_JSON, '{"log-level": "info"}\n')
    host.sh("systemctl reset-failed docker; systemctl restart docker; docker start plain guest")
    before, processes, process = see(host), container_processes(host), host.daemon_pid()
    words = ["python3", "-m", "dockproxy", "set", squid.url, "--for=daemon", *KEEP]
    running = host.start(words, env={"PYTHONPATH": SOURCE})
    end = time.monotonic() + 60
    while host.systemctl("show", "-p", "MainPID", "--value", "docker").stdout.strip() in (
        str(process),
        "0",
    ):
        assert time.monotonic() < end
        time.sleep(0.05)
    newest = host.sh("cat $(ls -t /var/lib/dockproxy/journal/*.json | head -n 1)").stdout
    host.run(["kill", "-9", str(json.loads(newest)["pid"])])
    running.communicate()
    host.wait_until_ready()
    assert b'"live-restore": true' in host.read(DAEMON_JSON)

    if then == "set":
        host.dockproxy("set", "--no-proxy-add", "zz", "--for=daemon", "--no-check", *KEEP)
        assert b"live-restore" not in host.read(DAEMON_JSON)
        assert "cut short" not in host.dockproxy("status").output
        assert [entry["state"] for entry in entries(host)][:2] == ["done", "done"]
        host.dockproxy("undo", *BOUNDED)
    undone = host.dockproxy("undo", *BOUNDED, check=False)

    assert_put_back(host, before, undone, DONE)
    assert live_restore(host) == "false"
    assert container_processes(host) == processes
