"""Where root's rights can't be had: the client is set, and an administrator is told the rest."""

from __future__ import annotations

from dockproxy import api
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan, Restart
from dockproxy.core.model.report import LeftOut
from dockproxy.resolve.host import Host
from dockproxy.transport.local import Local

_HIDDEN = ("permission", "not-readable")


class ForAnAdmin(NamedTuple):
    """left_out: why the daemon is not set; commands: what an administrator can paste; notes: what
    they stop.
    """

    left_out: LeftOut
    commands: tuple[str, ...]
    notes: tuple[Message, ...] = ()


def own_part(plan: Plan) -> Plan:
    """What this user's rights reach."""
    edits = tuple(edit for edit in plan.edits if edit.owner is not None)
    return plan._replace(edits=edits, restart=None)


def for_an_admin(host: Host, plan: Plan, barred: RefusedError) -> ForAnAdmin | None:
    """What is left of the plan, None where the daemon's files are so already. barred: why there
    are no root's rights.
    """
    unseen = unseen_file(host)
    if unseen:
        return ForAnAdmin(LeftOut("daemon", barred.message, _by_an_admin(unseen)), ())
    rest = plan._replace(
        edits=tuple(edit for edit in plan.edits if edit.owner is None), builders=()
    )
    seen = api.preview(rest, Local())
    if not seen.changed and not any(item.refuses for item in seen.problems):
        return None
    faults = [item for item in seen.problems if item.refuses and item.code != "not-permitted"]
    if faults:
        return ForAnAdmin(LeftOut("daemon", barred.message, faults[0].message), ())
    if not seen.by_hand:
        path = next((item.where for item in seen.problems if item.where), plan.daemon_json)
        return ForAnAdmin(LeftOut("daemon", barred.message, _by_an_admin(path)), ())
    how = Message(N_("an administrator can paste the commands at the end into root's shell"))
    notes = () if plan.restart is None else (_stopped(host, plan.restart),)
    return ForAnAdmin(LeftOut("daemon", barred.message, how), seen.by_hand, notes)


def _by_an_admin(path: str) -> Message:
    text = N_("this user can't read {path}: have an administrator run this command")
    return message(text, path=path)


def unseen_file(host: Host) -> str:
    """The path of a file that may decide on the daemon's proxies and was not read; else "". What is
    written beside it may have no effect.
    """
    for item in host.unknown:
        if item.reason not in _HIDDEN:
            continue
        if item.about == "daemon.daemon_json":
            return host.snapshot.daemon_json
        if item.about.startswith(("daemon.unit:", "daemon.environment_file:")):
            return item.about.partition(":")[2]
    return ""


def _stopped(host: Host, restart: Restart) -> Message:
    """Which containers the restart stops, as far as this user sees them."""
    engine = host.snapshot.engine
    if engine is None:
        text = N_("the restart of {unit} stops running containers, unless live-restore is on")
        return message(text, unit=restart.unit)
    running = [each.name for each in host.snapshot.containers if each.state == "running"]
    if not running or engine.live_restore:
        return message(N_("the restart of {unit} stops no container"), unit=restart.unit)
    text = N_(
        "the restart of {unit} stops these containers: {names}; those without a restart policy stay"
        " down until somebody starts them"
    )
    return message(text, unit=restart.unit, names=", ".join(running))
