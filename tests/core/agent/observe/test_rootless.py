"""Whose daemon the client's endpoint leads to: the machine's own, or a user's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dockproxy.core.agent.observe.requests import observe
from dockproxy.core.agent.protocol import handle
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.core.places.rootless import runtime_of

META = "12b961af5feb3e9d39f93b2cefb9a1a944f18d02cca0cac2f04f5a982240605f"
OWN_UNIT = "/home/bob/.config/systemd/user/docker.service"
SYSTEM_UNIT = "/usr/lib/systemd/system/docker.service"
OWN_JSON = "/home/bob/.config/docker/daemon.json"


class Nobody:
    def emit(self, event: object) -> None: ...

    def ask(self, question: object) -> bool:
        return False


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A machine with a user named bob, and no Docker yet."""
    put(tmp_path, "/etc/passwd", "root:x:0:0::/root:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n")
    return tmp_path


def put(tree: Path, path: str, text: str) -> None:
    target = tree / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def use_context(tree: Path, endpoint: str) -> None:
    put(tree, "/home/bob/.docker/config.json", '{"currentContext": "rootless"}')
    meta = {"Name": "rootless", "Endpoints": {"docker": {"Host": endpoint}}}
    put(tree, f"/home/bob/.docker/contexts/meta/{META}/meta.json", json.dumps(meta))


def seen(tree: Path, user: str = "bob") -> Snapshot:
    return observe({"do": "observe", "root": str(tree), "user": user})


def test_the_current_context_leads_to_the_users_daemon(tree: Path) -> None:
    use_context(tree, "unix:///run/user/1001/docker.sock")
    put(tree, SYSTEM_UNIT, "[Service]\nExecStart=/usr/sbin/dockerd\n")
    put(tree, OWN_UNIT, "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n")
    put(tree, "/etc/docker/daemon.json", "{}")

    snapshot = seen(tree)

    assert snapshot.rootless is not None
    assert (snapshot.rootless.user, snapshot.rootless.uid) == ("bob", 1001)
    assert snapshot.daemon_json == OWN_JSON
    paths = [fact.path for fact in snapshot.files]
    assert OWN_UNIT in paths
    assert SYSTEM_UNIT not in paths
    assert "/etc/docker/daemon.json" not in paths


def test_the_users_unit_counts_where_the_machine_has_no_daemon(tree: Path) -> None:
    put(tree, OWN_UNIT, "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n")

    assert seen(tree).daemon_json == OWN_JSON
    assert seen(tree, "root").rootless is None


@pytest.mark.parametrize("own", [SYSTEM_UNIT, "/etc/docker/daemon.json"])
def test_the_default_endpoint_leads_to_the_machines_daemon_where_there_is_one(
    tree: Path, own: str
) -> None:
    put(tree, OWN_UNIT, "[Service]\nExecStart=/usr/bin/dockerd-rootless.sh\n")
    put(tree, own, "{}")

    assert seen(tree).rootless is None
    assert seen(tree).daemon_json == "/etc/docker/daemon.json"


def test_the_units_own_config_file_is_the_one_that_counts(tree: Path) -> None:
    use_context(tree, "unix:///run/user/1001/docker.sock")
    put(tree, OWN_UNIT, "[Service]\nExecStart=/x/dockerd-rootless.sh --config-file=/home/bob/d\n")

    assert seen(tree).daemon_json == "/home/bob/d"


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("unix:///run/user/1001/docker.sock", ("/run/user/1001", 1001)),
        ("unix:///run/user/0/docker.sock", ("/run/user/0", 0)),
        ("unix:///var/run/docker.sock", ("", -1)),
        ("unix:///run/user/1001/podman/podman.sock", ("", -1)),
        ("unix:///run/user/../docker.sock", ("", -1)),
        ("tcp://127.0.0.1:2375", ("", -1)),
    ],
)
def test_the_endpoint_tells_whose_socket_it_is(endpoint: str, expected: tuple[str, int]) -> None:
    assert runtime_of(endpoint) == expected


@pytest.mark.parametrize("uid", [-5, "1001", 2**31])
def test_a_request_as_nobody_who_is_here_is_refused(uid: object) -> None:
    with pytest.raises(UsageError):
        handle({"do": "history", "as": uid}, Nobody())


def test_another_users_rights_are_not_to_be_had_without_root(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(RefusedError, match="nobody or by root alone"):
        handle({"do": "history", "as": 65534}, Nobody())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take on another user's rights")
def test_a_request_is_served_with_the_users_rights_and_journal(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o600)

    answer = handle({"do": "history", "as": 65534, "caller": {"home": str(tmp_path)}}, Nobody())

    assert answer["entries"] == []
    with pytest.raises(UsageError, match="is no folder"):
        handle({"do": "observe", "as": 65534, "root": str(tmp_path / "secret")}, Nobody())
