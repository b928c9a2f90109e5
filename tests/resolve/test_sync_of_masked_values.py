"""Passwords are not shown: whether the daemon has the present one is told by times."""

from __future__ import annotations

import pytest

from dockproxy.core.model.secret import mask_url
from dockproxy.core.model.snapshot import Unknown
from dockproxy.resolve.make import resolve
from tests.resolve.daemons import ADDRESS, MASKED, OLD, daemon, only_drift, with_file
from tests.support import snapshots as make


@pytest.mark.parametrize(
    ("mtime", "agrees"),
    [
        (make.BEFORE, True),
        (make.STARTED, True),
        (make.STARTED + 1, True),
        (make.STARTED + 1.5, False),
        (make.AFTER, False),
    ],
)
def test_a_masked_value_agrees_only_if_its_file_is_older_than_the_daemon(
    mtime: float, agrees: bool
) -> None:
    snapshot = with_file(MASKED, MASKED, mtime=mtime)

    found = daemon(snapshot)

    assert found.in_sync is agrees
    assert [drift.code for drift in found.drift] == ([] if agrees else ["not-restarted"])
    if not agrees:
        assert "Passwords are not shown" in str(found.drift[0].message)


def test_a_plain_value_agrees_whatever_the_age_of_its_file() -> None:
    assert daemon(with_file(ADDRESS, ADDRESS, mtime=make.AFTER)).in_sync is True


def test_a_masked_value_that_looks_different_is_said_to_differ() -> None:
    snapshot = with_file(MASKED, OLD, mtime=make.AFTER)

    assert str(only_drift(snapshot).message).endswith("changed; what differs: http_proxy.")


def test_a_masked_value_of_a_daemon_of_unknown_age_is_no_verdict() -> None:
    snapshot = with_file(MASKED, MASKED, dockerd=None, loaded=make.unit(started_at=0.0, main_pid=0))

    host = resolve(snapshot)

    assert daemon(snapshot).in_sync is None
    assert Unknown("daemon.started_at", "start-time") in host.unknown


def test_a_plain_value_needs_no_start_time() -> None:
    snapshot = with_file(
        ADDRESS, ADDRESS, dockerd=None, loaded=make.unit(started_at=0.0, main_pid=0)
    )

    assert daemon(snapshot).in_sync is True


def test_a_masked_value_without_a_file_needs_no_start_time() -> None:
    snapshot = make.host(
        manager={"HTTP_PROXY": MASKED},
        engine=make.engine(MASKED),
        dockerd=None,
        loaded=make.unit(started_at=0.0, main_pid=0),
    )

    assert daemon(snapshot).in_sync is True


def test_without_the_process_the_unit_tells_when_the_daemon_started() -> None:
    snapshot = with_file(MASKED, MASKED, mtime=make.AFTER, dockerd=None)

    assert daemon(snapshot).in_sync is False


def test_the_process_tells_better_than_the_unit_when_the_daemon_started() -> None:
    snapshot = with_file(
        MASKED, MASKED, mtime=make.AFTER, dockerd=make.process(started_at=make.AFTER + 5)
    )

    assert daemon(snapshot).in_sync is True


@pytest.mark.parametrize(("need", "code"), [(True, ["not-reloaded"]), (False, [])])
def test_a_masked_drop_in_that_systemd_wants_to_read_again_is_not_reloaded(
    need: bool, code: list[str]
) -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={MASKED}"),
        loaded=make.unit(f"HTTP_PROXY={MASKED}", need_daemon_reload=need),
        engine=make.engine(MASKED),
    )

    assert [drift.code for drift in daemon(snapshot).drift] == code


@pytest.mark.parametrize("address", [ADDRESS])
def test_a_plain_drop_in_that_agrees_does_not_care_about_a_reload(address: str) -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={address}"),
        loaded=make.unit(f"HTTP_PROXY={address}", need_daemon_reload=True),
        engine=make.engine(address),
    )

    assert daemon(snapshot).in_sync is True


def test_masked_daemon_json_does_not_care_about_a_reload() -> None:
    snapshot = with_file(MASKED, MASKED, loaded=make.unit(need_daemon_reload=True))

    assert daemon(snapshot).in_sync is True


def test_a_masked_scheme_in_capitals_agrees_with_what_docker_makes_of_it() -> None:
    snapshot = with_file("HTTP://xxxxx:xxxxx@p:1", "http://xxxxx:xxxxx@p:1")

    assert daemon(snapshot).in_sync is True


def test_a_plain_scheme_in_capitals_is_compared_as_it_is() -> None:
    assert daemon(with_file("HTTP://p:1", "http://p:1")).in_sync is False


def test_a_masked_value_where_nothing_tells_the_daemons_age_is_no_verdict() -> None:
    snapshot = with_file(MASKED, MASKED, dockerd=None, systemd=None)
    files = (make.daemon_json(f'{{"proxies": {{"http-proxy": "{MASKED}"}}}}'),)

    assert daemon(snapshot._replace(files=files)).in_sync is None


def test_one_password_that_may_be_old_beside_a_value_that_differs() -> None:
    snapshot = make.host(
        make.daemon_json(
            f'{{"proxies": {{"http-proxy": "{MASKED}", "no-proxy": "new"}}}}', mtime=make.AFTER
        ),
        engine=make.engine(MASKED, no_proxy="old"),
    )

    drift = only_drift(snapshot)

    assert drift.keys == ("http_proxy", "no_proxy")
    assert str(drift.message).endswith("changed; what differs: http_proxy, no_proxy.")


def test_two_passwords_that_may_be_old_are_named_together() -> None:
    snapshot = make.host(
        make.daemon_json(
            f'{{"proxies": {{"http-proxy": "{MASKED}", "https-proxy": "{MASKED}"}}}}',
            mtime=make.AFTER,
        ),
        engine=make.engine(MASKED, MASKED),
    )

    assert "an old one (http_proxy, https_proxy)." in str(only_drift(snapshot).message)


def test_a_masked_value_of_a_manager_does_not_wait_for_a_reload() -> None:
    snapshot = make.host(
        manager={"HTTP_PROXY": MASKED},
        loaded=make.unit(need_daemon_reload=True),
        engine=make.engine(MASKED),
    )

    assert daemon(snapshot).in_sync is True


def test_docker_leaves_the_hosts_case_alone_when_it_masks() -> None:
    configured, running = "HTTP://xxxxx:xxxxx@Proxy:1", "http://xxxxx:xxxxx@Proxy:1"

    assert daemon(with_file(configured, running)).in_sync is True
    assert daemon(with_file(configured, running.lower())).in_sync is False


@pytest.mark.parametrize(
    ("configured", "running"),
    [
        ("http://p:1/?token=one", "http://p:1/?token=one"),
        ("http://p:1/#one", "http://p:1/#one"),
        ("HTTP://ann:pw@p:1/?token=one", "http://xxxxx:xxxxx@p:1/?token=one"),
        ("http://bob:one", "http://bob:one"),
    ],
)
@pytest.mark.parametrize(("mtime", "agrees"), [(make.BEFORE, True), (make.AFTER, False)])
def test_hidden_queries_and_cut_off_logins_agree_as_hidden_logins_do(
    configured: str, running: str, mtime: float, agrees: bool
) -> None:
    snapshot = with_file(mask_url(configured), mask_url(running), mtime=mtime)

    found = daemon(snapshot)

    assert found.in_sync is agrees
    assert "xxxxx" in found.proxies["http_proxy"].value
    assert found.proxies["http_proxy"].masked


def test_another_host_before_a_hidden_query_is_another_proxy() -> None:
    snapshot = with_file(mask_url("http://p:1/?a=b"), mask_url("http://q:1/?a=b"))

    assert daemon(snapshot).in_sync is False
