"""Whose config.json, which context and which endpoint, on a live machine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dockproxy.core.agent.observe import client
from dockproxy.core.agent.observe.look import Caller, Look
from dockproxy.core.agent.system import User
from dockproxy.core.engine import Tls
from dockproxy.core.model.snapshot import Client


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of ann (uid 1000), whom the machine knows, and of root, beside it."""
    folder = tmp_path / "ann"
    folder.mkdir()
    (tmp_path / "root").mkdir()
    users = [
        User("root", 0, 0, str(tmp_path / "root")),
        User("ann", 1000, 1001, str(folder)),
    ]
    by_uid = {user.uid: user for user in users}
    by_name = {user.name: user for user in users}
    monkeypatch.setattr(client, "user_of", lambda uid, root="": by_uid.get(uid))
    monkeypatch.setattr(client, "user_named", lambda name, root="": by_name.get(name))
    # ann's files are this process's own here, so root need not take on her rights.
    monkeypatch.setattr(client, "rights_of", lambda look, who: None)
    return folder


def seen(
    environment: dict[str, str] | None = None,
    uid: int = 1000,
    home: str = "",
    context: str = "",
    user: str = "",
) -> Client:
    look = Look("", Caller(uid, uid, "", home, environment or {}))
    return client.observe(look, context, user)[0]


def connection(**environment: str) -> client.Connection:
    return client.observe(Look("", Caller(1000, 1000, "", "", environment)), "", "")[1]


def test_a_plain_user_has_the_config_below_the_home_of_passwd(home: Path) -> None:
    found = seen()
    assert found.config_path == f"{home}/.docker/config.json"
    assert (found.user, found.uid, found.config_from) == ("ann", 1000, "home")


def test_home_counts_where_it_belongs_to_that_user(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    mine = os.getuid()
    found = client.observe(Look("", Caller(mine, 0, "", str(other), {})), "", "")[0]
    assert found.home == str(other)


def test_a_home_that_belongs_to_somebody_else_does_not_count(home: Path, tmp_path: Path) -> None:
    found = seen(home="/nonexistent")
    assert found.home == str(home)


@pytest.mark.parametrize(
    "environment", [{"SUDO_UID": "1000"}, {"PKEXEC_UID": "1000"}, {"DOAS_USER": "ann"}]
)
def test_as_root_by_sudo_the_client_is_the_calling_users(
    home: Path, environment: dict[str, str]
) -> None:
    found = seen(environment, uid=0, home="/root")
    assert (found.user, found.gid, found.home) == ("ann", 1001, str(home))


@pytest.mark.parametrize(
    "environment", [{"SUDO_UID": "0"}, {"SUDO_UID": "x"}, {"DOAS_USER": "root"}, {}]
)
def test_root_itself_has_roots_client(home: Path, environment: dict[str, str]) -> None:
    assert seen(environment, uid=0).user == "root"


def test_somebody_who_is_not_root_can_not_claim_to_be_another_by_sudo_uid(home: Path) -> None:
    assert seen({"SUDO_UID": "0"}).user == "ann"


def test_docker_config_counts_unless_another_user_is_asked_for(home: Path, tmp_path: Path) -> None:
    own = seen({"DOCKER_CONFIG": "/srv/cfg"})
    others = seen({"DOCKER_CONFIG": "/srv/cfg"}, user="root")
    empty = seen({"DOCKER_CONFIG": ""})

    assert (own.config_path, own.config_from) == ("/srv/cfg/config.json", "DOCKER_CONFIG")
    assert others.config_path == f"{tmp_path}/root/.docker/config.json"
    assert empty.config_from == "home"


def configured(home: Path, **config: Any) -> None:
    folder = home / ".docker"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))


def stored(home: Path, name: str, host: str, skip: bool = False) -> Path:
    import hashlib

    key = hashlib.sha256(name.encode()).hexdigest()
    folder = home / ".docker/contexts/meta" / key
    folder.mkdir(parents=True)
    endpoint = {"Host": host, "SkipTLSVerify": skip}
    (folder / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}))
    return home / ".docker/contexts/tls" / key / "docker"


def test_the_order_of_what_names_the_context(home: Path) -> None:
    configured(home, currentContext="current")
    for name in ("flag", "variable", "current"):
        stored(home, name, f"unix:///{name}.sock")
    both = {"DOCKER_HOST": "tcp://h:1", "DOCKER_CONTEXT": "variable"}

    found = [
        seen(both, context="flag"),
        seen(both),
        seen({"DOCKER_CONTEXT": "variable"}),
        seen(),
        seen(context="default"),
    ]

    assert [(item.endpoint, item.endpoint_from) for item in found] == [
        ("unix:///flag.sock", "--context"),
        ("tcp://h:1", "DOCKER_HOST"),
        ("unix:///variable.sock", "DOCKER_CONTEXT"),
        ("unix:///current.sock", "currentContext"),
        ("unix:///var/run/docker.sock", "--context"),
    ]


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("", "unix:///var/run/docker.sock"),
        (" unix:///a.sock ", "unix:///a.sock"),
        ("unix://", "unix:///var/run/docker.sock"),
        ("h:1", "tcp://h:1"),
        ("tcp://h", "tcp://h:2375"),
        ("tcp://[::1]", "tcp://[::1]:2375"),
        ("tcp://h:1/path", "tcp://h:1/path"),
        ("tcp://", "tcp://localhost:2375"),
        ("ssh://ann@h", "ssh://xxxxx:xxxxx@h"),
    ],
)
def test_docker_host_is_spelled_as_the_cli_spells_it(home: Path, host: str, endpoint: str) -> None:
    assert seen({"DOCKER_HOST": host}).endpoint == endpoint


def test_a_broken_config_names_no_context(home: Path) -> None:
    configured(home)
    (home / ".docker/config.json").write_text('{"currentContext": "x",}')
    assert seen().context == "default"


def test_tls_comes_from_docker_cert_path(home: Path, tmp_path: Path) -> None:
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("")
    path = str(tmp_path)

    found = connection(DOCKER_HOST="tcp://h", DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=path)

    assert found.endpoint == "tcp://h:2376"
    assert found.tls == Tls(f"{path}/ca.pem", f"{path}/cert.pem", f"{path}/key.pem", True)


def test_tls_of_a_context_comes_from_its_folder(home: Path) -> None:
    folder = stored(home, "far", "tcp://h:2376", skip=True)
    folder.mkdir(parents=True)
    (folder / "ca.pem").write_text("")

    found = connection(DOCKER_CONTEXT="far")

    assert found.tls == Tls(f"{folder}/ca.pem", "", "", False)
