"""A builder's part of a plan: which options of which nodes, and why some builders are left out."""

from __future__ import annotations

from typing import Any

import pytest

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.snapshot import Builder, BuilderNode, DriverOption, Network
from dockproxy.plan.intent import intent_from, intent_to_unset
from dockproxy.plan.make import Proposal, propose
from dockproxy.resolve.make import resolve
from tests.support.snapshots import host as snapshot

FOLDER = "/home/ann/.docker/buildx"
SOCKET = "unix:///var/run/docker.sock"
URL = "http://p:1"
HTTP = ("env.HTTP_PROXY", "env.http_proxy")
HTTPS = ("env.HTTPS_PROXY", "env.https_proxy")
NO_PROXY = ("env.NO_PROXY", "env.no_proxy")


def node(name: str = "big0", options: tuple[str, ...] = (), **more: Any) -> BuilderNode:
    pairs = [word.partition("=") for word in options]
    given = tuple(DriverOption(name, value, 1, 1) for name, _, value in pairs)
    values = {"address": SOCKET, "container": f"buildx_buildkit_{name}", "state": "running", **more}
    return BuilderNode(name, SOCKET, given, **values)


def builder(*nodes: BuilderNode, name: str = "big", driver: str = "docker-container") -> Builder:
    return Builder(name, driver, f"{FOLDER}/instances/{name}", nodes or (node(),))


def proposed(*builders: Builder, parts: tuple[str, ...], url: str = URL, **more: Any) -> Proposal:
    bridge = Network("bridge", "bridge", ("172.17.0.0/16",), ("172.17.0.1",))
    host = resolve(snapshot(builders=builders, networks=(bridge,)))
    return propose(host, intent_from(url, no_proxy="a,b", parts=parts), **more)


def written(proposal: Proposal) -> dict[tuple[str, ...], str | None]:
    (edit,) = proposal.plan.edits
    return {
        change.key: None if change.value is None else change.value.reveal()
        for change in edit.changes
    }


def test_both_cases_of_each_name_are_given_and_commas_stand_as_they_are() -> None:
    proposal = proposed(builder(), parts=("builder:big",))

    expected = {("big0", name): URL for name in (*HTTP, *HTTPS)}
    assert written(proposal) == {**expected, **{("big0", name): "a,b" for name in NO_PROXY}}
    assert proposal.plan.restart is None


def test_the_file_is_written_and_buildx_run_as_whose_builder_it_is() -> None:
    plan = proposed(builder(), parts=("builder:big",)).plan

    (edit,), (remake,) = plan.edits, plan.builders
    assert (edit.owner, edit.group, edit.format) == (1000, 1000, "buildx-instance")
    assert (remake.owner, remake.group, remake.home) == (1000, 1000, "/home/ann")
    assert (remake.docker_config, remake.buildx_config) == ("/home/ann/.docker", FOLDER)
    assert remake.nodes[0].container == "buildx_buildkit_big0"


def test_every_node_is_set() -> None:
    proposal = proposed(builder(node("big0"), node("big1")), parts=("builders",))

    assert {key[0] for key in written(proposal)} == {"big0", "big1"}


def test_unset_takes_away_what_is_there_in_either_case() -> None:
    there = node(options=("env.http_proxy=x", "env.FTP_PROXY=y", "image=z"))
    host = resolve(snapshot(builders=(builder(there),)))

    proposal = propose(host, intent_to_unset(("builder:big",)))

    assert written(proposal) == {("big0", "env.http_proxy"): None, ("big0", "env.FTP_PROXY"): None}


def test_a_builder_is_left_alone_where_only_daemon_and_client_are_meant_and_named() -> None:
    proposal = proposed(builder(), parts=("client",))

    assert proposal.plan.builders == ()
    assert "dockproxy set http://p:1 --for builder:big" in "\n".join(map(str, proposal.notes))


def test_unset_names_the_builders_that_keep_theirs() -> None:
    host = resolve(snapshot(builders=(builder(node(options=("env.http_proxy=x",))),)))

    proposal = propose(host, intent_to_unset(("client",)))

    assert "dockproxy unset --for builder:big" in "\n".join(map(str, proposal.notes))


def test_a_name_is_taken_in_any_case_as_buildx_does() -> None:
    proposal = proposed(builder(name="Big"), parts=("builder:bIG",))

    assert proposal.plan.builders[0].name == "Big"


def test_a_password_is_not_repeated_in_that_remark() -> None:
    proposal = proposed(builder(), parts=("client",), url="http://ann:s3cret@p:1")

    said = "\n".join(map(str, proposal.notes))
    assert "dockproxy set URL --for builder:big" in said
    assert "s3cret" not in said


def test_a_builder_that_is_not_there_is_a_slip_that_names_those_that_are() -> None:
    with pytest.raises(UsageError) as raised:
        proposed(builder(), parts=("builder:small",))

    assert "big" in str(raised.value.hint)


def test_who_has_no_builder_is_told_so() -> None:
    with pytest.raises(UsageError, match="this user has no builder, so none that is called big"):
        proposed(parts=("builder:big",))


def test_builders_without_any_is_a_slip() -> None:
    with pytest.raises(UsageError):
        proposed(parts=("builders",))


@pytest.mark.parametrize("driver", ["kubernetes", "remote", "docker"])
def test_other_drivers_are_left_out_with_the_reason(driver: str) -> None:
    proposal = proposed(builder(driver=driver), parts=("builder:big",))

    (left,) = proposal.left_out
    assert left.component == "builder:big"
    assert driver in str(left.why)
    assert proposal.plan.edits == ()


def test_a_node_on_another_daemon_leaves_the_whole_builder_out() -> None:
    far = node("big1", address="", state="")
    proposal = proposed(builder(node(), far), parts=("builder:big",))

    assert [left.component for left in proposal.left_out] == ["builder:big"]
    assert proposal.plan.builders == ()


def test_a_loopback_proxy_is_the_builders_own_container() -> None:
    proposal = proposed(builder(), parts=("builder:big",), url="http://127.0.0.1:7890")

    (left,) = proposal.left_out
    assert left.component == "builder:big"
    assert "172.17.0.1:7890" in str(left.how)


def test_where_the_proxy_answers_at_the_bridge_the_builder_gets_that_address() -> None:
    proposal = proposed(
        builder(),
        parts=("builder:big",),
        url="http://127.0.0.1:7890",
        answering_gateways=("172.17.0.1",),
    )

    assert written(proposal)["big0", "env.HTTP_PROXY"] == "http://172.17.0.1:7890"


def test_on_the_hosts_network_loopback_is_the_hosts() -> None:
    proposal = proposed(
        builder(node(options=("network=host",))),
        parts=("builder:big",),
        url="http://127.0.0.1:7890",
    )

    assert written(proposal)["big0", "env.HTTP_PROXY"] == "http://127.0.0.1:7890"
