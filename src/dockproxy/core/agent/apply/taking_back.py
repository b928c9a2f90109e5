"""From a journal entry to the files as they were before it."""

from __future__ import annotations

from dockproxy.core.agent.apply import file_values
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.agent.apply.files import State, Wanted, padding
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.targets import Targets, managed, put_back
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Tuple


_STAYS = "stays-mended"


def of_undo(access: Access, record: Record) -> Targets:
    """The steps that take this entry back, last file first."""
    steps: List[Step] = []
    problems: List[Problem] = []
    repaired = {edit.path for edit in record.plan.edits if edit.repairs}
    for file in reversed(record.files):
        try:
            step, more = _back(access, file, file.before.path in repaired)
            if step.changes:
                access.check_writable(step)
        except Refusal as refused:
            problems.append(refused.problem)
            continue
        steps.append(step)
        problems += [*more, *managed(step)]
    if not any(step.changes for step in steps):
        problems = [_refused(problem) for problem in problems]
    return Targets(tuple(steps), tuple(problems))


def _refused(problem: Problem) -> Problem:
    """Where nothing else is to be taken back either, there is nothing to ask."""
    if problem.code != _STAYS:
        return problem
    hint = N_("dockproxy undo ID takes back an older change; dockproxy history lists them")
    return problem._replace(refuses=True, hint=Message(hint))


def _stays_mended(file: Written) -> List[Problem]:
    """A mended text can't be told from what somebody else wrote around it."""
    said = N_("somebody changed it since, so what was mended in it stays mended")
    return [Problem(_STAYS, Message(said), False, file.before.path)]


def _back(access: Access, file: Written, repaired: bool) -> Tuple[Step, List[Problem]]:
    now = access.look(file.before.path, file.owner, file.group)
    before = file.before
    problems: List[Problem] = []
    if is_ours(now, file):
        wanted = put_back(now, before, file.format)
    else:
        wanted, problems = _back_by_keys(now, file)
        problems += _stays_mended(file) if repaired else []
    folders = before.missing if wanted.content is None else ()
    step = Step(
        now, wanted, file.format, file.component, file.keys, file.owner, file.group, folders
    )
    return step, problems


def is_ours(now: State, file: Written) -> bool:
    """Whether these bytes are the old ones, or such as our own change wrote on its way."""
    known = (file.before.token, file.after, *file.interim)
    return now.token in known or _is_torn(now.content, file)


def _is_torn(now: Optional[bytes], file: Written) -> bool:
    """Whether these bytes are a write in place that was cut short, on the way there or back."""
    new, old = file.after_content, file.before.content
    if new is None or old is None or now is None:
        return False
    return _is_between(now, old, new) or _is_between(now, new, old)


def _is_between(now: bytes, before: bytes, after: bytes) -> bool:
    """First what is written, padded to the length that is there, then what was there."""
    padded = after + padding(after, len(before) - len(after))
    same = 0
    while same < min(len(now), len(padded)) and now[same] == padded[same]:
        same += 1
    return now[same:] == before[same:]


def _back_by_keys(now: State, file: Written) -> Tuple[Wanted, List[Problem]]:
    """Others changed the file since: put back our settings alone, and ask if they changed too."""
    before = file.before
    try:
        old = file_values.values(before.content, file.format, file.keys)
        there = file_values.values(now.content, file.format, file.keys)
    except ParseError as error:
        raise file_values.broken(before.path, error) from error
    wanted = [(key, old[key]) for key in file.keys]
    content = file_values.with_values(
        now.content, before.path, file.format, wanted, before.content is None
    )
    if now.content is None:
        result = Wanted(content, before.mode, before.uid, before.gid, before.xattrs)
    else:
        result = Wanted(content, now.mode, now.uid, now.gid, now.xattrs)
    changed = [".".join(key) for key in file.keys if there[key] != file.values[key]]
    if not changed:
        return result, []
    return result, [
        Problem(
            "changed-since",
            message(
                N_("somebody changed {keys} since; taking it back gives the older values"),
                keys=", ".join(changed),
            ),
            False,
            before.path,
            "",
            Message(N_("without a yes nothing is changed")),
        )
    ]
