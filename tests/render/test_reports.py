"""Reports that other programs read: SARIF, GitHub's annotations, JUnit; also of what is hostile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from dockproxy.core.model.finding import SEVERITIES, Evidence, Finding, Fix
from dockproxy.core.model.message import Message
from dockproxy.core.model.plan import Edit
from dockproxy.core.model.snapshot import Unknown
from dockproxy.render.ci import findings_github, findings_junit
from dockproxy.render.sarif import findings_sarif
from dockproxy.render.sarif_fix import changes_of
from dockproxy.render.terminal import clean
from dockproxy.rules.ignores import Ignore, Ignored
from dockproxy.rules.registry import all_rules, modules

SCHEMA = json.loads((Path(__file__).parent / "schema" / "sarif-2.1.0-rtm.5.json").read_text())
ODD = (
    "plain",
    "\x1b[31mred\x1b[0m \x07 \r\n::error::x\n%0A",
    "a<b>&\"c'd]]>",
    "\x00\x01\x7f\x85\u2028\u202e\ufffe\uffff\ufeff",
    "\ud800 \udc80 \udfff",
    "日本 \U0001f600 \U000e0041",
    "a:b,c%d=e",
)
DIFF = """\
--- /etc/a.json
+++ /etc/a.json
@@ -1,5 +1,5 @@
 {
-  "a": 1,
-  "b": 2,
+  "a": 2
   "c": 3
 }
+
"""


def finding(number: int, odd: str, code: str = "DP101", **more: Any) -> Finding:
    made = Finding(
        f"{code}:{odd}:{number}",
        code,
        "some-name",
        SEVERITIES[number % 3],
        "daemon",
        Message(f"said {odd}"),
        (
            Evidence(f"/etc/{odd}/daemon.json", 3, 5, f"text {odd}"),
            Evidence("of/a project", 1),
            Evidence(None),
        ),
        Message(f"do {odd}"),
    )
    return made._replace(**more)


def every() -> tuple[list[Finding], list[Ignored], dict[str, str]]:
    findings = [finding(number, odd) for number, odd in enumerate(ODD)]
    fix = Fix(Message(f"mend {ODD[1]}"), True, (Edit("/etc/a.json", "daemon-json", "daemon", ()),))
    findings.append(finding(10, "x", "DP201", caused_by=(findings[0].id, "gone"), fix=fix))
    findings.append(finding(11, "y", evidence=()))
    ignored = [Ignored(finding(20, odd), Ignore("DP1", f"for {odd}", "", odd)) for odd in ODD]
    return findings, ignored, {findings[-2].id: DIFF}


def sarif(*given: Any) -> dict[str, Any]:
    """The document as it is written, once it is valid."""
    document = json.loads(json.dumps(findings_sarif(*given)))
    Draft7Validator(SCHEMA).validate(document)
    made: dict[str, Any] = document
    return made


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.items() for each in item for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def test_the_schema_tells_good_from_bad() -> None:
    assert not Draft7Validator(SCHEMA).is_valid({"version": "2.1.0"})
    assert not Draft7Validator(SCHEMA).is_valid({"version": "2.1.0", "runs": [{"results": 1}]})


def test_sarif_is_valid_whatever_is_in_it() -> None:
    findings, ignored, diffs = every()
    document = sarif(findings, [Unknown("engine\x1b", "no-engine")], ignored, diffs)
    (run,) = document["runs"]
    assert len(run["results"]) == len(findings) + len(ignored)
    for text in strings(document):
        assert all(clean(line) == line for line in text.split("\n")), repr(text)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert sarif([])["runs"][0]["results"] == []


def test_sarif_has_every_rule_with_help_for_people_and_for_browsers() -> None:
    document = sarif([finding(0, "x", code) for code in modules()])
    rules = document["runs"][0]["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [rule.code for rule in all_rules()]
    assert all(each["help"]["text"] and each["help"]["markdown"] for each in rules)


@pytest.mark.parametrize(
    "path", ["/etc/docker/daemon.json", "/a b/c%41/ü#?.json", "//x", "/\udcff\x1b", "/a:b"]
)
def test_a_files_address_leads_back_to_its_path(path: str) -> None:
    (result,) = sarif([finding(0, "x", evidence=(Evidence(path, 1),))])["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("file", "", "", "")
    assert unquote_to_bytes(parts.path) == path.encode("utf-8", "surrogateescape")


def test_a_projects_file_is_below_its_root() -> None:
    (result,) = sarif([finding(0, "x", evidence=(Evidence("app/a:b.yml", 1),))])["runs"][0][
        "results"
    ]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "app/a%3Ab.yml", "uriBaseId": "%SRCROOT%"}


def test_sarif_leads_from_what_follows_to_its_cause() -> None:
    cause, follower = finding(0, "x"), finding(1, "y", "DP204", evidence=(Evidence("/u", 2),))
    follower = follower._replace(caused_by=(cause.id,))
    results = sarif([cause, follower])["runs"][0]["results"]
    (related,) = results[1]["relatedLocations"]
    assert related["message"]["text"] == "caused by DP101: said x"
    assert related["physicalLocation"]["region"]["startLine"] == 3
    assert results[1]["properties"]["causedBy"] == [cause.id]


def test_sarif_fixes_replace_the_lines_of_the_diff() -> None:
    assert changes_of(DIFF) == {
        "/etc/a.json": [
            {
                "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 4, "endColumn": 1},
                "insertedContent": {"text": '  "a": 2\n'},
            },
            {
                "deletedRegion": {"startLine": 6, "startColumn": 1, "endLine": 6, "endColumn": 1},
                "insertedContent": {"text": "\n"},
            },
        ]
    }
    findings, _, diffs = every()
    (result,) = [
        each for each in sarif(findings, (), (), diffs)["runs"][0]["results"] if "fixes" in each
    ]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "file:///etc/a.json"}


def test_a_diff_in_which_something_is_hidden_is_no_fix() -> None:
    assert changes_of(DIFF.replace('"a": 2', '"http://xxxxx:xxxxx@p"')) == {}
    assert changes_of(DIFF + "\\ No newline at end of file\n") == {}
    assert changes_of("") == {}
    assert changes_of("@@ -1,2 +1,2 @@\n-a") != {}


def unescaped(text: str) -> str:
    """As the runner reads it (actions/runner src/Runner.Common/ActionCommand.cs)."""
    for sign, code in (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")):
        text = text.replace(code, sign)
    return text


def test_githubs_annotations_are_one_line_each_and_say_all() -> None:
    findings, _, _ = every()
    lines = findings_github(findings).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(findings)
    for line, each in zip(lines, findings):
        assert clean(line) == line, repr(line)
        command, _, said = line[2:].partition("::")
        kind, _, properties = command.partition(" ")
        assert kind == {"error": "error", "warning": "warning", "info": "notice"}[each.severity]
        told = dict(item.split("=", 1) for item in properties.split(","))
        assert unescaped(told["title"]) == f"{each.code} some-name"
        assert ("file" in told) == bool(each.evidence)
        assert unescaped(said).startswith("said ")
        assert "\ndo " in unescaped(said)
    assert "%2525" not in findings_github([finding(0, "a%25")]).replace("a%2525", "")


ATTRIBUTES = {
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"type", "message"},
    "skipped": {"message"},
}
"""What the schema of Jenkins (junit-10.xsd) knows, and of it what must be there."""


def test_junit_is_whole_whatever_is_in_it() -> None:
    findings, ignored, _ = every()
    suite = ElementTree.fromstring(findings_junit(findings, ignored))
    assert suite.tag == "testsuite"
    for element in suite.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag]
    cases = suite.findall("testcase")
    failures = [each for each in findings if each.severity != "info"]
    assert suite.get("tests") == str(len(cases)) == str(len(findings) + len(ignored))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert suite.get("failures") == str(len(failures))
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped"))) == str(len(ignored))
    text = findings_junit(findings, ignored)
    assert all(clean(line) == line for line in text.split("\n"))
    empty = ElementTree.fromstring(findings_junit([]))
    assert (empty.get("tests"), len(empty)) == ("1", 1)
