"""Where the daemon's sources do not agree: what overrides, unsets, or misleads."""

from __future__ import annotations

import pytest

from dockproxy.core.model.snapshot import FileFact
from tests.resolve.daemons import daemon, drifts
from tests.support import snapshots as make


def test_a_later_drop_in_overrides_and_says_where() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://first:1"),
        make.drop_in("Environment=HTTP_PROXY=http://last:1", path=make.LATER_DROP_IN),
        loaded=make.unit("HTTP_PROXY=http://last:1"),
        engine=make.engine("http://last:1"),
    )

    assert drifts(snapshot) == [
        (
            "overridden",
            f"HTTP_PROXY in {make.DROP_IN}:2 has no effect: {make.LATER_DROP_IN}:2 comes later.",
            ("http_proxy",),
        )
    ]
    assert daemon(snapshot).in_sync is True


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"])
def test_either_case_of_every_variable_can_be_overridden(name: str) -> None:
    snapshot = make.host(
        make.drop_in(f"Environment={name}=one"),
        make.drop_in(f"Environment={name}=two", path=make.LATER_DROP_IN),
    )

    ((_, text, keys),) = drifts(snapshot, "overridden")
    assert text.startswith(f"{name} in ")
    assert keys == (name.lower(),)


def test_a_later_empty_value_overrides_too() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://first:1"),
        make.drop_in("Environment=HTTP_PROXY=", path=make.LATER_DROP_IN),
    )

    assert [code for code, _, _ in drifts(snapshot)] == ["overridden"]
    assert daemon(snapshot).proxies == {}


@pytest.mark.parametrize(
    "later",
    [
        make.drop_in("Environment=HTTP_PROXY=http://first:1", path=make.LATER_DROP_IN),
        make.drop_in("Environment=HTTPS_PROXY=http://x:1", path=make.LATER_DROP_IN),
    ],
)
def test_the_same_value_or_another_variable_overrides_nothing(later: FileFact) -> None:
    snapshot = make.host(make.drop_in("Environment=HTTP_PROXY=http://first:1"), later)

    assert drifts(snapshot, "overridden") == []


def test_two_lines_of_one_file_are_not_two_sources() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://a:1", "Environment=HTTP_PROXY=http://b:1")
    )

    assert drifts(snapshot, "overridden") == []


def test_a_drop_in_over_the_managers_environment_is_no_conflict() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://a:1"), manager={"HTTP_PROXY": "http://m:1"}
    )

    assert drifts(snapshot, "overridden") == []


def test_an_overridden_empty_value_is_no_conflict() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY="),
        make.drop_in("Environment=HTTP_PROXY=http://b:1", path=make.LATER_DROP_IN),
    )

    assert drifts(snapshot, "overridden") == []


def test_unset_environment_takes_a_variable_away_and_says_where() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://a:1"),
        make.drop_in("UnsetEnvironment=HTTP_PROXY", path=make.LATER_DROP_IN),
    )

    assert daemon(snapshot).proxies == {}
    assert drifts(snapshot) == [
        (
            "unset",
            f"UnsetEnvironment= in {make.LATER_DROP_IN}:2 takes HTTP_PROXY of "
            f"{make.DROP_IN}:2 away.",
            ("http_proxy",),
        )
    ]


def test_unset_environment_of_the_managers_variable_names_the_manager() -> None:
    snapshot = make.host(
        make.drop_in("UnsetEnvironment=https_proxy"), manager={"https_proxy": "http://m:1"}
    )

    assert drifts(snapshot, "unset") == [
        (
            "unset",
            f"UnsetEnvironment= in {make.DROP_IN}:2 takes https_proxy of "
            "systemctl show-environment away.",
            ("https_proxy",),
        )
    ]


def test_a_reset_takes_a_variable_away_and_says_where() -> None:
    snapshot = make.host(
        make.drop_in("Environment=NO_PROXY=x"),
        make.drop_in("Environment=", path=make.LATER_DROP_IN),
    )

    assert drifts(snapshot) == [
        (
            "unset",
            f"The empty Environment= in {make.LATER_DROP_IN}:2 takes NO_PROXY of "
            f"{make.DROP_IN}:2 away.",
            ("no_proxy",),
        )
    ]


def test_unset_environment_of_an_empty_variable_takes_nothing_away() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=", "UnsetEnvironment=HTTP_PROXY"),
    )

    assert drifts(snapshot) == []


def test_unset_environment_leaves_the_other_case() -> None:
    snapshot = make.host(
        make.drop_in(
            "Environment=HTTP_PROXY=http://a:1 http_proxy=http://b:1", "UnsetEnvironment=HTTP_PROXY"
        ),
    )

    assert daemon(snapshot).proxies["http_proxy"].value == "http://b:1"


def test_daemon_json_against_a_drop_in_misleads() -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'),
        make.drop_in("Environment=http_proxy=http://unit:1"),
        loaded=make.unit("http_proxy=http://unit:1"),
        engine=make.engine("http://file:1"),
    )

    assert drifts(snapshot) == [
        (
            "file-beats-environment",
            f"{make.DAEMON_JSON}:1 wins over {make.DROP_IN}:2: http_proxy there has no effect on "
            "the daemon.",
            ("http_proxy",),
        )
    ]
    assert daemon(snapshot).in_sync is True


def test_a_flag_against_a_drop_in_misleads_as_well() -> None:
    snapshot = make.host(
        make.text_file(
            make.UNIT, "unit", "[Service]\nExecStart=/usr/sbin/dockerd --no-proxy=flag\n"
        ),
        make.drop_in("Environment=NO_PROXY=unit"),
    )

    ((_, text, keys),) = drifts(snapshot, "file-beats-environment")
    assert text.startswith(f"{make.UNIT}:2 wins over {make.DROP_IN}:2")
    assert keys == ("no_proxy",)


def test_a_flag_of_no_file_is_named() -> None:
    snapshot = make.host(
        make.drop_in("Environment=NO_PROXY=unit"),
        loaded=make.unit(exec_start=("dockerd", "--no-proxy=flag")),
    )
    files = tuple(fact for fact in snapshot.files if fact.role != "unit")

    ((_, text, _),) = drifts(snapshot._replace(files=files), "file-beats-environment")

    assert text.startswith("--no-proxy wins over ")


@pytest.mark.parametrize("words", ["HTTP_PROXY=http://file:1", "HTTP_PROXY=", "HTTPS_PROXY=x"])
def test_no_conflict_where_both_say_the_same_or_one_says_nothing(words: str) -> None:
    snapshot = make.host(
        make.daemon_json('{"proxies": {"http-proxy": "http://file:1"}}'),
        make.drop_in(f"Environment={words}"),
    )

    assert drifts(snapshot, "file-beats-environment") == []


def test_two_variables_of_the_environment_are_not_file_against_environment() -> None:
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://a:1 http_proxy=http://b:1"),
    )

    assert drifts(snapshot, "file-beats-environment") == []
