"""Findings from what resolve already tells of a component: the steps between file and daemon."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.message import N_, message
from dockproxy.rules.facts import Facts
from dockproxy.rules.rule import Found


def drifts(facts: Facts, component: str, code: str) -> Iterator[Found]:
    """One for each drift of that code of these components, with the values that it is about."""
    for each, drift in facts.drifts.get((component, code), ()):
        origins = [each.proxies[key].origin for key in drift.keys if key in each.proxies]
        places = tuple(facts.at(origin) for origin in origins)
        remedy = message(N_("run: {command}"), command=drift.remedy) if drift.remedy else None
        key = each.name if each.component in ("container", "builder") else ""
        shown = places or (Evidence(None, text=each.name),)
        yield Found(drift.message, shown, ".".join((*drift.keys, *((key,) if key else ()))), remedy)
