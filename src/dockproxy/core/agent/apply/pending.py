"""Edits by others that a restart would make live: files newer than the daemon that runs."""

from __future__ import annotations

import os

from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.files import token
from dockproxy.core.agent.apply.pre_start import named_in, text_of
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
    """path: the file. new_drop_in: systemd has not read it yet. drop_in: it has, as it was then.
    is_read: systemd has read it as it is, and the next start uses it whatever we do.
    """

    path: str
    said: Message
    new_drop_in: bool = False
    drop_in: bool = False
    is_read: bool = False


def pending(
    name: str,
    unit: Unit,
    daemon_json: str,
    reloads: bool,
    records: Sequence[Record],
    *,
    lookup: Sequence[str] = SYSTEM_UNIT_PATHS,
    switched_off: Sequence[str] = (),
) -> Tuple[Pending, ...]:
    """What others changed since this daemon started and the restart would bring in.

    reloads: systemd will read the unit files again. What the journal knows as our own is left out.
    lookup: where the unit's manager looks for units. switched_off: the links by which our last
    resort keeps drop-ins from it, which every change takes away first.
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
    elif not unit.needs_reload:
        found += _read_since(unit, records)
    there = {each.path for each in found}
    again = (each for each in _again(name, lookup, switched_off) if each.path not in there)
    return (*(_with_commands(each, unit) for each in found), *again)


def _again(name: str, lookup: Sequence[str], switched_off: Sequence[str]) -> Iterable[Pending]:
    folders = {os.path.dirname(os.path.dirname(link)) for link in switched_off}
    names = {os.path.basename(link) for link in switched_off}
    for path in drop_ins_on_disk(name, [each for each in lookup if each not in folders]):
        if os.path.basename(path) in names:
            text = N_("{path} kept the daemon from starting, so it is switched off until then")
            yield Pending(path, message(text, path=path), True)


def _read_since(unit: Unit, records: Sequence[Record]) -> Iterable[Pending]:
    """Files of the unit that systemd has read since this daemon started: by a daemon-reload."""
    for path in (*unit.drop_ins, unit.fragment):
        if path and _newer(path, unit) and not _by_us(path, records):
            said = message(N_("{path} was changed since the daemon started"), path=path)
            yield Pending(path, said, drop_in=path != unit.fragment, is_read=True)


def _with_commands(each: Pending, unit: Unit) -> Pending:
    """With what that file has run before the daemon, which then starts only if that succeeds."""
    if not (each.new_drop_in or each.drop_in or each.path == unit.fragment):
        return each
    named = named_in(text_of(each.path))
    if not named:
        return each
    text = N_(
        "{path} was changed since the daemon started, and it has this run before it: {commands}"
    )
    if each.new_drop_in:
        text = N_(
            "{path} is new: systemd has not read it yet, and it has this run first: {commands}"
        )
    return each._replace(said=message(text, path=each.path, commands="; ".join(named)))


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
