"""The agent's ``observe`` request: all places looked at, side by side where that saves time."""

from __future__ import annotations

import sys
import time

from dockproxy.core.agent.observe import (
    client,
    daemon_json,
    dockerd,
    engine_api,
    machine,
    rootless,
    systemd,
    units,
)
from dockproxy.core.agent.observe.buildx_folder import may_have_builders
from dockproxy.core.agent.observe.look import NEEDS_ROOT, Look, caller_of
from dockproxy.core.agent.observe.task import begun
from dockproxy.core.model.snapshot import SCHEMA, Snapshot, Systemd, UnitFact, Unknown
from dockproxy.core.places import linux
from dockproxy.core.places import rootless as rootless_places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Sequence

    from dockproxy.core.agent.channel import Channel


_RUNNING_STATES = ("active", "activating", "reloading", "deactivating")


def observe(request: Dict[str, Any], channel: Optional[Channel] = None) -> Snapshot:
    """All that bears on proxies on this machine, or below ``root``; what could not be seen is among
    ``unknown``. Raises UsageError only for a user who is not known. channel: is told when there is
    only to wait.
    """
    keep = request.get("secrets") is True
    only = _word(request.get("only"))
    look = Look(_word(request.get("root")), caller_of(request), keep, only)
    who, connection = client.observe(
        look, _word(request.get("context")), _word(request.get("user"))
    )
    snapshot = Snapshot(
        SCHEMA,
        _version(),
        time.time(),
        machine.observe(look),
        linux.DAEMON_JSON,
        client=who,
        environment=machine.environment(look),
    )
    found = rootless.find(look, who, connection)
    if only == "daemon" and look.live and found is None:
        from dockproxy.core.agent.observe import quickly

        alone = quickly.daemon(look, snapshot, connection, channel)
        if alone is not None:
            return _finished(look, alone)
    if not look.live:
        snapshot = _folder(look, snapshot, found)
    elif found is not None:
        snapshot = _rootless(look, snapshot, found)
    else:
        snapshot = _live(look, snapshot, connection)
    from dockproxy.core.agent.observe import listening, strays

    if look.for_rules:
        snapshot = snapshot._replace(listening=listening.observe(look))
    strays.observe(look, who, rootless=snapshot.rootless is not None)
    if may_have_builders(look, who):
        from dockproxy.core.agent.observe import builders

        snapshot = snapshot._replace(builders=builders.observe(look, who, connection))
    return _finished(look, snapshot)


def _finished(look: Look, snapshot: Snapshot) -> Snapshot:
    return snapshot._replace(
        files=tuple(look.files.values()),
        unknown=tuple(look.unknown),
        traits=look.secrets.traits,
        secrets=tuple(look.secrets.kept),
    )


def _folder(look: Look, snapshot: Snapshot, found: Optional[rootless.Found]) -> Snapshot:
    for about in ("systemd", "daemon.process", "engine"):
        look.miss(about, "offline")
    if found is None:
        texts = units.observe(look, (), ())
        return snapshot._replace(daemon_json=daemon_json.observe(look, None, (), texts))
    texts = units.observe(look, (), found.unit_paths, rootless_places.UNITS, ())
    path = daemon_json.observe(
        look, None, (), texts, config_home=found.config_home, lookup=found.unit_paths
    )
    return snapshot._replace(daemon_json=path, rootless=rootless.facts(found))


def _rootless(
    look: Look,
    snapshot: Snapshot,
    found: rootless.Found,
    said: Optional[engine_api.Answers] = None,
) -> Snapshot:
    """The daemon of a user. said: what its Engine answered, where it was asked already."""
    look.rights = client.rights_of(look, found.user)
    asked = begun(lambda: said or engine_api.observe(found.connection, images=look.for_rules))
    manager = systemd.observe(rootless_places.UNITS, found.user, found.runtime)
    if manager.facts is None:
        look.miss("systemd", manager.reason, NEEDS_ROOT if manager.reason == "permission" else "")
    found = found._replace(unit_paths=manager.search or found.unit_paths)
    shown = manager.facts.units if manager.facts else ()
    texts = units.observe(look, shown, found.unit_paths, rootless_places.UNITS, ())
    answers = asked()
    look.unknown.extend(_with_hint(item, shown) for item in answers.unknown)
    look.secrets.note((*manager.addresses, *answers.addresses))
    candidates = (answers.peer, rootless.pid_of_file(found.runtime))
    running = dockerd.observe(look, candidates, found.user.uid)
    facts = rootless.facts(found, running, answers)
    path = daemon_json.observe(
        look,
        running,
        manager.exec_start,
        texts,
        config_home=facts.config_home,
        lookup=facts.unit_paths,
    )
    return snapshot._replace(
        daemon_json=path,
        systemd=manager.facts,
        dockerd=running.process if running else None,
        engine=answers.engine,
        containers=answers.containers,
        networks=answers.networks,
        images=answers.images,
        rootless=facts,
    )


def _with_hint(item: Unknown, shown: Sequence[UnitFact]) -> Unknown:
    """What to do where the user's daemon is merely stopped."""
    stopped = any(unit.active_state in ("inactive", "failed") for unit in shown)
    if item.about == "engine" and stopped:
        return Unknown("engine", "not-running", f"systemctl --user start {linux.SERVICE_UNIT}")
    return item


def _live(look: Look, snapshot: Snapshot, connection: client.Connection) -> Snapshot:
    asked = begun(systemd.observe)
    pid = dockerd.pid_of_file()
    answers: Optional[Callable[[], engine_api.Answers]] = None
    if pid or not client.is_default_socket(connection.endpoint):
        answers = begun(lambda: engine_api.observe(connection, look.for_rules))
    manager = asked()
    facts = manager.facts
    if facts is None:
        look.miss("systemd", manager.reason)
    shown = facts.units if facts else ()
    if answers is None and not _would_start_docker(snapshot._replace(systemd=facts)):
        answers = begun(lambda: engine_api.observe(connection, look.for_rules))
    texts = units.observe(look, shown, manager.search)
    if answers is None:
        start = f"systemctl start {linux.SERVICE_UNIT}"
        service = snapshot._replace(systemd=facts).unit(linux.SERVICE_UNIT)
        if service is not None and service.load_state == "masked":
            start = f"systemctl unmask {linux.SERVICE_UNIT} && {start}"
        look.miss("engine", "not-running", start)
        said = engine_api.Answers()
    else:
        said = answers()
    found = rootless.of_peer(look, snapshot.client, said, connection) if snapshot.client else None
    if found is not None:
        return _rootless(look, snapshot, found, said)
    look.unknown.extend(said.unknown)
    look.secrets.note((*manager.addresses, *said.addresses))
    service = next((unit for unit in shown if unit.name == linux.SERVICE_UNIT), None)
    running = dockerd.observe(look, (said.peer, service.main_pid if service else 0, pid), 0)
    if facts is not None and running is not None:
        facts = _with_own_unit(look, facts, running, manager.search)
    silent = running is None and said.engine is None
    return snapshot._replace(
        daemon_json=daemon_json.observe(look, running, manager.exec_start, texts),
        systemd=facts,
        dockerd=running.process if running else None,
        engine=said.engine,
        containers=said.containers,
        networks=said.networks,
        images=said.images,
        dockerd_version=dockerd.version_of(manager.exec_start) if silent else "",
    )


def _with_own_unit(
    look: Look, facts: Systemd, running: dockerd.Running, search: Sequence[str]
) -> Systemd:
    """The unit of a dockerd that goes by another name, as snap's, besides those asked for."""
    if not running.unit or running.unit in (unit.name for unit in facts.units):
        return facts
    asked = systemd.observe((running.unit,))
    own = asked.facts
    if own is None:
        look.miss("daemon.unit", "bad-answer")
        return facts
    units.observe(look, own.units, search, (running.unit,))
    look.secrets.note(asked.addresses)
    return facts._replace(units=(*facts.units, *own.units))


def _would_start_docker(snapshot: Snapshot) -> bool:
    """Whether connecting to the default socket would make systemd start a stopped daemon."""
    service, listener = snapshot.unit(linux.SERVICE_UNIT), snapshot.unit(linux.SOCKET_UNIT)
    if service is None or listener is None or listener.active_state != "active":
        return False
    return service.active_state not in _RUNNING_STATES


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _version() -> str:
    """Ours. Taken from the loaded package: importing it would make core depend on the tool."""
    return str(getattr(sys.modules[__name__.partition(".")[0]], "__version__", ""))
