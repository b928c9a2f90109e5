"""Builders on the screen of status."""

from __future__ import annotations

from dockproxy.core.model.snapshot import Builder, BuilderNode, DriverOption
from dockproxy.render.json_v1 import status_json
from dockproxy.render.terminal import Style
from dockproxy.render.text_status import status_text
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve
from tests.support.snapshots import host as snapshot

PATH = "/home/ann/.docker/buildx/instances/big"
STYLE = Style(width=100, unicode=True)


def shown(builder: Builder) -> tuple[str, Host]:
    host = resolve(snapshot(builders=(builder,)))
    text = status_text(host, STYLE)
    return text[text.index("builder big") :], host


def node(value: str, **more: object) -> BuilderNode:
    option = DriverOption("env.HTTP_PROXY", value, 1, 99)
    given = {"container": "buildx_buildkit_big0", "state": "running", **more}
    return BuilderNode("big0", "unix:///x", (option,), **given)  # type: ignore[arg-type]


def test_a_builder_in_use_is_shown_with_its_file_and_that_builds_use_it() -> None:
    environ = {"HTTP_PROXY": "http://p:1"}
    builder = Builder(
        "big", "docker-container", PATH, (node("http://p:1", environ=environ),), current=True
    )
    text, host = shown(builder)

    assert f"http_proxy   http://p:1\n               {PATH}:1" in text
    assert "docker-container: a container of its own; builds use it by default" in text
    assert "✓ Its container has exactly this." in text
    found = status_json(host)["components"]
    (big,) = [item for item in found if item["component"] == "builder"]
    assert (big["driver"], big["current"]) == ("docker-container", True)


def test_an_edited_file_is_shown_beside_what_runs_with_the_way_out() -> None:
    text, _ = shown(Builder("big", "docker-container", PATH, (node("http://new:1"),)))

    assert "running now: (none)" in text
    assert "→ docker rm --force buildx_buildkit_big0" in text


def test_a_stopped_builder_and_one_without_a_container_say_what_the_next_build_does() -> None:
    environ = {"HTTP_PROXY": "http://p:1"}
    stopped, _ = shown(
        Builder(
            "big", "docker-container", PATH, (node("http://p:1", environ=environ, state="exited"),)
        )
    )
    absent, _ = shown(
        Builder("big", "docker-container", PATH, (node("http://p:1", state="absent"),))
    )

    assert "It is stopped: the next build starts it." in stopped
    assert "There is no container yet: the next build makes it." in absent
    assert "Could not be seen" not in absent


def test_a_remote_builder_is_not_said_to_have_no_proxy() -> None:
    far = BuilderNode("big0", "tcp://10.0.0.9:1234")
    text, _ = shown(Builder("big", "remote", PATH, (far,)))

    assert "its proxies are set where it runs" in text
    assert "no proxy is set" not in text.partition("\n\n")[0]
