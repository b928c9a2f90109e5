"""The smallest change to a JSON text that sets or removes string values.

Only the lines that must change do; indentation, line ends, order, spelling of numbers, duplicates
and whatever else is there stay as they are.
"""

from __future__ import annotations

from dockproxy.core.formats.client_json import read_client_json
from dockproxy.core.formats.go_json import Member, Node, parse, position
from dockproxy.core.formats.go_names import same_field, trimmed
from dockproxy.core.formats.json_layout import (
    insert,
    layout_of,
    new_document,
    newline_of,
    quote,
    remove,
)
from dockproxy.core.formats.splices import Splice, spliced
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.message import N_, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Set, Tuple


Path = tuple[str, ...]


def set_values(
    text: str,
    changes: Sequence[Tuple[Path, Optional[str]]],
    *,
    dialect: str = "daemon",
    indent: str = "  ",
    drop_empty: bool = False,
) -> str:
    """The text with each path's value set to a string, or removed where it is None.

    dialect: whose reading says which of several spellings and duplicates is meant (``daemon``:
    dockerd, ``client``: docker CLI). The one that decides is edited; a removal takes them all.
    indent: one step of it, where the text does not show its own. drop_empty: an object that a
    removal leaves without members goes too (never the document itself).

    A text of blanks alone, or ``null``, becomes a new document; with its last key taken away
    again it is ``{}``. Else what is set where nothing was, in an object that was not there or had
    other members, leaves the text as it was when it is removed with drop_empty.
    Raises ParseError where the reader refuses the text, DockproxyError (its where: line and
    column) where something that is not an object stands in the way.
    """
    for path, value in changes:
        plain = trimmed(text) if dialect == "daemon" else text
        if not plain.strip(" \t\r\n"):
            if value is not None:
                text = new_document(text, path, value, indent) + newline_of(text)
            continue
        if value is not None:
            text = spliced(text, _setting(plain, path, value, dialect, indent))
            continue
        removed = spliced(text, _removal(plain, path, dialect, drop_empty))
        if drop_empty and dialect == "client" and _values(removed) - _values(text):
            # An earlier entry of that name would count again: the last one stays, empty.
            removed = spliced(text, _removal(plain, path, dialect, drop_empty=False))
        text = removed
    return text


def _values(text: str) -> Set[Tuple[str, str, str]]:
    """All that the docker CLI takes from the text's entries."""
    return {
        (entry.name, key, setting.value)
        for entry in read_client_json(text).entries
        for key, setting in entry.settings.items()
        if setting.value is not None
    }


def _removal(text: str, path: Path, dialect: str, drop_empty: bool) -> List[Splice]:
    root = parse(text, trailing=dialect == "client")
    return _strip(text, root, path, 0, dialect=dialect, drop_empty=drop_empty)[0]


def _strip(
    text: str, node: Node, path: Path, level: int, *, dialect: str, drop_empty: bool
) -> Tuple[List[Splice], bool]:
    """What takes the path's members out below this node, and whether none is left in it."""
    gone: Set[int] = set()
    splices: List[Splice] = []
    for index, member in enumerate(node.members):
        if not _is_meant(member.key, path[level], level, dialect):
            continue
        if level == len(path) - 1:
            gone.add(index)
            continue
        inner, emptied = _strip(
            text, member.value, path, level + 1, dialect=dialect, drop_empty=drop_empty
        )
        if emptied and drop_empty:
            gone.add(index)
        else:
            splices += inner
    return splices + remove(text, node, gone), bool(gone) and len(gone) == len(node.members)


def _setting(text: str, path: Path, value: str, dialect: str, indent: str) -> List[Splice]:
    root = parse(text, trailing=dialect == "client")
    if root.kind == "null":
        return [(root.start, root.end, new_document(text, path, value, indent))]
    if root.kind != "object":
        raise _in_the_way(text, (), root)
    holders = [root]
    for level, name in enumerate(path[:-1]):
        named = _read_members(holders, name, level, dialect)
        objects = [member.value for member in named if member.value.kind == "object"]
        if not named:
            return [insert(text, root, holders[-1], (path[level:], value), indent)]
        if not objects:
            last = named[-1].value
            if last.kind != "null":
                raise _in_the_way(text, path[: level + 1], last)
            if dialect == "client" and level == 0 and _forgets(holders, path):
                return [insert(text, root, holders[-1], (path[level:], value), indent)]
            holder = next(each for each in holders if named[-1] in each.members)
            nested = layout_of(text, holder, indent).nested(path[level + 1 :], value)
            return [(last.start, last.end, nested)]
        holders = objects
    named = _read_members(holders, path[-1], len(path) - 1, dialect)
    if not named:
        return [insert(text, root, holders[-1], (path[-1:], value), indent)]
    return _replacement(_deciding(named), path[-1], value, dialect)


def _is_meant(key: str, name: str, level: int, dialect: str) -> bool:
    """Both readers fold the case of a field's name; but the entries of the CLI's ``proxies`` are
    keys of a Go map, compared as spelled (cli 26.1 configfile/file.go, type ConfigFile).
    """
    if dialect == "client" and level == 1:
        return key == name
    return same_field(key, name)


def _read_members(holders: Sequence[Node], name: str, level: int, dialect: str) -> List[Member]:
    """The members of that name which bear on what is read, in order.

    For the CLI a later entry of ``proxies`` replaces an earlier one, and a ``null`` forgets all
    entries before it; dockerd goes through all sections, key by key.
    """
    named = [
        member
        for holder in holders
        for member in holder.members
        if _is_meant(member.key, name, level, dialect)
    ]
    if dialect == "client" and level == 1:
        return named[-1:]
    if dialect == "client" and level == 0:
        nulls = [index for index, member in enumerate(named) if member.value.kind == "null"]
        if nulls:
            return named[nulls[-1] + 1 :] or named[-1:]
    return named


def _forgets(holders: Sequence[Node], path: Path) -> bool:
    """Whether a ``null`` takes back entries before it, so that it has to stay."""
    return any(
        entry.key != path[1]
        for holder in holders
        for member in holder.members
        if _is_meant(member.key, path[0], 0, "client")
        for entry in member.value.members
    )


def _deciding(named: Sequence[Member]) -> Member:
    """The last string: ``null`` leaves a Go string as it is, other types are refused."""
    strings = [member for member in named if member.value.kind == "string"]
    return strings[-1] if strings else named[-1]


def _replacement(found: Member, name: str, value: str, dialect: str) -> List[Splice]:
    splices: List[Splice] = []
    if found.value.kind != "string" or found.value.value != value:
        splices.append((found.value.start, found.value.end, quote(value)))
    if dialect == "daemon" and found.key != name:  # dockerd refuses any other spelling
        splices.append((found.start, found.end, quote(name)))
    return splices


def _in_the_way(text: str, path: Path, node: Node) -> DockproxyError:
    line, column = position(text, node.start)
    said = message(N_("the whole file is of type {kind} where an object is needed"), kind=node.kind)
    if path:
        name = ".".join(path)
        said = message(
            N_("{name} is of type {kind} where an object is needed"), name=name, kind=node.kind
        )
    return DockproxyError(said, f"{line}:{column}")
