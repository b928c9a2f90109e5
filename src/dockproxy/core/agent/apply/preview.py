"""What a change would do, in a form that a person can say yes to; nothing is changed."""

from __future__ import annotations

from dockproxy.core.agent.apply import pre_start, validate
from dockproxy.core.agent.apply.access import Access, Step
from dockproxy.core.agent.apply.builders import foresee_remakes
from dockproxy.core.agent.apply.by_hand import commands
from dockproxy.core.agent.apply.bypass import Bypass
from dockproxy.core.agent.apply.daemon import (
    Daemon,
    Running,
    is_in_a_swarm,
    live_restore_of,
    proxies_of,
    swarm_state,
)
from dockproxy.core.agent.apply.diff import masked_diff
from dockproxy.core.agent.apply.entry import Record
from dockproxy.core.agent.apply.left_open import FINISHED
from dockproxy.core.agent.apply.pending import Pending, pending
from dockproxy.core.agent.apply.problems import Refusal
from dockproxy.core.agent.apply.targets import Targets, manager_of
from dockproxy.core.agent.apply.units import Unit, Units
from dockproxy.core.agent.system import look_at
from dockproxy.core.formats import text_codec
from dockproxy.core.formats.daemon_json import DaemonJson, read_daemon_json
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan, Restart
from dockproxy.core.model.report import FilePreview, Preview, Problem, RestartPreview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple


class Foreseen(NamedTuple):
    """A Preview, and what of it only the agent itself needs."""

    preview: Preview
    pending: Tuple[Pending, ...] = ()


_MAKE_IT_START = frozenset(
    ("optional-file", "reset-exec", "take-away", "variables-out-of-exec", "flags-out-of-exec")
)
"""Repairs of a unit with which systemd starts no daemon."""


def foresee(
    plan: Plan, aims: Targets, records: Sequence[Record], undone: Optional[Record] = None
) -> Foreseen:
    """What these steps and the restart that they need would do. undone: what they take back."""
    files = tuple(file_preview(step) for step in aims.steps)
    problems = list(aims.problems)
    restart: Optional[RestartPreview] = None
    others: Tuple[Pending, ...] = ()
    if plan.restart is not None and not plan.root:
        units = Units(plan.restart.user)
        unit = units.show(plan.restart.unit) if units.present() else Unit()
        judged: List[Problem] = []
        if undone is None or unit.runs:
            judged = _judged(plan, (*aims.steps, *aims.barred), unit)
        restart = _restart(plan.restart, aims.steps, unit, undone)
        if undone is not None and undone.intent == "fix" and not judged:
            judged = _unit_judged(undone)
        if undone is not None and undone.intent == "fix" and judged:
            judged = [_was_broken(problem) for problem in judged]
            restart = restart._replace(needed=False, stops=(), started_again=(), lost=())
        elif undone is not None:
            judged = [_of_undo(problem) for problem in judged]
        problems += judged
        if restart.needed:
            reloads = any(step.format == "systemd-unit" and step.changes for step in aims.steps)
            reloads = reloads or plan.restart.required
            off = Bypass(plan.restart.user).paths()
            lookup = units.paths() if reloads or off else ()
            name, path = plan.restart.unit, plan.daemon_json
            others = pending(name, unit, path, reloads, records, lookup=lookup, switched_off=off)
            restart = restart._replace(pending=tuple(item.said for item in others))
            problems += [*_masked(units, name, unit), *_in_a_swarm(restart), *_asked(others)]
            problems += _bound_to_fail(unit, reloads)
            problems += _others_judged(plan, aims.steps, unit, others)
    elif plan.intent == "set" and undone is None:
        problems += _read(plan, aims.steps)
    builders, more = foresee_remakes(Access(plan.root), plan, aims.steps)
    problems += more
    changed = any(file.changed for file in files) or (restart is not None and restart.needed)
    changed = changed or any(item.needed for item in builders)
    entry = undone.id if undone else ""
    by_hand = commands(aims.barred, plan.restart) if aims.barred else ()
    seen = Preview(changed, files, restart, tuple(problems), entry, by_hand, tuple(builders))
    return Foreseen(seen, others)


def file_preview(step: Step) -> FilePreview:
    """What happens to one file."""
    base, wanted = step.base, step.wanted
    return FilePreview(
        base.path,
        base.target,
        step.component,
        step.changes,
        base.content is not None,
        wanted.content is not None,
        masked_diff(base.path, base.content, wanted.content, step.format),
        base.token,
        base.in_place,
        manager_of(step),
        wanted.mode,
        base.missing if step.changes else (),
    )


def _judged(plan: Plan, steps: Sequence[Step], unit: Unit) -> List[Problem]:
    """What dockerd says of its file as it shall be."""
    for step in steps:
        after = step.wanted.content
        if step.base.path != plan.daemon_json or not step.changes or after is None:
            continue
        program = validate.program_of(unit, plan.restart.user if plan.restart else None)
        if program is None:
            return []
        try:
            judged = validate.check(program, plan.daemon_json, step.base.content, after)
        except Refusal as refused:
            return [refused.problem]
        if judged.unknown is not None:
            return [Problem("not-judged", judged.unknown, False, plan.daemon_json)]
    return []


def _of_undo(problem: Problem) -> Problem:
    """What has changed around the old text since makes dockerd refuse it."""
    if not problem.refuses:
        return problem
    said = Message(N_("dockerd would not start any more with this file as it was before"))
    hint = Message(
        N_(
            "change back what it names and run this again, or take the proxies away with"
            " dockproxy unset"
        )
    )
    return problem._replace(message=said, hint=hint)


def _unit_judged(undone: Record) -> List[Problem]:
    """What was mended in a unit so that systemd starts it: taken back, it does so no more."""
    return [
        Problem("unit-broken", Message(""), True, edit.path)
        for edit in undone.plan.edits
        if any(repair.kind in _MAKE_IT_START for repair in edit.repairs)
    ]


def _was_broken(problem: Problem) -> Problem:
    """dockerd refused this file before it was mended, and it shall be so again."""
    said = Message(
        N_("dockerd refuses this file as it was; it is put back, and the daemon is left alone")
    )
    if problem.code == "unit-broken":
        text = N_("systemd starts no daemon with this file as it was; it is put back, no more")
        said = Message(text)
    return problem._replace(code="was-broken", message=said, refuses=False, hint=None, force="")


def _others_judged(
    plan: Plan, steps: Sequence[Step], unit: Unit, others: Sequence[Pending]
) -> List[Problem]:
    """What dockerd says of its file as others left it, where this change does not touch it."""
    path = plan.daemon_json
    if path not in [item.path for item in others]:
        return []
    if any(step.base.path == path and step.changes for step in steps):
        return []
    program = validate.program_of(unit, plan.restart.user if plan.restart else None)
    content = look_at("", path).data
    if program is None or content is None:
        return []
    judged = validate.judge(program, content, path)
    if not judged.words:
        return []
    said = Message(N_("others changed this file so that dockerd would not start with it"))
    hint = Message(N_("mend that first, in an editor, then run the same command again"))
    return [Problem("validate-refused", said, True, path, judged.words, hint)]


def _read(plan: Plan, steps: Sequence[Step]) -> List[Problem]:
    """Where no dockerd can be asked: what the newest one would say of its file as it shall be."""
    for step in steps:
        if step.base.path != plan.daemon_json or not step.changes:
            continue
        after = _daemon_json(step.wanted.content)
        if after.verdict is None:
            continue
        there = {(item.kind, item.name): item for item in _daemon_json(step.base.content).refusals}
        first = after.refusals[0]
        first = there.get((first.kind, first.name), first)
        where = f"{plan.daemon_json}:{first.line}:{first.column}"
        said = Message(N_("dockerd would not start with this file"))
        hint = Message(N_("mend that spot in an editor, then run the same command again"))
        return [
            Problem("would-not-start", said, True, where, after.verdict, hint, "would-not-start")
        ]
    return []


def _daemon_json(content: Optional[bytes]) -> DaemonJson:
    decoded = text_codec.decode(content or b"", "daemon")
    try:
        return read_daemon_json(decoded.text, encoding=decoded.encoding, bom=bool(decoded.bom))
    except ParseError:
        return DaemonJson()


def _masked(units: Units, name: str, unit: Unit) -> List[Problem]:
    if unit.load_state != "masked":
        return []
    said = message(N_("{unit} is masked: systemd would not start it again"), unit=name)
    hint = message(N_("first run: {systemctl} unmask {unit}"), systemctl=units.program, unit=name)
    return [Problem("masked", said, True, unit.fragment, "", hint)]


def _in_a_swarm(restart: RestartPreview) -> List[Problem]:
    if not restart.switches_live_restore or restart.swarm in ("", "inactive"):
        return []
    said = Message(
        N_("this is a Swarm node, and on one dockerd does not start with live-restore on")
    )
    hint = Message(
        N_(
            "leave --keep-containers out: it is shown what stops then, and Swarm starts the"
            " containers of its services again"
        )
    )
    return [Problem("swarm", said, True, "", "", hint)]


def _bound_to_fail(unit: Unit, reloads: bool) -> List[Problem]:
    """What systemd would run before the daemon, and can't. If it reads the files again first, that
    is looked at when it has.
    """
    said = None if reloads else pre_start.bound_to_fail(unit.pre_start)
    if said is None:
        return []
    hint = Message(N_("mend the unit first: as it is, a restart would end with the daemon down"))
    return [Problem("pre-start", said[1], True, _where_it_stands(unit, said[0]), "", hint)]


def _where_it_stands(unit: Unit, command: pre_start.Command) -> str:
    """The file that has this run before the daemon, as far as its text tells."""
    for path in reversed(unit.drop_ins):
        if command.words.split(" ")[0] in pre_start.text_of(path):
            return path
    return unit.fragment


def _asked(others: Sequence[Pending]) -> List[Problem]:
    if not others:
        return []
    said = Message(N_("others changed files that this restart makes live"))
    where = ", ".join(item.path for item in others)
    hint = Message(N_("ask them first, or look at the files: they may keep it from starting"))
    return [Problem("pending-edits", said, False, where, "", hint)]


def _restart(
    restart: Restart, steps: Sequence[Step], unit: Unit, undone: Optional[Record]
) -> RestartPreview:
    """What the restart stops, and what comes back."""
    changes = any(step.changes and step.component == "daemon" for step in steps)
    if not unit.runs:
        cut_short = undone is not None and undone.state not in FINISHED and undone.daemon_ran
        failed = undone is None and restart.starts_failed and unit.has_failed
        return RestartPreview(restart.unit, cut_short or failed, False, user=restart.user)
    daemon = Daemon(restart.endpoint)
    info = daemon.info()
    if undone is None:
        needed = changes or restart.required or not in_effect(restart, info)
    else:
        needed = _took_up(unit, undone) and (changes or undone.state not in FINISHED)
    # A rootless daemon's containers end with its namespaces, whatever it says (26.1.5, lab).
    on = bool(live_restore_of(info)) and restart.user is None
    on = on and not any(step.former is not None and step.component == "daemon" for step in steps)
    keeps = restart.keep_containers or on
    if undone is not None and is_in_a_swarm(info):
        keeps = on
    stops, again, lost = _containers(() if keeps or not needed else daemon.running() or ())
    return RestartPreview(
        restart.unit,
        needed,
        True,
        keeps,
        swarm_state(info),
        stops,
        again,
        lost,
        switches_live_restore=keeps and not on,
        user=restart.user,
    )


def _took_up(unit: Unit, record: Record) -> bool:
    """Whether the daemon was started since the entry was begun, so that it may run with it.

    On a machine that slept only the second of its start is known.
    """
    return record.restarted or unit.started_at > record.at - 1


def _containers(
    running: Sequence[Running],
) -> Tuple[Tuple[str, ...], Tuple[str, ...], Tuple[str, ...]]:
    """Those that come back by themselves, those that we start again, those that are lost."""
    lost = tuple(item.name for item in running if item.auto_remove)
    again = tuple(item.name for item in running if not item.auto_remove and item.policy == "no")
    back = tuple(item.name for item in running if not item.auto_remove and item.policy != "no")
    return back, again, lost


def in_effect(restart: Restart, info: Optional[Dict[str, Any]]) -> bool:
    """Whether the running daemon has what the plan means. Where it can't be asked: yes."""
    if info is None:
        return True
    now = proxies_of(info)
    return all(now.get(key, "") == value for key, value in restart.expect.items())
