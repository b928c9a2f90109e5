"""Snapshot to Host."""

from __future__ import annotations

from dockproxy.core.model.message import N_
from dockproxy.core.model.snapshot import Snapshot, Unknown
from dockproxy.resolve.builder import builders
from dockproxy.resolve.cli import cli
from dockproxy.resolve.client import client
from dockproxy.resolve.columns import with_real_columns
from dockproxy.resolve.conflicts import source_drifts, start_drifts
from dockproxy.resolve.container import containers
from dockproxy.resolve.daemon import daemon_facts, is_here
from dockproxy.resolve.host import Component, Host
from dockproxy.resolve.no_proxy_entries import entry_drifts
from dockproxy.resolve.sync import in_sync, step_drifts
from dockproxy.resolve.unread import unread
from dockproxy.resolve.unread_files import unread_file_drifts


def resolve(snapshot: Snapshot) -> Host:
    """What the Snapshot means; pure, and it never raises over the state of a machine."""
    components: list[Component] = []
    unknown = list(snapshot.unknown)
    entry = "default"
    if is_here(snapshot):
        daemon, why = _daemon(snapshot)
        components.append(daemon)
        unknown += why
    who = snapshot.client
    config = snapshot.file(who.config_path) if who else None
    part = None
    if who is not None and (components or (config is not None and config.kind != "missing")):
        part, entry = client(who, config)
        components.append(part)
        if part.in_use is None:
            hint = N_("run it as the user whose file it is, or as root")
            unknown.append(unread("client.config", config, hint))
    found, why = builders(snapshot, part)
    components += found
    unknown += why
    components += containers(snapshot, part, config)
    if part is not None:
        components.append(cli(snapshot, part.name))
    shown = tuple(_shown(snapshot, component) for component in components)
    return Host(snapshot, shown, _distinct(unknown), entry)


def _shown(snapshot: Snapshot, component: Component) -> Component:
    if component.component in ("daemon", "client", "builder"):
        drift = (*component.drift, *entry_drifts(component))
        component = component._replace(drift=drift)
    return with_real_columns(snapshot, component)


def _daemon(snapshot: Snapshot) -> tuple[Component, tuple[Unknown, ...]]:
    facts = daemon_facts(snapshot)
    drift = (
        *start_drifts(facts),
        *step_drifts(facts),
        *source_drifts(facts),
        *unread_file_drifts(facts),
    )
    synced, why = in_sync(facts, drift)
    name = snapshot.client.context if snapshot.client else "default"
    component = Component("daemon", name, facts.proxies, facts.in_use, facts.live, synced, drift)
    return component, facts.unknown + why


def _distinct(unknown: list[Unknown]) -> tuple[Unknown, ...]:
    return tuple(dict.fromkeys(unknown))
