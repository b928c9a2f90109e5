"""The documents of ``dockproxy doctor --format json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dockproxy.core.model.finding import SEVERITIES, Evidence, Finding
from dockproxy.render.json_v1 import document, opening_of
from dockproxy.resolve.host import Host
from dockproxy.rules.groups import Groups
from dockproxy.rules.ignores import Ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def findings_json(
    host: Host,
    findings: Sequence[Finding],
    ignored: Sequence[Ignored] = (),
    diffs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Causes first; what follows from them stays in the list with ``caused_by``. ignored: a list of
    its own. diffs: what the fix of a finding would change, by its id.
    """
    known = diffs or {}
    opening = document("doctor", host.snapshot, host.unknown)
    unknown = opening.pop("unknown")
    summary = {name: sum(each.severity == name for each in findings) for name in SEVERITIES}
    return {
        **opening,
        "findings": [_finding(each, known.get(each.id)) for each in findings],
        "summary": summary,
        "ignored": [_ignored(each) for each in ignored],
        "unknown": unknown,
    }


def _ignored(ignored: Ignored) -> dict[str, Any]:
    by = {"path": ignored.by.file, "line": ignored.by.line}
    return {**_finding(ignored.finding, None), "reason": ignored.by.reason, "by": by}


def _finding(finding: Finding, diff: str | None) -> dict[str, Any]:
    fix = finding.fix
    return {
        "id": finding.id,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "component": finding.component,
        "message": str(finding.message),
        "evidence": [_evidence(each) for each in finding.evidence],
        "remedy": None if finding.remedy is None else str(finding.remedy),
        "caused_by": list(finding.caused_by),
        "fix": None
        if fix is None
        else {
            "title": str(fix.title),
            "safe": fix.safe,
            "diff": diff,
            "restarts": list(fix.restarts),
        },
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "path": evidence.path,
        "line": evidence.line,
        "column": evidence.column,
        "text": evidence.text,
    }


def groups_json(groups: Groups) -> dict[str, Any]:
    """Many machines, by cause; of the names of machines some of each."""
    return {
        **opening_of("doctor"),
        "snapshots": groups.hosts,
        "healthy": groups.healthy,
        "ignored": groups.ignored,
        "unreadable": {"count": groups.unreadable, "names": groups.unreadable_names},
        "groups": [
            {
                "code": each.code,
                "name": each.name,
                "severity": each.severity,
                "count": each.count,
                "message": str(each.example),
                "names": each.hosts,
            }
            for each in groups.all()
        ],
        "unknown": [],
    }
