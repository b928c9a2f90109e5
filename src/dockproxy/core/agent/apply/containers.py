"""Containers that ran before a restart and must run after it."""

from __future__ import annotations

from dockproxy.core.agent.apply.daemon import Daemon, Running
from dockproxy.core.agent.apply.progress import Progress
from dockproxy.core.agent.apply.watch import Clock
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Optional, Sequence, Tuple


_POLICY_GRACE = 10.0
"""Seconds that restart policies get to bring their containers back before we start any."""
_PASSES = 3
"""A container that shares another's network starts only after that one."""


class Brought(NamedTuple):
    """Containers that were started again, and those that do not run (by name)."""

    started: Tuple[str, ...] = ()
    missing: Tuple[str, ...] = ()


def bring_back(
    daemon: Daemon, before: Optional[Sequence[Running]], progress: Progress, clock: Clock
) -> Brought:
    """Start the containers that ran before and do not now. Swarm sees to its own tasks."""
    wanted = [item for item in before or () if not item.swarm]
    if not wanted:
        return Brought()
    missing = _missing(daemon, wanted)
    deadline = clock.now() + _POLICY_GRACE
    while clock.now() < deadline and any(item.policy != "no" for item in missing):
        clock.sleep(0.5)
        missing = _missing(daemon, wanted)
    started: List[str] = []
    for _ in range(_PASSES):
        if not missing:
            break
        for item in missing:
            if item.auto_remove and not daemon.known([item.id]):
                continue
            progress.step(N_("starting container {name} again"), name=item.name)
            if daemon.start(item.id) == "":
                started.append(item.name)
        missing = _missing(daemon, wanted)
    for item in wanted:
        if item.paused and item.name in started:
            daemon.pause(item.id)
    return Brought(tuple(dict.fromkeys(started)), tuple(item.name for item in missing))


def _missing(daemon: Daemon, wanted: Sequence[Running]) -> List[Running]:
    there = {item.id for item in daemon.running() or ()}
    return [item for item in wanted if item.id not in there]
