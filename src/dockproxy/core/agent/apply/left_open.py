"""Whether a dead run left anything half done: asked by every command, hence without the journal."""

from __future__ import annotations

import json
import os

FINISHED = ("done", "undone")
"""States of an entry with which nothing is left to do."""

LOCK = "lock"
"""The file in a journal's folder that a run locks."""

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
        with open(path, "rb") as source:
            return bool(json.load(source)["state"] in FINISHED)
    except _NO_ENTRY:
        return False
