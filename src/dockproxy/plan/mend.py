"""Findings with fixes → one Plan: each file edited once, the daemon restarted once."""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.finding import Finding
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Plan
from dockproxy.plan.make import Proposal, restart_for
from dockproxy.resolve.host import Host


def propose_fixes(host: Host, findings: Iterable[Finding], *, timeout: float = 300.0) -> Proposal:
    """The Plan that makes the fixes of these findings, those of causes first."""
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    edits = [edit for fix in fixes for edit in fix.edits]
    required = any("daemon" in fix.restarts and not fix.edits for fix in fixes)
    restart = restart_for(
        host.snapshot, edits, {}, timeout, keep_containers=False, required=required
    )
    plan = Plan(
        "fix",
        tuple(edits),
        None if restart is None else restart._replace(starts_failed=True, required=required),
        host.snapshot.daemon_json,
        host.snapshot.machine.root,
        host.recorded,
    )
    nothing = not edits and restart is None
    notes = (message(N_("there is nothing here that can be mended for you")),) if nothing else ()
    return Proposal(plan, notes)
