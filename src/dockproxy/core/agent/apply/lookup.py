"""The agent's requests about the journal alone: light, since every command asks for what is left
unfinished.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List, Sequence

from dockproxy.core.agent.apply.journal import FINISHED, Journal, Record, journal_for
from dockproxy.core.agent.apply.lock import Lock, is_held
from dockproxy.core.agent.channel import Channel
from dockproxy.core.model.record import dump

WAIT = 30.0
"""Seconds to wait for another run to end."""


def journal_of(request: Dict[str, Any]) -> Journal:
    """The journal that this request is about."""
    return journal_for(str(request.get("root") or ""), request.get("caller") or {})


def history(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """The journal's entries, newest first, and those that a dead run left open."""
    journal = journal_of(request)
    records = journal.records()
    busy = is_held(journal.folder)
    return {
        "entries": [dump(record.entry()) for record in records],
        "unfinished": [dump(record.entry()) for record in _open(records, busy)],
    }


def forget(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """``{"entries": [ID…]|"all"}`` → ``{"removed"}``: entries and the old texts in them go."""
    journal = journal_of(request)
    asked = request["entries"]
    if not os.path.isdir(journal.folder):
        return {"removed": []}
    with Lock(journal.folder, float(request.get("wait", WAIT))):
        ids = [record.id for record in journal.records()] if asked == "all" else list(asked)
        return {"removed": journal.remove([str(item) for item in ids])}


def _open(records: Sequence[Record], busy: bool) -> List[Record]:
    """Entries that no living run will finish. The newest may be the one at work."""
    left = [record for record in records if record.state not in FINISHED]
    return left[1:] if busy and left and left[0] is records[0] else left
