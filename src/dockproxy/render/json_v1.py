"""The published JSON, version 1: a change that breaks a reader becomes json_v2.

Readers ignore unknown keys; ``schema`` rises only when a meaning changes.
"""

from __future__ import annotations

from dockproxy import __version__
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.record import dump
from dockproxy.core.model.snapshot import SCHEMA, Snapshot, Unknown
from dockproxy.resolve.host import Component, Drift, Host, Origin, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def document(kind: str, snapshot: Snapshot, unknown: tuple[Unknown, ...]) -> dict[str, Any]:
    """What every JSON document opens with, and its list of what could not be seen."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "version": snapshot.version,
        "host": _host(snapshot),
        "unknown": [unknown_json(item) for item in unknown],
    }


def opening_of(kind: str) -> dict[str, Any]:
    """What a document that is about no machine opens with."""
    return {"schema": SCHEMA, "kind": kind, "version": __version__, "host": {}}


def status_json(host: Host) -> dict[str, Any]:
    """The document of ``dockproxy status --json``."""
    opening = document("status", host.snapshot, host.unknown)
    unknown = opening.pop("unknown")
    components = [_component(component) for component in host.components]
    return {**opening, "components": components, "unknown": unknown}


def snapshot_json(snapshot: Snapshot, *, with_secrets: bool = False) -> dict[str, Any]:
    """The document of ``dockproxy snapshot``, which ``--from`` reads."""
    content = dump(snapshot, reveal=with_secrets)
    if not with_secrets:
        del content["secrets"]
    unknown = content.pop("unknown")
    opening = document("snapshot", snapshot, ())
    del opening["unknown"]
    return {**opening, **content, "unknown": unknown}


def error_json(error: DockproxyError) -> dict[str, Any]:
    """The document of a command that could do nothing: why, where, what to do."""
    return {
        **opening_of("error"),
        "message": str(error.message),
        "where": error.where,
        "hint": None if error.hint is None else str(error.hint),
        "unknown": [],
    }


def unknown_json(unknown: Unknown) -> dict[str, str]:
    """One entry of ``unknown``."""
    return {"about": unknown.about, "reason": unknown.reason, "hint": unknown.hint}


def _host(snapshot: Snapshot) -> dict[str, Any]:
    client, engine = snapshot.client, snapshot.engine
    return {
        "name": snapshot.machine.name,
        "system": snapshot.machine.system,
        "root": snapshot.machine.root,
        "user": snapshot.machine.user,
        "taken_at": snapshot.taken_at,
        "context": client.context if client else None,
        "endpoint": client.endpoint if client else None,
        "engine": engine.version if engine else None,
    }


def _component(component: Component) -> dict[str, Any]:
    proxies, in_use = component.proxies, component.in_use
    of_builder = {"driver": component.driver, "current": component.current}
    return {
        "component": component.component,
        "name": component.name,
        **(of_builder if component.component == "builder" else {}),
        "live": component.live,
        "in_sync": component.in_sync,
        "proxies": {key: _value(proxies[key]) for key in PROXY_KEYS if key in proxies},
        "in_use": None
        if in_use is None
        else {key: in_use[key] for key in PROXY_KEYS if key in in_use},
        "drift": [_drift(drift) for drift in component.drift],
    }


def _value(value: Value) -> dict[str, Any]:
    return {
        "value": value.value,
        "masked": value.masked,
        "origin": origin_json(value.origin),
        "overrides": [
            {"value": lost.value, "origin": origin_json(lost.origin)} for lost in value.overrides
        ],
    }


def origin_json(origin: Origin) -> dict[str, Any]:
    """Where a value stands."""
    return {
        "kind": origin.kind,
        "path": origin.path,
        "line": origin.line,
        "column": origin.column,
        "name": origin.name,
    }


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "code": drift.code,
        "message": str(drift.message),
        "remedy": drift.remedy,
        "keys": list(drift.keys),
    }
