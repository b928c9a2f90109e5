"""Findings as SARIF 2.1.0, for code scanning.

docs.oasis-open.org/sarif/sarif/v2.1.0; GitHub's code scanning reads ruleId, level, locations and
partialFingerprints, which are made of code, path and key so that an edit above moves no alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from dockproxy import __version__
from dockproxy.core.model.finding import Evidence, Finding
from dockproxy.core.model.snapshot import Unknown
from dockproxy.render.sarif_fix import changes_of
from dockproxy.render.terminal import clean
from dockproxy.rules.ignores import Ignored
from dockproxy.rules.registry import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"


def findings_sarif(
    findings: Sequence[Finding],
    unknown: Sequence[Unknown] = (),
    ignored: Sequence[Ignored] = (),
    diffs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One run; its rules are those that found something. ignored: results that are suppressed.

    diffs: of fixes, by finding.
    """
    every = [*findings, *(each.finding for each in ignored)]
    codes = sorted({each.code for each in every})
    by_id = {each.id: each for each in every}
    results = [_result(each, codes, by_id, diffs or {}) for each in every]
    for result, each in zip(results[len(findings) :], ignored):
        result["suppressions"] = [_suppression(each)]
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
                "invocations": [_invocation(unknown)],
                "results": results,
            }
        ],
    }


def _invocation(unknown: Sequence[Unknown]) -> dict[str, Any]:
    """What could not be seen is told, so that silence is not taken for health."""
    told = [
        {"level": "note", "message": {"text": clean(f"not seen: {each.about} ({each.reason})")}}
        for each in unknown
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": told}


def _rule(code: str) -> dict[str, Any]:
    known = rule(code)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in known.name.split("-")),
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.what},
        "help": {
            "text": f"{known.why}\n\n{known.mend}",
            "markdown": f"{known.why}\n\n**How to mend it.** {known.mend}\n",
        },
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
        "properties": {"tags": ["docker", "proxy", known.component]},
    }


def _result(
    finding: Finding,
    codes: Sequence[str],
    by_id: Mapping[str, Finding],
    diffs: Mapping[str, str],
) -> dict[str, Any]:
    first, *rest = finding.evidence or (Evidence(None),)
    said = clean(str(finding.message))
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": said},
        "locations": [_location(first, finding.component)],
        "partialFingerprints": {"dockproxy/v1": clean(finding.id)},
    }
    related = [_location(each, finding.component) for each in rest]
    related += [_cause(by_id[each]) for each in finding.caused_by if each in by_id]
    if related:
        found["relatedLocations"] = [{"id": at, **each} for at, each in enumerate(related, 1)]
    if finding.remedy is not None or finding.caused_by:
        remedy = None if finding.remedy is None else clean(str(finding.remedy))
        caused_by = [clean(each) for each in finding.caused_by]
        found["properties"] = {"remedy": remedy, "causedBy": caused_by}
    if finding.fix is not None:
        changes = _changes(diffs.get(finding.id, ""))
        title = {"text": clean(str(finding.fix.title))}
        if changes:
            found["fixes"] = [{"description": title, "artifactChanges": changes}]
    return found


def _changes(diff: str) -> list[dict[str, Any]]:
    return [
        {"artifactLocation": _artifact(path), "replacements": replacements}
        for path, replacements in changes_of(diff).items()
    ]


def _cause(cause: Finding) -> dict[str, Any]:
    """Where what this follows from is seen."""
    first = cause.evidence[0] if cause.evidence else Evidence(None)
    said = {"text": clean(f"caused by {cause.code}: {cause.message}")}
    return {**_location(first, cause.component), "message": said}


def _suppression(ignored: Ignored) -> dict[str, Any]:
    by = ignored.by
    said: dict[str, Any] = {"kind": "external", "status": "accepted"}
    said["justification"] = clean(by.reason)
    if by.file:
        said["location"] = _location(Evidence(by.file, by.line), "")
    return said


def _location(evidence: Evidence, component: str) -> dict[str, Any]:
    """A place in a file; what stands in none is a logical place: the component."""
    if evidence.path is None:
        return {"logicalLocations": [{"name": component, "kind": "module"}]}
    physical: dict[str, Any] = {"artifactLocation": _artifact(evidence.path)}
    if evidence.line is not None:
        region: dict[str, Any] = {"startLine": evidence.line}
        if evidence.column is not None:
            region["startColumn"] = evidence.column
        if evidence.text:
            region["snippet"] = {"text": clean(evidence.text)}
        physical["region"] = region
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    """RFC 8089 for a machine's file; one of a project is below its root."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeError:
        raw = path.encode("utf-8", "surrogatepass")
    name = quote(raw, safe="/._-~")
    return {"uri": f"file://{name}"} if name.startswith("/") else {"uri": name, "uriBaseId": _ROOT}
