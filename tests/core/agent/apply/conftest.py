"""A made-up host below a temporary folder, and requests to the agent about it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dockproxy.core.agent.apply import lookup, requests
from dockproxy.core.model.plan import Change, Edit, Plan, Restart
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.report import Outcome, Preview
from dockproxy.core.model.secret import Secret

DAEMON_JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
CLIENT_JSON = "/root/.docker/config.json"


class Listening:
    """A channel that keeps what it is told and answers as it was told to."""

    def __init__(self, answer: bool = False) -> None:
        self.events: list[dict[str, Any]] = []
        self.questions: list[dict[str, Any]] = []
        self.answer = answer
        self.on_question: Callable[[], None] = lambda: None

    def emit(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    def ask(self, question: dict[str, Any]) -> bool:
        self.questions.append(question)
        self.on_question()
        return self.answer

    @property
    def steps(self) -> list[str]:
        return [event["text"]["text"].format(**event["text"]["params"]) for event in self.events]


class Tree:
    """The host's files, and the agent's answers about them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.channel = Listening()

    def path(self, inside: str) -> Path:
        return self.root / inside.lstrip("/")

    def write(self, inside: str, content: str | bytes, mode: int = 0o644) -> Path:
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    def read(self, inside: str) -> bytes:
        return self.path(inside).read_bytes()

    def everything(self) -> dict[str, tuple[int, bytes | str]]:
        """Every path with its mode and content, the journal left out."""
        found: dict[str, tuple[int, bytes | str]] = {}
        for folder, names, files in os.walk(self.root):
            for name in [*names, *files]:
                path = Path(folder, name)
                inside = str(path.relative_to(self.root))
                if inside.split("/")[:3] == ["var", "lib", "dockproxy"] or inside in (
                    "var",
                    "var/lib",
                ):
                    continue
                status = path.lstat()
                content: bytes | str = ""
                if path.is_symlink():
                    content = os.readlink(path)
                elif path.is_file():
                    content = path.read_bytes()
                found[inside] = (status.st_mode, content)
        return found

    def plan(self, intent: str, *edits: Edit, restart: Restart | None = None) -> Plan:
        return Plan(intent, edits, restart, DAEMON_JSON, str(self.root))

    def request(self, **more: Any) -> dict[str, Any]:
        return {"root": str(self.root), "caller": {"environment": {}}, "wait": 0, **more}

    def preview(self, plan: Plan) -> Preview:
        asked = self.request(plan=dump(plan, reveal=True))
        return load(Preview, requests.preview(asked, self.channel)["preview"])

    def apply(self, plan: Plan, **more: Any) -> Outcome:
        asked = self.request(plan=dump(plan, reveal=True), **more)
        return load(Outcome, requests.apply(asked, self.channel)["outcome"])

    def set(self, *edits: Edit, **more: Any) -> Outcome:
        return self.apply(self.plan("set", *edits), **more)

    def unset(self, *edits: Edit) -> Outcome:
        return self.apply(self.plan("unset", *edits))

    def undo(self, entry: str | None = None) -> Outcome:
        return load(Outcome, requests.undo(self.request(entry=entry), self.channel)["outcome"])

    def preview_undo(self, entry: str | None = None) -> Preview:
        asked = self.request(entry=entry, preview=True)
        return load(Preview, requests.undo(asked, self.channel)["preview"])

    def history(self) -> dict[str, Any]:
        return lookup.history(self.request(), self.channel)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A host without a file of Docker's."""
    root = tmp_path / "host"
    root.mkdir()
    return Tree(root)


def in_json(value: str | None, key: str = "http-proxy", path: str = DAEMON_JSON) -> Edit:
    """A setting of daemon.json."""
    return _edit(path, "daemon-json", "daemon", ("proxies", key), value)


def in_unit(value: str | None, name: str = "HTTP_PROXY", path: str = DROP_IN) -> Edit:
    """A variable in a drop-in."""
    return _edit(path, "systemd-unit", "daemon", (name,), value)


def in_client(value: str | None, key: str = "httpProxy") -> Edit:
    """A setting of config.json."""
    return _edit(CLIENT_JSON, "client-json", "client", ("proxies", "default", key), value)


def _edit(path: str, format_: str, part: str, key: tuple[str, ...], value: str | None) -> Edit:
    change = Change(key, None if value is None else Secret(value))
    return Edit(path, format_, part, (change,))
