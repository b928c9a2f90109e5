"""Findings for CI: workflow commands of GitHub Actions, and JUnit's XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from dockproxy.core.model.finding import Finding
from dockproxy.render.terminal import clean

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def findings_github(findings: Sequence[Finding]) -> str:
    """``::error file=…,line=…,col=…,title=…::message``, one a line (docs.github.com, workflow
    commands)."""
    return "".join(_command(each) for each in findings)


def _command(finding: Finding) -> str:
    first = finding.evidence[0] if finding.evidence else None
    fields = []
    if first is not None and first.path is not None:
        fields.append(f"file={_property(first.path)}")
        if first.line is not None:
            fields.append(f"line={first.line}")
        if first.column is not None:
            fields.append(f"col={first.column}")
    fields.append(f"title={_property(f'{finding.code} {finding.name}')}")
    return f"::{_COMMANDS[finding.severity]} {','.join(fields)}::{_data(str(finding.message))}\n"


def _data(text: str) -> str:
    return clean(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def findings_junit(findings: Sequence[Finding]) -> str:
    """A test suite whose cases are the findings; remarks are no failures."""
    failures = sum(each.severity != "info" for each in findings)
    head = (
        f'<testsuite name="dockproxy doctor" tests="{max(1, len(findings))}" failures="{failures}">'
    )
    cases = "".join(_case(each) for each in findings) or '  <testcase name="proxies"/>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{cases}</testsuite>\n'


def _case(finding: Finding) -> str:
    first = finding.evidence[0] if finding.evidence else None
    place = finding.component
    if first is not None and first.path is not None:
        place = first.path + (f":{first.line}" if first.line is not None else "")
    name = quoteattr(clean(f"{finding.code} {place}"))
    opening = f"  <testcase classname={quoteattr(finding.name)} name={name}"
    if finding.severity == "info":
        return f"{opening}/>\n"
    said = quoteattr(clean(str(finding.message)))
    failure = f"<failure type={quoteattr(finding.severity)} message={said}/>"
    return f"{opening}>\n    {failure}\n  </testcase>\n"
