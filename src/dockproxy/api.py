"""The public library: observe a machine, plan a change, preview it, apply it, take it back.

Nothing here prints or prompts: ``apply`` and ``undo`` ask their ``confirm`` callable, with the
Preview, and give back what came of it: ``Applied | Declined | RolledBack | Broken``, never None.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from dockproxy.contact import answering_gateways, check_proxies, prove_daemon
from dockproxy.core.model.errors import DockproxyError, RefusedError
from dockproxy.core.model.finding import Finding
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.proxies import Proxies
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.report import Entry, Outcome, Preview
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.live import observe, reveal, unfinished
from dockproxy.plan.intent import SETTABLE, intent_from, intent_to_unset
from dockproxy.plan.make import Proposal, propose
from dockproxy.recorded import dump_snapshot, load_snapshot, read_snapshot, write_snapshot
from dockproxy.resolve.host import Host
from dockproxy.transport.base import Channel, Silent, Transport, request
from dockproxy.transport.choose import transport_for
from dockproxy.transport.local import Local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


__all__ = [
    "Applied",
    "Broken",
    "Declined",
    "DockproxyError",
    "Entry",
    "Finding",
    "Host",
    "Plan",
    "Preview",
    "Proposal",
    "Proxies",
    "RolledBack",
    "Snapshot",
    "apply",
    "await_turn",
    "check_proxies",
    "diagnose",
    "dump_snapshot",
    "forget",
    "history",
    "load_snapshot",
    "observe",
    "plan_set",
    "plan_unset",
    "preview",
    "preview_undo",
    "prove_daemon",
    "read_snapshot",
    "reveal",
    "undo",
    "unfinished",
    "write_snapshot",
]


class Applied(NamedTuple):
    """Done and seen to work, or nothing was to be done (changed is False)."""

    changed: bool
    preview: Preview
    outcome: Outcome | None = None


class Declined(NamedTuple):
    """Refused or declined: nothing was changed. problem codes say why; empty: confirm said no."""

    preview: Preview
    outcome: Outcome | None = None


class RolledBack(NamedTuple):
    """Failed, and everything was put back."""

    preview: Preview
    outcome: Outcome


class Broken(NamedTuple):
    """Failed, and not everything could be put back: ``outcome.by_hand`` holds the commands."""

    preview: Preview
    outcome: Outcome


Result = Applied | Declined | RolledBack | Broken
Confirm = Callable[[Preview], bool]


def diagnose(
    host: Host, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """What is wrong, causes first (``dockproxy doctor``). select, ignore: codes or beginnings of
    codes; nothing selected means all. Nothing is contacted.
    """
    from dockproxy.rules.diagnose import diagnose as judged

    return judged(host, select, ignore)


def plan_set(
    host: Host,
    proxies: Proxies,
    *,
    parts: tuple[str, ...] = SETTABLE,
    via: str = "auto",
    no_proxy_add: tuple[str, ...] = (),
    no_proxy_remove: tuple[str, ...] = (),
    contact: bool = True,
) -> Proposal:
    """The Plan that sets these proxies. A loopback proxy for containers is looked for at Docker's
    gateways, which contacts it; ``contact=False`` forbids that.
    """
    intent = intent_from(
        **proxies._asdict(),
        no_proxy_add=no_proxy_add,
        no_proxy_remove=no_proxy_remove,
        parts=parts,
        via=via,
    )
    found = answering_gateways(host, intent) if contact else ()
    return _marked(host, propose(host, intent, answering_gateways=found))


def plan_unset(
    host: Host, *, parts: tuple[str, ...] = SETTABLE, keys: tuple[str, ...] = ()
) -> Proposal:
    """The Plan that takes the proxies named (or all) away."""
    return _marked(host, propose(host, intent_to_unset(parts, keys)))


def _marked(host: Host, proposal: Proposal) -> Proposal:
    return proposal._replace(plan=proposal.plan._replace(recorded=host.recorded))


def needs_root(plan: Plan) -> bool:
    """Whether any edit lies outside the calling user's own home, or the machine's daemon is to be
    restarted without one."""
    daemons = acting_user(plan)
    others = daemons is not None and daemons != os.geteuid()
    alone = plan.restart is not None and not plan.edits and plan.restart.user is None
    return not plan.root and (others or alone or any(edit.owner is None for edit in plan.edits))


def acting_user(plan: Plan) -> int | None:
    """Whose rights the plan is carried out with: a rootless daemon's is its user's. None: one's
    own, or root's.
    """
    owners = [edit.owner for edit in plan.edits if edit.component == "daemon"]
    if not plan.edits and plan.restart is not None:
        owners = [plan.restart.user]
    return owners[0] if owners and not plan.root else None


def preview(
    plan: Plan, transport: Transport | None = None, channel: Channel | None = None
) -> Preview:
    """What the plan would do; nothing is changed. Raises RefusedError for one of a Snapshot's file:
    its paths may be another machine's, or a stranger's choice.
    """
    if plan.recorded:
        raise RefusedError(
            N_("this plan was made from a Snapshot's file, not from this machine"),
            hint=N_("observe the machine itself, and plan from that"),
        )
    way = transport or transport_for(needs_root(plan), interactive=False)
    answer = way.request(
        request("preview", plan.root, plan=dump(plan, reveal=True), **_whose(plan)),
        channel or Silent(),
    )
    return load(Preview, answer["preview"])


def apply(
    plan: Plan,
    confirm: Confirm,
    *,
    transport: Transport | None = None,
    channel: Channel | None = None,
    force: tuple[str, ...] = (),
    wait: float = 30.0,
) -> Result:
    """Preview, ask ``confirm``, then apply with the whole restart protocol."""
    way = transport or transport_for(needs_root(plan), interactive=False)
    seen = preview(plan, way, channel)
    return _carry_out(
        seen,
        confirm,
        force,
        lambda: way.request(
            request(
                "apply",
                plan.root,
                plan=dump(plan, reveal=True),
                bases={file.path: file.base for file in seen.files},
                force=list(force),
                wait=wait,
                **_whose(plan),
            ),
            channel or Silent(),
        ),
    )


def _whose(plan: Plan) -> dict[str, int]:
    user = acting_user(plan)
    return {} if user is None else {"as": user}


def preview_undo(
    entry: str | None, *, root: str = "", transport: Transport | None = None
) -> Preview:
    """What taking back that journal entry (or the newest) would do."""
    way = transport or Local()
    answer = way.request(request("undo", root, entry=entry, preview=True), Silent())
    return load(Preview, answer["preview"])


def undo(
    entry: str | None,
    confirm: Confirm,
    *,
    root: str = "",
    timeout: float = 300.0,
    transport: Transport | None = None,
    channel: Channel | None = None,
    force: tuple[str, ...] = (),
    wait: float = 30.0,
) -> Result:
    """Take back a journal entry (the newest if None): every file byte for byte as it was.

    Where every file is so already (a run that was killed), ``confirm`` gets a Preview that changes
    nothing, and its yes closes the entry.
    """
    way = transport or Local()
    seen = preview_undo(entry, root=root, transport=way)
    return _carry_out(
        seen,
        confirm,
        force,
        lambda: way.request(
            request(
                "undo",
                root,
                entry=seen.entry,
                preview=False,
                bases={file.path: file.base for file in seen.files},
                timeout=timeout,
                force=list(force),
                wait=wait,
            ),
            channel or Silent(),
        ),
    )


def history(root: str = "", transport: Transport | None = None) -> tuple[Entry, ...]:
    """The journal's entries, newest first."""
    answer = (transport or Local()).request(request("history", root), Silent())
    return tuple(load(Entry, entry) for entry in answer["entries"])


def await_turn(
    root: str = "",
    wait: float = 0.0,
    transport: Transport | None = None,
    channel: Channel | None = None,
) -> bool:
    """Whether another run had to be waited for. Raises RefusedError, which names it, if it does
    not end within ``wait`` seconds.
    """
    asked = request("turn", root, wait=wait)
    return bool((transport or Local()).request(asked, channel or Silent())["waited"])


def forget(
    entries: tuple[str, ...], root: str = "", transport: Transport | None = None
) -> tuple[str, ...]:
    """Remove journal entries, and with them the old texts that they hold; no entry means all."""
    asked = request("forget", root, entries=list(entries) or "all")
    answer = (transport or Local()).request(asked, Silent())
    return tuple(answer["removed"])


def _carry_out(
    seen: Preview, confirm: Confirm, force: tuple[str, ...], act: Callable[[], dict[str, Any]]
) -> Result:
    if any(problem.refuses and problem.force not in force for problem in seen.problems):
        return Declined(seen)
    if not seen.changed:
        if seen.entry and confirm(seen):
            act()  # its entry is closed, so that the next undo takes back the one before it
        return Applied(False, seen)
    if not confirm(seen):
        return Declined(seen)
    outcome = load(Outcome, act()["outcome"])
    if outcome.result in ("applied", "unchanged"):
        return Applied(outcome.result == "applied", seen, outcome)
    if outcome.result == "refused":
        return Declined(seen, outcome)
    if outcome.result == "rolled-back":
        return RolledBack(seen, outcome)
    if outcome.result == "broken":
        return Broken(seen, outcome)
    raise RefusedError(N_("the agent's answer could not be read"))
