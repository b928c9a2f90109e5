"""A restart that goes wrong, for real: daemon, containers and files as before, each with its exit.

What a colleague left behind in the daemon's files stays as the colleague left it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.lab.equipment import Entry, Host, Proxy, Result

pytestmark = pytest.mark.lab

DONE, REFUSED, PUT_BACK, INTERRUPTED = 0, 3, 4, 130
FILES = ("/etc/docker", "/etc/systemd/system", "/root/.docker")
DROP_INS = "/etc/systemd/system/docker.service.d"
COLLEAGUES = f"{DROP_INS}/50-colleague.conf"
BOUNDED = ("--yes", "--timeout", "20")
LOCAL = "local/shell"
FOR_EVER = ("sh", "-c", "trap exit TERM; while :; do sleep 1; done")


class Seen(NamedTuple):
    """What must be as before. proxies: what the running daemon uses."""

    files: dict[str, Entry]
    containers: frozenset[str]
    proxies: tuple[str, str]


def see(host: Host) -> Seen:
    """Look at all that must be as before; the daemon must answer."""
    running = frozenset(host.docker("ps", "--format", "{{.Names}}").stdout.split())
    info = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    return Seen(host.tree(*FILES), running, (info["HttpProxy"], info["HttpsProxy"]))


@pytest.fixture
def image(host: Host) -> str:
    """An image on the host that no registry takes part in: a shell and what it needs."""
    host.sh(
        "tar -chC / bin/sh bin/sleep lib/x86_64-linux-gnu/libc.so.6 lib64/ld-linux-x86-64.so.2"
        ' | docker import - "$1"',
        LOCAL,
    )
    return LOCAL


@pytest.fixture
def containers(host: Host, image: str) -> Iterator[None]:
    """One container that nothing brings back, one that its policy does, and one in its network."""
    for arguments in (
        ("--name", "plain"),
        ("--name", "always", "--restart", "always"),
        ("--name", "guest", "--network", "container:plain"),
    ):
        host.docker("run", "-d", *arguments, image, *FOR_EVER)
    yield
    host.remove("/run/systemd/system.control/docker.service.d")


def entries(host: Host) -> list[dict[str, Any]]:
    """The journal's entries, newest first."""
    listed: list[dict[str, Any]] = json.loads(host.dockproxy("history", "--json").stdout)["entries"]
    return listed


def set_proxy(host: Host, proxy: Proxy, *arguments: str) -> Result:
    """``set`` for the daemon alone."""
    return host.dockproxy("set", proxy.url, "--for", "daemon", *arguments, check=False)


def assert_put_back(host: Host, before: Seen, done: Result, code: int) -> None:
    """Files, daemon and containers are as before, and the exit code says so."""
    assert done.returncode == code, done.output
    assert see(host) == before
    assert host.systemctl("is-active", "docker.service").stdout.strip() == "active"


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


@pytest.mark.parametrize("signal", ["INT", "HUP"])
def test_a_signal_to_us_in_the_middle(
    host: Host, squid: Proxy, containers: None, signal: str
) -> None:
    before, old = see(host), host.daemon_pid()
    run = host.start(
        [
            "sh",
            "-c",
            'echo $$ > /run/dp-pid; exec "$@"',
            "sh",
            "python3",
            "-m",
            "dockproxy",
            "set",
            squid.url,
            "--for",
            "daemon",
            *BOUNDED,
        ],
        env={"PYTHONPATH": "/opt/dockproxy/src"},
    )
    wait_for_new_daemon(host, old)

    host.sh(f"kill -{signal} $(cat /run/dp-pid)")

    out, err = run.communicate(timeout=120)
    assert run.returncode == INTERRUPTED, out + err
    after = see(host)
    assert after.proxies == (squid.url, squid.url)
    assert after.containers == before.containers
    assert entries(host)[0]["state"] == "done"


def test_undo_after_we_were_killed_in_the_middle(
    host: Host, squid: Proxy, containers: None
) -> None:
    before, old = see(host), host.daemon_pid()
    run = host.start(
        [
            "sh",
            "-c",
            'echo $$ > /run/dp-pid; exec "$@"',
            "sh",
            "python3",
            "-m",
            "dockproxy",
            "set",
            squid.url,
            "--for",
            "daemon",
            *BOUNDED,
        ],
        env={"PYTHONPATH": "/opt/dockproxy/src"},
    )
    wait_for_new_daemon(host, old)
    host.sh("kill -KILL $(cat /run/dp-pid)")
    run.communicate(timeout=60)
    assert entries(host)[0]["state"] == "written"

    undone = host.dockproxy("undo", *BOUNDED, check=False)

    assert_put_back(host, before, undone, DONE)
    assert entries(host)[1]["state"] == "undone"


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


def test_containers_keep_running_through_a_change_that_is_put_back(
    host: Host, squid: Proxy, containers: None
) -> None:
    host.write(COLLEAGUES, "[Service]\nExecStartPre=/bin/false\n")
    before = see(host)
    processes = container_processes(host)

    done = set_proxy(host, squid, "--via", "systemd", "--keep-containers", *BOUNDED)

    assert_put_back(host, before, done, PUT_BACK)
    assert container_processes(host) == processes
    assert host.docker("info", "-f", "{{.LiveRestoreEnabled}}").stdout.strip() == "false"


def container_processes(host: Host) -> dict[str, str]:
    """Each container's own first process."""
    names = host.docker("ps", "--format", "{{.Names}}").stdout.split()
    return {
        name: host.docker("inspect", "-f", "{{.State.Pid}}", name).stdout.strip() for name in names
    }


def wait_for_new_daemon(host: Host, old: int) -> int:
    """The process of the daemon that came in the old one's place and is up."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        shown = host.systemctl("show", "-p", "MainPID,ActiveState", "docker").stdout
        facts = dict(line.split("=", 1) for line in shown.splitlines())
        if facts["ActiveState"] == "active" and int(facts["MainPID"]) not in (0, old):
            return int(facts["MainPID"])
        time.sleep(0.05)
    raise AssertionError("no new daemon came up")
