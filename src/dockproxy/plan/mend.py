"""Findings with fixes → one Plan: each file edited once, the daemon restarted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dockproxy.core.model.finding import Finding
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Plan
from dockproxy.plan.make import Proposal, restart_for
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve

_OF_BROKEN = ("fault", "repair", "mended")


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


def what_follows(
    host: Host, chosen: Sequence[Finding], diagnose: Callable[[Host], Sequence[Finding]]
) -> tuple[Finding, ...]:
    """What is found, with a fix, in files that are no JSON once these fixes have made them so."""
    whole = {}
    for edit in (edit for each in chosen if each.fix is not None for edit in each.fix.edits):
        fact = host.snapshot.file(edit.path)
        is_mended = any(repair.kind == "json-syntax" for repair in edit.repairs)
        if is_mended and fact is not None and "mended" in fact.traits:
            kept = {key: text for key, text in fact.traits.items() if key not in _OF_BROKEN}
            whole[edit.path] = fact._replace(text=fact.traits["mended"], traits=kept, shifts=())
    if not whole:
        return ()
    files = tuple(whole.get(fact.path, fact) for fact in host.snapshot.files)
    there = {finding.id for finding in chosen}
    return tuple(
        finding
        for finding in diagnose(resolve(host.snapshot._replace(files=files)))
        if finding.fix is not None and finding.fix.edits and finding.id not in there
        if all(edit.path in whole for edit in finding.fix.edits)
    )
