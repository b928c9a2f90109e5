"""Whether systemd can start the daemon's unit as its files are: its command, and what masks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dockproxy.core.formats.systemd_unit import Assignment, Unit
from dockproxy.core.formats.unit_command import read_exec
from dockproxy.core.model.finding import Evidence
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.resolve.unit import DEVICE, DaemonUnit, unit_paths
from dockproxy.rules.facts import Facts

NO_START = (
    *(f"DP1{number:02}" for number in range(1, 50)),
    *("DP208", "DP223", "DP227", "DP228", "DP229", "DP230", "DP231", "DP233"),
)
"""Codes of the findings that keep the daemon from starting."""

EMPTY = "(an empty file)"

_TYPES = ["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"]
_RESTARTS = ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"]
_ACTIONS = [
    f"{word}{end}"
    for word in ("reboot", "poweroff", "exit", "halt", "kexec", "soft-reboot")
    for end in ("", "-force", "-immediate")
]
_YES = ("1", "yes", "y", "true", "t", "on")
_NO = ("0", "no", "n", "false", "f", "off")
_BUS_NAME = pattern(r"[A-Za-z_-][A-Za-z0-9_-]*(?:\.[A-Za-z_-][A-Za-z0-9_-]*)+")
_TAKEN: dict[str, Callable[[str], bool]] = {
    "Type": _TYPES.__contains__,
    "Restart": _RESTARTS.__contains__,
    "SuccessAction": ["none", *_ACTIONS].__contains__,
    "RemainAfterExit": lambda value: value.lower() in (*_YES, *_NO),
    "BusName": lambda value: not value or _BUS_NAME.fullmatch(value) is not None,
    "KillMode": ["control-group", "process", "mixed", "none"].__contains__,
    "PAMName": lambda value: True,
}
"""Settings that bear on whether a unit is refused, and which of their values systemd takes."""


class Commands(NamedTuple):
    """What the service starts. counting: the path and the place of each command that counts.
    emptied: the empty ExecStart= behind which there is none, if there is one. ignored: the last
    one that systemd takes no command from, and its words. kind: the type that counts, "" for one
    that is not oneshot by itself. stops: whether ExecStop= has a command. settings: the
    last value, and place, of other keys, in their order.
    """

    counting: list[tuple[str, Assignment]]
    emptied: tuple[str, Assignment] | None
    ignored: tuple[str, Assignment, str] | None
    kind: str
    stops: bool
    settings: dict[str, tuple[str, Assignment]]

    @property
    def may_be_none(self) -> bool:
        """Whether the service may go without ExecStart= (systemd 252 core/service.c)."""
        ends = self.settings.get("SuccessAction")
        after = ends is not None and ends[1].value in _ACTIONS
        stays = self.settings.get("RemainAfterExit")
        remains = stays is not None and stays[1].value.lower() in _YES
        return self.kind == "oneshot" and (after or (self.stops and remains))


def commands(stack: Sequence[tuple[str, Unit]]) -> Commands:
    """The commands of a unit's files, in reading order."""
    counting: list[tuple[str, Assignment]] = []
    emptied, ignored, stops = None, None, False
    settings: dict[str, tuple[str, Assignment]] = {}
    for path, content in stack:
        for each in content.assignments:
            section = "Unit" if each.key == "SuccessAction" else "Service"
            if each.section != section:
                continue
            if each.key == "ExecStop":
                stops = bool(each.value) and (stops or read_exec(each.value).commands > 0)
            elif each.key != "ExecStart":
                if each.key in _TAKEN and _TAKEN[each.key](each.value):
                    settings.pop(each.key, None)
                    settings[each.key] = (path, each)
            elif not each.value:
                counting, emptied, ignored = [], (path, each), None
            else:
                read = read_exec(each.value)
                counting = [*counting, *[(path, each)] * read.commands]
                ignored = (path, each, read.fault) if read.fault else ignored
                emptied = None if read.commands else emptied
        last = content.refused
        if last is not None and content.stopped is not None and last.key == "ExecStart":
            ignored = (path, last, content.stopped.message)
    kind = settings["Type"][1].value if "Type" in settings else ""
    bus = "BusName" in settings and settings["BusName"][1].value
    if not kind and not bus and not counting:
        kind = "oneshot"
    return Commands(counting, emptied, ignored, kind, stops, settings)


def conflict(found: Commands) -> tuple[str, tuple[str, Assignment]] | None:
    """The settings that exclude one another, and the later of the two (service_verify)."""

    def of(key: str) -> str:
        return found.settings[key][1].value if key in found.settings else ""

    if found.kind == "oneshot" and of("Restart") in ("always", "on-success"):
        pair = ("Restart", "Type")
    elif found.kind == "dbus" and not of("BusName"):
        pair = ("Type", "BusName")
    elif of("PAMName") and of("KillMode") in ("process", "none"):
        pair = ("PAMName", "KillMode")
    else:
        return None
    there = [each for key, each in found.settings.items() if key in pair]
    shown = [f"{each.key}={each.value}" for _, each in there]
    return " and ".join(shown) if len(shown) > 1 else f"{shown[0]} without {pair[1]}=", there[-1]


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
