"""Finding the running dockerd, with a shell that goes by its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dockproxy.core.agent.observe import daemon_json, dockerd
from dockproxy.core.agent.observe.look import Caller, Look
from dockproxy.core.places import linux

Start = Callable[..., int]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a program named dockerd with these arguments and this environment; gives its pid."""
    program = tmp_path / "dockerd"
    shutil.copy("/bin/sh", program)
    running: list[subprocess.Popen[bytes]] = []

    def run(*arguments: str, **environment: str) -> int:
        process = subprocess.Popen(
            [str(program), "-c", "read line", *arguments],
            stdin=subprocess.PIPE,
            env=environment,
            cwd=tmp_path,
        )
        running.append(process)
        deadline = time.monotonic() + 5
        words = Path(f"/proc/{process.pid}/cmdline")  # filled in a moment after the name
        while not (dockerd.is_dockerd(process.pid) and words.read_bytes()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return process.pid

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def look() -> Look:
    return Look("", Caller(0, 0, "", "", {}))


def test_its_words_environment_and_start_are_seen(start: Start, look: Look) -> None:
    before = time.time()
    pid = start(
        "--http-proxy=http://u:topsecret@p:1",
        HTTP_PROXY="http://u:topsecret@p:1",
        no_proxy="a",
        TOKEN="topsecret",
    )

    running = dockerd.observe(look, (pid,))

    assert running is not None
    process = running.process
    assert process.pid == pid
    assert process.args[-1] == "--http-proxy=http://xxxxx:xxxxx@p:1"
    assert process.environ == {"HTTP_PROXY": "http://xxxxx:xxxxx@p:1", "no_proxy": "a"}
    assert before - 0.05 < process.started_at < time.time() + 0.05
    assert process.exe is not None
    assert process.exe.endswith("/dockerd")


def test_an_environment_that_may_not_be_read_is_unknown(
    start: Start, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = start()
    monkeypatch.setattr(dockerd, "_environment", lambda pid: None)

    running = dockerd.observe(look, (pid,))

    assert running is not None
    assert running.process.environ is None
    assert [(item.about, item.reason) for item in look.unknown] == [
        ("daemon.environment", "permission")
    ]


def test_a_process_of_another_name_is_no_dockerd(look: Look) -> None:
    assert not dockerd.is_dockerd(os.getpid())
    assert not dockerd.is_dockerd(2**22 + 1)


def test_the_first_candidate_that_is_one_counts_else_all_processes_are_searched(
    start: Start, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = start(), start()

    assert dockerd.find((0, os.getpid(), second, first)) == second
    monkeypatch.setattr(os, "listdir", lambda path: ["x", "self", str(os.getpid()), str(first)])
    assert dockerd.find(()) == first


def test_one_that_ended_meanwhile_is_none(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dockerd, "find", lambda candidates, owner: 2**22 + 1)
    assert dockerd.observe(look, ()) is None


@pytest.mark.parametrize(
    ("words", "environment", "path"),
    [
        ((), {}, linux.DAEMON_JSON),
        (("--config-file", "/srv/a.json"), {}, "/srv/a.json"),
        (("--config-file=sub/../a.json",), {}, "{folder}/a.json"),
        ((), {"ROOTLESSKIT_STATE_DIR": "/x", "HOME": "/h"}, "/h/.config/docker/daemon.json"),
        (
            (),
            {"ROOTLESSKIT_STATE_DIR": "/x", "XDG_CONFIG_HOME": "/cfg"},
            "/cfg/docker/daemon.json",
        ),
        (
            ("--config-file=/srv/a.json",),
            {"ROOTLESSKIT_STATE_DIR": "/x", "HOME": "/h"},
            "/srv/a.json",
        ),
    ],
)
def test_its_configuration_file_is_the_one_that_it_reads(
    start: Start, tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], path: str
) -> None:
    look = Look("", Caller(0, 0, "", "", {}))
    running = dockerd.observe(look, (start(*words, **environment),))
    assert daemon_json.observe(look, running, (), {}) == path.format(folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("0::/system.slice/docker.service\n", "docker.service"),
        ("0::/system.slice/snap.docker.dockerd.service\n", "snap.docker.dockerd.service"),
        ("12:pids:/x.service\n1:name=systemd:/system.slice/docker.service\n", "docker.service"),
        ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/docker.service\n", ""),
        ("0::/user.slice/user-1000.slice/session-1.scope\n", ""),
        ("0::/\n", ""),
        ("", ""),
    ],
)
def test_its_unit_is_that_of_its_cgroup(
    monkeypatch: pytest.MonkeyPatch, text: str, unit: str
) -> None:
    monkeypatch.setattr(dockerd, "read_text", lambda path: text)
    assert dockerd.unit_of(1) == unit
