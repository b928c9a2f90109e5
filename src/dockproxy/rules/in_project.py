"""What rules ask of a project's settings and spots."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.light import pattern
from dockproxy.core.model.project import Mention, Setting, Spot
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.rules.facts import Facts

ADDRESSES = PROXY_KEYS[:4]
ANY_SPELLING = pattern(r"(?:https?|ftp|all|no)[-_]?proxy\Z", re.IGNORECASE)


def settings(facts: Facts, *kinds: str) -> Iterator[Setting]:
    """Those of these kinds (all, if none is named), each place once."""
    project = facts.project
    seen: set[tuple[str, int, int]] = set()
    for setting in project.settings if project is not None else ():
        place = (setting.path, setting.line, setting.column)
        if (not kinds or setting.kind in kinds) and place not in seen:
            seen.add(place)
            yield setting


def spots(facts: Facts, kind: str) -> Iterator[Spot]:
    """The other things of that kind."""
    project = facts.project
    for spot in project.spots if project is not None else ():
        if spot.kind == kind:
            yield spot


def key_of(setting: Setting) -> str:
    """``http_proxy`` … ``no_proxy``; "" for a name that is none of them in a spelling that programs
    read."""
    lower = setting.name.lower()
    return lower if lower in PROXY_KEYS and setting.name in (lower, lower.upper()) else ""


def at(place: Setting | Spot | Mention) -> Evidence:
    """Where it stands."""
    return Evidence(place.path, place.line, place.column, place.text)
