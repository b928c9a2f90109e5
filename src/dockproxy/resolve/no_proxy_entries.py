"""Entries of a component's NO_PROXY that no program which reads it understands."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.message import N_, message
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
    from dockproxy.no_proxy.check import not_understood
    from dockproxy.no_proxy.programs import CLIENT

    names = ("daemon", *CLIENT) if component.component == "client" else ("daemon",)
    entries = [entry for entry in map(str.strip, there.value.split(",")) if entry]
    unread = not_understood(entries[:MOST], names)
    if not unread:
        return
    shown = ", ".join(f"“{entry}”" for entry in unread[:_NAMED])
    if len(unread) > _NAMED:
        text = N_("no_proxy: {entries} and {rest} more match nothing.")
        about = message(text, entries=shown, rest=len(unread) - _NAMED)
    else:
        about = message(N_("no_proxy: {entries} matches nothing."), entries=shown)
        if len(unread) > 1:
            about = message(N_("no_proxy: {entries} match nothing."), entries=shown)
    yield Drift("not-understood", about, keys=("no_proxy",))
