"""The text of a NO_PROXY: entries taken out and put in, all the rest as it was written."""

from __future__ import annotations

from dockproxy.core.model.proxies import entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Optional


def without(text: str, gone: Iterable[str]) -> str:
    """The list without these entries, in any case of their letters."""
    names = {entry.lower() for entry in gone}
    pieces = text.split(",")
    kept = [piece for piece in pieces if piece.strip().lower() not in names or not piece.strip()]
    if len(kept) == len(pieces):
        return text
    left = ",".join(kept)
    return left.strip() if entries(left) else ""


def with_more(text: str, more: Iterable[str]) -> str:
    """The list with these entries at its end, each once and only if it is not there."""
    have = {entry.lower() for entry in entries(text)}
    added: List[str] = []
    for entry in more:
        if entry.lower() not in have:
            added.append(entry)
            have.add(entry.lower())
    if not added:
        return text
    return ",".join([text.rstrip(" \t,"), *added] if entries(text) else added)


def added(before: Optional[str], after: Optional[str]) -> List[str]:
    """The entries of ``after`` that ``before`` has not."""
    have = {entry.lower() for entry in entries(before or "")}
    return [entry for entry in entries(after or "") if entry.lower() not in have]


def taken_back(now: Optional[str], before: Optional[str], after: Optional[str]) -> Optional[str]:
    """The list as it is now, less the change from ``before`` to ``after``: what that added is out,
    what it took away stands again behind the entry that it followed. None: no list.
    """
    text = without(now or "", added(before, after))
    back = {entry.lower() for entry in added(after, before)}
    last = ""
    for entry in entries(before or ""):
        have = [there.lower() for there in entries(text)]
        if entry.lower() in back and entry.lower() not in have:
            text = _put_in(text, entry, last)
            have.append(entry.lower())
        last = entry if entry.lower() in have else last
    if entries(text) == entries(before or ""):
        return before
    return text or None


def _put_in(text: str, entry: str, behind: str) -> str:
    """The list with the entry behind that one, or at its head."""
    if not entries(text):
        return entry
    pieces = text.split(",")
    names = [piece.strip().lower() for piece in pieces]
    place = names.index(behind.lower()) + 1 if behind else 0
    return ",".join([*pieces[:place], entry, *pieces[place:]])
