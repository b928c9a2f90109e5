"""The agent as a program: one request in, lines of JSON out, never a traceback for a bad one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dockproxy.core.agent.__main__ import Pipe
from dockproxy.core.agent.protocol import error_from_json, error_to_json, handle
from dockproxy.core.model.errors import (
    ChangedError,
    DockproxyError,
    RefusedError,
    UsageError,
)
from dockproxy.core.model.message import Message
from dockproxy.core.model.record import load
from dockproxy.core.model.snapshot import Snapshot

OLDEST = Path.home() / ".pyenv/versions/3.9.18/bin/python"


class Nobody:
    def emit(self, event: dict[str, Any]) -> None:
        raise AssertionError("nothing was to be told")

    def ask(self, question: dict[str, Any]) -> bool:
        raise AssertionError("nothing was to be asked")


def agent(request: str, python: str = sys.executable) -> tuple[int, list[Any], str]:
    source = str(Path(__file__).resolve().parents[3] / "src")
    done = subprocess.run(
        [python, "-m", "dockproxy.core.agent"],
        input=request,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": source, "LANG": "C"},
        check=False,
        timeout=60,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_answers_an_observe_request_with_a_snapshot(tmp_path: Path) -> None:
    status, replies, errors = agent(json.dumps({"do": "observe", "root": str(tmp_path)}))

    assert (status, errors, len(replies)) == (0, "", 1)
    snapshot = load(Snapshot, replies[0]["answer"]["snapshot"])
    assert snapshot.machine.root == str(tmp_path)


@pytest.mark.skipif(not OLDEST.exists(), reason="needs Python 3.9 from pyenv")
def test_runs_on_the_oldest_python_that_core_promises(tmp_path: Path) -> None:
    folder = tmp_path / "etc/docker"
    folder.mkdir(parents=True)
    (folder / "daemon.json").write_text('{"proxies": {"http-proxy": "http://u:p@h:1"}}')
    units = tmp_path / "etc/systemd/system/docker.service.d"
    units.mkdir(parents=True)
    (units / "a.conf").write_text("[Service]\nEnvironment=A=b\nEnvironmentFile=/etc/e*\n")

    status, replies, errors = agent(
        json.dumps({"do": "observe", "root": str(tmp_path)}), str(OLDEST)
    )

    assert (status, errors) == (0, "")
    snapshot = load(Snapshot, replies[0]["answer"]["snapshot"])
    fact = snapshot.file("/etc/docker/daemon.json")
    assert fact is not None
    assert fact.text == '{"proxies": {"http-proxy": "http://xxxxx:xxxxx@h:1"}}'


@pytest.mark.parametrize(
    "request_line", ["", "nonsense", "[1]", "5", '{"do": "dance"}', "{}", "[" * 5000]
)
def test_a_request_that_is_none_is_wrong_usage(request_line: str) -> None:
    status, replies, errors = agent(request_line)

    assert (status, errors) == (1, "")
    assert [reply["error"]["kind"] for reply in replies] == ["usage"]


def test_an_error_names_its_kind_and_can_be_raised_again(tmp_path: Path) -> None:
    status, replies, _ = agent(json.dumps({"do": "observe", "root": f"{tmp_path}/none"}))

    assert status == 1
    error = error_from_json(replies[0]["error"])
    assert isinstance(error, UsageError)
    assert f"{tmp_path}/none" in str(error)


@pytest.mark.parametrize("cls", [DockproxyError, UsageError, RefusedError, ChangedError])
def test_every_error_survives_the_way_through_the_protocol(cls: type[DockproxyError]) -> None:
    error = cls(Message("{a} is off", {"a": "it"}), "/etc/x:1:2", Message("mend it"))

    back = error_from_json(json.loads(json.dumps(error_to_json(error))))

    assert type(back) is cls
    assert (back.message, back.where, back.hint) == (error.message, error.where, error.hint)


@pytest.mark.parametrize("data", [None, [], {}, {"message": 5}, {"message": {"text": 5}}])
def test_an_error_that_cannot_be_read_is_still_an_error(data: object) -> None:
    assert "could not be read" in str(error_from_json(data))


def test_a_request_loads_no_more_than_its_handler(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from dockproxy.core.agent.protocol import handle\n"
        "handle({'do': 'observe', 'root': sys.argv[1]}, None)\n"
        "print([name for name in sys.modules if name.startswith('dockproxy.core.agent.apply.')"
        " or name.startswith('dockproxy.core.agent.probe') or name in ('ssl', 'subprocess')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert set(eval(done.stdout)) <= {
        "dockproxy.core.agent.apply.as_user",
        "dockproxy.core.agent.apply.mounts",
        "dockproxy.core.agent.apply.problems",
        "dockproxy.core.agent.paths",
    }


def test_handles_in_this_process_as_well(tmp_path: Path) -> None:
    assert "snapshot" in handle({"do": "observe", "root": str(tmp_path)}, Nobody())


@pytest.mark.parametrize(
    ("answer", "meant"), [("true\n", True), ("false\n", False), ("", False), ("yes\n", False)]
)
def test_a_question_is_answered_by_one_line_and_by_nobody_with_no(answer: str, meant: bool) -> None:
    out = io.StringIO()
    assert Pipe(io.StringIO(answer), out).ask({"text": "sure?"}) is meant
    assert json.loads(out.getvalue()) == {"question": {"text": "sure?"}}


def test_a_listener_that_went_away_stops_no_work() -> None:
    out = io.StringIO()
    out.close()
    Pipe(io.StringIO(""), out).emit({"event": "step"})
