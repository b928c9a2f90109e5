"""Fixes of what a unit, its drop-ins and its EnvironmentFiles say of the daemon's environment."""

from __future__ import annotations

from dockproxy.core.formats.unit_environment import Claim
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Change, Edit, Repair
from dockproxy.core.model.proxies import DAEMON_VARIABLES
from dockproxy.core.model.snapshot import FileFact
from dockproxy.resolve.unit import own_unit_folder
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of, file_of
from dockproxy.rules.rule import Found

MADE_TO_COUNT = (
    Repair("rename-unit-key"),
    Repair("into-service"),
    *(Repair("respell", (name,), "certain") for name in DAEMON_VARIABLES),
    *(Repair("double-percent", (name,)) for name in DAEMON_VARIABLES),
)
"""What makes systemd read lines of which it reads nothing: also faults that show only then."""


def taken_out(facts: Facts, path: str, *key: str) -> Fix | None:
    """A variable, or an option, taken out of one file; offered, for somebody may have meant it."""
    fact = facts.snapshot.file(path)
    if fact is None or fact.kind != "file":
        return None
    edit = edit_of(facts, fact, "daemon")._replace(changes=(Change(key, None),))
    title = message(N_("take {name} out of {path}"), name=key[-1], path=path)
    return Fix(title, False, (edit,), ("daemon",))


def rename_fix(facts: Facts, found: Found, name: str) -> Fix | None:
    """A variable called by that name where it was found; safe, for nobody reads it as it is."""
    fact = file_of(facts, found)
    if fact is None:
        return None
    edit = edit_of(facts, fact, "daemon", Repair("rename-variable", (found.key,), name))
    return Fix(message(N_("write it as {name}"), name=name), True, (edit,), ("daemon",))


def older_taken_out(facts: Facts, name: str, loser: Claim, winner: Claim) -> Fix | None:
    """Of two files that set a variable the one that was changed last is kept."""
    newer = _changed_at(facts, loser.path) > _changed_at(facts, winner.path)
    return taken_out(facts, winner.path if newer else loser.path, name)


def _changed_at(facts: Facts, path: str) -> float:
    fact = facts.snapshot.file(path)
    return fact.mtime if fact is not None else 0.0


def drop_in_edit(facts: Facts, *repairs: Repair) -> Edit:
    """Of the drop-in that dockproxy itself would write, be it there or not."""
    return edit_of(facts, drop_in(facts, "http-proxy"), "daemon", *repairs)


def drop_in(facts: Facts, stem: str) -> FileFact:
    """A drop-in of the daemon where dockproxy itself writes them, be it there or not."""
    rootless = facts.snapshot.rootless
    folder = own_unit_folder(rootless) if rootless is not None else "/etc/systemd/system"
    unit = facts.unit.name if facts.unit is not None else "docker.service"
    path = f"{folder}/{unit}.d/{stem}.conf"
    return facts.snapshot.file(path) or FileFact(path, "drop-in", "missing")
