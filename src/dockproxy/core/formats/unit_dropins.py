"""Which of a unit's files and drop-ins systemd reads, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


# systemd 252 basic/path-lookup.c, lookup_paths_init, and `systemd-analyze unit-paths` on Debian
# 12. There /lib comes before /usr/lib; elsewhere the two are one folder or /lib is not looked at.
SYSTEM_UNIT_PATHS = (
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    "/etc/systemd/system",
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/run/systemd/generator.late",
)


class Ignored(NamedTuple):
    """A file that systemd does not read.

    why: "wrong-suffix" (no ``.conf``), "hidden" (a leading dot), "masked" (the file named by
    ``by``, of a folder that comes first, has the same name), "wrong-folder".
    """

    path: str
    why: str
    by: str = ""


class DropIns(NamedTuple):
    """The drop-ins in the order in which they are read: a later one overrides. An empty file or a
    link to /dev/null is among them: it says nothing, and masks its namesakes."""

    used: list[str]
    ignored: list[Ignored]


def dropin_folders(
    unit: str, lookup: Sequence[str] = SYSTEM_UNIT_PATHS, aliases: Iterable[str] = ()
) -> list[str]:
    """Every folder of drop-ins of this unit, the one whose files mask the others' first.

    systemd 252 and 255 shared/dropin.c, unit_file_find_dropin_paths: all places of
    ``docker.service.d`` (within each place also those of a name's prefixes, ``foo-.service.d`` for
    foo-bar.service), then of its aliases, last the type's own ``service.d``.
    """
    folders: list[str] = []
    for name in (unit, *aliases):
        names = _names(name)
        folders += [f"{place}/{each}.d" for place in lookup for each in names]
    unit_type = unit.rpartition(".")[2]
    folders += [f"{place}/{unit_type}.d" for place in lookup]
    return folders


def _names(unit: str) -> list[str]:
    stem, _, unit_type = unit.rpartition(".")
    prefix, at, instance = stem.partition("@")
    names = [unit]
    if at and instance:
        names += _prefixes(prefix, "@", unit_type, [f"{prefix}@.{unit_type}"])
    return _prefixes(prefix, at + instance, unit_type, names)


def _prefixes(prefix: str, rest: str, unit_type: str, names: list[str]) -> list[str]:
    while True:
        head = prefix[:-1] if prefix.endswith("-") else prefix
        dash = head.rfind("-")
        if dash <= 0:
            return names
        prefix = head[: dash + 1]
        names.append(f"{prefix}{rest}.{unit_type}")


def order_dropins(
    unit: str,
    paths: Iterable[str],
    lookup: Sequence[str] = SYSTEM_UNIT_PATHS,
    aliases: Iterable[str] = (),
) -> DropIns:
    """The order in which systemd reads these files as drop-ins of unit, and which it leaves out.

    Of files with one name only that of the first folder is read, so ``docker.service.d/a.conf`` in
    /usr/lib masks ``service.d/a.conf`` in /etc; what is left is sorted by file name alone, over all
    folders (systemd 252 basic/conf-files.c, conf_files_list_strv).
    """
    rank: dict[str, int] = {}
    for folder in dropin_folders(unit, lookup, aliases):
        rank.setdefault(folder, len(rank))
    paths = list(paths)
    ignored: list[Ignored] = []
    chosen: dict[str, str] = {}
    inside = [path for path in paths if _folder(path) in rank]
    for path in sorted(inside, key=lambda path: (rank[_folder(path)], path)):
        name = path.rpartition("/")[2]
        if name.startswith("."):
            ignored.append(Ignored(path, "hidden"))
        elif not name.endswith(".conf"):
            ignored.append(Ignored(path, "wrong-suffix"))
        elif name in chosen:
            ignored.append(Ignored(path, "masked", chosen[name]))
        else:
            chosen[name] = path
    ignored += [Ignored(path, "wrong-folder") for path in paths if _folder(path) not in rank]
    return DropIns([chosen[name] for name in sorted(chosen, key=_bytes)], ignored)


def choose_fragment(
    unit: str, paths: Iterable[str], lookup: Sequence[str] = SYSTEM_UNIT_PATHS
) -> Optional[str]:
    """The unit's own file: that of the first place which has one (systemd 252, unit-file.c)."""
    there = set(paths)
    return next((f"{place}/{unit}" for place in lookup if f"{place}/{unit}" in there), None)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _bytes(name: str) -> bytes:
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no name of a file here, but in a stranger's Snapshot
        return name.encode("utf-8", "surrogatepass")
