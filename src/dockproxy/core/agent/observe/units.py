"""The units' files on disk: every fragment, every drop-in that is or may be read, every
EnvironmentFile that one of them names."""

from __future__ import annotations

import os

from dockproxy.core.agent.observe.look import NEEDS_ROOT, Look
from dockproxy.core.agent.system import look_at, names_in, real_folder
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_command import program_of
from dockproxy.core.formats.unit_dropins import SYSTEM_UNIT_PATHS, dropin_folders
from dockproxy.core.formats.unit_environment import file_references
from dockproxy.core.model.snapshot import UnitFact
from dockproxy.core.places import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, FrozenSet, Iterable, List, Mapping, Sequence

    from dockproxy.core.formats.systemd_unit import Unit


NAME = "units"
_ELSEWHERE = ("RootDirectory", "RootImage")
"""Settings with which the paths of commands are another tree's."""
_GLOB_CHARACTERS = frozenset("*?[")


def observe(
    look: Look,
    shown: Sequence[UnitFact],
    search: Sequence[str],
    names: Sequence[str] = linux.UNITS,
    environment_files: Sequence[str] = linux.ENVIRONMENT_FILES,
) -> Dict[str, str]:
    """Keep the facts of the units of these names; gives the texts of the first one's files,
    unredacted, by path.

    shown: the units as systemctl knows them. search: systemd's own search path, () if unknown.
    environment_files: places to look at whether or not a unit names them.
    """
    lookup = _distinct(look, search or SYSTEM_UNIT_PATHS)
    spelled = {
        _real(look, path): path
        for unit in shown
        for path in (unit.fragment_path, *unit.drop_in_paths)
        if path
    }
    texts: Dict[str, str] = {}
    patterns: List[str] = list(environment_files)
    there = {folder: _names(look, folder) for folder in lookup}
    for unit in names:
        for found in _unit_files(look, unit, there):
            path = spelled.get(_real(look, found), found)
            text = look.file(path, "unit" if os.path.basename(path) == unit else "drop-in")
            if text is not None and unit == names[0]:
                texts[path] = text
    for path in spelled.values():
        if path not in look.files:
            look.file(path, "unit" if os.path.basename(path) in names else "drop-in")
    parsed = {path: parse(text) for path, text in texts.items()}
    if look.for_rules:
        _note_absent_programs(look, parsed)
    for path, content in parsed.items():
        patterns.extend(file.pattern for file in file_references([(path, content)]))
    patterns.extend(name.lstrip("-") for unit in shown for name in unit.environment_files)
    for path in _expanded(look, patterns):
        look.file(path, "environment-file")
    return texts


def _note_absent_programs(look: Look, units: Mapping[str, Unit]) -> None:
    """The lines of each file whose ExecStart= names a program that is not there."""
    if any(unit.service(key) for unit in units.values() for key in _ELSEWHERE):
        return
    for path, unit in units.items():
        named = [(each.line, program_of(each.value)) for each in unit.service("ExecStart")]
        gone = [str(line) for line, program in named if program and look.is_absent(program, True)]
        look.note(path, "no-program", " ".join(gone))


def _real(look: Look, path: str) -> str:
    """The path with its folder resolved, to tell two spellings of one file: systemd itself says
    ``/lib/systemd/system/docker.service`` and ``/usr/lib/systemd/system/service.d/x.conf`` of one
    machine (252, Debian 12)."""
    folder, _, name = path.rpartition("/")
    return f"{real_folder(look.root, folder)}/{name}"


def _unit_files(look: Look, unit: str, there: Mapping[str, FrozenSet[str]]) -> List[str]:
    """there: the names in each of systemd's folders."""
    found = [f"{folder}/{unit}" for folder, names in there.items() if unit in names]
    for path in dropin_folders(unit, list(there)):
        folder, _, name = path.rpartition("/")
        if name not in there[folder]:
            continue
        if look_at(look.root, path, 0).kind == "directory":
            found.extend(f"{path}/{name}" for name in sorted(_names(look, path)))
        else:
            found.append(path)
    return found


def _names(look: Look, folder: str) -> FrozenSet[str]:
    names = names_in(look.root, folder)
    if names is None:
        look.miss(f"files.{folder}", "permission", NEEDS_ROOT)
    return frozenset(names or ())


def _distinct(look: Look, folders: Iterable[str]) -> List[str]:
    """Each folder once: with a merged /usr /lib is /usr/lib."""
    chosen: Dict[str, str] = {}
    for folder in folders:
        chosen.setdefault(real_folder(look.root, folder), folder)
    return list(chosen.values())


def _expanded(look: Look, patterns: Iterable[str]) -> List[str]:
    """The files that the patterns match; a name without glob characters is kept as it is."""
    found: Dict[str, None] = {}
    for pattern in patterns:
        for path in _matches(look, pattern) or [pattern]:
            found[path] = None
    return list(found)


def _matches(look: Look, pattern: str) -> List[str]:
    if not _GLOB_CHARACTERS.intersection(pattern):
        return [pattern]
    import fnmatch

    bases = [""]
    for part in pattern.strip("/").split("/"):
        if not _GLOB_CHARACTERS.intersection(part):
            bases = [f"{base}/{part}" for base in bases]
            continue
        bases = [
            f"{base}/{name}"
            for base in bases
            for name in names_in(look.root, base or "/") or []
            if fnmatch.fnmatchcase(name, part) and (name[0] != "." or part[0] == ".")
        ]
    return [path for path in bases if look_at(look.root, path, 0).kind != "missing"]
