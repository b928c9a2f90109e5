"""Where root's rights can't be had: the client is set, and an administrator is told the rest."""

from __future__ import annotations

from dockproxy import api
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.report import LeftOut
from dockproxy.transport.local import Local


class ForAnAdmin(NamedTuple):
    """left_out: why the daemon is not set; commands: what an administrator can paste."""

    left_out: LeftOut
    commands: tuple[str, ...]


def own_part(plan: Plan) -> Plan:
    """What this user's rights reach."""
    edits = tuple(edit for edit in plan.edits if edit.owner is not None)
    return plan._replace(edits=edits, restart=None)


def for_an_admin(plan: Plan, barred: RefusedError) -> ForAnAdmin | None:
    """What is left of the plan, None where the daemon's files are so already. barred: why there
    are no root's rights.
    """
    rest = plan._replace(
        edits=tuple(edit for edit in plan.edits if edit.owner is None), builders=()
    )
    seen = api.preview(rest, Local())
    if not seen.changed and not any(item.refuses for item in seen.problems):
        return None
    faults = [item for item in seen.problems if item.refuses and item.code != "not-permitted"]
    if faults:
        how = faults[0].message
    elif seen.by_hand:
        how = Message(N_("an administrator can paste the commands at the end into root's shell"))
    else:
        unseen = next((item.where for item in seen.problems if item.where), plan.daemon_json)
        how = message(
            N_("this user can't read {path}: have an administrator run this command"), path=unseen
        )
    return ForAnAdmin(LeftOut("daemon", barred.message, how), () if faults else seen.by_hand)
