"""The status screen of hosts that show little, or much."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import FileFact, Unknown
from dockproxy.render.text_status import status_text
from dockproxy.resolve.make import resolve
from tests.render.test_text_status import STYLE, shown
from tests.support import snapshots as make


def test_what_needs_the_same_rights_is_told_in_one_go_and_no_file_twice() -> None:
    sudo = "run it with sudo"
    snapshot = make.host(
        FileFact(make.DAEMON_JSON, "daemon-json", "unreadable"),
        engine=None,
        unknown=(
            Unknown("daemon.environment", "permission", sudo),
            Unknown(f"files.{make.DAEMON_JSON}", "permission", sudo),
            Unknown("engine", "permission", f"{sudo}, or as a member of the group docker"),
            Unknown("networks", "timeout"),
        ),
    )

    assert shown(snapshot, STYLE._replace(width=0)).partition("Could not be seen\n")[2] == (
        "  the environment that dockerd was started with, /etc/docker/daemon.json,"
        " Docker's Engine: no permission to look\n"
        "    → run it with sudo\n"
        "  networks: no answer in time\n"
    )


def test_where_sudo_would_not_find_the_program_the_command_that_does_it_is_shown() -> None:
    snapshot = make.host(
        unknown=(
            Unknown("daemon.environment", "permission", "run it with sudo"),
            Unknown("networks", "timeout"),
        )
    )

    text = status_text(resolve(snapshot), STYLE, "sudo /home/ann/a\x1b/dockproxy status")

    assert text.partition("Could not be seen\n")[2] == (
        "  the environment that dockerd was started with: no permission to look\n"
        "    → run it with sudo\n"
        "      sudo /home/ann/a\\x1b/dockproxy status\n"
        "  networks: no answer in time\n"
    )


def test_a_daemon_that_can_not_start_is_not_to_be_started() -> None:
    text = shown(
        make.host(
            make.daemon_json("{,}"),
            engine=None,
            dockerd=None,
            loaded=make.unit(active_state="failed", main_pid=0),
        )
    )

    assert "  ! The daemon is not running.\n  ! dockerd will not start" in text


LONG = ",".join(["localhost", *(f"10.{number}.0.0/16" for number in range(60)), "last.test"])


def test_a_long_list_is_shortened_at_a_terminal_alone() -> None:
    snapshot = make.host(
        make.daemon_json(f'{{"proxies": {{"no-proxy": "{LONG}"}}}}'),
        engine=make.engine("", "", LONG),
    )

    at_a_terminal = shown(snapshot, STYLE._replace(width=200))

    assert "10.8.0.0/16 and 52 more\n" in at_a_terminal
    assert "last.test" not in at_a_terminal
    assert at_a_terminal.endswith("shortened here: status --json has them whole.\n")
    assert f"  no_proxy     {LONG}\n" in shown(snapshot, STYLE._replace(width=0))


@pytest.mark.parametrize(
    ("running", "said"),
    [
        (f"{LONG},x.test", "running now, besides: x.test"),
        (LONG.replace("10.7.0.0/16,", ""), "running now without: 10.7.0.0/16"),
        (
            LONG.replace("10.7.0.0/16,", "a,b,c,d,e,f,"),
            "running now, besides: a, b, c, d, e and 1 more; running now without: 10.7.0.0/16",
        ),
        (f"last.test,{LONG[:-10]}", "running now: the same in another order"),
    ],
)
def test_of_two_long_lists_the_difference_is_shown(running: str, said: str) -> None:
    snapshot = make.host(
        make.daemon_json(f'{{"proxies": {{"no-proxy": "{LONG}"}}}}'),
        engine=make.engine("", "", running),
    )

    assert f"               {said}\n" in shown(snapshot, STYLE._replace(width=0))


def test_where_a_drop_in_could_not_be_read_none_is_said_with_a_proviso() -> None:
    hidden = FileFact(make.DROP_IN, "drop-in", "unreadable")
    unknown = Unknown(f"files.{make.DROP_IN}", "permission", "run it with sudo")

    seen, unseen = shown(make.host()), shown(make.host(hidden, engine=None, unknown=(unknown,)))

    assert "builds\n  no proxy is set\n" in seen
    assert "builds\n  no proxy is set, as far as could be seen\n" in unseen


@pytest.mark.parametrize(("load_state", "hinted"), [("loaded", True), ("masked", False)])
def test_a_stopped_daemon_is_told_once_with_how_to_start_it(load_state: str, hinted: bool) -> None:
    stopped = make.unit(active_state="inactive", load_state=load_state, main_pid=0)
    unknown = Unknown("engine", "no-engine")

    text = shown(make.host(engine=None, dockerd=None, loaded=stopped, unknown=(unknown,)))

    assert ("  ! The daemon is not running.\n    → start it: systemctl start" in text) is hinted
    assert "did not answer" not in text


def test_a_daemon_elsewhere_that_does_not_answer_is_not_this_machines_one() -> None:
    away = make.client(context="far", endpoint="tcp://far:2376")
    file = make.daemon_json('{"proxies": {"http-proxy": "http://here:1"}}')

    text = shown(make.host(file, client=away, engine=None, unknown=(Unknown("engine", "timeout"),)))

    assert "http://here:1" not in text
    assert "not running" not in text
    assert "builds\n  what is set could not be seen\n" in text
    assert "Docker's Engine: no answer in time\n" in text
    assert "the daemon's configuration: it lies on another machine\n" in text
