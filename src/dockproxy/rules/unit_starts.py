"""Whether systemd can start the daemon's unit as its files are: its command, and what masks it."""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.formats.systemd_unit import Assignment, Unit
from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.light import NamedTuple
from dockproxy.resolve.unit import DEVICE, DaemonUnit, unit_paths
from dockproxy.rules.facts import Facts

EMPTY = "(an empty file)"


class Commands(NamedTuple):
    """What the service starts. counting: the path and the place of each ExecStart= that counts.
    emptied: the empty one behind which there is none, if there is one. kind: Type=, "" without one.
    """

    counting: list[tuple[str, Assignment]]
    emptied: tuple[str, Assignment] | None
    kind: str


def commands(stack: Sequence[tuple[str, Unit]]) -> Commands:
    """The commands of a unit's files, in reading order."""
    counting: list[tuple[str, Assignment]] = []
    emptied, kind = None, ""
    for path, content in stack:
        kind = next((each.value for each in reversed(content.service("Type"))), kind)
        for each in content.service("ExecStart"):
            counting = [*counting, (path, each)] if each.value else []
            emptied = None if each.value else (path, each)
    return Commands(counting, emptied, kind)


def mask(facts: Facts, unit: DaemonUnit) -> Evidence | None:
    """What takes the unit away, None where nothing does.

    systemd 252 core/load-fragment.c unit_load_fragment: a unit's own file that is empty, or a link
    to /dev/null.
    """
    fact = facts.snapshot.file(unit.fragment or "")
    if fact is not None and fact.kind == DEVICE:
        return Evidence(fact.path, text="-> /dev/null")
    if fact is not None and fact.kind == "file" and fact.text == "":
        return Evidence(fact.path, text=EMPTY)
    if unit.fact is not None and unit.fact.load_state == "masked":
        return Evidence(None, text=f"{unit.name}: masked")
    return None


def hidden_by_fragment(facts: Facts, unit: DaemonUnit) -> list[str]:
    """The units' own files of the same name whose place the one that counts has taken."""
    places = (f"{folder}/{unit.name}" for folder in unit_paths(facts.snapshot))
    files = (facts.snapshot.file(path) for path in places if path != unit.fragment)
    return [fact.path for fact in files if fact is not None and fact.kind == "file"]
