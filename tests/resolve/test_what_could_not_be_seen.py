"""No verdict on what was not seen: no Engine, no rights, another root, no systemd."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import FileFact, Machine, Unknown
from dockproxy.resolve.make import resolve
from tests.resolve.daemons import ADDRESS, daemon, only_drift, with_file
from tests.support import snapshots as make


def test_an_engine_that_does_not_answer_is_no_verdict() -> None:
    snapshot = with_file(ADDRESS, "", unknown=(Unknown("engine", "permission"),))
    snapshot = snapshot._replace(engine=None)

    host = resolve(snapshot)
    found = daemon(snapshot)

    assert (found.live, found.in_use, found.in_sync, found.drift) == (True, None, None, ())
    assert host.unknown == (Unknown("engine", "permission"),)


def test_a_silent_engine_is_unknown_even_if_nobody_said_so() -> None:
    host = resolve(with_file(ADDRESS, "")._replace(engine=None))

    assert host.unknown == (Unknown("daemon.in_use", "no-engine"),)


def test_a_stopped_daemon_is_not_live() -> None:
    snapshot = with_file(ADDRESS, "", loaded=make.unit(active_state="failed", main_pid=0))
    snapshot = snapshot._replace(engine=None, dockerd=None)

    host = resolve(snapshot)

    assert (daemon(snapshot).live, daemon(snapshot).in_sync) == (False, None)
    (unknown,) = host.unknown
    assert (unknown.about, unknown.reason) == ("daemon.in_use", "not-running")


def test_an_active_unit_is_live_even_if_its_process_was_not_seen() -> None:
    snapshot = make.host(engine=None, dockerd=None)

    assert daemon(snapshot).live is True


def test_below_a_root_folder_nothing_is_said_of_what_runs() -> None:
    snapshot = make.host(
        make.daemon_json(f'{{"proxies": {{"http-proxy": "{ADDRESS}"}}}}'),
        machine=Machine("image", "linux", 0, "root", "/mnt"),
        systemd=None,
        dockerd=None,
        engine=None,
    )

    host = resolve(snapshot)
    found = daemon(snapshot)

    assert (found.live, found.in_use, found.in_sync) == (None, None, None)
    assert found.proxies["http_proxy"].value == ADDRESS
    assert host.unknown == (Unknown("daemon.in_use", "offline"),)


@pytest.mark.parametrize(("root", "in_sync"), [("/mnt", None), ("", False)])
def test_a_broken_file_is_out_of_sync_wherever_a_daemon_could_run(
    root: str, in_sync: bool | None
) -> None:
    snapshot = make.host(
        make.daemon_json("{,}"),
        machine=Machine("image", "linux", 0, "root", root),
        loaded=make.unit(active_state="failed", main_pid=0),
        dockerd=None,
        engine=None,
    )

    assert daemon(snapshot).in_sync is in_sync
    assert only_drift(snapshot).code == "daemon-json-broken"


def test_below_a_root_folder_drop_ins_count_although_systemd_was_not_asked() -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        machine=Machine("image", "linux", 0, "root", "/mnt"),
        systemd=None,
        dockerd=None,
        engine=None,
        unknown=(Unknown("systemd", "offline"),),
    )

    assert daemon(snapshot).proxies["http_proxy"].value == ADDRESS


def test_drop_ins_count_for_nothing_where_systemd_does_not_run() -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        systemd=None,
        unknown=(Unknown("systemd", "no-systemd"),),
    )

    assert daemon(snapshot).proxies == {}
    assert daemon(snapshot).in_sync is True


UNREADABLE = [
    (FileFact(make.DAEMON_JSON, "daemon-json", "unreadable"), "daemon.daemon_json"),
    (FileFact(make.DROP_IN, "drop-in", "unreadable"), f"daemon.unit:{make.DROP_IN}"),
]


@pytest.mark.parametrize(("fact", "about"), UNREADABLE)
def test_a_file_that_could_not_be_read_is_no_verdict(fact: FileFact, about: str) -> None:
    snapshot = make.host(fact, engine=make.engine(ADDRESS))

    host = resolve(snapshot)

    assert daemon(snapshot).in_sync is None
    assert daemon(snapshot).drift == ()
    (unknown,) = host.unknown
    assert (unknown.about, unknown.reason) == (about, "not-readable")
    assert unknown.hint == "run it as root: sudo dockproxy status"


def test_an_unreadable_drop_in_does_not_make_what_systemd_holds_look_stale() -> None:
    snapshot = make.host(
        FileFact(make.DROP_IN, "drop-in", "unreadable"),
        loaded=make.unit(f"HTTP_PROXY={ADDRESS}"),
        engine=make.engine(ADDRESS),
    )

    assert daemon(snapshot).drift == ()


def test_an_environment_file_that_could_not_be_read_is_no_verdict() -> None:
    unit_text = make.UNIT_TEXT + "EnvironmentFile=-/etc/default/docker\n"
    for kind, reason in (("unreadable", "not-readable"), ("file", "too-large")):
        fact = FileFact(make.ENVIRONMENT_FILE, "environment-file", kind)
        snapshot = make.host(make.text_file(make.UNIT, "unit", unit_text), fact)

        assert daemon(snapshot).in_sync is None
        (unknown,) = resolve(snapshot).unknown
        assert unknown.about == f"daemon.environment_file:{fact.path}"
        assert unknown.reason == reason


def test_the_same_unknown_is_told_once() -> None:
    twice = (Unknown("engine", "timeout"), Unknown("engine", "timeout"))

    assert resolve(make.host(unknown=twice)).unknown == twice[:1]


def test_only_systemds_absence_makes_drop_ins_idle() -> None:
    drop_in = make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}")
    for about, reason in (("systemd", "timeout"), ("other", "no-systemd")):
        snapshot = make.host(drop_in, systemd=None, unknown=(Unknown(about, reason),))

        assert daemon(snapshot).proxies["http_proxy"].value == ADDRESS


def test_one_unread_drop_in_among_others_is_enough_to_say_so() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://new:1"),
        make.drop_in("Environment=HTTPS_PROXY=http://new:1", path=make.LATER_DROP_IN),
        loaded=make.unit("HTTP_PROXY=http://old:1"),
        engine=make.engine("http://old:1"),
    )

    assert str(only_drift(snapshot).message) == (
        f"systemd has not read {make.DROP_IN}, {make.LATER_DROP_IN} yet and does not say so "
        "(NeedDaemonReload=no): http_proxy, https_proxy will come from there."
    )


def test_an_answering_engine_is_live_whoever_started_it() -> None:
    no_unit = make.host(files=(), systemd=None, dockerd=None)
    no_answer = make.host(files=(), systemd=None, engine=None)

    assert daemon(no_unit).live is True
    assert daemon(no_answer).live is True


def test_a_unit_alone_that_could_not_be_read_is_unknown() -> None:
    snapshot = make.host(
        files=(FileFact(make.UNIT, "unit", "unreadable"),),
        machine=Machine("image", "linux", 0, "root", "/mnt"),
        systemd=None,
        dockerd=None,
        engine=None,
    )

    abouts = [unknown.about for unknown in resolve(snapshot).unknown]
    assert abouts == [f"daemon.unit:{make.UNIT}", "daemon.in_use"]


def test_environment_files_of_a_pattern_that_nobody_looked_for_are_unknown() -> None:
    snapshot = make.host(make.drop_in("EnvironmentFile=-/etc/proxy.d/*.env"))

    (unknown,) = resolve(snapshot).unknown

    assert unknown.about == "daemon.environment_file:/etc/proxy.d/*.env"
    assert unknown.reason == "not-readable"
    assert daemon(snapshot).in_sync is None
