"""Whether a dead run left anything half done: asked by every command, hence without the journal."""

from __future__ import annotations

import json
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


FINISHED = ("done", "undone")
"""States of an entry with which nothing is left to do."""

LOCK = "lock"
"""The file in a journal's folder that a run locks."""

_MOST = 256 * 1024 * 1024
_NO_ENTRY = (OSError, ValueError, KeyError, TypeError, RecursionError)


def may_be_left_open(folder: str) -> bool:
    """False only where every entry of that journal says that it is finished."""
    try:
        names = os.listdir(folder)
        return not all(_is_finished(os.path.join(folder, name)) for name in names)
    except OSError:
        return True  # what is amiss with it is said by who reads it


def _is_finished(path: str) -> bool:
    if os.path.basename(path) == LOCK:
        return True
    try:
        return bool(read_entry(path)["state"] in FINISHED)
    except _NO_ENTRY:
        return False


def read_entry(path: str) -> Any:
    """The JSON of an entry's file. The journal of a file tree is its maker's: a link, a FIFO or a
    device in it is no entry. Raises OSError or ValueError.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MOST:
            raise ValueError("no entry")
        with os.fdopen(handle, "rb", closefd=False) as source:
            return json.loads(source.read())
    finally:
        os.close(handle)
