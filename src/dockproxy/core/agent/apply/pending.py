"""Edits by others that a restart would make live: files newer than the daemon that runs."""

from __future__ import annotations

import os

from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.files import token
from dockproxy.core.agent.apply.units import Unit
from dockproxy.core.agent.system import look_at, names_in, real_folder
from dockproxy.core.formats.unit_dropins import SYSTEM_UNIT_PATHS, dropin_folders, order_dropins
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Sequence, Tuple


_SLACK = 0.05


class Pending(NamedTuple):
    """path: the file. new_drop_in: systemd has not read it yet. drop_in: it has, as it was then."""

    path: str
    said: Message
    new_drop_in: bool = False
    drop_in: bool = False


def pending(
    name: str,
    unit: Unit,
    daemon_json: str,
    reloads: bool,
    records: Sequence[Record],
    *,
    lookup: Sequence[str] = SYSTEM_UNIT_PATHS,
) -> Tuple[Pending, ...]:
    """What others changed since this daemon started and the restart would bring in.

    reloads: systemd will read the unit files again. What the journal knows as our own is left out.
    lookup: where the unit's manager looks for units.
    """
    found: List[Pending] = []
    if unit.started_at == 0:
        return ()
    data = [daemon_json, *(path.lstrip("-") for path in unit.environment_files)]
    for path in data:
        if _newer(path, unit) and not _by_us(path, records):
            found.append(
                Pending(path, message(N_("{path} was changed since the daemon started"), path=path))
            )
    if reloads:
        found += _units(name, unit, records, lookup)
    return tuple(found)


def _units(
    name: str, unit: Unit, records: Sequence[Record], lookup: Sequence[str]
) -> Iterable[Pending]:
    there = drop_ins_on_disk(name, lookup)
    known = {_real(path) for path in unit.drop_ins}
    for path in there:
        if _real(path) not in known:
            if not _by_us(path, records):
                said = message(N_("{path} is new: systemd has not read it yet"), path=path)
                yield Pending(path, said, True)
        elif _newer(path, unit) and not _by_us(path, records):
            said = message(N_("{path} was changed since the daemon started"), path=path)
            yield Pending(path, said, drop_in=True)
    gone = known - {_real(path) for path in there}
    for path in sorted(gone):
        if not os.path.exists(path) and not _by_us(path, records):
            yield Pending(
                path, message(N_("{path} was taken away since the daemon started"), path=path)
            )
    if unit.fragment and _newer(unit.fragment, unit):
        yield Pending(
            unit.fragment,
            message(N_("{path} was changed since the daemon started"), path=unit.fragment),
        )


def drop_ins_on_disk(name: str, lookup: Sequence[str] = SYSTEM_UNIT_PATHS) -> List[str]:
    """The drop-ins that systemd would read now."""
    paths = [
        f"{folder}/{each}"
        for folder in dropin_folders(name, lookup)
        for each in names_in("", folder) or ()
    ]
    return order_dropins(name, paths, lookup).used


def _real(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{real_folder('', folder)}/{name}"


def _newer(path: str, unit: Unit) -> bool:
    """mtime, or ctime for a file moved into place with an old one (``mv``, ``cp -p``)."""
    status = look_at("", path, 0).status
    if status is None:
        return False
    return max(status.st_mtime, status.st_ctime) > unit.started_at + _SLACK


def _by_us(path: str, records: Sequence[Record]) -> bool:
    """Whether the file is as one of our own entries left it."""
    now = token(look_at("", path).data)
    return any(
        file.before.path == path
        and now in ((file.before.token,) if record.state == "undone" else (file.after,))
        for record in records
        for file in record.files
    )
