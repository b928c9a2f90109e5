"""What a change would do, in a form that a person can say yes to; nothing is changed."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from dockproxy.core.agent.apply.access import Step
from dockproxy.core.agent.apply.daemon import Daemon
from dockproxy.core.agent.apply.diff import masked_diff
from dockproxy.core.agent.apply.units import Units
from dockproxy.core.model.plan import Plan, Restart
from dockproxy.core.model.report import FilePreview, Preview, Problem, RestartPreview


def preview(
    plan: Plan, steps: Sequence[Step], problems: Sequence[Problem], entry: str = ""
) -> Preview:
    """The Preview of these steps and of the restart that they need."""
    files = tuple(file_preview(step) for step in steps)
    restart = None
    if plan.restart is not None and not plan.root:
        restart = restart_preview(plan.restart, steps)
    changed = any(file.changed for file in files) or (restart is not None and restart.needed)
    return Preview(changed, files, restart, tuple(problems), entry)


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
        "",
        wanted.mode,
        base.missing if step.changes else (),
    )


def restart_preview(restart: Restart, steps: Sequence[Step]) -> Optional[RestartPreview]:
    """What the restart stops, and what comes back."""
    changes = any(step.changes and step.component == "daemon" for step in steps)
    units = Units()
    if not units.present():
        return None
    unit = units.show(restart.unit)
    if not unit.runs:
        return RestartPreview(restart.unit, False, False)
    daemon = Daemon(restart.endpoint)
    info = daemon.info() or {}
    needed = changes or not in_effect(restart, info)
    running = daemon.running() or []
    keeps = bool(info.get("LiveRestoreEnabled")) or restart.keep_containers
    stops: Tuple[str, ...] = ()
    again: Tuple[str, ...] = ()
    lost: Tuple[str, ...] = ()
    if not keeps:
        lost = tuple(item.name for item in running if item.auto_remove)
        again = tuple(item.name for item in running if item.policy == "no" and not item.auto_remove)
        stops = tuple(item.name for item in running if item.policy != "no")
    swarm = str((info.get("Swarm") or {}).get("LocalNodeState") or "inactive")
    return RestartPreview(restart.unit, needed, True, keeps, swarm, stops, again, lost)


def in_effect(restart: Restart, info: object) -> bool:
    """Whether the running daemon already has what the plan means."""
    from dockproxy.core.agent.apply.daemon import proxies_of

    now = proxies_of(info) if isinstance(info, dict) else {}
    return all(now.get(key, "") == value for key, value in restart.expect.items())
