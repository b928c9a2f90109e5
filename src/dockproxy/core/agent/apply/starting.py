"""Whose daemon a plan is about, and how it is started where the restart protocol does not do it."""

from __future__ import annotations

from dockproxy.core.agent.apply.units import Unit, Units
from dockproxy.core.agent.observe import dockerd
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_UNIT = "docker.service"


def user_of(plan: Plan) -> Optional[int]:
    """Whose daemon the plan is about, if it is a user's own."""
    if plan.restart is not None:
        return plan.restart.user
    return next((edit.owner for edit in plan.edits if edit.component == "daemon"), None)


def who_starts_it(plan: Plan, unit: Optional[Unit]) -> Message:
    """How the change comes to be live where systemd does not run the daemon."""
    user = user_of(plan)
    units = Units(user)
    pid = dockerd.find((), user or 0)
    restart = plan.restart
    if pid and not plan.root and units.present():
        there = unit or units.show(_UNIT)
        if there.main_pid == pid or (user is not None and there.runs):
            name = restart.unit if restart is not None else _UNIT
            names = " ".join((*units.replaced(there), name))
            text = N_(
                "the daemon runs on as it is (process {pid}). Once its files are right: {command}"
            )
            command = f"{units.program} daemon-reload && {units.program} restart {names}"
            return message(text, pid=pid, command=command)
    if pid:
        text = N_(
            "dockerd (process {pid}) can't be restarted from here: it takes this up when you"
            " restart it the way it was started"
        )
        return message(text, pid=pid)
    if unit is None or restart is None:
        return Message(N_("no systemd runs here: restart the daemon yourself to make it live"))
    program = units.program
    command = f"{program} start {restart.unit}"
    if unit.load_state == "masked":
        command = f"{program} unmask {restart.unit} && {command}"
    if unit.active == "failed":
        command = f"{program} reset-failed {restart.unit} && {command}"
    text = N_("the daemon does not run: it takes this up when it is started ({command})")
    return message(text, command=command)
