"""A daemon that does not run: what is known of its version is what its program says."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy import api
from dockproxy.core.agent.observe.dockerd import version_of
from dockproxy.resolve.capabilities import engine_of
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.cli.tree import DAEMON_JSON, PROXY, Tree

PROXIES = f'{{"proxies": {{"http-proxy": "{PROXY}", "https-proxy": "{PROXY}"}}}}\n'


@pytest.mark.parametrize(
    ("version", "codes"), [("20.10.24+dfsg1", ["DP106"]), ("23.0.1", []), ("", [])]
)
def test_the_program_says_which_file_its_daemon_takes(
    tmp_path: Path, version: str, codes: list[str]
) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, PROXIES)
    snapshot = api.observe(root=str(tmp_path)).snapshot._replace(dockerd_version=version)

    found = diagnose(resolve(snapshot))

    assert [each.code for each in found if each.severity != "info"] == codes
    engine = engine_of(snapshot)
    assert (engine.version if engine else "") == version


@pytest.mark.parametrize(
    ("name", "mode", "said", "version"),
    [
        ("dockerd", 0o755, "Docker version 20.10.24+dfsg1, build 297e128", "20.10.24+dfsg1"),
        ("dockerd", 0o755, "Docker version 28.5.2", "28.5.2"),
        ("dockerd", 0o777, "Docker version 28.5.2", ""),
        ("dockerd", 0o644, "Docker version 28.5.2", ""),
        ("dockerd", 0o755, "nonsense", ""),
        ("wrapper", 0o755, "Docker version 28.5.2", ""),
    ],
)
def test_only_a_dockerd_that_nobody_else_can_have_written_is_asked(
    tmp_path: Path, name: str, mode: int, said: str, version: str
) -> None:
    program = tmp_path / name
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(mode)
    ours = program.stat().st_uid == 0

    assert version_of([str(program), "-H", "fd://"]) == (version if ours else "")
    assert version_of([name]) == version_of([]) == ""
