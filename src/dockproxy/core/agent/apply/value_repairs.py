"""Repairs of one value of a file: read as its program reads it, mended, written where it stands."""

from __future__ import annotations

from dockproxy.core.agent.apply.file_values import values, with_values
from dockproxy.core.formats.address_repair import mended_address, mended_list
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.plan import Repair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_VARIABLE = pattern(r"\$(?:\w+|\{\w+\})")
KINDS = ("address", "entry", "add", "copy")


def with_repair(content: bytes, path: str, format_: str, repair: Repair) -> bytes:
    """The file's bytes after the repair; the same where there is nothing to mend.

    ``copy``: the value of ``key`` for its sibling ``to``, which has none or ``$NAME``. ``address``:
    the address of ``key`` mended in the way ``to``. ``entry``: of the list of ``key`` without its
    last part, which is the entry: written as ``to``, or taken out. ``add``: to the list of ``key``
    what of ``to`` is not in it.
    """
    key = repair.key[:-1] if repair.kind == "entry" else repair.key
    target = (*key[:-1], repair.to) if repair.kind == "copy" else key
    try:
        there = values(content, format_, (key, target))
    except ParseError:
        return content
    before = there[key]
    after = _after(repair, before or "", there[target]) if before or repair.kind == "add" else None
    if after is None:
        return content
    written = with_values(content, path, format_, ((target, after or None),), False)
    return content if written is None else written


def _after(repair: Repair, before: str, target: Optional[str]) -> Optional[str]:
    if repair.kind == "copy":
        return None if target and not _VARIABLE.fullmatch(target) else before
    if repair.kind == "add":
        known = [entry.strip() for entry in before.split(",")]
        new = [entry for entry in repair.to.split(",") if entry not in known]
        return ",".join((*((before,) if before else ()), *new)) if new else None
    if repair.kind == "address":
        return mended_address(before, repair.to)
    return mended_list(before, repair.key[-1], repair.to)
