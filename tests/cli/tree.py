"""A host as a folder of files, and what ``dockproxy … --root`` says and does to it."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple
from unittest import mock

from dockproxy.cli.main import main

PROXY = "http://10.0.0.1:3128"
DAEMON_JSON = "/etc/docker/daemon.json"
CONFIG_JSON = "/root/.docker/config.json"
DROP_INS = "/etc/systemd/system/docker.service.d"
DROP_IN = f"{DROP_INS}/http-proxy.conf"
UNIT = "/usr/lib/systemd/system/docker.service"
UNIT_TEXT = """\
[Unit]
Description=Docker Application Container Engine

[Service]
ExecStart=/usr/sbin/dockerd -H fd://
"""
JOURNAL = "/var/lib/dockproxy"
_CALLERS = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "FTP_PROXY")


class Said(NamedTuple):
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


class Seen(NamedTuple):
    """What lies at a path: all that must not be lost."""

    kind: int
    mode: int
    content: bytes = b""
    target: str = ""


def here(*argv: str) -> Said:
    """One command in this process, with nobody who could be asked."""
    out, err, nobody = _stream(), _stream(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", nobody):
        try:
            code = main(list(argv))
        except SystemExit as ended:
            code = int(ended.code or 0)
    said = Said(code, _text(out), _text(err))
    assert "Traceback" not in said.text, said.text
    assert "bug in dockproxy" not in said.text, said.text
    return said


class Tree:
    """A host below a folder, with docker.service and nothing else of Docker's."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.write(UNIT, UNIT_TEXT)

    def real(self, path: str) -> str:
        """Where this process finds it; the folders above it are there afterwards."""
        real = self.root + path
        os.makedirs(os.path.dirname(real), exist_ok=True)
        return real

    def write(self, path: str, content: str | bytes) -> None:
        with open(self.real(path), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def read(self, path: str) -> bytes:
        with open(self.root + path, "rb") as file:
            return file.read()

    def seen(self) -> dict[str, Seen]:
        """All that lies there, but for the journal and the folders that lead to it alone."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in (*folders, *files):
                real = os.path.join(folder, name)
                path = real[len(self.root) :]
                if not path.startswith(JOURNAL) and path not in ("/var", "/var/lib"):
                    found[path] = _seen(real)
        return found

    def run(self, *argv: str, root: str | None = None) -> Said:
        """One command on this tree, in this process, with nobody who could be asked."""
        return here(*argv, "--root", self.root if root is None else root)

    def set(self, *argv: str) -> Said:
        return self.run("set", PROXY, "--yes", *argv)

    def status(self) -> dict[str, Any]:
        """The document of ``status --json``."""
        said = self.run("status", "--json")
        assert said.code == 0, said.text
        document: dict[str, Any] = json.loads(said.out)
        return document

    def given(self, component: str) -> dict[str, str]:
        """The values that one component would get, by the tree's files."""
        for item in self.status()["components"]:
            if item["component"] == component:
                return {key: value["value"] for key, value in item["proxies"].items()}
        return {}

    def drifts(self, component: str) -> list[str]:
        """The codes of what ``status`` finds amiss with one component."""
        components = self.status()["components"]
        return [
            drift["code"]
            for item in components
            if item["component"] == component
            for drift in item["drift"]
        ]


def only_this_tree(monkeypatch: Any) -> None:
    """The variables of whoever runs the tests say nothing, and a bug shows itself."""
    for name in _CALLERS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKPROXY_DEBUG", "1")


def _seen(real: str) -> Seen:
    facts = os.lstat(real)
    kind, mode = stat.S_IFMT(facts.st_mode), stat.S_IMODE(facts.st_mode)
    if stat.S_ISLNK(facts.st_mode):
        return Seen(kind, 0, target=os.readlink(real))
    if not stat.S_ISREG(facts.st_mode):
        return Seen(kind, mode)
    with open(real, "rb") as file:
        return Seen(kind, mode, file.read())


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
