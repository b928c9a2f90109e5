"""The agent's requests about the journal alone: light, since every command asks for what is left
unfinished.
"""

from __future__ import annotations

import os

from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.journal import Journal, journal_for
from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.agent.apply.lock import Holder, Lock, is_held
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.channel import Channel
from dockproxy.core.agent.system import user_of
from dockproxy.core.model.message import N_
from dockproxy.core.model.record import dump

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence


WAIT = 30.0
"""Seconds to wait for another run to end, where a request names none."""


def journal_of(request: Dict[str, Any]) -> Journal:
    """The journal that this request is about."""
    return journal_for(str(request.get("root") or ""), request.get("caller") or {})


def history(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """The journal's entries, newest first, and those that a dead run left open."""
    journal = journal_of(request)
    records = journal.records()
    busy = is_held(journal.folder)
    entries = [record.entry() for record in records]
    for unread in journal.unreadable():
        after = (at for at, entry in enumerate(entries) if entry.at < unread.at)
        entries.insert(next(after, len(entries)), unread)
    return {
        "entries": [dump(entry) for entry in entries],
        "unfinished": [dump(record.entry()) for record in _unsettled(request, records, busy)],
    }


def turn(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """``{"wait"}`` → ``{"waited"}`` once no other run is at work. Raises Refusal that names it."""
    journal = journal_of(request)
    if not is_held(journal.folder):
        return {"waited": False}
    with lock_of(request, channel, journal):
        return {"waited": True}


def lock_of(request: Dict[str, Any], channel: Channel, journal: Journal) -> Lock:
    """The lock, to be taken by whoever this request is from."""
    return Lock(
        journal.folder,
        float(request.get("wait", WAIT)),
        user=_user(request.get("caller") or {}),
        command=_command(request),
        told=lambda holder: _tell(channel, holder),
    )


def _tell(channel: Channel, holder: Optional[Holder]) -> None:
    if holder is not None:
        Progress(channel).step(N_("waiting: {who}"), who=str(holder.said))


def _user(caller: Dict[str, Any]) -> str:
    """Whoever asked: by sudo and the like the person behind it."""
    environment = caller.get("environment") or {}
    for name in ("SUDO_USER", "DOAS_USER"):
        if environment.get(name):
            return str(environment[name])
    uid = caller.get("uid", os.getuid())
    user = user_of(uid) if isinstance(uid, int) else None
    return user.name if user else str(uid)


def _command(request: Dict[str, Any]) -> str:
    """What a person typed, without any value."""
    do = request.get("do")
    plan = request.get("plan")
    if do == "apply" and isinstance(plan, dict):
        return f"dockproxy {plan.get('intent')}"
    return "dockproxy history rm" if do == "forget" else f"dockproxy {do}"


def forget(request: Dict[str, Any], channel: Channel) -> Dict[str, Any]:
    """``{"entries": [ID…]|"all"}`` → ``{"removed"}``: entries and the old texts in them go."""
    journal = journal_of(request)
    asked = request["entries"]
    if not os.path.isdir(journal.folder):
        return {"removed": []}
    with lock_of(request, channel, journal):
        known = [record.id for record in journal.records()]
        known += [entry.id for entry in journal.unreadable()]
        ids = known if asked == "all" else list(asked)
        return {"removed": journal.remove([str(item) for item in ids])}


def _unsettled(request: Dict[str, Any], records: Sequence[Record], busy: bool) -> List[Record]:
    """Those of which something is left to mend."""
    left = _open(records, busy)
    if not left:
        return []
    from dockproxy.core.agent.apply.access import Access
    from dockproxy.core.agent.apply.moot import left_nothing

    access = Access(str(request.get("root") or ""))
    return [record for record in left if not left_nothing(access, record)]


def _open(records: Sequence[Record], busy: bool) -> List[Record]:
    """Entries that no living run will finish. The newest may be the one at work."""
    left = [record for record in records if record.state not in FINISHED]
    return left[1:] if busy and left and left[0] is records[0] else left
