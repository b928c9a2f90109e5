"""Observing a live machine, with a stand-in for its Engine and its service manager."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dockproxy.core.agent.observe import dockerd, engine_api, requests, systemd
from dockproxy.core.agent.observe.client import Connection
from dockproxy.core.agent.system import Ran
from dockproxy.core.engine import Engine
from dockproxy.core.model.record import dump
from dockproxy.core.model.snapshot import Snapshot, Systemd, UnitFact
from dockproxy.core.places import linux
from tests.support.fake_engine import (
    FakeEngine,
    containers,
    json_answer,
    raw_answer,
    short_path,
)

INFO = {
    "Name": "box",
    "HttpProxy": "http://xxxxx:xxxxx@p:1",
    "HttpsProxy": "http://user:topsecret@p:1",
    "NoProxy": "a,b",
    "OperatingSystem": "Debian",
    "SecurityOptions": ["name=seccomp"],
    "LiveRestoreEnabled": True,
    "Swarm": {"LocalNodeState": "active", "ControlAvailable": True},
    "RegistryConfig": {
        "Mirrors": ["https://user:topsecret@m/"],
        "InsecureRegistryCIDRs": ["127.0.0.0/8"],
        "IndexConfigs": {"docker.io": {"Secure": True}, "r:5000": {"Secure": False}},
    },
    "DockerRootDir": "/var/lib/docker",
    "Labels": ["token=topsecret"],
}
NETWORKS = [
    {
        "Name": "bridge",
        "Driver": "bridge",
        "IPAM": {"Config": [{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}]},
    },
    {"Name": "none", "Driver": "null", "IPAM": {"Config": None}},
    {"Name": "v6", "Driver": "bridge", "IPAM": {"Config": [{"Subnet": "fd00::/64"}, {}]}},
]
IMAGES = [
    {"Created": 1, "RepoTags": ["old:1"]},
    {"Created": 2, "RepoTags": ["new:1", "new:2"]},
    {"Created": 3, "RepoTags": None},
    {"Created": 4, "RepoTags": ["<none>:<none>"]},
]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeEngine]:
    routes: dict[str, Any] = {
        "/info": json_answer(INFO),
        "/networks": json_answer(NETWORKS),
        "/images/json": json_answer(IMAGES),
        **containers(2, HTTP_PROXY="http://user:topsecret@p:1", no_proxy="x"),
    }
    with FakeEngine(short_path(tmp_path), routes) as engine:
        yield engine


observe_systemd = systemd.observe
"""The real one: the fixture below puts another in its place."""


@pytest.fixture(autouse=True)
def no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that runs the tests: no systemd, no dockerd."""
    monkeypatch.setattr(systemd, "observe", lambda: systemd.Manager(None, "no-systemd"))
    monkeypatch.setattr(dockerd, "pid_of_file", lambda: 0)
    monkeypatch.setattr(dockerd, "is_dockerd", lambda pid: False)


def observe(endpoint: str) -> Snapshot:
    environment = {"DOCKER_HOST": endpoint, "HTTPS_PROXY": "http://user:topsecret@p:1"}
    caller = {"uid": os.getuid(), "gid": 0, "environment": environment}
    return requests.observe({"do": "observe", "caller": caller})


def reasons(snapshot: Snapshot) -> dict[str, str]:
    return {unknown.about: unknown.reason for unknown in snapshot.unknown}


def test_the_engine_is_asked_for_named_things_only(fake: FakeEngine) -> None:
    snapshot = observe(fake.endpoint)

    engine = snapshot.engine
    assert engine is not None
    assert (engine.version, engine.api_version, engine.name) == ("26.1.5", "1.45", "box")
    assert engine.http_proxy == "http://xxxxx:xxxxx@p:1"
    assert engine.https_proxy == "http://xxxxx:xxxxx@p:1"
    assert engine.registry_mirrors == ("https://xxxxx:xxxxx@m/",)
    assert engine.insecure_registries == ("127.0.0.0/8", "r:5000")
    assert engine.components == ("Engine", "containerd")
    assert (engine.live_restore, engine.swarm_state, engine.swarm_manager) == (True, "active", True)
    assert [(n.name, n.subnets, n.gateways) for n in snapshot.networks] == [
        ("bridge", ("172.17.0.0/16",), ("172.17.0.1",)),
        ("none", (), ()),
        ("v6", ("fd00::/64",), ()),
    ]
    assert snapshot.images == ("new:1", "new:2", "old:1")


def test_of_a_container_its_proxies_and_times_are_seen(fake: FakeEngine) -> None:
    found = observe(fake.endpoint).containers

    assert [item.name for item in found] == ["app0", "app1"]
    first = found[0]
    assert first.environ == {"HTTP_PROXY": "http://xxxxx:xxxxx@p:1", "no_proxy": "x"}
    assert first.created_at == 1795543200.5
    assert (first.restart_policy, first.compose_project) == ("always", "shop")


def test_no_secret_reaches_the_snapshot(fake: FakeEngine) -> None:
    assert "topsecret" not in json.dumps(dump(observe(fake.endpoint)))


def test_containers_are_asked_for_over_two_connections_however_many(tmp_path: Path) -> None:
    routes = {"/info": json_answer(INFO), **containers(50)}
    with FakeEngine(short_path(tmp_path), routes) as many:
        snapshot = observe(many.endpoint)
        assert len(snapshot.containers) == 50
        assert many.connections == 2


def test_a_container_that_goes_while_we_ask_is_left_out(fake: FakeEngine) -> None:
    del fake.routes[f"/containers/{0:064x}/json"]

    snapshot = observe(fake.endpoint)

    assert [item.name for item in snapshot.containers] == ["app1"]
    assert "containers" not in json.dumps([u.about for u in snapshot.unknown])


def test_what_the_engine_fails_to_say_is_unknown_and_the_rest_is_there(fake: FakeEngine) -> None:
    fake.routes["/networks"] = json_answer({"message": "no"}, 500)
    fake.routes["/images/json"] = raw_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{")
    fake.routes[f"/containers/{1:064x}/json"] = json_answer({"message": "no"}, 500)

    snapshot = observe(fake.endpoint)

    assert snapshot.engine is not None
    assert [item.name for item in snapshot.containers] == ["app0"]
    found = reasons(snapshot)
    assert found["networks"] == "status"
    assert found["images"] == "bad-answer"
    assert found["containers.app1"] == "status"


def test_a_hung_engine_is_unknown_in_time(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        engine_api,
        "Engine",
        lambda endpoint, tls, *whose: Engine(endpoint, timeout=0.2, tls=tls),
    )
    for path in ("/_ping", "/version", "/info"):
        fake.routes[path] = fake.hang

    snapshot = observe(fake.endpoint)

    assert snapshot.engine is None
    assert reasons(snapshot)["engine"] == "timeout"


def test_answers_of_strange_shapes_raise_nothing(fake: FakeEngine) -> None:
    fake.routes["/info"] = json_answer({"Swarm": 5, "RegistryConfig": [], "SecurityOptions": "x"})
    fake.routes["/networks"] = json_answer([5, {"IPAM": None}, {"IPAM": {"Config": [None]}}])
    fake.routes["/images/json"] = json_answer({"a": 1})
    fake.routes[f"/containers/{0:064x}/json"] = json_answer({"Config": None, "Created": 7})

    snapshot = observe(fake.endpoint)

    assert snapshot.engine is not None
    assert len(snapshot.networks) == 3
    assert len(snapshot.containers) == 2


def test_without_docker_everything_is_unknown_and_nothing_raises(tmp_path: Path) -> None:
    snapshot = observe(f"unix://{tmp_path}/none.sock")

    assert snapshot.dockerd is None
    assert reasons(snapshot)["engine"] == "no-engine"
    assert reasons(snapshot)["systemd"] == "no-systemd"


def test_an_ssh_context_is_unknown(tmp_path: Path) -> None:
    assert reasons(observe("ssh://ann@far"))["engine"] == "unsupported"


def unit(name: str, active: str) -> UnitFact:
    return UnitFact(name, "loaded", active, "")


@pytest.mark.parametrize(
    ("service", "listener", "asked"),
    [
        ("inactive", "active", False),
        ("failed", "active", False),
        ("activating", "active", True),
        ("active", "active", True),
        ("inactive", "inactive", True),
    ],
)
def test_asking_never_starts_a_stopped_daemon_by_its_socket(
    fake: FakeEngine, monkeypatch: pytest.MonkeyPatch, service: str, listener: str, asked: bool
) -> None:
    units = (unit("docker.service", service), unit("docker.socket", listener))
    manager = systemd.Manager(Systemd(252, True, {}, units))
    monkeypatch.setattr(systemd, "observe", lambda: manager)
    monkeypatch.setattr(linux, "SOCKET", fake.endpoint[7:])

    snapshot = observe(fake.endpoint)

    assert (fake.connections > 0) is asked
    if not asked:
        assert reasons(snapshot)["engine"] == "not-running"


def test_what_systemctl_prints_becomes_units(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = (
        "Id=docker.service\nLoadState=loaded\nActiveState=active\nSubState=running\n"
        'Environment="NO_PROXY=a b" HTTP_PROXY=http://u:topsecret@p:1 TOKEN=topsecret\n'
        "DropInPaths=/etc/a.conf /etc/b.conf\nNeedDaemonReload=yes\nMainPID=77\n"
        "EnvironmentFiles=/etc/default/docker (ignore_errors=yes)\nRestart=always\n"
        "ExecStart={ path=/d ; argv[]=/d --http-proxy=http://u:topsecret@p:1 ; "
        "ignore_errors=no ; }\n"
        "ExecMainStartTimestamp=Tue 2026-11-24 18:00:00 UTC\n\nId=docker.socket\n"
    )
    manager = (
        "Version=252.38-1~deb12u1\nEnvironment=LANG=C https_proxy=http://m:1\nUnitPath=/etc /run\n"
    )

    def show(properties: str, units: tuple[str, ...], *whose: object) -> Ran:
        return Ran(0, shown if units else manager)

    monkeypatch.setattr(systemd, "_show", show)
    monkeypatch.setattr(linux, "BOOTED", "/")

    found = observe_systemd()

    assert found.facts is not None
    assert (found.facts.version, found.facts.environment) == (252, {"https_proxy": "http://m:1"})
    assert found.search == ("/etc", "/run")
    service = found.facts.units[0]
    assert service.environment == (
        "NO_PROXY=a b",
        "HTTP_PROXY=http://xxxxx:xxxxx@p:1",
        "TOKEN=xxxxx",
    )
    assert service.exec_start == ("/d", "--http-proxy=http://xxxxx:xxxxx@p:1")
    assert service.drop_in_paths == ("/etc/a.conf", "/etc/b.conf")
    assert (service.need_daemon_reload, service.main_pid) == (True, 77)
    assert service.started_at == 1795543200
    assert found.exec_start == ("/d", "--http-proxy=http://u:topsecret@p:1")


@pytest.mark.parametrize(
    ("ran", "reason"),
    [
        (Ran(-1, reason="missing"), "no-systemd"),
        (Ran(-1, reason="timeout"), "timeout"),
        (Ran(1, "", "Failed to connect to bus"), "bad-answer"),
    ],
)
def test_a_systemctl_that_does_not_answer_is_unknown(
    monkeypatch: pytest.MonkeyPatch, ran: Ran, reason: str
) -> None:
    monkeypatch.setattr(systemd, "_show", lambda properties, units, *whose: ran)
    monkeypatch.setattr(linux, "BOOTED", "/")
    assert observe_systemd() == systemd.Manager(None, reason)


def test_the_endpoint_of_no_context_is_not_asked() -> None:
    answers = engine_api.observe(Connection(""))
    assert [unknown.reason for unknown in answers.unknown] == ["no-engine"]
