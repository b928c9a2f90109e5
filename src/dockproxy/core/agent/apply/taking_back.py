"""From a journal entry to the files as they were before it."""

from __future__ import annotations

from dockproxy.core.agent.apply import file_values, later
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.entry import Record, Written
from dockproxy.core.agent.apply.files import State, Wanted, padding
from dockproxy.core.agent.apply.journal import came_from
from dockproxy.core.agent.apply.keep import without_ours
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.targets import Targets, managed, put_back
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.no_proxy_list import added, taken_back
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


_STAYS = "stays-mended"


def of_undo(access: Access, record: Record, records: Sequence[Record]) -> Targets:
    """The steps that take this entry back, last file first. records: the whole journal: what later
    ones changed stays, and where that can't be, nothing is taken back.
    """
    since = later.standing_after(records, record)
    steps: List[Step] = []
    problems: List[Problem] = []
    repaired = {edit.path for edit in record.plan.edits if edit.repairs}
    for file in reversed(record.files):
        try:
            above = later.on_the_same(file, since)
            if above and file.before.path in repaired:
                problems += _standing_on(file, above)
                continue
            step, more = _back(access, file, file.before.path in repaired, above, records)
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


def _standing_on(file: Written, above: Sequence[Tuple[Record, Written]]) -> List[Problem]:
    found = later.in_the_way(file, [record.id for record, _file in above])
    return [found] if found else []


def _back(
    access: Access,
    file: Written,
    repaired: bool,
    above: Sequence[Tuple[Record, Written]],
    records: Sequence[Record],
) -> Tuple[Step, List[Problem]]:
    there = access.look(file.before.path, file.owner, file.group)
    former = without_ours(there, records)
    now = former or there
    before = file.before
    problems: List[Problem] = []
    made = before if before.content is None else None
    if not above and is_ours(now, file):
        wanted = put_back(now, before, file.format, file.mode)
    else:
        chain = came_from(list(records), before.path, now.content)
        if chain and chain[-1].before.content is None:
            made = chain[-1].before
        wanted, problems = _back_by_keys(now, file, above, made is not None)
        problems += _stays_mended(file) if repaired else []
    folders = made.missing if made is not None and wanted.content is None else ()
    step = Step(
        there, wanted, file.format, file.component, file.keys, file.owner, file.group, folders
    )
    step = step._replace(former=former)
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


def _back_by_keys(
    now: State, file: Written, above: Sequence[Tuple[Record, Written]], made_by_us: bool
) -> Tuple[Wanted, List[Problem]]:
    """The file was changed since: put back our settings alone, of a list our entries alone, and
    ask if others changed them too.
    """
    before = file.before
    try:
        old = file_values.values(before.content, file.format, file.keys)
        there = file_values.values(now.content, file.format, file.keys)
    except ParseError as error:
        raise file_values.broken(before.path, error) from error
    in_the_way = later.refused(file, above, there, old)
    if in_the_way is not None:
        raise Refusal(in_the_way)
    wanted = [(key, _back_to(key, there[key], old[key], file.values[key])) for key in file.keys]
    content = file_values.with_values(now.content, before.path, file.format, wanted, made_by_us)
    if now.content is None:
        result = Wanted(content, before.mode, before.uid, before.gid, before.xattrs)
    else:
        result = Wanted(content, now.mode, now.uid, now.gid, now.xattrs)
    changed = [
        ".".join(key)
        for key in file.keys
        if not _as_we_left_it(key, there[key], old[key], file.values[key])
    ]
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


def _back_to(
    key: file_values.Key, now: Optional[str], before: Optional[str], after: Optional[str]
) -> Optional[str]:
    """The value to give the setting, which our change took from ``before`` to ``after``."""
    if now == after or not later.is_list(key):
        return before
    return taken_back(now, before, after)


def _as_we_left_it(
    key: file_values.Key, now: Optional[str], before: Optional[str], after: Optional[str]
) -> bool:
    """Whether nobody touched what our change did; of a list that is its entries alone."""
    if now == after or not later.is_list(key):
        return now == after
    came_back = {entry.lower() for entry in added(after, before)} & {
        entry.lower() for entry in added(None, now)
    }
    return not came_back and not {e.lower() for e in added(before, after)} & {
        e.lower() for e in added(now, after)
    }
