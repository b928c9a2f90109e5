"""Live-restore for one restart: off again however the change ends, or the next one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dockproxy.core.agent.apply import bypass, taking_back, targets
from dockproxy.core.agent.apply.access import Access
from dockproxy.core.agent.apply.daemon import Running
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.preview import foresee
from dockproxy.core.agent.apply.units import Unit, Units
from dockproxy.core.model.plan import Plan, Restart

from .conftest import in_json
from .fake_daemon import UNIT, FakeDaemon, FakeHost
from .test_change import PROXY, Machine

OLD = '{"log-level": "info"}\n'
SWARM = {"LocalNodeState": "active"}


@pytest.fixture(autouse=True)
def own_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort's folders, away from this machine's."""
    monkeypatch.setattr(bypass, "FOLDER", str(tmp_path / "run"))
    monkeypatch.setattr(bypass, "CONTROL", str(tmp_path / "run/control"))


class Killed(BaseException):
    """Stands for SIGKILL."""


def machine(folder: Path, *starts: str) -> tuple[Machine, FakeHost]:
    """A daemon with a daemon.json and a container that needs live-restore to go on running."""
    host = FakeHost(*starts, containers=[Running("p", "plain")])
    made = Machine(folder, host)
    made.json.write_text(OLD)

    def follow(name: str) -> None:
        if name in ("reload", "restart"):
            host.info["LiveRestoreEnabled"] = '"live-restore": true' in made.json.read_text()

    host.on_call = follow
    return made, host


def killed_at(made: Machine, host: FakeHost, call: str, value: str = PROXY) -> None:
    """A run with --keep-containers that is killed right after that call."""
    follow = host.on_call

    def kill(name: str) -> None:
        follow(name)
        if name == call:
            raise Killed

    host.on_call = kill
    with pytest.raises(Killed):
        made.set(in_json(value, path=str(made.json)), keep=True)
    host.on_call = follow
    assert '"live-restore": true' in made.json.read_text()


def records(made: Machine) -> list[Record]:
    return made.journal.records()


def test_the_old_file_is_back_where_the_daemon_starts_neither_way(tmp_path: Path) -> None:
    made, host = machine(tmp_path, "dies")

    outcome = made.set(in_json(PROXY, path=str(made.json)), keep=True)

    assert outcome.result == "broken"
    assert made.json.read_text() == OLD
    assert host.calls.count("restart") == 3


def test_a_daemon_that_starts_without_live_restore_alone_is_started_so(tmp_path: Path) -> None:
    made, host = machine(tmp_path, "dies", "dies", "well")

    outcome = made.set(in_json(PROXY, path=str(made.json)), keep=True)

    assert outcome.result == "rolled-back"
    assert made.json.read_text() == OLD
    assert host.state == "well"
    assert host.info["LiveRestoreEnabled"] is False
    assert outcome.started == ("plain",)


def test_a_slow_daemon_is_not_stopped_again_and_its_file_is_back(tmp_path: Path) -> None:
    made, host = machine(tmp_path, "dies", "hangs")

    made.set(in_json(PROXY, path=str(made.json)), keep=True)

    assert made.json.read_text() == OLD
    assert host.calls.count("restart") == 2


def test_a_daemon_that_does_not_run_is_not_asked_for_live_restore(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    host.state = "dies"
    plan = Plan("set", (in_json(PROXY, path=str(made.json)),), Restart(UNIT, "unix:///no"))

    outcome = made.set(*plan.edits, keep=True)

    assert outcome.result == "applied"
    assert "live-restore" not in made.json.read_text()


@pytest.mark.parametrize("call", ["reload", "restart"])
def test_a_later_change_takes_out_what_a_killed_one_left(tmp_path: Path, call: str) -> None:
    made, host = machine(tmp_path)
    killed_at(made, host, call)

    edit = in_json("http://second:1", path=str(made.json))
    plan = Plan("set", (edit,), Restart(UNIT, "unix:///nowhere"), str(made.json))
    steps = targets.of_plan(Access(""), plan, records(made)).steps
    outcome = made.carry_out(plan, steps)

    assert outcome.result == "applied"
    assert "live-restore" not in made.json.read_text()
    second = records(made)[0]
    back = taking_back.of_undo(Access(""), second, records(made)).steps[0].wanted.content
    assert back is not None
    assert PROXY in back.decode()
    assert b"live-restore" not in back


def test_undo_of_an_older_change_takes_it_out_too(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    assert made.set(in_json(PROXY, path=str(made.json))).result == "applied"
    first = records(made)[0]
    made.set(in_json("http://x:1", path=str(made.json), key="https-proxy"))
    killed_at(made, host, "restart", "http://third:1")

    for entry in (records(made)[0], first):
        for step in taking_back.of_undo(Access(""), entry, records(made)).steps:
            assert b"live-restore" not in (step.wanted.content or b"")
            assert step.former is not None


def test_a_restart_for_another_file_takes_it_out_too(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    killed_at(made, host, "restart")
    drop_in = made.edits()[1]
    plan = Plan("set", (drop_in,), Restart(UNIT, "unix:///nowhere"), str(made.json))

    steps = targets.of_plan(Access(""), plan, records(made)).steps

    assert [step.base.path for step in steps] == [str(made.unit), str(made.json)]
    assert b"live-restore" not in (steps[1].wanted.content or b"")


def test_somebody_elses_live_restore_stays(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    killed_at(made, host, "restart")
    made.json.write_text('{"live-restore": true}\n')

    plan = Plan(
        "set",
        (in_json("http://second:1", path=str(made.json)),),
        Restart(UNIT, "unix:///nowhere"),
        str(made.json),
    )
    steps = targets.of_plan(Access(""), plan, records(made)).steps

    assert b'"live-restore": true' in (steps[0].wanted.content or b"")


def test_a_run_with_it_keeps_containers_over_what_a_killed_one_left(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    killed_at(made, host, "restart")
    edit = in_json("http://second:1", path=str(made.json))
    restart = Restart(UNIT, "unix:///nowhere", {}, 60.0, True)
    plan = Plan("set", (edit,), restart, str(made.json))

    outcome = made.carry_out(plan, targets.of_plan(Access(""), plan, records(made)).steps)

    assert outcome.result == "applied"
    assert outcome.started == ()
    assert host.running == {"p"}
    assert host.info["LiveRestoreEnabled"] is False
    assert "live-restore" not in made.json.read_text()


def test_what_others_write_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    follow = host.on_call

    def edit_too(name: str) -> None:
        follow(name)
        if name == "restart":
            made.json.write_text('{"debug": true}\n')

    host.on_call = edit_too
    outcome = made.set(in_json(PROXY, path=str(made.json)), keep=True)

    assert made.json.read_text() == '{"debug": true}\n'
    assert any("live-restore could not be taken out" in str(note) for note in outcome.notes)


@pytest.mark.parametrize("keep", [True, False])
def test_it_is_refused_on_a_node_of_a_swarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    made, _host = machine(tmp_path)
    monkeypatch.setattr(Units, "present", lambda self: True)
    monkeypatch.setattr(Units, "show", lambda self, unit: Unit("loaded", "active", main_pid=1))
    monkeypatch.setattr(
        "dockproxy.core.agent.apply.preview.Daemon.info",
        lambda self: {"Swarm": SWARM, "LiveRestoreEnabled": False},
    )
    restart = Restart(UNIT, "unix:///nowhere", {}, 60.0, keep)
    plan = Plan("set", (in_json(PROXY, path=str(made.json)),), restart, str(made.json))

    seen = foresee(plan, targets.of_plan(Access(""), plan, []), []).preview

    refused = [problem.code for problem in seen.problems if problem.refuses]
    assert refused == (["swarm"] if keep else [])


def test_containers_of_a_daemon_that_was_left_down_run_again_after_undo(tmp_path: Path) -> None:
    made, host = machine(tmp_path)
    killed_at(made, host, "restart")
    host.state, host.running = "dies", set()
    known = FakeDaemon.known
    first = records(made)[0]
    plan = first.plan._replace(restart=Restart(UNIT, "unix:///nowhere"))
    steps = taking_back.of_undo(Access(""), first, records(made)).steps

    def of_one_that_runs(self: FakeDaemon, ids: Sequence[str]) -> list[Running]:
        return known(self, ids) if host.state == "well" else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FakeDaemon, "known", of_one_that_runs)
        outcome = made.carry_out(plan, steps, undoes=first)

    assert outcome.result == "applied"
    assert outcome.started == ("plain",)
    assert made.json.read_text() == OLD
