"""What restarts of the daemon are judged by: all that must be as before, and exit codes."""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

from tests.lab.equipment import Entry, Host, Proxy, Result

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


def container_processes(host: Host) -> dict[str, str]:
    """Each container's own first process."""
    names = host.docker("ps", "--format", "{{.Names}}").stdout.split()
    return {
        name: host.docker("inspect", "-f", "{{.State.Pid}}", name).stdout.strip() for name in names
    }
