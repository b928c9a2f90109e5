"""What a unit runs before its daemon: if one of these commands fails, the daemon does not start."""

from __future__ import annotations

import os

from dockproxy.core.agent.system import look_at
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.model.light import NamedTuple, pattern
from dockproxy.core.model.message import N_, Message, message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, List, Optional, Sequence, Tuple


KEYS = ("ExecCondition", "ExecStartPre")
_SHOWN = pattern(
    r"\{ path=(\S+) ; argv\[\]=(.*?) ; (?:ignore_errors=(yes|no)|flags=(.*?)) ; .*"
    r"code=(\S+) ; status=(\S+)"
)
_PREFIXES = "-@:+!|"


class Command(NamedTuple):
    """One of them. words: as systemctl shows them. may_fail: a failure stops nothing. failed: it
    ran last and came to a bad end.
    """

    path: str
    words: str
    may_fail: bool = False
    failed: bool = False


def commands(values: Iterable[str]) -> Tuple[Command, ...]:
    """From what ``systemctl show`` says of a unit's ExecStartPre."""
    found = []
    for value in values:
        seen = _SHOWN.search(value)
        if seen is not None:
            path, words, ignore, flags, code, status = seen.groups()
            may_fail = ignore == "yes" or "ignore-failure" in (flags or "")
            failed = code in ("exited", "killed", "dumped") and status.partition("/")[0] != "0"
            found.append(Command(path, words, may_fail, failed))
    return tuple(found)


def bound_to_fail(those: Sequence[Command]) -> Optional[Tuple[Command, Message]]:
    """What can be seen to end the next start before the daemon begins; None where nothing can."""
    for command in those:
        if command.may_fail or not command.path.startswith("/"):
            continue
        shown = _shown(command.words)
        if not os.access(command.path, os.X_OK):
            text = N_("the unit runs {command} before the daemon, and that can't be executed")
            return command, message(text, command=shown)
        if os.path.basename(os.path.realpath(command.path)) == "false":
            text = N_("the unit runs {command} before the daemon, and that always fails")
            return command, message(text, command=shown)
    return None


def that_failed(those: Sequence[Command]) -> str:
    """The one that ended the last start, as a line of the unit; "" where none did."""
    lines = (command.words for command in those if command.failed and not command.may_fail)
    words = next(lines, "")
    return f"ExecStartPre={_shown(words)}" if words else ""


def text_of(path: str) -> str:
    """A unit's file, "" if it can't be read."""
    return (look_at("", path).data or b"").decode("utf-8", "replace")


def named_in(text: str) -> List[str]:
    """The commands that this unit's file has run before the daemon."""
    unit = parse(text)
    lines = [line.value.lstrip(_PREFIXES) for key in KEYS for line in unit.service(key)]
    return [_shown(line) for line in lines if line]


def _shown(command: str) -> str:
    """Its program alone: a password may be among its arguments."""
    program, _, arguments = command.partition(" ")
    return f"{program} …" if arguments else program
