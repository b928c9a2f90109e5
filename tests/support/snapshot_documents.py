"""Documents of Snapshots for tests, and what status says of one."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from dockproxy.core.model.record import dump
from dockproxy.core.model.snapshot import Builder, BuilderNode, DriverOption, Unknown
from tests.cli.tree import here
from tests.support import snapshots as make

Where = tuple[Any, ...]
"""The keys and indexes that lead to a value in a document."""


_NODE = BuilderNode(
    "b0",
    make.SOCKET,
    (DriverOption("env.HTTP_PROXY", "http://new:1", 1, 2),),
    make.SOCKET,
    "buildx_buildkit_b0",
    "running",
    {"HTTP_PROXY": "http://old:1"},
)


def healthy() -> dict[str, Any]:
    """The document of a live host with something of everything, not all of it in sync."""
    snapshot = make.host(
        make.drop_in("Environment=HTTP_PROXY=http://old:1"),
        make.daemon_json('{"proxies": {"http-proxy": "http://new:1"}}'),
        make.config_json('{"proxies": {"default": {"httpProxy": "http://new:1"}}}'),
        make.environment_file("HTTPS_PROXY=http://old:1\n"),
        loaded=make.unit(
            "HTTP_PROXY=http://old:1",
            environment_files=("-/etc/default/docker",),
            pass_environment=("HTTPS_PROXY",),
            unset_environment=("NO_PROXY", "ftp_proxy=x"),
            exec_start=("/usr/sbin/dockerd", "--https-proxy=http://flag:1", "$OPTIONS"),
        ),
        dockerd=make.process(args=("dockerd", "--http-proxy", "http://f:1"), environ={"A": "b"}),
        manager={"HTTPS_PROXY": "http://manager:1"},
        engine=make.engine("http://other:1"),
        builders=(Builder("b", "docker-container", "/b", (_NODE,), True),),
        containers=(make.container("web", {"HTTP_PROXY": "http://old:1"}),),
        unknown=(Unknown("engine", "permission", "run it with sudo"),),
        traits={"environment:HTTP_PROXY": "has-user,same-as:1"},
        environment={"HTTP_PROXY": "http://xxxxx:xxxxx@h:1"},
    )
    return {"kind": "snapshot", "host": {}, **dump(snapshot)}


def leaves(document: Any, where: Where = ()) -> list[Where]:
    """Where every value of a document stands, objects and lists too."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [where, *(found for key, value in inner for found in leaves(value, (*where, key)))]


def at(document: Any, where: Where) -> Any:
    """The value there."""
    for key in where:
        document = document[key]
    return document


def changed(document: dict[str, Any], where: Where, value: Any) -> dict[str, Any]:
    """A copy with another value there."""
    whole = copy.deepcopy(document)
    at(whole, where[:-1])[where[-1]] = value
    return whole


def refused(file: Path, *words: str) -> str:
    """What is said of a file that is none."""
    said = here("status", "--from", str(file), *words)
    assert said.code == 2, said.text
    assert said.err.startswith("dockproxy: ")
    assert words or said.out == ""
    return said.err


def shown(file: Path, document: dict[str, Any]) -> str:
    """What status says of a document that is taken; file: where to put it."""
    file.write_text(json.dumps(document))
    said = here("status", "--from", str(file))
    assert said.code == 0, said.err
    return said.out
