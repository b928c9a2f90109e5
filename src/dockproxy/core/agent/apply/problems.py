"""Why a change can't be made, as the Problem that a person reads."""

from __future__ import annotations

import errno
import os

from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


class Refusal(RefusedError):
    """A RefusedError that carries the whole Problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message, problem.where or None, problem.hint)
        self.problem = problem


def refusal(
    code: str,
    text: str,
    where: str = "",
    hint: Optional[Message] = None,
    quote: str = "",
    **params: object,
) -> Refusal:
    """A Refusal for this code and template; nothing overrides it."""
    return Refusal(Problem(code, message(text, **params), True, where, quote, hint))


A_FILE_OR_NOTHING = N_("put a plain file there, or nothing at all, then run this again")

_ERRNO: Dict[int, Tuple[str, str]] = {
    errno.ENOSPC: ("disk-full", N_("there is no space left for this file")),
    errno.EDQUOT: ("disk-full", N_("the quota leaves no space for this file")),
    errno.EROFS: ("read-only", N_("the file system is read-only")),
    errno.EACCES: ("not-permitted", N_("this user may not read or write it")),
    errno.EPERM: ("not-permitted", N_("the system does not let this user change it")),
    errno.ELOOP: ("link-loop", N_("its symbolic links lead round in a circle")),
    errno.ENOTDIR: ("not-a-folder", N_("a file stands where a folder must be")),
    errno.EISDIR: ("not-a-file", N_("a folder stands where a file must be")),
    errno.EIO: ("io-error", N_("the disk could not be read or written")),
}


_HINTS: Dict[str, str] = {
    "disk-full": N_("make room there, then run this again"),
    "read-only": N_("make the change where this file comes from, or have it mounted for writing"),
    "not-permitted": N_(
        "run this as root, or as the user whose file it is; root follows no link of a user's to"
        " where that user may not go"
    ),
    "link-loop": N_("take the links away, then run this again"),
    "not-a-folder": N_("put a folder there, or nothing at all, then run this again"),
    "not-a-file": A_FILE_OR_NOTHING,
}


def of_error(error: OSError, where: str) -> Problem:
    """The Problem that an OSError on this path means; its own words are the quote."""
    code, text = _ERRNO.get(error.errno or 0, ("io-error", N_("the file can't be read or written")))
    hint = _HINTS.get(code)
    return Problem(
        code,
        Message(text),
        True,
        where,
        error.strerror or "",
        None if hint is None else Message(hint),
    )


def strerror(number: int) -> OSError:
    """The OSError for an errno, worded by the system."""
    return OSError(number, os.strerror(number))
