"""Changes that were made after another one and still stand: what of it they leave to take back."""

from __future__ import annotations

from dockproxy.core.agent.apply import file_values
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.no_proxy_list import added
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Set, Tuple


def is_list(key: Tuple[str, ...]) -> bool:
    """Whether the setting of that key is a NO_PROXY: a list, whose entries are told apart."""
    return key[-1].lower().replace("-", "").replace("_", "").rpartition(".")[2] == "noproxy"


def standing_after(records: Sequence[Record], record: Record) -> List[Record]:
    """The later changes that stand, the newest first. An undo and what it took back cancel out."""
    return [
        other
        for other in records
        if other.turn > record.turn and other.state != "undone" and not other.undoes
    ]


def on_the_same(file: Written, later: Sequence[Record]) -> List[Tuple[Record, Written]]:
    """Their steps on that very file."""
    return [
        (record, other)
        for record in later
        for other in record.files
        if other.before.target == file.before.target
    ]


def refused(
    file: Written,
    above: Sequence[Tuple[Record, Written]],
    there: file_values.Values,
    old: file_values.Values,
) -> Optional[Problem]:
    """Why this file of an older change can't be taken back while they stand, if it can't."""
    ids = [record.id for record, other in above if _touches(file, record, other, there, old)]
    return in_the_way(file, ids)


def in_the_way(file: Written, ids: Sequence[str]) -> Optional[Problem]:
    """The refusal that names these entries, the newest first; None where there are none."""
    if not ids:
        return None
    text = N_("later changes have to do with the same settings: {ids}")
    hint = N_(
        "take those back first: dockproxy undo {first}; or set what you want with dockproxy set"
    )
    return Problem(
        "later-changes",
        message(text, ids=", ".join(ids)),
        True,
        file.before.path,
        "",
        message(hint, first=ids[0]),
    )


def _touches(
    file: Written,
    record: Record,
    other: Written,
    there: file_values.Values,
    old: file_values.Values,
) -> bool:
    path = file.before.path
    mended = any(edit.repairs and edit.path == path for edit in record.plan.edits)
    if mended and any(there[key] != file.values[key] for key in file.keys):
        return True
    shared = [key for key in file.keys if key in other.values]
    if not all(is_list(key) for key in shared):
        return True
    try:
        before = file_values.values(other.before.content, other.format, shared)
    except ParseError:
        return bool(shared)
    return any(
        _moved(old[key], file.values[key]) & _moved(before[key], other.values[key])
        for key in shared
    )


def _moved(before: Optional[str], after: Optional[str]) -> Set[str]:
    """The entries that came or went."""
    return {entry.lower() for entry in (*added(before, after), *added(after, before))}
