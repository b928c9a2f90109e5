"""Findings with fixes → one Plan: each file edited once, the daemon restarted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dockproxy.core.formats.mending import mended
from dockproxy.core.formats.text_codec import DIALECTS
from dockproxy.core.model.finding import Finding
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Edit, Plan
from dockproxy.core.model.snapshot import FileFact
from dockproxy.plan.make import Proposal, refuse_to_keep, restart_for
from dockproxy.resolve.host import Host
from dockproxy.resolve.make import resolve

_OF_BROKEN = ("fault", "repair", "mended")


def propose_fixes(
    host: Host,
    findings: Iterable[Finding],
    *,
    timeout: float = 300.0,
    keep_containers: bool = False,
) -> Proposal:
    """The Plan that makes the fixes of these findings, those of causes first. keep_containers: over
    the restart. Raises RefusedError where they can't be.
    """
    if keep_containers:
        refuse_to_keep(host.snapshot)
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    edits = [edit for fix in fixes for edit in fix.edits]
    required = any("daemon" in fix.restarts and not fix.edits for fix in fixes)
    restart = restart_for(
        host.snapshot, edits, {}, timeout, keep_containers=keep_containers, required=required
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
    """What is found, with a fix, in JSON files once these fixes have mended them: what no file
    that is no JSON shows, or one that still holds another fault.
    """
    whole: dict[str, FileFact] = {}
    for edit in (edit for each in chosen if each.fix is not None for edit in each.fix.edits):
        fact = whole.get(edit.path) or host.snapshot.file(edit.path)
        dialect = DIALECTS.get(edit.format)
        if fact is None or dialect is None:
            continue
        after = _after(fact, edit, dialect)
        if after is not None:
            whole[edit.path] = after
    if not whole:
        return ()
    files = tuple(whole.get(fact.path, fact) for fact in host.snapshot.files)
    return tuple(
        finding
        for finding in diagnose(resolve(host.snapshot._replace(files=files)))
        if finding.fix is not None and finding.fix.edits
        if any(edit.path in whole for edit in finding.fix.edits)
    )


def _after(fact: FileFact, edit: Edit, dialect: str) -> FileFact | None:
    """The file as it looks after the edit, as far as its masked text can tell; None: the same."""
    text, traits = fact.text or "", dict(fact.traits)
    for repair in edit.repairs:
        if repair.kind == "json-syntax" and "mended" in traits:
            text = traits["mended"]
            traits = {key: value for key, value in traits.items() if key not in _OF_BROKEN}
        elif repair.kind != "json-syntax":
            text = mended(text, repair, dialect)
    if text == fact.text:
        return None
    return fact._replace(text=text, traits=traits, shifts=())
