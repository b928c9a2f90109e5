"""A rule's example as a host: a file tree that is observed, with an Engine if it says so."""

from __future__ import annotations

from pathlib import Path

from dockproxy import api
from dockproxy.core.agent.apply.edits import changed
from dockproxy.core.model.plan import Edit
from dockproxy.core.model.snapshot import Builder, Container, Engine, Snapshot, Systemd, UnitFact
from dockproxy.live import observe_project
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve
from dockproxy.rules.rule import Example

UNIT = "/usr/lib/systemd/system/docker.service"
_OFFLINE = ("systemd", "daemon.process", "engine")


def host_of(example: Example, root: Path) -> Host:
    """Write it below root, look at it."""
    for path, content in example.files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if example.project:
        return observe_project(str(root))
    return resolve(with_live_facts(api.observe(root=str(root)).snapshot, example))


def mended(root: Path, edit: Edit) -> bytes | None:
    """What an Edit makes of the file below root, be it there or not."""
    file = root / edit.path.lstrip("/")
    content = file.read_bytes() if file.exists() else None
    for repair in edit.repairs:
        if repair.kind == "copy-of" and content is None:
            content = (root / repair.key[0].lstrip("/")).read_bytes()
    return changed(content, edit, False)


def with_live_facts(snapshot: Snapshot, example: Example) -> Snapshot:
    """What a file tree cannot show: the Engine that runs, what systemd has loaded, containers."""
    snapshot = snapshot._replace(environment=dict(example.environ))
    if example.engine:
        engine = Engine("unix:///var/run/docker.sock", example.engine, "1.45")
        engine = engine._replace(**example.info)  # type: ignore[arg-type]
        machine = snapshot.machine._replace(root="")
        unknown = tuple(item for item in snapshot.unknown if item.about not in _OFFLINE)
        snapshot = snapshot._replace(engine=engine, machine=machine, unknown=unknown)
    if example.loaded is not None:
        unit = UnitFact(
            "docker.service",
            "loaded",
            "active",
            "running",
            fragment_path=UNIT,
            drop_in_paths=tuple(path for path in example.files if ".service.d/" in path),
            need_daemon_reload=example.stale,
            environment=example.loaded,
            main_pid=1000,
            started_at=example.started_at,
        )
        snapshot = snapshot._replace(systemd=Systemd(252, True, {}, (unit,)))
    containers = tuple(
        Container(name, name, "app", example.started_at, "running", environ=dict(environ))
        for name, environ in example.containers.items()
    )
    snapshot = snapshot._replace(builders=tuple(_made(each, example) for each in snapshot.builders))
    snapshot = snapshot._replace(containers=containers)
    return snapshot._replace(**example.more)  # type: ignore[arg-type]


def _made(builder: Builder, example: Example) -> Builder:
    """With the containers that its nodes have."""
    nodes = (
        node._replace(state="running", environ=dict(example.builders[node.name]))
        if node.name in example.builders
        else node
        for node in builder.nodes
    )
    return builder._replace(nodes=tuple(nodes))
