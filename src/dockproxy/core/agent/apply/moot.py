"""Entries of runs that did not come to their end, and whether anything is left of them to mend."""

from __future__ import annotations

from dockproxy.core.agent.apply.access import Access
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.agent.apply.journal import Journal
from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.agent.apply.problems import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional


def left_nothing(access: Access, record: Record) -> bool:
    """Whether every file is as it was before: of a run that was cut short before it wrote any, or
    of one that failed and put them back. (That its daemon does not run is seen without it.)
    """
    if record.state not in ("planned", "broken") or record.plan.builders:
        return False
    return all(_token(access, file) == file.before.token for file in record.files)


def close_moot(access: Access, journal: Journal, entry: str) -> None:
    """After a change that came to its end: the entries that were left open before it and of which
    it has settled all. What they wrote and it was made from holds as done, in its place in turn.
    """
    records = journal.records()
    done = next((record for record in records if record.id == entry), None)
    if done is None or done.state not in FINISHED:
        return
    for record in records:
        if record.state in FINISHED or record.plan.builders:
            continue
        if left_nothing(access, record):
            journal.save(record._replace(state="undone", put_back=True))
            continue
        if record.plan.restart is not None and not record.plan.root and not done.restarted:
            continue
        stands = _stand(access, record, done)
        if None in stands:
            continue
        if any(stands) and not record.undoes:
            journal.save(record._replace(state="done"))
        else:
            journal.save(record._replace(state="undone", put_back=True))


def _stand(access: Access, record: Record, done: Record) -> List[Optional[bool]]:
    """For each file whether what the entry wrote holds, None where that can't be told."""
    found: List[Optional[bool]] = []
    for file in record.files:
        settled = [each for each in done.files if each.before.target == file.before.target]
        now = settled[0].before.token if settled else _token(access, file)
        if now in (file.after, file.before.token):
            found.append(now == file.after != file.before.token)
        else:
            found.append(False if settled else None)
    return found


def _token(access: Access, file: Written) -> str:
    try:
        return access.look(file.before.path, file.owner, file.group).token
    except Refusal:
        return ""
