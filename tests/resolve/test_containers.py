"""Containers keep what they were given; the docker command has its own environment."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.snapshot import FileFact, Snapshot
from dockproxy.resolve.host import Component, Origin
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

CONFIG = '{"proxies": {"default": {"httpProxy": "http://new:1"}}}'
NEW = {"HTTP_PROXY": "http://new:1", "http_proxy": "http://new:1"}
OLD = {"HTTP_PROXY": "http://old:1", "http_proxy": "http://old:1"}


def part(snapshot: Snapshot, component: str) -> Component:
    found = resolve(snapshot).component(component)
    assert found is not None
    return found


def one(environ: dict[str, str], text: str = CONFIG, **more: Any) -> Component:
    """A container with that environment, on a host with that config.json."""
    box = make.container("web", environ, **more)
    return part(make.host(make.config_json(text), containers=(box,)), "container")


def test_a_container_shows_what_it_was_given() -> None:
    found = one(NEW)

    assert found.name == "web"
    value = found.proxies["http_proxy"]
    assert (value.value, value.origin) == (
        "http://new:1",
        Origin("container", name="HTTP_PROXY"),
    )
    assert value.overrides == ()
    assert found.in_use == {"http_proxy": "http://new:1"}
    assert (found.live, found.in_sync, found.drift) == (True, True, ())


def test_all_five_keys_are_shown() -> None:
    environ = {"https_proxy": "a", "FTP_PROXY": "b", "all_proxy": "c", "NO_PROXY": "d", **NEW}

    found = one(environ)

    assert found.in_use == {
        "http_proxy": "http://new:1",
        "https_proxy": "a",
        "ftp_proxy": "b",
        "all_proxy": "c",
        "no_proxy": "d",
    }


def test_the_other_spelling_is_kept_beside_it_if_it_differs() -> None:
    value = one({"HTTP_PROXY": "http://up:1", "http_proxy": "http://low:1"}).proxies["http_proxy"]

    assert value.value == "http://up:1"
    assert [(item.value, item.origin.name) for item in value.overrides] == [
        ("http://low:1", "http_proxy")
    ]


def test_an_empty_value_is_a_switched_off_proxy() -> None:
    found = one({"HTTP_PROXY": "", "http_proxy": ""})

    assert found.in_use == {"http_proxy": ""}


def test_an_empty_spelling_leaves_the_other() -> None:
    assert one({"HTTP_PROXY": "", "http_proxy": "http://low:1"}).in_use == {
        "http_proxy": "http://low:1"
    }


def test_masked_values_say_so() -> None:
    found = one({"HTTP_PROXY": "http://xxxxx:xxxxx@p:1", "NO_PROXY": "x"})

    assert found.proxies["http_proxy"].masked is True
    assert found.proxies["no_proxy"].masked is False


@pytest.mark.parametrize("state", ["exited", "paused", "created"])
def test_a_container_that_does_not_run_is_not_live(state: str) -> None:
    assert one(NEW, state=state).live is False


@pytest.mark.parametrize(
    ("environ", "keys"),
    [
        (OLD, ("http_proxy",)),
        ({}, ("http_proxy",)),
        ({"HTTP_PROXY": "http://new:1"}, ("http_proxy",)),
        ({"http_proxy": "http://new:1"}, ("http_proxy",)),
        ({**NEW, "no_proxy": "x"}, ("no_proxy",)),
        ({**OLD, "FTP_PROXY": "x", "all_proxy": "y"}, ("http_proxy", "ftp_proxy", "all_proxy")),
    ],
)
def test_a_container_from_before_the_change_is_stale(
    environ: dict[str, str], keys: tuple[str, ...]
) -> None:
    found = one(environ)

    assert found.in_sync is False
    (drift,) = found.drift
    assert (drift.code, drift.keys, drift.remedy) == ("stale-container", keys, "")
    assert str(drift.message) == (
        "Container web was made before the client's configuration changed "
        f"(what differs: {', '.join(keys)}): it keeps the old values until it is created anew."
    )


def test_an_empty_variable_where_nothing_would_be_given_is_no_difference() -> None:
    assert one({**NEW, "NO_PROXY": ""}).in_sync is True


def test_a_container_made_after_the_change_has_values_of_its_own() -> None:
    found = one(OLD, created_at=make.BEFORE + 1)

    assert (found.in_sync, found.drift) == (False, ())


def test_a_container_made_in_the_very_moment_of_the_change_counts_as_older() -> None:
    assert one(OLD, created_at=make.BEFORE).drift != ()


def test_a_compose_container_is_made_anew_by_compose() -> None:
    (drift,) = one(OLD, compose_project="shop").drift

    assert drift.code == "stale-container"
    assert drift.remedy == "docker compose up --detach --force-recreate"
    assert str(drift.message) == (
        "Container web was made before the client's configuration changed (what differs: "
        "http_proxy); in the folder of its compose project shop:"
    )
    assert drift.keys == ("http_proxy",)


def test_without_a_config_file_a_container_with_proxies_is_stale() -> None:
    box = make.container("web", OLD)
    for files in ((), (FileFact(make.CONFIG, "client-json", "missing", mtime=0.0),)):
        found = part(make.host(*files, containers=(box,)), "container")

        assert [drift.code for drift in found.drift] == ["stale-container"]


@pytest.mark.parametrize("text", ["{,}"])
def test_a_broken_config_file_is_no_measure_for_containers(text: str) -> None:
    found = one(OLD, text)

    assert (found.in_sync, found.drift) == (None, ())


def test_an_unreadable_config_file_is_no_measure_for_containers() -> None:
    box = make.container("web", OLD)
    snapshot = make.host(FileFact(make.CONFIG, "client-json", "unreadable"), containers=(box,))

    assert part(snapshot, "container").in_sync is None


def cli(environment: dict[str, str], **more: Any) -> Component:
    return part(make.host(environment=environment, **more), "cli")


def test_the_docker_command_reads_its_own_environment() -> None:
    found = cli({"HTTPS_PROXY": "http://up:1", "https_proxy": "http://low:1", "no_proxy": "x"})

    assert found.name == "ann"
    assert found.in_use == {"https_proxy": "http://up:1", "no_proxy": "x"}
    value = found.proxies["https_proxy"]
    assert value.origin == Origin("environment", name="HTTPS_PROXY")
    (lost,) = value.overrides
    assert (lost.value, lost.origin) == (
        "http://low:1",
        Origin("environment", name="https_proxy"),
    )
    assert (found.live, found.in_sync, found.drift) == (True, True, ())


def test_the_same_value_in_both_cases_overrides_nothing() -> None:
    found = cli({"HTTP_PROXY": "http://a:1", "http_proxy": "http://a:1", "NO_PROXY": "x"})

    assert found.proxies["http_proxy"].overrides == ()
    assert found.proxies["no_proxy"].overrides == ()


def test_the_docker_command_reads_no_all_proxy() -> None:
    assert cli({"ALL_PROXY": "http://a:1", "DOCKER_HOST": "tcp://h:1"}).proxies == {}


def test_the_docker_commands_masked_values_say_so() -> None:
    found = cli({"HTTP_PROXY": "http://xxxxx:xxxxx@a:1", "NO_PROXY": "x"})

    assert found.proxies["http_proxy"].masked is True
    assert found.proxies["no_proxy"].masked is False


@pytest.mark.parametrize(
    ("environ", "more", "due"),
    [
        (OLD, {}, True),
        (NEW, {}, False),
        (OLD, {"state": "exited"}, False),
        (OLD, {"created_at": make.AFTER}, False),  # of its own, by --env
    ],
)
def test_a_change_is_due_for_a_running_container_with_values_from_before(
    environ: dict[str, str], more: dict[str, Any], due: bool
) -> None:
    assert one(environ, **more).is_change_due is due


def test_a_change_is_due_for_any_other_part_that_is_out_of_sync() -> None:
    waiting = make.host(make.drop_in("Environment=HTTP_PROXY=http://new:1"))

    assert part(waiting, "daemon").is_change_due is True
    assert part(make.host(), "daemon").is_change_due is False


@pytest.mark.parametrize(
    ("given", "in_sync"),
    [
        ("same-as:1", True),
        ("has-user,has-password,same-as:2", False),
        ("", True),
        ("has-user", True),
    ],
)
def test_another_password_behind_the_same_mask_is_another_value(given: str, in_sync: bool) -> None:
    masked = "http://xxxxx:xxxxx@h:1"
    box = make.container("web", {"HTTP_PROXY": masked, "http_proxy": masked})
    config = make.config_json(
        f'{{"proxies": {{"default": {{"httpProxy": "{masked}"}}}}}}',
        traits={"proxies.default.httpProxy": "has-user,has-password,same-as:1"},
    )
    traits = {f"container.{box.id}:http_proxy": given} if given else {}

    found = part(make.host(config, containers=(box,), traits=traits), "container")

    assert found.in_sync is in_sync
    assert [drift.code for drift in found.drift] == ([] if in_sync else ["stale-container"])


def test_of_two_entries_it_is_not_known_whose_password_it_is() -> None:
    masked = "http://xxxxx:xxxxx@h:1"
    box = make.container("web", {"HTTP_PROXY": masked, "http_proxy": masked})
    config = make.config_json(
        f'{{"proxies": {{"default": {{"httpProxy": "{masked}"}}}}}}',
        traits={
            "proxies.default.httpProxy": "has-user,same-as:1",
            "proxies.tcp://other:1.httpProxy": "has-user,same-as:2",
        },
    )
    traits = {f"container.{box.id}:http_proxy": "has-user,same-as:2"}

    found = part(make.host(config, containers=(box,), traits=traits), "container")

    assert found.in_sync is True


def test_a_change_is_due_where_a_program_goes_without_its_file_or_does_not_run() -> None:
    odd = make.host(make.config_json('{"proxies": {"default": {"httpProxy": 3}}}'))
    stopped = make.host(
        loaded=make.unit(active_state="inactive", main_pid=0), engine=None, dockerd=None
    )

    assert part(odd, "client").is_change_due is True
    assert part(stopped, "daemon").live is False
    assert part(stopped, "daemon").is_change_due is True
