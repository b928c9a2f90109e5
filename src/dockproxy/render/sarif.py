"""Findings as SARIF 2.1.0, for code scanning.

docs.oasis-open.org/sarif/sarif/v2.1.0; GitHub's code scanning reads ruleId, level, locations and
partialFingerprints, which are made of code, path and key so that an edit above moves no alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dockproxy import __version__
from dockproxy.core.model.finding import Evidence, Finding
from dockproxy.rules.registry import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def findings_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """One run; its rules are those that found something."""
    codes = sorted({each.code for each in findings})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dockproxy",
                        "version": __version__,
                        "rules": [_rule(code) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, codes) for each in findings],
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    known = rule(code)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in known.name.split("-")),
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.what},
        "help": {"text": f"{known.why}\n\n{known.mend}"},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _result(finding: Finding, codes: Sequence[str]) -> dict[str, Any]:
    first, *rest = finding.evidence or (Evidence(None),)
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": str(finding.message)},
        "locations": [_location(first, finding.component)],
        "partialFingerprints": {"dockproxy/v1": finding.id},
    }
    if rest:
        found["relatedLocations"] = [_location(each, finding.component) for each in rest]
    return found


def _location(evidence: Evidence, component: str) -> dict[str, Any]:
    """A place in a file; what stands in none is a logical place: the component."""
    if evidence.path is None:
        return {"logicalLocations": [{"name": component, "kind": "module"}]}
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": quote(evidence.path.lstrip("/"), safe="/._-~")}
    }
    if evidence.line is not None:
        region: dict[str, Any] = {"startLine": evidence.line}
        if evidence.column is not None:
            region["startColumn"] = evidence.column
        if evidence.text:
            region["snippet"] = {"text": evidence.text}
        physical["region"] = region
    return {"physicalLocation": physical}
