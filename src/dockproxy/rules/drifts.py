"""Findings from what resolve already tells of a component: the steps between file and daemon."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.resolve.host import Component
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Found


def drifts(facts: Facts, component: str, code: str) -> Iterator[Found]:
    """One for each drift of that code of these components, with the values that it is about."""
    for each in facts.host.components:
        if each.component == component:
            yield from _of(facts, each, code)


def _of(facts: Facts, component: Component, code: str) -> Iterator[Found]:
    for drift in component.drift:
        if drift.code != code:
            continue
        origins = [component.proxies[key].origin for key in drift.keys if key in component.proxies]
        places = tuple(facts.at(origin) for origin in origins)
        remedy = message(N_("run: {command}"), command=drift.remedy) if drift.remedy else None
        key = component.name if component.component in ("container", "builder") else ""
        shown = places or (Evidence(None, text=component.name),)
        yield Found(drift.message, shown, ".".join((*drift.keys, *((key,) if key else ()))), remedy)
