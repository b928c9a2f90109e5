"""Whether the running daemon uses what is configured, and at which step it stands if not."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.snapshot import FileFact, Machine, Snapshot, Unknown
from dockproxy.resolve.host import Component, Drift
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

ADDRESS = "http://10.0.0.1:3128"
OLD = "http://old:1"
MASKED = "http://xxxxx:xxxxx@10.0.0.1:3128"


def daemon(snapshot: Snapshot) -> Component:
    found = resolve(snapshot).component("daemon")
    assert found is not None
    return found


def only_drift(snapshot: Snapshot) -> Drift:
    (drift,) = daemon(snapshot).drift
    return drift


def with_drop_in(address: str, loaded: str | None, running: str, **more: Any) -> Snapshot:
    """A drop-in with that address; what systemd holds; what ``info`` says."""
    words = () if loaded is None else (f"HTTP_PROXY={loaded}",)
    return make.host(
        make.drop_in(f"Environment=HTTP_PROXY={address}"),
        loaded=make.unit(*words),
        engine=make.engine(running),
        **more,
    )


def with_file(address: str, running: str, **more: Any) -> Snapshot:
    """daemon.json with that address, changed at ``mtime``."""
    mtime = more.pop("mtime", make.BEFORE)
    return make.host(
        make.daemon_json(f'{{"proxies": {{"http-proxy": "{address}"}}}}', mtime=mtime),
        engine=make.engine(running),
        **more,
    )


def test_all_agree() -> None:
    found = daemon(with_drop_in(ADDRESS, ADDRESS, ADDRESS))

    assert (found.in_sync, found.live, found.drift) == (True, True, ())
    assert found.in_use == {"http_proxy": ADDRESS}


def test_a_host_without_any_proxy_is_in_sync() -> None:
    found = daemon(make.host())

    assert (found.in_sync, found.in_use, found.proxies) == (True, {}, {})


@pytest.mark.parametrize("key", ["http_proxy", "https_proxy", "no_proxy"])
def test_each_of_the_three_is_compared(key: str) -> None:
    name = key.replace("_", "-")
    snapshot = make.host(make.daemon_json(f'{{"proxies": {{"{name}": "{ADDRESS}"}}}}'))
    other = {"http_proxy": "http", "https_proxy": "https", "no_proxy": "no_proxy"}[key]
    agreeing = snapshot._replace(engine=make.engine(**{other: ADDRESS}))

    assert daemon(agreeing).in_use == {key: ADDRESS}
    assert daemon(agreeing).in_sync is True
    assert only_drift(snapshot).keys == (key,)
    assert daemon(snapshot).in_sync is False


def test_a_changed_drop_in_that_systemd_has_not_read_is_not_reloaded() -> None:
    snapshot = with_drop_in(ADDRESS, OLD, OLD)

    drift = only_drift(snapshot)

    assert daemon(snapshot).in_sync is False
    assert drift.code == "not-reloaded"
    assert drift.keys == ("http_proxy",)
    assert drift.remedy == "systemctl daemon-reload && systemctl restart docker"
    assert str(drift.message) == (
        f"{make.DROP_IN} changed on disk since systemd read it: http_proxy will differ."
    )


def test_a_new_drop_in_folder_that_systemd_does_not_notice_is_not_reloaded() -> None:
    drift = only_drift(with_drop_in(ADDRESS, None, ""))

    assert drift.code == "not-reloaded"
    assert "does not say so (NeedDaemonReload=no)" in str(drift.message)
    assert make.DROP_IN in str(drift.message)


def test_a_new_drop_in_that_systemd_noticed_is_said_without_reproach() -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        loaded=make.unit(need_daemon_reload=True),
    )

    assert str(only_drift(snapshot).message) == (
        f"systemd has not read {make.DROP_IN} yet: http_proxy will come from there."
    )


def test_a_removed_drop_in_that_systemd_still_holds_is_not_reloaded() -> None:
    snapshot = make.host(loaded=make.unit(f"HTTP_PROXY={OLD}"), engine=make.engine(OLD))

    drift = only_drift(snapshot)

    assert drift.code == "not-reloaded"
    assert str(drift.message) == (
        "systemd still holds http_proxy, which no file on disk sets any more."
    )


def test_reloaded_but_not_restarted() -> None:
    snapshot = with_drop_in(ADDRESS, ADDRESS, OLD)

    drift = only_drift(snapshot)

    assert daemon(snapshot).in_sync is False
    assert (drift.code, drift.keys) == ("not-restarted", ("http_proxy",))
    assert drift.remedy == "systemctl restart docker"
    assert str(drift.message) == (
        f"The daemon has not been restarted since {make.DROP_IN} changed: http_proxy differ."
    )


def test_a_value_that_the_daemon_lacks_is_not_restarted() -> None:
    assert only_drift(with_file(ADDRESS, "")).code == "not-restarted"


def test_a_value_that_only_the_daemon_has_is_not_restarted() -> None:
    drift = only_drift(make.host(engine=make.engine(no_proxy="x")))

    assert (drift.code, drift.keys) == ("not-restarted", ("no_proxy",))
    assert str(drift.message) == (
        "The daemon still uses no_proxy, which nothing on disk sets any more."
    )


def test_what_stands_in_no_file_is_named_by_its_key() -> None:
    snapshot = make.host(manager={"HTTP_PROXY": ADDRESS})

    assert str(only_drift(snapshot).message) == (
        "The daemon has not been restarted since http_proxy changed."
    )


def test_each_key_stands_at_its_own_step() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://new:1"),
        make.daemon_json('{"proxies": {"https-proxy": "http://file:1"}}'),
        loaded=make.unit("HTTP_PROXY=http://old:1"),
        engine=make.engine("http://old:1"),
    )

    steps = {drift.code: drift.keys for drift in daemon(snapshot).drift}

    assert steps == {"not-reloaded": ("http_proxy",), "not-restarted": ("https_proxy",)}


def test_what_daemon_json_overrides_need_not_be_reloaded() -> None:
    snapshot = make.host(
        make.daemon_json(f'{{"proxies": {{"http-proxy": "{ADDRESS}"}}}}'),
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        engine=make.engine(ADDRESS),
    )

    assert daemon(snapshot).drift == ()
    assert daemon(snapshot).in_sync is True


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

    assert str(only_drift(snapshot).message).endswith("changed: http_proxy differ.")


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


def test_an_environment_file_is_part_of_what_systemd_has_loaded() -> None:
    unit_text = make.UNIT_TEXT + "EnvironmentFile=-/etc/default/docker\n"
    snapshot = make.host(
        make.text_file(make.UNIT, "unit", unit_text),
        make.environment_file(f"HTTP_PROXY={ADDRESS}\n"),
        loaded=make.unit(environment_files=("-/etc/default/docker",)),
        engine=make.engine(ADDRESS),
    )

    assert daemon(snapshot).in_sync is True
    loaded_without = snapshot.systemd and snapshot.systemd._replace(units=(make.unit(),))
    assert only_drift(snapshot._replace(systemd=loaded_without)).code == "not-reloaded"


def test_unset_environment_that_systemd_has_loaded_counts() -> None:
    files = make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}")
    loaded = make.unit(f"HTTP_PROXY={ADDRESS}", unset_environment=("HTTP_PROXY",))

    assert "not-reloaded" in [d.code for d in daemon(make.host(files, loaded=loaded)).drift]
    one_value = make.unit(f"HTTP_PROXY={ADDRESS}", unset_environment=(f"HTTP_PROXY={OLD}",))
    agreeing = make.host(files, loaded=one_value, engine=make.engine(ADDRESS))
    assert daemon(agreeing).in_sync is True


def test_values_with_blanks_and_percent_signs_survive_the_way_through_systemd() -> None:
    snapshot = make.host(
        make.drop_in('Environment="NO_PROXY=a, b%%20c"'),
        loaded=make.unit("NO_PROXY=a, b%20c"),
        engine=make.engine(no_proxy="a, b%20c"),
    )

    assert daemon(snapshot).in_sync is True


@pytest.mark.parametrize("state", ["not-found", "masked", "error"])
def test_a_unit_that_is_not_loaded_says_nothing_of_reloads(state: str) -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        loaded=make.unit(load_state=state),
        engine=make.engine(ADDRESS),
    )

    assert daemon(snapshot).drift == ()


def test_the_remedy_names_the_unit_and_asks_for_sudo_where_that_is_needed() -> None:
    machine = Machine("web1", "linux", 1000, "ann")
    loaded = make.unit(name="dockerd.service")
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://a:1"}}'),
        loaded=loaded,
        machine=machine,
    )

    assert only_drift(snapshot).remedy == "sudo systemctl restart dockerd"


def test_a_daemon_that_no_unit_starts_has_no_command() -> None:
    snapshot = with_file(ADDRESS, "")._replace(
        systemd=None,
        files=(make.daemon_json(f'{{"proxies": {{"http-proxy": "{ADDRESS}"}}}}'),),
    )

    assert only_drift(snapshot).remedy == ""


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


def test_a_masked_value_where_nothing_tells_the_daemons_age_is_no_verdict() -> None:
    snapshot = with_file(MASKED, MASKED, dockerd=None, systemd=None)
    files = (make.daemon_json(f'{{"proxies": {{"http-proxy": "{MASKED}"}}}}'),)

    assert daemon(snapshot._replace(files=files)).in_sync is None


def test_only_systemds_absence_makes_drop_ins_idle() -> None:
    drop_in = make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}")
    for about, reason in (("systemd", "timeout"), ("other", "no-systemd")):
        snapshot = make.host(drop_in, systemd=None, unknown=(Unknown(about, reason),))

        assert daemon(snapshot).proxies["http_proxy"].value == ADDRESS


def test_several_keys_and_files_are_named_together() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'),
        make.drop_in("Environment=HTTPS_PROXY=http://unit:1"),
        loaded=make.unit("HTTPS_PROXY=http://unit:1"),
        engine=make.engine("http://file:1", no_proxy="x"),
    )
    other = snapshot._replace(engine=make.engine(no_proxy="x"))

    assert str(only_drift(snapshot).message) == (
        f"The daemon has not been restarted since {make.DROP_IN} changed: "
        "https_proxy, no_proxy differ."
    )
    assert str(only_drift(other).message) == (
        f"The daemon has not been restarted since {make.DAEMON_JSON}, {make.DROP_IN} changed: "
        "http_proxy, https_proxy, no_proxy differ."
    )


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


def test_the_units_own_file_is_among_what_systemd_has_read() -> None:
    unit_text = make.UNIT_TEXT + "Environment=HTTP_PROXY=http://new:1\n"
    snapshot = make.host(make.text_file(make.UNIT, "unit", unit_text))

    assert str(only_drift(snapshot).message) == (
        f"{make.UNIT} changed on disk since systemd read it: http_proxy will differ."
    )


def test_several_keys_that_systemd_still_holds_are_named_together() -> None:
    snapshot = make.host(
        loaded=make.unit("HTTP_PROXY=a", "NO_PROXY=b"), engine=make.engine("a", no_proxy="b")
    )

    assert str(only_drift(snapshot).message) == (
        "systemd still holds http_proxy, no_proxy, which no file on disk sets any more."
    )


def test_one_password_that_may_be_old_beside_a_value_that_differs() -> None:
    snapshot = make.host(
        make.daemon_json(
            f'{{"proxies": {{"http-proxy": "{MASKED}", "no-proxy": "new"}}}}', mtime=make.AFTER
        ),
        engine=make.engine(MASKED, no_proxy="old"),
    )

    drift = only_drift(snapshot)

    assert drift.keys == ("http_proxy", "no_proxy")
    assert str(drift.message).endswith("changed: http_proxy, no_proxy differ.")


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


def test_what_systemd_holds_may_be_odd_without_harm() -> None:
    snapshot = make.host(
        make.drop_in(f"Environment=HTTP_PROXY={ADDRESS}"),
        loaded=make.unit("A=b\nc", f"HTTP_PROXY={ADDRESS}"),
        engine=make.engine(ADDRESS),
    )

    assert daemon(snapshot).in_sync is True


def test_unset_environment_with_an_odd_value_survives_the_way_through_systemd() -> None:
    snapshot = make.host(
        make.drop_in('Environment="NO_PROXY=a b%%c"'),
        loaded=make.unit("NO_PROXY=a b%c", unset_environment=("NO_PROXY=a b%c",)),
        engine=make.engine(no_proxy="a b%c"),
    )

    assert [drift.code for drift in daemon(snapshot).drift] == ["not-reloaded"]


def test_environment_files_of_a_pattern_that_nobody_looked_for_are_unknown() -> None:
    snapshot = make.host(make.drop_in("EnvironmentFile=-/etc/proxy.d/*.env"))

    (unknown,) = resolve(snapshot).unknown

    assert unknown.about == "daemon.environment_file:/etc/proxy.d/*.env"
    assert unknown.reason == "not-readable"
    assert daemon(snapshot).in_sync is None


def test_what_keeps_the_daemon_from_starting_is_told_first() -> None:
    snapshot = make.host(
        make.daemon_json("{,}"),
        make.drop_in("Environment=HTTP_PROXY=http://first:1"),
        make.drop_in("Environment=HTTP_PROXY=http://last:1", path=make.LATER_DROP_IN),
    )

    codes = [drift.code for drift in daemon(snapshot).drift]

    assert codes == ["daemon-json-broken", "not-reloaded", "overridden"]
