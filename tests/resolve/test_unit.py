"""Who starts the daemon, and what that one is spoken to with."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import Machine, Rootless
from dockproxy.resolve.unit import own_unit_folder, runs_by_hand, systemctl
from tests.support import snapshots as s

BOB = Rootless("bob", 1001, 1001, "/home/bob", "/home/bob/.config", "/run/user/1001")


def machine(uid: int) -> Machine:
    return Machine("web1", "linux", uid, "somebody", "", uid == 0)


@pytest.mark.parametrize(
    ("rootless", "uid", "words"),
    [
        (None, 0, "systemctl"),
        (None, 1000, "sudo systemctl"),
        (BOB, 1001, "systemctl --user"),
        (BOB, 0, "runuser -u bob -- env XDG_RUNTIME_DIR=/run/user/1001 systemctl --user"),
        (BOB, 1000, "sudo -u bob XDG_RUNTIME_DIR=/run/user/1001 systemctl --user"),
    ],
)
def test_a_unit_is_spoken_to_with_the_rights_it_takes(
    rootless: Rootless | None, uid: int, words: str
) -> None:
    assert systemctl(s.host(rootless=rootless, machine=machine(uid))) == words


@pytest.mark.parametrize(
    ("first", "folder"),
    [
        ((), "/home/bob/.config/systemd/user"),
        (("/x/systemd/user.control", "/y"), "/x/systemd/user"),
        (("/x/systemd/user",), "/home/bob/.config/systemd/user"),
    ],
)
def test_a_users_own_units_lie_beside_the_first_place_of_all(
    first: tuple[str, ...], folder: str
) -> None:
    assert own_unit_folder(BOB._replace(unit_paths=first)) == folder


@pytest.mark.parametrize(
    ("state", "pid", "by_hand"),
    [
        ("inactive", 77, True),
        ("failed", 77, True),
        ("activating", 77, False),
        ("inactive", 42, False),
    ],
)
def test_a_dockerd_beside_a_unit_that_is_down_was_started_by_hand(
    state: str, pid: int, by_hand: bool
) -> None:
    loaded = s.unit(active_state=state, main_pid=42)

    assert runs_by_hand(s.host(loaded=loaded, dockerd=s.process(pid=pid))) is by_hand


def test_no_dockerd_and_no_systemd_are_nobodys_hand() -> None:
    down = s.unit(active_state="inactive", main_pid=0)

    assert not runs_by_hand(s.host(loaded=down, dockerd=None))
    assert not runs_by_hand(s.host(systemd=None))
