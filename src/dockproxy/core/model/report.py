"""What the agent answers: previews, problems, outcomes, journal entries."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


class Problem(NamedTuple):
    """Why a plan can't be carried out, or what a person must say yes to first.

    code: ``validate-refused``, ``read-only``, ``not-readable``, ``broken-json``, ``managed``,
    ``pending-edits``, ``proxy-unreachable`` … refuses: True stops the plan; False asks.
    force: the word that ``--force`` takes to override a refusal, or "" if nothing does.
    quote: the other program's own message, never retold.
    """

    code: str
    message: Message
    refuses: bool
    where: str = ""
    quote: str = ""
    hint: Optional[Message] = None
    force: str = ""


class FilePreview(NamedTuple):
    """What one edit would do. diff: unified, masked. base: token of the file's bytes now.

    in_place: why it is written in place instead of renamed (``bind-mount``, ``hard-links``), or
    "". created_folders: folders that come with it.
    """

    path: str
    target: str
    component: str
    changed: bool
    existed: bool
    remains: bool
    diff: str
    base: str
    in_place: str = ""
    managed_by: str = ""
    mode: int = 0o644
    created_folders: Tuple[str, ...] = ()


class RestartPreview(NamedTuple):
    """What the restart would do. stops: containers that stop and come back by themselves;
    started_again: those that have no restart policy, so dockproxy starts them afterwards;
    lost: those that can't be brought back (``--rm``). pending: edits by others that this restart
    would make live, each a sentence. live_restore: containers go on running; switched on for this
    restart alone if switches_live_restore. user: whose manager holds the unit, None for the
    machine's own.
    """

    unit: str
    needed: bool
    running: bool
    live_restore: bool = False
    swarm: str = "inactive"
    stops: Tuple[str, ...] = ()
    started_again: Tuple[str, ...] = ()
    lost: Tuple[str, ...] = ()
    pending: Tuple[Message, ...] = ()
    switches_live_restore: bool = False
    user: Optional[int] = None


class RemakePreview(NamedTuple):
    """What becomes of a builder's containers. needed: whether they are made anew.

    containers: those that there are. absent: nodes whose container the next build makes.
    volumes: what keeps the cache. pending: driver options that others edited and that would go
    live with it.
    """

    builder: str
    needed: bool
    containers: Tuple[str, ...] = ()
    absent: Tuple[str, ...] = ()
    volumes: Tuple[str, ...] = ()
    pending: Tuple[str, ...] = ()


class Preview(NamedTuple):
    """What a plan, or an undo, would do; nothing was changed. entry: the journal entry of an undo.

    changed: False means that there is nothing to do. by_hand: the commands with which root does
    what this agent's rights do not reach.
    """

    changed: bool
    files: Tuple[FilePreview, ...]
    restart: Optional[RestartPreview] = None
    problems: Tuple[Problem, ...] = ()
    entry: str = ""
    by_hand: Tuple[str, ...] = ()
    builders: Tuple[RemakePreview, ...] = ()


class Outcome(NamedTuple):
    """How an apply or undo ended. result: ``applied``, ``unchanged``, ``refused`` (nothing was
    changed), ``rolled-back`` (failed, everything put back), ``broken`` (failed, and not all could
    be put back: by_hand holds the commands). files_back: of a broken one, every file is as it was,
    and it is the daemon that does not run.
    """

    result: str
    entry: str = ""
    problem: Optional[Problem] = None
    by_hand: Tuple[str, ...] = ()
    started: Tuple[str, ...] = ()
    not_started: Tuple[str, ...] = ()
    restarted: bool = False
    notes: Tuple[Message, ...] = ()
    interrupted: bool = False
    builders: Tuple[str, ...] = ()
    files_back: bool = False


class Entry(NamedTuple):
    """One journal entry. state: ``planned``, ``written``, ``restarted``, ``done``, ``undone``,
    ``broken``, or ``unreadable``: paths is then its own file. at: seconds since 1970. scope:
    ``root`` or ``user``. put_back: undone by the change itself, which failed, not by a person.
    """

    id: str
    at: float
    intent: str
    state: str
    paths: Tuple[str, ...]
    restarted: bool = False
    scope: str = "root"
    undoes: str = ""
    put_back: bool = False


class LeftOut(NamedTuple):
    """A part that was asked for and can't be set: why, and what to change."""

    component: str
    why: Message
    how: Message
