"""The document of ``dockproxy doctor --format json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dockproxy.core.model.finding import SEVERITIES, Evidence, Finding
from dockproxy.render.json_v1 import document
from dockproxy.resolve.host import Host


def findings_json(host: Host, findings: Sequence[Finding]) -> dict[str, Any]:
    """Causes first; what follows from them stays in the list with ``caused_by``."""
    opening = document("doctor", host.snapshot, host.unknown)
    unknown = opening.pop("unknown")
    summary = {name: sum(each.severity == name for each in findings) for name in SEVERITIES}
    return {
        **opening,
        "findings": [_finding(each) for each in findings],
        "summary": summary,
        "unknown": unknown,
    }


def _finding(finding: Finding) -> dict[str, Any]:
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
        else {"title": str(fix.title), "safe": fix.safe, "restarts": list(fix.restarts)},
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "path": evidence.path,
        "line": evidence.line,
        "column": evidence.column,
        "text": evidence.text,
    }
