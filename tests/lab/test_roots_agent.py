"""Root's agent behind sudo when the person who called it goes away in the midst of a restart."""

from __future__ import annotations

import json

import pytest

from tests.cli.process import CONTROLLED, AtATerminal
from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

SOURCE = "/opt/dockproxy/src"
AGENT_ENDED = "while pgrep -u 0 -f core.agent.__main_[_]; do sleep 0.05; done"


@pytest.mark.parametrize("way", ["a closed terminal", "SIGKILL"])
def test_what_it_has_begun_it_brings_to_a_whole_end(host: Host, squid: Proxy, way: str) -> None:
    before = host.tree("/etc/docker", "/etc/systemd/system")
    command = ["python3", "-m", "dockproxy", "set", squid.url, "--for", "daemon", "--no-check"]
    terminal = AtATerminal(
        host.command([*CONTROLLED, *command], user="ann"),
        host.environment({"NO_COLOR": "1", "PYTHONPATH": SOURCE}, "ann"),
    )
    try:
        terminal.wait_for("[y/N] ")
        terminal.type("y\n")
        terminal.wait_for("restarting docker.service")
        if way == "a closed terminal":
            terminal.hang_up()
        else:
            host.run(["pkill", "-KILL", "-u", "ann", "-f", "dockproxy set"])
        code = terminal.end()
    finally:
        terminal.close()
    host.sh(AGENT_ENDED)

    (entry,) = json.loads(host.dockproxy("history", "--json").stdout)["entries"]
    assert entry["state"] in ("done", "undone")
    assert code == (-9 if way == "SIGKILL" else 130), terminal.screen
    assert "nothing was changed" not in terminal.screen
    assert "Traceback" not in terminal.screen
    info = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    made = entry["state"] == "done"
    assert info["HttpProxy"] == (squid.url if made else "")
    assert (host.tree("/etc/docker", "/etc/systemd/system") == before) is not made
    assert host.dockproxy("status", user="ann").stderr == ""


def test_ctrl_c_while_roots_agent_only_looks_ends_both(host: Host, squid: Proxy) -> None:
    before, pid = host.tree("/etc/docker"), host.daemon_pid()
    command = ["python3", "-m", "dockproxy", "set", squid.url, "--for", "daemon"]
    terminal = AtATerminal(
        host.command([*CONTROLLED, *command], user="ann"),
        host.environment({"NO_COLOR": "1", "PYTHONPATH": SOURCE}, "ann"),
    )
    try:
        terminal.wait_for("[y/N] ")
        terminal.type("\x03")
        assert terminal.end() == 130, terminal.screen
    finally:
        terminal.close()
    host.sh(AGENT_ENDED)

    assert "interrupted: nothing was changed" in terminal.screen
    assert "Traceback" not in terminal.screen
    assert (host.tree("/etc/docker"), host.daemon_pid()) == (before, pid)
