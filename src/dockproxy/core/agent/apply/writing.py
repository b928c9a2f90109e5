"""The files of one change written one after the other, and put back."""

from __future__ import annotations

from dockproxy.core.agent.apply import file_values
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.agent.apply.files import State, token
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.taking_back import is_ours
from dockproxy.core.agent.apply.targets import put_back as as_before
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, List, Sequence, Tuple


def written_of(entry: str, steps: Sequence[Step]) -> Tuple[Written, ...]:
    """What the journal has to know of these steps before the first of them."""
    return tuple(
        Written(
            step.before,
            token(step.wanted.content),
            step.format,
            step.component,
            _values(step),
            f"{_apart(step)}.dockproxy-{entry}-{index}",
            step.owner,
            step.group,
            step.wanted.content if step.base.in_place or step.base.xattrs or step.interim else None,
            (*step.interim, step.base.token) if step.former else step.interim,
            step.wanted.mode,
        )
        for index, step in enumerate(steps)
    )


def _values(step: Step) -> file_values.Values:
    """What its settings are then: none where undo brings back a file that is no JSON."""
    try:
        return file_values.values(step.wanted.content, step.format, step.keys)
    except ParseError:
        return dict.fromkeys(step.keys)


def _apart(step: Step) -> str:
    """buildx takes every name in its folder of instances for a builder's, and lists none if one is
    not allowed: there the temporary file lies beside that folder.
    """
    return "../" if step.format == "buildx-instance" else ""


def write_steps(
    access: Access, record: Record, steps: Sequence[Step], done: Callable[[], None]
) -> List[Message]:
    """Write every file; gives what a person should know of how. Raises Refusal at the first that
    can't be written; done is called after each that was.
    """
    notes: List[Message] = []
    for file, step in zip(record.files, steps):
        reason = access.write(step, file.temporary) if step.changes else ""
        done()
        if reason:
            notes.append(_in_place_note(step.base.path, reason))
        if step.changes and _is_narrowed(step):
            text = N_("{path} is for its owner alone from now on (mode 0600)")
            notes.append(message(text, path=step.base.path))
        if step.folders:
            access.remove_folders(step)
    return notes


def _is_narrowed(step: Step) -> bool:
    both = step.base.content is not None and step.wanted.content is not None
    return both and step.wanted.mode == 0o600 != step.base.mode


def remove_left_folders(access: Access, steps: Sequence[Step]) -> None:
    """Folders of ours that a run which was killed has left behind without their file."""
    for step in steps:
        if step.folders and not step.changes:
            access.remove_folders(step)


def _in_place_note(path: str, reason: str) -> Message:
    why = {
        "bind-mount": N_("{path} is a mount of its own, so it was written in place"),
        "hard-links": N_("{path} has several names (hard links), so it was written in place"),
        "owner": N_("{path} belongs to another user, so it was written in place"),
        "label": N_("{path} has labels that a new file can't get, so it was written in place"),
    }
    return message(why[reason], path=path)


def put_back(access: Access, record: Record, touched: int) -> List[str]:
    """Every file of the record as it was before; gives what could not be, with the reason.

    touched: how many of them we may have changed; what others did to the rest is theirs alone.
    """
    left = []
    for index, file in reversed(list(enumerate(record.files))):
        try:
            put_back_one(access, file)
        except Refusal as refused:
            if index < touched or refused.problem.code != "changed":
                left.append(f"{file.before.path}: {refused.problem.message}")
    return left


def put_back_one(access: Access, file: Written) -> None:
    """One file as it was before, unless somebody else changed it meanwhile. Raises Refusal."""
    access.clean(file.before, file.temporary, file.owner, file.group)
    now = access.look(file.before.path, file.owner, file.group)
    wanted = as_before(now, file.before, file.format, file.mode)
    step = Step(
        now,
        wanted,
        file.format,
        file.component,
        file.keys,
        file.owner,
        file.group,
        file.before.missing,
    )
    if now.token != file.before.token:
        if not is_ours(now, file):
            raise changed_meanwhile(now)
        access.write(step, file.temporary)
    if step.folders:
        access.remove_folders(step)


def changed_meanwhile(now: State) -> Refusal:
    """A file that is not as we left it."""
    said = Message(N_("somebody changed it while this ran, so it is left as it is"))
    return Refusal(Problem("changed", said, True, now.path))
