"""The units' files on disk: every fragment, every drop-in that is or may be read, every
EnvironmentFile that one of them names."""

from __future__ import annotations

import os
from typing import Dict, Iterable, List, Sequence

from dockproxy.core.agent.observe.look import NEEDS_ROOT, Look
from dockproxy.core.agent.system import look_at, names_in, real_folder
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_dropins import SYSTEM_UNIT_PATHS, dropin_folders
from dockproxy.core.formats.unit_environment import file_references
from dockproxy.core.model.snapshot import UnitFact
from dockproxy.core.places import linux

NAME = "units"
_GLOB_CHARACTERS = frozenset("*?[")


def observe(look: Look, shown: Sequence[UnitFact], search: Sequence[str]) -> Dict[str, str]:
    """Keep the facts; gives the texts of the docker.service files, unredacted, by path.

    shown: the units as systemctl knows them. search: systemd's own search path, () if unknown.
    """
    known = [path for unit in shown for path in (unit.fragment_path, *unit.drop_in_paths) if path]
    lookup = _distinct(look, search or SYSTEM_UNIT_PATHS, known)
    texts: Dict[str, str] = {}
    patterns: List[str] = list(linux.ENVIRONMENT_FILES)
    for unit in linux.UNITS:
        found = _unit_files(look, unit, lookup)
        for path in [*found, *(path for path in known if _belongs(path, unit))]:
            role = "unit" if os.path.basename(path) == unit else "drop-in"
            text = look.file(path, role)
            if text is not None and unit == linux.SERVICE_UNIT:
                texts[path] = text
    for path, text in texts.items():
        patterns.extend(file.pattern for file in file_references([(path, parse(text))]))
    patterns.extend(name.lstrip("-") for unit in shown for name in unit.environment_files)
    for path in _expanded(look, patterns):
        look.file(path, "environment-file")
    return texts


def _belongs(path: str, unit: str) -> bool:
    return os.path.basename(path) == unit or os.path.basename(os.path.dirname(path)) == f"{unit}.d"


def _unit_files(look: Look, unit: str, lookup: Sequence[str]) -> List[str]:
    paths = [f"{folder}/{unit}" for folder in lookup]
    found = [path for path in paths if look_at(look.root, path, 0).kind != "missing"]
    for folder in dropin_folders(unit, lookup):
        names = names_in(look.root, folder)
        if names is None:
            look.miss(f"files.{folder}", "permission", NEEDS_ROOT)
        elif names:
            found.extend(f"{folder}/{name}" for name in names)
        elif look_at(look.root, folder, 0).kind not in ("missing", "directory"):
            found.append(folder)
    return found


def _distinct(look: Look, folders: Iterable[str], known: Sequence[str]) -> List[str]:
    """Each folder once: with a merged /usr /lib is /usr/lib. systemd's own spelling is kept."""
    chosen: Dict[str, str] = {}
    for folder in folders:
        real = real_folder(look.root, folder)
        if real not in chosen or (
            any(path.startswith(f"{folder}/") for path in known)
            and not any(path.startswith(f"{chosen[real]}/") for path in known)
        ):
            chosen[real] = folder
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
