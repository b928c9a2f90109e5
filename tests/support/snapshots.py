"""Snapshots for tests, built piece by piece: a healthy host unless a test says otherwise."""

from __future__ import annotations

from typing import Any

from dockproxy.core.model.snapshot import (
    SCHEMA,
    Client,
    Container,
    Engine,
    FileFact,
    Machine,
    Process,
    Snapshot,
    Systemd,
    UnitFact,
    Unknown,
)

DAEMON_JSON = "/etc/docker/daemon.json"
UNIT = "/usr/lib/systemd/system/docker.service"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
LATER_DROP_IN = "/etc/systemd/system/docker.service.d/zz.conf"
ENVIRONMENT_FILE = "/etc/default/docker"
CONFIG = "/home/ann/.docker/config.json"
SOCKET = "unix:///var/run/docker.sock"

STARTED = 1000.0
BEFORE = 900.0
AFTER = 1100.0

UNIT_TEXT = "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"


def text_file(path: str, role: str, text: str, **more: Any) -> FileFact:
    """A file that was read."""
    return FileFact(path, role, "file", text, **{"mtime": BEFORE, "size": len(text), **more})


def drop_in(*words: str, path: str = DROP_IN, **more: Any) -> FileFact:
    """A drop-in whose [Service] has these lines."""
    return text_file(path, "drop-in", "\n".join(("[Service]", *words, "")), **more)


def daemon_json(text: str, **more: Any) -> FileFact:
    """daemon.json with this text."""
    return text_file(DAEMON_JSON, "daemon-json", text, **more)


def config_json(text: str, **more: Any) -> FileFact:
    """The client's config.json with this text."""
    return text_file(CONFIG, "client-json", text, **more)


def environment_file(text: str, path: str = ENVIRONMENT_FILE, **more: Any) -> FileFact:
    """An EnvironmentFile with this text."""
    return text_file(path, "environment-file", text, **more)


def engine(http: str = "", https: str = "", no_proxy: str = "", **more: Any) -> Engine:
    """An Engine that says it uses these."""
    return Engine(
        **{
            "endpoint": SOCKET,
            "version": "26.1.5",
            "api_version": "1.45",
            "http_proxy": http,
            "https_proxy": https,
            "no_proxy": no_proxy,
            **more,
        }
    )


def container(name: str, environ: dict[str, str] | None = None, **more: Any) -> Container:
    """A running container, made before config.json was last changed."""
    return Container(
        **{
            "id": f"id-{name}",
            "name": name,
            "image": "busybox",
            "created_at": BEFORE - 100,
            "state": "running",
            "environ": environ or {},
            **more,
        }
    )


def unit(*environment: str, **more: Any) -> UnitFact:
    """docker.service, loaded with these NAME=value words."""
    return UnitFact(
        **{
            "name": "docker.service",
            "load_state": "loaded",
            "active_state": "active",
            "sub_state": "running",
            "fragment_path": UNIT,
            "drop_in_paths": (DROP_IN,) if environment else (),
            "environment": environment,
            "exec_start": ("/usr/sbin/dockerd", "-H", "fd://"),
            "main_pid": 42,
            "started_at": STARTED,
            **more,
        }
    )


def client(**more: Any) -> Client:
    """Ann's docker command, which talks to the local daemon."""
    return Client(
        **{
            "user": "ann",
            "uid": 1000,
            "gid": 1000,
            "home": "/home/ann",
            "config_path": CONFIG,
            "config_from": "home",
            "context": "default",
            "endpoint": SOCKET,
            "endpoint_from": "default",
            **more,
        }
    )


def process(**more: Any) -> Process:
    """The running dockerd of docker.service."""
    return Process(
        **{"pid": 42, "args": ("dockerd",), "started_at": STARTED, "environ": {}, **more}
    )


def host(
    *files: FileFact,
    loaded: UnitFact | None = None,
    manager: dict[str, str] | None = None,
    unknown: tuple[Unknown, ...] = (),
    **more: Any,
) -> Snapshot:
    """A live systemd host with Docker and these files, its unit among them.

    loaded: what systemd holds of the unit (by default: no environment).
    """
    there = {fact.path: fact for fact in (text_file(UNIT, "unit", UNIT_TEXT), *files)}
    return Snapshot(
        **{
            "schema": SCHEMA,
            "version": "0.1",
            "taken_at": 2000.0,
            "machine": Machine("web1", "linux", 0, "root", "", True),
            "daemon_json": DAEMON_JSON,
            "files": tuple(there.values()),
            "systemd": Systemd(252, True, manager or {}, (loaded or unit(),)),
            "dockerd": process(),
            "engine": engine(),
            "client": client(),
            "unknown": unknown,
            **more,
        }
    )


def bare(**more: Any) -> Snapshot:
    """A live host without Docker."""
    return Snapshot(
        **{
            "schema": SCHEMA,
            "version": "0.1",
            "taken_at": 2000.0,
            "machine": Machine("bare1", "linux", 0, "root", "", True),
            "daemon_json": DAEMON_JSON,
            "files": (FileFact(DAEMON_JSON, "daemon-json", "missing"),),
            "client": client(),
            **more,
        }
    )
