"""The course of a change with its restart: what is done, in which order, and how it ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from dockproxy.core.agent.apply import bypass, targets
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.change import Carrier, Change
from dockproxy.core.agent.apply.daemon import Running
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.journal import Journal
from dockproxy.core.agent.apply.pending import Pending
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.observe import dockerd
from dockproxy.core.model.message import Message
from dockproxy.core.model.plan import Edit, Plan, Restart
from dockproxy.core.model.report import Outcome

from .conftest import Listening, in_json, in_unit
from .fake_daemon import UNIT, FakeDaemon, FakeHost, FakeUnits

PROXY = "http://10.0.0.1:3128"


class Machine:
    """Files in a folder and a FakeHost, changed together."""

    def __init__(self, folder: Path, host: FakeHost, answer: bool = False) -> None:
        self.host = host
        self.json = folder / "daemon.json"
        self.unit = folder / "http-proxy.conf"
        self.journal = Journal(str(folder / "journal"), "root")
        self.journal.open()
        self.channel = Listening(answer)

    def edits(self) -> tuple[Edit, ...]:
        return (in_json(PROXY, path=str(self.json)), in_unit(PROXY, path=str(self.unit)))

    def set(
        self,
        *edits: Edit,
        pending: tuple[Pending, ...] = (),
        expect: dict[str, str] | None = None,
        keep: bool = False,
    ) -> Outcome:
        restart = Restart(UNIT, "unix:///nowhere", expect or {}, 60.0, keep)
        plan = Plan("set", edits or self.edits(), restart, str(self.json))
        return self.carry_out(plan, targets.of_plan(Access(""), plan, []).steps, pending)

    def carry_out(
        self,
        plan: Plan,
        steps: tuple[Step, ...],
        pending: tuple[Pending, ...] = (),
        undoes: Record | None = None,
    ) -> Outcome:
        carrier = Carrier(
            Access(""),
            self.journal,
            Progress(self.channel),
            units=FakeUnits(self.host),
            daemon=FakeDaemon(self.host),
            clock=self.host.clock,
        )
        change = Change(plan, steps, "set", pending=pending)
        if undoes is not None:
            ids, ran = undoes.containers, undoes.daemon_ran
            change = Change(plan, steps, "undo", undoes.id, ids, ran, pending)
        return carrier.carry_out(change)

    @property
    def states(self) -> list[str]:
        return [record.state for record in self.journal.records()]


@pytest.fixture(autouse=True)
def own_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The last resort's folders, away from this machine's."""
    run = tmp_path / "run"
    monkeypatch.setattr(bypass, "FOLDER", str(run))
    monkeypatch.setattr(bypass, "CONTROL", str(run / "control"))
    return run


def test_a_good_change_reloads_resets_and_restarts_in_this_order(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())

    outcome = machine.set()

    assert outcome.result == "applied"
    assert outcome.restarted
    assert machine.host.calls == [
        "daemon-reload",
        "reset-failed docker.service docker.socket",
        "restart",
    ]
    assert machine.states == ["done"]


def test_daemon_json_alone_needs_no_reload_of_units(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())

    machine.set(in_json(PROXY, path=str(machine.json)))

    assert "daemon-reload" not in machine.host.calls


def test_a_daemon_that_dies_gets_its_old_files_and_starts_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost("dies", "well"))
    machine.json.write_text("{}")

    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "start-failed"
    assert outcome.problem.quote == "failed to start daemon: no such driver"
    (entry,) = [record.entry() for record in machine.journal.records()]
    assert (entry.state, entry.put_back) == ("undone", True)
    assert machine.json.read_text() == "{}"
    assert not machine.unit.exists()
    assert machine.host.calls[3:] == [
        "daemon-reload",
        "reset-failed docker.service docker.socket",
        "restart",
    ]
    assert machine.states == ["undone"]


def test_a_daemon_that_dies_again_and_again_is_not_waited_for(tmp_path: Path) -> None:
    host = FakeHost("flaps", "well")

    assert Machine(tmp_path, host).set().result == "rolled-back"
    assert host.time < 1020


def test_what_systemd_does_not_load_is_put_back_without_a_restart(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())
    machine.host.load_state = "bad-setting"

    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert not outcome.restarted
    assert machine.host.calls == ["daemon-reload", "daemon-reload"]


def test_a_restart_that_systemd_refuses_leaves_the_daemon_that_runs(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost("refused"))

    outcome = machine.set()

    assert outcome.problem is not None
    assert "is masked" in str(outcome.problem.message)
    assert outcome.result == "rolled-back"
    assert machine.host.calls.count("restart") == 1


def test_where_putting_back_fails_too_the_commands_are_given_and_the_entry_stays_open(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path, FakeHost("dies"))

    outcome = machine.set()

    assert outcome.result == "broken"
    assert "systemctl restart docker.service" in outcome.by_hand
    assert not machine.json.exists()
    assert machine.states == ["broken"]


def test_a_slow_daemon_is_asked_about_and_waited_for_as_long_again(tmp_path: Path) -> None:
    host = FakeHost("hangs")
    machine = Machine(tmp_path, host, answer=True)
    machine.channel.on_question = lambda: setattr(host, "state", "well")

    outcome = machine.set()

    assert outcome.result == "applied"
    assert [question["code"] for question in machine.channel.questions] == ["still-activating"]
    assert host.calls.count("restart") == 1


def test_a_hung_daemon_is_put_back_where_nobody_says_to_wait(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost("hangs", "well"))

    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "still-activating"
    assert any("waiting for the daemon to start" in step for step in machine.channel.steps)


def test_a_daemon_that_runs_without_what_was_meant_is_put_back(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())

    outcome = machine.set(expect={"http_proxy": PROXY})

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "not-in-effect"


def test_a_daemon_that_never_answers_is_not_well(tmp_path: Path) -> None:
    host = FakeHost()
    host.answers = False

    outcome = Machine(tmp_path, host).set()

    assert outcome.result == "broken"
    assert outcome.problem is not None
    assert outcome.problem.code == "no-answer"
    assert outcome.by_hand[-1] == "systemctl restart docker.socket docker.service"
    assert host.time < 1100


def test_a_signal_ends_the_wait_for_a_daemon_that_never_answers(tmp_path: Path) -> None:
    host = FakeHost()
    host.answers = False
    host.on_call = lambda name: (
        os.kill(os.getpid(), signal.SIGTERM)
        if name == "restart" and host.calls.count("restart") == 1
        else None
    )

    assert Machine(tmp_path, host).set().interrupted
    assert host.time < 1050


def test_a_socket_whose_file_is_gone_is_started_before_the_daemon(tmp_path: Path) -> None:
    host = FakeHost()
    host.lost_sockets = ("docker.socket",)

    assert Machine(tmp_path, host).set().result == "applied"
    assert host.calls[-2:] == ["restart docker.socket", "restart"]


def test_a_daemon_that_somebody_stops_meanwhile_is_started_again_with_the_old_files(
    tmp_path: Path,
) -> None:
    outcome = Machine(tmp_path, FakeHost("stopped", "well")).set()

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "stopped"


def test_a_daemon_that_does_not_run_is_not_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This machine may have a dockerd of its own: one that another test asks about a file.
    monkeypatch.setattr(dockerd, "find", lambda candidates, owner: 0)
    machine = Machine(tmp_path, FakeHost())
    machine.host.state = "stopped"

    outcome = machine.set()

    assert outcome.result == "applied"
    assert machine.host.calls == ["daemon-reload"]  # who starts it later starts it with the drop-in
    assert "does not run" in str(outcome.notes[0])


CONTAINERS = (
    Running("a", "always", "always"),
    Running("p", "plain"),
    Running("r", "passing", auto_remove=True),
    Running("s", "task", swarm=True),
    Running("z", "paused", paused=True),
)


@pytest.mark.parametrize("starts", [("well",), ("dies", "well")])
def test_containers_that_ran_run_again_also_when_it_is_put_back(
    tmp_path: Path, starts: tuple[str, ...]
) -> None:
    machine = Machine(tmp_path, FakeHost(*starts, containers=CONTAINERS))

    outcome = machine.set()

    assert outcome.started == ("plain", "paused")
    assert outcome.not_started == ("passing",)
    assert "pause z" in machine.host.calls
    assert "start r" not in machine.host.calls
    assert "start s" not in machine.host.calls
    assert "start a" not in machine.host.calls


def test_live_restore_is_on_for_the_restart_alone(tmp_path: Path) -> None:
    host = FakeHost(containers=CONTAINERS[1:3])
    machine = Machine(tmp_path, host)
    texts: list[str] = []

    def follow(name: str) -> None:
        text = machine.json.read_text()
        texts.append(f"{name}: {'true' if 'true' in text else 'false' if 'false' in text else '-'}")
        if name == "reload":
            host.info["LiveRestoreEnabled"] = "true" in text

    host.on_call = follow
    outcome = machine.set(in_json(PROXY, path=str(machine.json)), keep=True)

    assert outcome.result == "applied"
    assert outcome.started == ()
    assert host.running == {"p", "r"}
    assert [text for text in texts if "re" in text[:3] and "reset" not in text] == [
        "reload: true",
        "restart: true",
        "reload: false",
    ]
    assert "live-restore" not in machine.json.read_text()


def test_a_daemon_that_does_not_take_live_restore_is_not_restarted(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost(containers=CONTAINERS))

    outcome = machine.set(keep=True)

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "live-restore-refused"
    assert "restart" not in machine.host.calls
    assert not machine.json.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_restart_puts_the_files_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    machine = Machine(tmp_path, FakeHost())
    real = os.rename

    def rename(source: str, target: str, **more: int) -> None:
        real(source, target, **more)
        if target == "http-proxy.conf":
            os.kill(os.getpid(), number)

    monkeypatch.setattr(os, "rename", rename)
    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert outcome.interrupted
    assert not machine.json.exists()
    assert machine.host.calls == []


def test_a_signal_after_the_restart_waits_for_the_verdict(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())
    machine.host.on_call = lambda name: (
        os.kill(os.getpid(), signal.SIGINT) if name == "restart" else None
    )

    outcome = machine.set()

    assert outcome.result == "applied"
    assert outcome.interrupted


def test_a_signal_ends_the_wait_for_a_daemon_that_hangs_and_nobody_is_asked(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path, FakeHost("hangs", "well"), answer=True)
    machine.host.on_call = lambda name: (
        os.kill(os.getpid(), signal.SIGTERM)
        if machine.host.calls.count("restart") == 1 and name == "restart"
        else None
    )

    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert machine.channel.questions == []
    assert machine.host.time < 1030


def test_a_reader_that_went_away_does_not_stop_the_change(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())

    def gone(event: dict[str, object]) -> None:
        raise BrokenPipeError

    machine.channel.emit = gone  # type: ignore[method-assign]

    assert machine.set().result == "applied"


def test_an_error_of_our_own_puts_everything_back(tmp_path: Path) -> None:
    machine = Machine(tmp_path, FakeHost())

    def fault(name: str) -> None:
        raise ZeroDivisionError

    machine.host.on_call = lambda name: fault(name) if name == "restart" else None

    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert outcome.problem is not None
    assert outcome.problem.code == "internal"
    assert not machine.json.exists()


def test_a_journal_that_can_not_be_kept_stops_the_change_before_the_first_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dockproxy.core.agent.apply import journal
    from dockproxy.core.agent.apply.problems import Refusal

    machine = Machine(tmp_path, FakeHost())

    def full(handle: int, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "write_all", full)
    with pytest.raises(Refusal):
        machine.set()

    assert not machine.json.exists()
    assert machine.host.calls == []


def test_a_colleagues_new_drop_in_that_stops_the_start_is_switched_off_until_the_next_boot(
    tmp_path: Path, own_run: Path
) -> None:
    machine = Machine(tmp_path, FakeHost("dies", "dies", "well"))
    theirs = Pending("/etc/systemd/system/docker.service.d/50-theirs.conf", Message("new"), True)

    outcome = machine.set(pending=(theirs,))

    assert outcome.result == "rolled-back"
    link = own_run / "control/docker.service.d/50-theirs.conf"
    assert os.readlink(link) == "/dev/null"
    assert "50-theirs.conf" in str(outcome.notes[0])
    assert any(str(link) in command for command in outcome.by_hand)


def test_a_colleagues_setting_that_stops_the_start_is_replaced_by_what_ran_until_the_next_boot(
    tmp_path: Path, own_run: Path
) -> None:
    machine = Machine(tmp_path, FakeHost("dies", "dies", "well"))
    machine.json.write_text('{"bip": "nonsense", "debug": true}')

    outcome = machine.set()

    assert outcome.result == "rolled-back"
    assert machine.json.read_text() == '{"bip": "nonsense", "debug": true}'
    assert (own_run / "daemon.json").read_text() == '{"bip": "172.17.0.1/16", "debug": true}'
    drop_in = own_run / "control/docker.service.d/zz-dockproxy-bypass.conf"
    assert f"--config-file={own_run}/daemon.json" in drop_in.read_text()


def test_the_next_change_begins_without_the_last_resort_of_the_one_before(
    tmp_path: Path, own_run: Path
) -> None:
    machine = Machine(tmp_path, FakeHost("dies", "dies", "well"))
    machine.json.write_text('{"bip": "nonsense"}')
    machine.set()
    machine.json.write_text("{}")

    assert machine.set().result == "applied"

    assert not (own_run / "daemon.json").exists()
    assert bypass.Bypass().paths() == []
