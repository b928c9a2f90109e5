"""Builders: what the instance file gives, what the container has, and what is said of both."""

from __future__ import annotations

from typing import Any

from dockproxy.core.model.snapshot import Builder, BuilderNode, DriverOption, Machine
from dockproxy.resolve.host import Component, Host
from dockproxy.resolve.make import resolve
from tests.support.snapshots import config_json, container
from tests.support.snapshots import host as snapshot

PATH = "/home/ann/.docker/buildx/instances/big"
PROXY = "http://p:1"


def node(options: dict[str, str], environ: dict[str, str] | None, **more: Any) -> BuilderNode:
    given = tuple(
        DriverOption(name, value, 1, 100 + index)
        for index, (name, value) in enumerate(options.items())
    )
    state = "absent" if environ is None else "running"
    values = {
        "address": "unix:///var/run/docker.sock",
        "container": "buildx_buildkit_big0",
        "state": state,
        "environ": environ or {},
        **more,
    }
    return BuilderNode("big0", "unix:///var/run/docker.sock", given, **values)


def resolved(*nodes: BuilderNode, driver: str = "docker-container", **more: Any) -> Host:
    builder = Builder("big", driver, PATH, nodes, **more)
    return resolve(snapshot(config_json("{}"))._replace(builders=(builder,)))


def component(host: Host) -> Component:
    found = host.component("builder", "big")
    assert found is not None
    return found


def test_a_value_has_its_place_in_the_instance_file() -> None:
    big = component(resolved(node({"env.HTTP_PROXY": PROXY}, {"HTTP_PROXY": PROXY})))

    origin = big.proxies["http_proxy"].origin
    assert (origin.kind, origin.path, origin.line, origin.column) == ("builder", PATH, 1, 100)
    assert origin.name == "env.HTTP_PROXY"
    assert big.in_use == {"http_proxy": PROXY}
    assert (big.live, big.in_sync, big.drift, big.current) == (True, True, (), False)


def test_of_two_spellings_go_takes_the_upper_case_one() -> None:
    options = {"env.http_proxy": "http://low:1", "env.HTTP_PROXY": "http://up:1"}
    environ = {"http_proxy": "http://low:1", "HTTP_PROXY": "http://up:1"}
    big = component(resolved(node(options, environ)))

    assert big.proxies["http_proxy"].value == "http://up:1"
    assert [lost.value for lost in big.proxies["http_proxy"].overrides] == ["http://low:1"]


def test_an_edited_file_and_the_container_it_does_not_reach_are_a_drift() -> None:
    big = component(resolved(node({"env.HTTP_PROXY": PROXY}, {"HTTP_PROXY": "http://old:1"})))

    (drift,) = big.drift
    assert (drift.code, drift.keys) == ("stale-builder", ("http_proxy",))
    assert drift.remedy == "docker rm --force buildx_buildkit_big0"
    assert big.in_sync is False


def test_what_the_image_gives_is_no_drift() -> None:
    image = {"NO_PROXY": "a"}
    big = component(resolved(node({}, image, image_environ=image)))

    assert (big.in_sync, big.drift) == (True, ())


def test_without_a_container_nothing_is_in_use_and_nothing_is_unseen() -> None:
    host = resolved(node({"env.HTTP_PROXY": PROXY}, None))

    big = component(host)
    assert (big.live, big.in_use, big.in_sync) == (False, None, None)
    assert host.unknown == ()


def test_a_builder_without_proxies_beside_a_client_with_some_is_remarked() -> None:
    builder = Builder("big", "docker-container", PATH, (node({}, {}),))
    config = config_json('{"proxies": {"default": {"httpProxy": "http://p:1"}}}')
    host = resolve(snapshot(config)._replace(builders=(builder,)))

    (drift,) = component(host).drift
    assert drift.code == "builder-without-proxies"
    assert drift.remedy == "dockproxy set URL --for builder:big"


def test_drivers_whose_proxies_come_from_elsewhere_say_so() -> None:
    for driver in ("kubernetes", "remote"):
        host = resolved(node({}, None, container="", state=""), driver=driver)

        assert component(host).driver == driver
        assert component(host).in_use is None
        assert [item.reason for item in host.unknown] == [driver]
        assert host.unknown[0].hint


def test_a_broken_file_is_told_with_the_words_of_its_reader() -> None:
    big = component(resolved(fault="1:2 unexpected end of JSON input", driver=""))

    (drift,) = big.drift
    assert drift.code == "instance-broken"
    assert f"{PATH}:1:2: unexpected end of JSON input" in str(drift.message)


def test_quotation_marks_in_a_no_proxy_are_told() -> None:
    options = {"env.no_proxy": "'a,b'"}
    big = component(resolved(node(options, {"no_proxy": "'a,b'"})))

    assert [drift.code for drift in big.drift] == ["unusable"]


def test_nodes_that_differ_are_told() -> None:
    first = node({"env.HTTP_PROXY": PROXY}, {"HTTP_PROXY": PROXY})
    big = component(resolved(first, node({}, {}, container="buildx_buildkit_big1")))

    assert [drift.code for drift in big.drift] == ["nodes-differ"]


def test_a_builders_container_is_none_of_the_clients() -> None:
    builder = Builder("big", "docker-container", PATH, (node({}, {}),))
    others = (container("buildx_buildkit_big0"), container("web"))
    host = resolve(snapshot(config_json("{}"), containers=others)._replace(builders=(builder,)))

    assert [item.name for item in host.components if item.component == "container"] == ["web"]


def test_what_is_seen_of_some_nodes_is_no_verdict_on_all() -> None:
    options, given = {"env.HTTP_PROXY": PROXY}, {"HTTP_PROXY": PROXY}
    seen, unseen = node(options, given), node(options, {}, state="")
    absent = node(options, None)

    for nodes, live, in_sync, unknown in (
        ((seen, unseen), True, None, ["no-engine"]),
        ((seen, absent), True, True, []),
        ((absent, absent), False, None, []),
        ((unseen, absent), None, None, ["no-engine"]),
    ):
        host = resolved(*nodes)
        big = component(host)
        found = [item.reason for item in host.unknown if item.about == "builder.big.in_use"]
        assert (big.live, big.in_sync, found) == (live, in_sync, unknown), nodes


def test_where_only_files_are_looked_at_nothing_is_said_of_containers() -> None:
    builder = Builder("big", "docker-container", PATH, (node({"env.no_proxy": "a"}, {}, state=""),))
    host = resolve(
        snapshot(config_json("{}"), machine=Machine("web1", "linux", 0, "root", "/x", True))
        ._replace(builders=(builder,))
    )  # fmt: skip

    assert component(host).proxies["no_proxy"].value == "a"
    assert "builder.big.in_use" not in [item.about for item in host.unknown]


def test_stopped_containers_are_not_live() -> None:
    big = component(
        resolved(node({"env.HTTP_PROXY": PROXY}, {"HTTP_PROXY": PROXY}, state="exited"))
    )

    assert (big.live, big.in_sync) == (False, True)


def test_the_builder_that_builds_use_is_told() -> None:
    host = resolved(node({}, {}), current=True)

    assert component(host).current
    assert not [part for part in host.components if part.component != "builder" and part.current]
