"""Entries of a component's NO_PROXY that no program which reads it understands."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import entries
from dockproxy.no_proxy.plain import unread
from dockproxy.resolve.host import Component, Drift

MOST = 500
"""Entries that are looked at: a screen is no place to wait for more."""
_NAMED = 5


def entry_drifts(component: Component) -> Iterator[Drift]:
    """One for the whole list; dockproxy no-proxy check tells more of each entry."""
    there = component.proxies.get("no_proxy")
    if there is None or not there.value:
        return
    if any(drift.code == "unusable" and "no_proxy" in drift.keys for drift in component.drift):
        return
    odd = unread(entries(there.value)[:MOST], containers=component.component == "client")
    if not odd:
        return
    shown = ", ".join(f"“{entry}”" for entry in odd[:_NAMED])
    if len(odd) > _NAMED:
        text = N_("no_proxy: {entries} and {rest} more match nothing.")
        about = message(text, entries=shown, rest=len(odd) - _NAMED)
    else:
        about = message(N_("no_proxy: {entries} matches nothing."), entries=shown)
        if len(odd) > 1:
            about = message(N_("no_proxy: {entries} match nothing."), entries=shown)
    yield Drift("not-understood", about, keys=("no_proxy",))
