"""Whether the running daemon uses what is configured; and if not, at which step it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.core.model.snapshot import Unknown
from dockproxy.resolve.daemon import DaemonFacts
from dockproxy.resolve.host import Drift, Value
from dockproxy.resolve.masks import matches
from dockproxy.resolve.unit import DaemonUnit, systemctl

_CLOCK_SLACK = 1.0
"""Seconds. Start times are whole seconds (systemctl show) or counted from a whole one (/proc)."""


def in_sync(facts: DaemonFacts, drift: Sequence[Drift]) -> tuple[bool | None, tuple[Unknown, ...]]:
    """The verdict, and why there is none: True only if every value was seen to agree."""
    if facts.live is not None and any(item.code in _OUT_OF_SYNC for item in drift):
        return False, ()
    if facts.in_use is None or facts.unsure:
        return None, ()
    if any(_is_of_unknown_age(facts, value) for value in facts.proxies.values()):
        return None, (Unknown("daemon.started_at", "start-time"),)
    return True, ()


_OUT_OF_SYNC = (
    "not-reloaded",
    "not-restarted",
    "daemon-json-broken",
    "engine-too-old",
    "unit-broken",
)


def step_drifts(facts: DaemonFacts) -> Iterator[Drift]:
    """``not-reloaded`` and ``not-restarted``: the two steps between a file and the daemon."""
    pending: list[str] = []
    if facts.unit is not None:
        pending = [key for key in DAEMON_KEYS if _is_not_loaded(facts, facts.unit, key)]
        if pending:
            yield _not_reloaded(facts, facts.unit, tuple(pending))
    if facts.in_use is not None:
        rest = [key for key in DAEMON_KEYS if key not in pending and key not in facts.unsure]
        waiting = [key for key in rest if _is_not_in_use(facts, facts.in_use, key)]
        if waiting:
            yield _not_restarted(facts, facts.in_use, tuple(waiting))


def _is_not_loaded(facts: DaemonFacts, unit: DaemonUnit, key: str) -> bool:
    """Whether a daemon-reload would change this key's value, or may change its password."""
    if facts.loaded is None or key in facts.unsure:
        return False
    on_disk = facts.proxies.get(key)
    if not matches(_text(facts.proxies, key), _text(facts.loaded, key)):
        return True
    if on_disk is None or not unit.needs_reload:
        return False
    return on_disk.masked and on_disk.origin.kind == "systemd"


def _text(values: Mapping[str, Value], key: str) -> str:
    return values[key].value if key in values else ""


def _is_not_in_use(facts: DaemonFacts, running: Mapping[str, str], key: str) -> bool:
    return _looks_different(facts, running, key) or _is_newer(facts, key)


def _looks_different(facts: DaemonFacts, running: Mapping[str, str], key: str) -> bool:
    return not matches(_text(facts.proxies, key), running.get(key, ""))


def _is_newer(facts: DaemonFacts, key: str) -> bool:
    """Whether a masked value stands in a file younger than the daemon: the password may differ."""
    started = started_at(facts)
    value = facts.proxies.get(key)
    if value is None or not value.masked or not started:
        return False
    return _changed_at(facts, value) > started + _CLOCK_SLACK


def _is_of_unknown_age(facts: DaemonFacts, value: Value) -> bool:
    return value.masked and value.origin.path is not None and not started_at(facts)


def started_at(facts: DaemonFacts) -> float:
    """When the running daemon started, 0 if that is not known."""
    if facts.snapshot.dockerd is not None:
        return facts.snapshot.dockerd.started_at
    fact = facts.unit.fact if facts.unit else None
    return fact.started_at if fact is not None else 0.0


def _changed_at(facts: DaemonFacts, value: Value) -> float:
    fact = facts.snapshot.file(value.origin.path) if value.origin.path else None
    return fact.mtime if fact is not None else 0.0


def _not_reloaded(facts: DaemonFacts, unit: DaemonUnit, keys: tuple[str, ...]) -> Drift:
    remedy = _commands(facts, "daemon-reload", f"restart {_service(unit)}")
    paths = _paths(facts, keys)
    names = ", ".join(keys)
    if not paths:
        text = N_("systemd still holds {keys}, which no file on disk sets any more.")
        return Drift("not-reloaded", message(text, keys=names), remedy, keys)
    if set(paths) <= _loaded_paths(unit):
        text = N_("{paths} changed on disk since systemd read it; what will differ: {keys}.")
    elif unit.needs_reload:
        text = N_("systemd has not read {paths} yet: {keys} will come from there.")
    else:
        text = N_(
            "systemd has not read {paths} yet and does not say so (NeedDaemonReload=no): "
            "{keys} will come from there."
        )
    return Drift("not-reloaded", message(text, paths=", ".join(paths), keys=names), remedy, keys)


def _not_restarted(facts: DaemonFacts, running: Mapping[str, str], keys: tuple[str, ...]) -> Drift:
    remedy = _commands(facts, f"restart {_service(facts.unit)}") if facts.unit else ""
    paths = _paths(facts, keys)
    if facts.proxies.keys().isdisjoint(keys):
        text = N_("The daemon still uses {keys}, which nothing on disk sets any more.")
    elif not paths:
        text = N_("The daemon has not been restarted since {keys} changed.")
    elif any(_looks_different(facts, running, key) for key in keys):
        text = N_("The daemon has not been restarted since {paths} changed; what differs: {keys}.")
    else:
        text = N_(
            "{paths} changed after the daemon started. Passwords are not shown, so it may still "
            "use an old one ({keys})."
        )
    about = message(text, paths=", ".join(paths), keys=", ".join(keys))
    return Drift("not-restarted", about, remedy, keys)


def _paths(facts: DaemonFacts, keys: tuple[str, ...]) -> list[str]:
    origins = [facts.proxies[key].origin for key in keys if key in facts.proxies]
    return list(dict.fromkeys(origin.path for origin in origins if origin.path))


def _loaded_paths(unit: DaemonUnit) -> set[str]:
    return {unit.fact.fragment_path, *unit.fact.drop_in_paths} if unit.fact else set()


def _service(unit: DaemonUnit) -> str:
    return unit.name.removesuffix(".service")


def _commands(facts: DaemonFacts, *verbs: str) -> str:
    """systemctl commands as whoever observed has to type them."""
    program = systemctl(facts.snapshot)
    return " && ".join(f"{program} {verb}" for verb in verbs)
