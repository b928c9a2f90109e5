"""Root's agent behind sudo when the person who called it goes away in the midst of a restart."""

from __future__ import annotations

import json

import pytest

from tests.cli.process import CONTROLLED, AtATerminal
from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

SOURCE = "/opt/dockproxy/src"
HOLD = """
import os, time
from dockproxy.core.agent.apply.lookup import journal_of, lock_of
from dockproxy.transport.base import Silent, caller

open("/tmp/hold", "w").close()
request = {"do": "apply", "root": "", "plan": {"intent": "set"}, "caller": caller()}
with lock_of(request, Silent(), journal_of(request)):
    print("held", flush=True)
    while os.path.exists("/tmp/hold"):
        time.sleep(0.05)
"""
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


def test_who_holds_roots_lock_is_named_to_an_ordinary_user_and_waited_for(
    host: Host, squid: Proxy
) -> None:
    host.dockproxy("set", "http://10.88.0.1:9", "--for", "daemon", "--yes", "--no-check")
    holding = host.start(["python3", "-c", HOLD], env={"PYTHONPATH": SOURCE})
    assert holding.stdout is not None and holding.stdout.readline() == b"held\n"
    words = ("set", squid.url, "--for", "daemon", "--yes", "--no-check")

    refused = host.dockproxy(*words, user="ann", check=False)
    undo = host.dockproxy("undo", "--yes", user="ann", check=False)
    waiting = host.start(
        ["python3", "-m", "dockproxy", *words, "--wait"], user="ann", env={"PYTHONPATH": SOURCE}
    )
    assert waiting.stderr is not None
    told = next(line for line in waiting.stderr if b"waiting" in line).decode()
    host.sh("rm /tmp/hold")
    said = b"".join(waiting.communicate(timeout=60)).decode()

    for done in (refused, undo):
        assert done.returncode == 3, done.output
        assert "another dockproxy is at work: dockproxy set, process " in done.stderr
        assert " of root, since " in done.stderr
    assert waiting.returncode == 0, said
    assert "waiting: another dockproxy is at work" in told
    info = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    assert info["HttpProxy"] == squid.url
