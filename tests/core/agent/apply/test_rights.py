"""Another user's files, with that user's rights; and signals noted."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dockproxy.core.agent.apply.access import Access
from dockproxy.core.agent.apply.as_user import Identity, call, identity
from dockproxy.core.agent.apply.problems import Refusal, refusal
from dockproxy.core.agent.apply.signals import Deferred
from dockproxy.core.agent.apply.targets import of_plan
from dockproxy.core.model.plan import Change, Edit, Plan
from dockproxy.core.model.secret import Secret

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="takes on another user's rights: root only")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of nobody's, below folders that everybody may pass."""
    with TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        folder = Path(name, "home")
        folder.mkdir()
        os.chown(folder, NOBODY, NOBODY)
        yield folder


def edit(home: Path) -> Edit:
    change = Change(("proxies", "default", "httpProxy"), Secret("http://h:1"))
    return Edit(f"{home}/.docker/config.json", "client-json", "client", (change,), NOBODY, NOBODY)


def test_nobody_else_s_rights_are_taken_on_where_we_are_not_root(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert identity(1001, 1001) is None


@as_root
def test_a_new_file_below_a_home_is_its_owners_and_private(home: Path) -> None:
    access = Access("")
    (step,) = of_plan(access, Plan("set", (edit(home),)), []).steps

    access.write(step, ".dockproxy-x")

    for path, mode in ((home / ".docker", 0o700), (home / ".docker/config.json", 0o600)):
        status = path.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (NOBODY, NOBODY, mode)


@as_root
def test_a_link_planted_in_a_home_leads_to_nothing_of_roots(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "root-only"
    target.mkdir(mode=0o700)
    (home / ".docker").symlink_to(target)

    aims = of_plan(Access(""), Plan("set", (edit(home),)), [])

    assert aims.steps == ()
    assert [problem.code for problem in aims.problems] == ["not-permitted"]
    assert os.listdir(target) == []


@as_root
def test_values_refusals_and_errors_come_back_from_the_other_user() -> None:
    who = Identity(NOBODY, NOBODY)

    def refuse() -> None:
        raise refusal("some-code", "some {what}", "/f", what="text")

    def fail() -> None:
        os.listdir("/root")

    assert call(who, lambda: [os.geteuid(), os.getegid(), os.getgroups()]) == [
        NOBODY,
        NOBODY,
        [NOBODY],
    ]
    with pytest.raises(Refusal) as caught:
        call(who, refuse)
    assert str(caught.value.problem.message) == "some text"
    with pytest.raises(OSError) as failed:
        call(who, lambda: os.open("/etc/shadow", os.O_RDONLY))
    assert failed.value.errno == 13


@as_root
def test_a_child_that_dies_is_an_error_and_not_a_silence() -> None:
    with pytest.raises(Refusal, match="did not come to its end"):
        call(Identity(NOBODY, NOBODY), lambda: os.kill(os.getpid(), signal.SIGKILL))


def test_the_first_signal_is_noted_and_the_handlers_are_as_before() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}

    with Deferred() as signals:
        assert signals.noted == ""
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGINT)

    assert signals.noted == "SIGHUP"
    assert {number: signal.getsignal(number) for number in before} == before
