"""Hosts on which nothing is wrong: ``healthy/NAME.host``, each with eight other settings or more.

A file opens with one line of JSON, then ``--- PATH`` stands before each file's text:
like: the public files that it is modelled on (facts, not their sentences). engine: the version that
runs, "" if none does. unit: which package's docker.service it has, "" for none beside the files
shown. user: whose rootless daemon it is. containers: by name what their environment is, ``client``
for what the client gives. modes: of files, in octal. crlf, bom: how its JSON files are written.
environ: the caller's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from dockproxy import api
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.resolve.daemon import daemon_facts, is_here
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve
from dockproxy.rules.rule import Example
from tests.rules.examples import with_live_facts

FOLDER = Path(__file__).with_name("healthy")
UNIT = "/usr/lib/systemd/system/docker.service"
_UNIT = """\
[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target firewalld.service containerd.service
Wants=network-online.target

[Service]
Type=notify
{lines}
ExecReload=/bin/kill -s HUP $MAINPID
Restart=always
RestartSec=2
LimitNOFILE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process

[Install]
WantedBy=multi-user.target
"""
_UNITS = {
    "docker": (
        UNIT,
        "ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock",
    ),
    "debian": (
        UNIT,
        "EnvironmentFile=-/etc/default/docker\n"
        "ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock"
        " $DOCKER_OPTS",
    ),
    "sysconfig": (
        UNIT,
        "EnvironmentFile=-/etc/sysconfig/docker\nExecStart=/usr/bin/dockerd -H fd:// $OPTIONS",
    ),
    "rootless": (
        "/home/bob/.config/systemd/user/docker.service",
        "Environment=PATH=/usr/bin:/sbin:/usr/sbin\nExecStart=/usr/bin/dockerd-rootless.sh ",
    ),
}


class Healthy(NamedTuple):
    """One of them. files: by path, without the package's unit."""

    name: str
    like: tuple[str, ...]
    engine: str
    unit: str
    user: str
    containers: dict[str, Any]
    modes: dict[str, str]
    environ: dict[str, str]
    files: dict[str, bytes]

    @property
    def daemon_json(self) -> bytes:
        """What its daemon reads."""
        for path, content in self.files.items():
            if path.endswith(".json") and "/.docker/" not in path:
                return content
        return b""


def all_of_them() -> list[Healthy]:
    """By name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.host"))]


def _read(path: Path) -> Healthy:
    head, *parts = path.read_text().split("\n--- ")
    said = json.loads(head)
    files = {}
    for part in parts:
        name, _, text = part.partition("\n")
        text = text.rstrip("\n") + "\n"
        content = (text.replace("\n", "\r\n") if said.get("crlf") else text).encode()
        files[name] = b"\xef\xbb\xbf" + content if said.get("bom") else content
    return Healthy(
        path.stem,
        tuple(said.get("like", ())),
        said.get("engine", ""),
        said.get("unit", ""),
        said.get("user", ""),
        said.get("containers", {}),
        said.get("modes", {}),
        said.get("environ", {}),
        files,
    )


def written(case: Healthy, root: Path) -> None:
    """Its files, below root."""
    files = dict(case.files)
    if case.unit:
        path, lines = _UNITS[case.unit]
        files[path] = _UNIT.format(lines=lines).encode()
    if case.user:
        files["/etc/passwd"] = b"root:x:0:0::/root:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n"
    for path, content in files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(int(case.modes.get(path, "644"), 8))


def stopped(case: Healthy, root: Path) -> Host:
    """The host as its files alone show it."""
    written(case, root)
    return api.observe(root=str(root), user=case.user or None)


def running(host: Host, case: Healthy) -> Host:
    """The same host with an Engine that runs with what is configured."""
    if not case.engine:
        return host
    snapshot = with_live_facts(
        host.snapshot, Example({}, engine=case.engine, environ=case.environ, **_live(host, case))
    )
    return resolve(_as_its_own(snapshot))


def _live(host: Host, case: Healthy) -> dict[str, Any]:
    given: dict[str, str] = {}
    client = host.component("client")
    for key, value in client.proxies.items() if client is not None else ():
        given |= {key: value.value, key.upper(): value.value}
    info: dict[str, str] = {}
    loaded = None
    if is_here(host.snapshot):
        facts = daemon_facts(host.snapshot)
        info = {key: value.value for key, value in facts.proxies.items() if key != "all_proxy"}
        if facts.unit is not None:
            disk = facts.unit.disk.variables.items()
            of_units = {path for path, _ in facts.unit.stack}
            loaded = tuple(
                f"{name}={item.value}" for name, item in disk if item.claim.path in of_units
            )
    containers = {
        name: given if environ == "client" else environ for name, environ in case.containers.items()
    }
    return {"info": info, "loaded": loaded, "containers": containers}


def _as_its_own(snapshot: Snapshot) -> Snapshot:
    """Of the daemon that the client leads to, with the environment files that its unit names."""
    engine, client, systemd = snapshot.engine, snapshot.client, snapshot.systemd
    if engine is not None and client is not None:
        snapshot = snapshot._replace(engine=engine._replace(endpoint=client.endpoint))
    facts = daemon_facts(snapshot)
    if systemd is None or facts.unit is None:
        return snapshot
    named = [each.value for _, unit in facts.unit.stack for each in unit.service("EnvironmentFile")]
    (unit,) = systemd.units
    paths = [path for path, _ in facts.unit.stack]
    unit = unit._replace(
        fragment_path=paths[0], drop_in_paths=tuple(paths[1:]), environment_files=tuple(named)
    )
    return snapshot._replace(systemd=systemd._replace(units=(unit,)))


def other_settings(case: Healthy) -> int:
    """How many of its settings have nothing to do with proxies."""
    count = len(case.containers)
    for content in case.files.values():
        text = content.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            count += _members(json.loads(text))
        else:
            count += sum("=" in line and not _of_proxies(line) for line in text.splitlines())
    return count


def _of_proxies(line: str) -> bool:
    return line.lstrip().startswith(("#", ";")) or "_proxy=" in line.lower()


def _members(value: Any) -> int:
    if isinstance(value, dict):
        return sum(_members(each) for key, each in value.items() if key != "proxies")
    if isinstance(value, list):
        return max(1, sum(_members(each) for each in value))
    return 1
