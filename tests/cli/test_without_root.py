"""What an administrator is told where root's rights can't be had."""

from __future__ import annotations

import pytest

from dockproxy import api
from dockproxy.cli.without_root import for_an_admin
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.report import Preview
from dockproxy.core.model.snapshot import Container, Engine, FileFact, Snapshot
from dockproxy.plan.intent import intent_from
from dockproxy.plan.make import propose
from dockproxy.render.text_change import commands_text
from dockproxy.resolve.make import resolve
from tests.support import snapshots as s

BARRED = RefusedError("no rights")
RUNS = Container("1", "web", "app", 1.0, "running")
STOPPED = Container("2", "old", "app", 1.0, "exited")


def told(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, tuple[str, ...]]:
    """How it is left out, what is noted, and the commands."""
    monkeypatch.setattr(api, "preview", lambda *_: Preview(True, (), by_hand=("cat",)))
    host = resolve(snapshot)
    admin = for_an_admin(host, propose(host, intent_from("http://10.0.0.1:1")).plan, BARRED)
    assert admin is not None
    return str(admin.left_out.how), " ".join(map(str, admin.notes)), admin.commands


@pytest.mark.parametrize("path", [s.DAEMON_JSON, s.DROP_IN])
def test_no_commands_are_made_from_what_could_not_be_read(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "daemon-json" if path == s.DAEMON_JSON else "drop-in"
    hidden = FileFact(path, role, "unreadable", mode=0o600)

    how, _notes, commands = told(s.host(hidden), monkeypatch)

    assert f"can't read {path}" in how
    assert commands == ()


@pytest.mark.parametrize(
    ("engine", "containers", "words"),
    [
        (s.engine(), (RUNS, STOPPED), "stops these containers: web;"),
        (s.engine(live_restore=True), (RUNS,), "stops no container"),
        (None, (), "stops running containers, unless"),
    ],
)
def test_what_the_commands_stop_is_said(
    engine: Engine | None,
    containers: tuple[Container, ...],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _how, notes, commands = told(s.host(engine=engine, containers=containers), monkeypatch)

    assert words in notes
    assert commands == ("cat",)


def test_percent_signs_of_a_secret_are_doubled_in_a_unit_alone() -> None:
    secret = "http://xxxxx:xxxxx@10.0.0.1:1"
    unit = commands_text([f"cat > a.conf <<'EOF'\n[Service]\nEnvironment=HTTP_PROXY={secret}\nEOF"])
    json = commands_text([f'cat > a.json <<\'EOF\'\n{{"http-proxy": "{secret}"}}\nEOF'])

    assert "%%" in unit
    assert "%" not in json
