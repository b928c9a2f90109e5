"""Whether the running daemon uses what is configured, and at which step it stands if not."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import Machine
from tests.resolve.daemons import ADDRESS, OLD, daemon, only_drift, with_drop_in, with_file
from tests.support import snapshots as make


def test_all_agree() -> None:
    found = daemon(with_drop_in(ADDRESS, ADDRESS, ADDRESS))

    assert (found.in_sync, found.live, found.drift) == (True, True, ())
    assert found.in_use == {"http_proxy": ADDRESS}


def test_a_host_without_any_proxy_is_in_sync() -> None:
    found = daemon(make.host())

    assert (found.in_sync, found.in_use, found.proxies) == (True, {}, {})


@pytest.mark.parametrize("key", ["http_proxy", "https_proxy", "no_proxy"])
def test_each_of_the_three_is_compared(key: str) -> None:
    name, value = key.replace("_", "-"), "a.test" if key == "no_proxy" else ADDRESS
    snapshot = make.host(make.daemon_json(f'{{"proxies": {{"{name}": "{value}"}}}}'))
    other = {"http_proxy": "http", "https_proxy": "https", "no_proxy": "no_proxy"}[key]
    agreeing = snapshot._replace(engine=make.engine(**{other: value}))

    assert daemon(agreeing).in_use == {key: value}
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
        f"{make.DROP_IN} changed on disk since systemd read it; what will differ: http_proxy."
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
        f"The daemon has not been restarted since {make.DROP_IN} changed; what differs: http_proxy."
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


def test_several_keys_and_files_are_named_together() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'),
        make.drop_in("Environment=HTTPS_PROXY=http://unit:1"),
        loaded=make.unit("HTTPS_PROXY=http://unit:1"),
        engine=make.engine("http://file:1", no_proxy="x"),
    )
    other = snapshot._replace(engine=make.engine(no_proxy="x"))

    assert str(only_drift(snapshot).message) == (
        f"The daemon has not been restarted since {make.DROP_IN} changed; "
        "what differs: https_proxy, no_proxy."
    )
    assert str(only_drift(other).message) == (
        f"The daemon has not been restarted since {make.DAEMON_JSON}, {make.DROP_IN} changed; "
        "what differs: http_proxy, https_proxy, no_proxy."
    )


def test_the_units_own_file_is_among_what_systemd_has_read() -> None:
    unit_text = make.UNIT_TEXT + "Environment=HTTP_PROXY=http://new:1\n"
    snapshot = make.host(make.text_file(make.UNIT, "unit", unit_text))

    assert str(only_drift(snapshot).message) == (
        f"{make.UNIT} changed on disk since systemd read it; what will differ: http_proxy."
    )


def test_several_keys_that_systemd_still_holds_are_named_together() -> None:
    snapshot = make.host(
        loaded=make.unit("HTTP_PROXY=a", "NO_PROXY=b"), engine=make.engine("a", no_proxy="b")
    )

    assert str(only_drift(snapshot).message) == (
        "systemd still holds http_proxy, no_proxy, which no file on disk sets any more."
    )


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

    found = [drift.code for drift in daemon(snapshot).drift]
    assert found == ["not-reloaded", "not-understood"]


def test_what_keeps_the_daemon_from_starting_is_told_first() -> None:
    snapshot = make.host(
        make.daemon_json("{,}"),
        make.drop_in("Environment=HTTP_PROXY=http://first:1"),
        make.drop_in("Environment=HTTP_PROXY=http://last:1", path=make.LATER_DROP_IN),
    )

    codes = [drift.code for drift in daemon(snapshot).drift]

    assert codes == ["daemon-json-broken", "not-reloaded", "overridden"]
