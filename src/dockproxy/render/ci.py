"""Findings for CI: workflow commands of GitHub Actions, and JUnit's XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from dockproxy.core.model.finding import Finding
from dockproxy.core.model.light import pattern
from dockproxy.render.terminal import clean
from dockproxy.rules.ignores import Ignored

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_NOT_XML = pattern("[\ufffe\uffff]")
"""What is left of the characters that XML 1.0 has not, when those that command a terminal are gone
(Char, section 2.2)."""


def findings_github(findings: Sequence[Finding]) -> str:
    """``::error file=…,line=…,col=…,title=…::message``, one a line; escaped as the toolkit does
    (actions/toolkit packages/core/src/command.ts, escapeData and escapeProperty)."""
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
    said = clean(str(finding.message))
    if finding.remedy is not None:
        said += "\n" + clean(str(finding.remedy))
    return f"::{_COMMANDS[finding.severity]} {','.join(fields)}::{_data(said)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean(text)).replace(":", "%3A").replace(",", "%2C")


def findings_junit(findings: Sequence[Finding], ignored: Sequence[Ignored] = ()) -> str:
    """A test suite whose cases are the findings; remarks are no failures, what is ignored is
    skipped.
    """
    failures = sum(each.severity != "info" for each in findings)
    count = max(1, len(findings) + len(ignored))
    head = (
        f'<testsuite name="dockproxy doctor" tests="{count}" failures="{failures}" errors="0"'
        f' skipped="{len(ignored)}">'
    )
    cases = "".join(_case(each, _failure(each)) for each in findings)
    cases += "".join(_case(each.finding, _skipped(each)) for each in ignored)
    cases = cases or '  <testcase classname="dockproxy" name="proxies"/>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{cases}</testsuite>\n'


def _case(finding: Finding, inside: str) -> str:
    first = finding.evidence[0] if finding.evidence else None
    place = finding.component
    if first is not None and first.path is not None:
        place = first.path + (f":{first.line}" if first.line is not None else "")
    opening = f"  <testcase classname={quoteattr(finding.name)}"
    opening += f" name={_attribute(f'{finding.code} {place}')}"
    return f"{opening}>\n    {inside}\n  </testcase>\n" if inside else f"{opening}/>\n"


def _failure(finding: Finding) -> str:
    if finding.severity == "info":
        return ""
    lines = [str(finding.message)]
    if finding.remedy is not None:
        lines.append(str(finding.remedy))
    lines += [each.text for each in finding.evidence if each.text]
    body = "\n".join(escape(_plain(line)) for line in lines)
    said = _attribute(str(finding.message))
    return f"<failure type={quoteattr(finding.severity)} message={said}>{body}</failure>"


def _skipped(ignored: Ignored) -> str:
    return f"<skipped message={_attribute(ignored.by.reason)}/>"


def _attribute(text: str) -> str:
    return quoteattr(_plain(text))


def _plain(text: str) -> str:
    return _NOT_XML.sub("\ufffd", clean(text))
