"""A ``set`` of a running daemon killed on its way: one ``undo`` brings files and daemon back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.lab.equipment import Entry, Host, Lab, Proxy
from tests.lab.equipment.host import SOURCE

pytestmark = pytest.mark.lab

FILES = ("/etc/docker", "/etc/systemd/system", "/root/.docker")
LOG = "/tmp/strace.log"
TRACED = "execve,renameat,?vfork,?fork,?clone,?clone3"
LINE = re.compile(r"(\d+)\s+(\w+)\(")


class Call(NamedTuple):
    """A system call of the command itself: the nth of its name."""

    name: str
    nth: int
    line: str


class Seen(NamedTuple):
    files: dict[str, Entry]
    running: frozenset[str]
    proxies: tuple[str, str]


def _see(host: Host) -> Seen:
    running = host.docker("ps", "--format", "{{.Names}}").stdout.split()
    info = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    return Seen(host.tree(*FILES), frozenset(running), (info["HttpProxy"], info["HttpsProxy"]))


def _with_a_container(host: Host) -> None:
    """A container that nothing but dockproxy starts again."""
    host.sh(
        "tar -chC / bin/sh bin/sleep lib/x86_64-linux-gnu/libc.so.6 lib64/ld-linux-x86-64.so.2"
        " | docker import - local/shell"
    )
    host.docker("run", "-d", "--name", "plain", "local/shell", "sleep", "9999")


def _set(host: Host, url: str, inject: str = "") -> tuple[int, list[Call]]:
    """The command under strace; how it ended, and what of its own calls was traced."""
    words = ["strace", "-f", "-s", "200", "-o", LOG, "-e", f"trace={TRACED}"]
    words += ["-e", f"inject={inject}"] if inject else []
    words += ["python3", "-m", "dockproxy", "set", url, "--for=daemon", "--yes", "--no-check"]
    done = host.run(words, check=False, env={"PYTHONPATH": SOURCE})
    lines = host.read(LOG).decode(errors="replace").splitlines()
    calls: list[Call] = []
    counts: dict[str, int] = {}
    own = lines[0].split()[0]
    for line in lines:
        match = LINE.match(line)
        if match is None:
            continue
        pid, name = match.groups()
        if pid == own:
            counts[name] = counts.get(name, 0) + 1
        calls.append(Call(name, counts.get(name, 0) if pid == own else 0, line))
    return done.returncode, calls


def _journal(step: int) -> Callable[[list[Call]], Call]:
    """The nth time that the command saves its entry in the journal."""
    return lambda calls: [c for c in calls if c.name == "renameat" and ".new-" in c.line][step - 1]


def _daemon_json(calls: list[Call]) -> Call:
    return next(call for call in calls if '"daemon.json")' in call.line)


def _after_the_restart_was_asked_for(calls: list[Call]) -> Call:
    asked = next(
        place
        for place, call in enumerate(calls)
        if call.name == "execve" and "--no-block" in call.line and "restart" in call.line
    )
    return next(call for call in calls[asked:] if "fork" in call.name or "clone" in call.name)


@pytest.fixture(scope="module")
def recorded(lab: Lab) -> list[Call]:
    """The calls of a set that nobody kills: the next one makes the same."""
    lab.clean()
    _with_a_container(lab.host)
    status, calls = _set(lab.host, lab.squid.ready().url)
    assert status == 0
    return calls


POINTS = [
    pytest.param(_daemon_json, id="nothing written yet", marks=pytest.mark.soak),
    pytest.param(_journal(2), id="between write and restart"),
    pytest.param(_after_the_restart_was_asked_for, id="just after the restart was asked for"),
    pytest.param(_journal(3), id="restarted and well", marks=pytest.mark.soak),
    pytest.param(_journal(4), id="done but for the entry's last word", marks=pytest.mark.soak),
]


@pytest.mark.parametrize("point", POINTS)
def test_one_undo_brings_back_what_a_killed_set_left(
    recorded: list[Call], host: Host, squid: Proxy, point: Callable[[list[Call]], Call]
) -> None:
    meant = point(recorded)
    _with_a_container(host)
    before = _see(host)

    status, calls = _set(host, squid.url, f"{meant.name}:signal=SIGKILL:when={meant.nth}")

    assert status != 0
    last = [call for call in calls if call.nth][-1]
    assert (last.name, last.nth) == (meant.name, meant.nth)
    host.wait_until_ready()
    unfinished = re.search(r"\d{8}-\d{6}-\w{4}", host.dockproxy("history").output)
    assert unfinished is not None
    is_named = unfinished.group() in host.dockproxy("status").output
    assert is_named == (point is not _daemon_json)  # nothing is left half done
    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, undone.output
    assert _see(host) == before
