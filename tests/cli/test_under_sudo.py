"""What is told of sudo: a command that it finds, and whose config.json ``sudo docker`` reads."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import pytest

from dockproxy import live
from dockproxy.cli import propose, under_sudo
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.plan import Edit, Plan
from dockproxy.core.model.snapshot import Unknown
from dockproxy.plan.intent import Intent
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve
from dockproxy.text import tr
from dockproxy.transport.base import Transport
from dockproxy.transport.local import Local
from tests.support import snapshots as make

CLIENTS = Edit(make.CONFIG, "client-json", "client", (), 1000, 1000)
DAEMONS = Edit(make.DAEMON_JSON, "daemon-json", "daemon", ())


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program in a folder that sudo's path leads by, as ``status --strict``."""
    program = tmp_path / "own bin" / "dockproxy"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setattr(under_sudo, "_ROOTS_PATH", str(tmp_path / "sbin"))
    monkeypatch.setattr(sys, "argv", [str(program), "status", "--strict"])
    return program


def test_where_sudo_does_not_find_the_program_its_whole_path_is_given(installed: Path) -> None:
    assert under_sudo.program() == f"'{installed}'"
    assert under_sudo.same_again() == f"sudo '{installed}' status --strict"


def test_a_relative_path_is_made_whole(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installed.parent)
    monkeypatch.setattr(sys, "argv", ["./dockproxy"])

    assert under_sudo.program() == f"'{installed}'"


def test_where_sudo_finds_it_the_name_does(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_sudo, "_ROOTS_PATH", f"/nowhere:{installed.parent}")

    assert (under_sudo.program(), under_sudo.same_again()) == ("dockproxy", "")


def test_a_module_has_no_path_to_give(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(installed.parent / "__main__.py"), "status"])

    assert (under_sudo.program(), under_sudo.same_again()) == ("dockproxy", "")


def test_sudo_docker_is_spoken_of_where_the_client_is_set(installed: Path) -> None:
    host = resolve(make.host())

    (note,) = under_sudo.of_sudo_docker(host, Plan("set", (DAEMONS, CLIENTS)))

    assert f"reads root's config.json, not {make.CONFIG}" in tr(note)
    assert tr(note).endswith(f"sudo '{installed}' set … --user root --for client")
    assert under_sudo.of_sudo_docker(host, Plan("set", (DAEMONS,))) == ()


def test_another_daemons_socket_is_none_that_sudo_docker_leads_to() -> None:
    snapshot = make.host()
    assert snapshot.client is not None
    client = snapshot.client._replace(endpoint="unix:///run/user/1001/docker.sock")

    host = resolve(snapshot._replace(client=client))

    assert under_sudo.of_sudo_docker(host, Plan("set", (CLIENTS,))) == ()


def test_where_roots_agent_is_gone_the_look_after_a_change_is_ones_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def observe(*, transport: Transport | None = None, **_: object) -> Host:
        asked.append(transport)
        if transport is not None:
            raise RefusedError("gone")
        return resolve(make.host(unknown=(Unknown("engine", "permission"),)))

    monkeypatch.setattr(live, "observe", observe)
    eyes = propose._Eyes(Namespace(root="", context=None, user=None), Console.standard())
    eyes._elevated = roots = Local()

    eyes.observe(Intent(parts=("client",)))
    eyes.observe_after()

    assert asked == [None, roots, None]
