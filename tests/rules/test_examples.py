"""Every rule proves itself by its examples: found where it says, and silent on what is well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockproxy.api import dump_snapshot, load_snapshot
from dockproxy.core.model.finding import SEVERITIES, Finding
from dockproxy.plan.mend import propose_fixes
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.registry import all_rules
from dockproxy.rules.rule import Example, Rule, example_pair
from tests.rules.examples import host_of, mended

RULES = all_rules()


def examples(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.code}-{number}")
        for rule in RULES
        for number, example in enumerate(getattr(rule, kind), 1)
    ]


def has_fix(parameters: object) -> bool:
    example = parameters.values[1]  # type: ignore[attr-defined]
    return bool(example.fixed)


def of(rule: Rule, findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.code == rule.code]


@pytest.mark.parametrize(("rule", "example"), examples("bad"))
def test_a_bad_example_is_found_where_it_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    findings = of(rule, diagnose(host_of(example, tmp_path)))
    assert findings, "not found"
    for finding in findings:
        assert finding.severity in SEVERITIES
        assert finding.evidence
        assert finding.severity == "info" or finding.fix or finding.remedy, "nothing to do"
    if example.at is not None:
        first = findings[0].evidence[0]
        assert (first.line, first.column) == example.at


@pytest.mark.parametrize(("rule", "example"), examples("bad"))
def test_a_snapshot_of_it_has_the_same_findings(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    host = host_of(example, tmp_path)
    assert diagnose(load_snapshot(dump_snapshot(host))) == diagnose(host)


@pytest.mark.parametrize(("rule", "example"), [each for each in examples("bad") if has_fix(each)])
def test_the_fix_leaves_it_good_and_is_the_same_twice(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    for _ in range(2):
        findings = [each for each in of(rule, diagnose(host_of(example, tmp_path))) if each.fix]
        for finding in findings:
            assert finding.fix is not None
            for edit in finding.fix.edits:
                file = tmp_path / edit.path.lstrip("/")
                after = mended(tmp_path, edit)
                if after is None:
                    file.unlink()
                    continue
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(after)
        for path, content in (example.fixed or {}).items():
            wanted = content if isinstance(content, bytes) else content.encode()
            assert (tmp_path / path.lstrip("/")).read_bytes() == wanted
        example = example._replace(files={})
    assert of(rule, diagnose(host_of(example, tmp_path))) == []


@pytest.mark.parametrize(
    ("rule", "example"),
    [each for each in examples("bad") if each.values[1].fixed == {}],  # type: ignore[attr-defined]
)
def test_a_fix_without_edits_is_an_offered_restart(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    host = host_of(example, tmp_path)
    findings = of(rule, diagnose(host))
    fixes = [each.fix for each in findings if each.fix is not None]
    assert [(fix.safe, fix.edits, fix.restarts) for fix in fixes] == [(False, (), ("daemon",))]
    restart = propose_fixes(host, findings).plan.restart
    assert restart is not None
    assert restart.required


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_that_fixes_says_why_that_is_safe(rule: Rule) -> None:
    fixes = any(example.fixed is not None for example in rule.bad)
    assert bool(rule.safety) == fixes


@pytest.mark.parametrize(("rule", "example"), examples("good"))
def test_a_good_example_is_silent_under_every_rule(
    rule: Rule, example: Example, tmp_path: Path
) -> None:
    found = diagnose(host_of(example, tmp_path))
    assert [each for each in found if each.severity != "info"] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_a_page_calls_right_has_no_error_whatever_the_engine(
    rule: Rule, tmp_path: Path
) -> None:
    shown = example_pair(rule)[1]
    if shown is not None:
        found = diagnose(host_of(shown._replace(engine="", info={}), tmp_path))
        assert [each.code for each in found if each.severity == "error"] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_all_that_its_page_needs(rule: Rule) -> None:
    assert re.fullmatch(r"DP[1-8][0-9]{2}", rule.code)
    module = type(rule).__module__.rpartition(".")[2]
    assert module == f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert rule.severity in SEVERITIES
    for text in (rule.title, rule.what, rule.why, rule.mend):
        assert text
        assert (
            text[0].isupper()
            or not text[0].isalpha()
            or text.startswith(("daemon.json", "docker", "systemd"))
        )
    assert rule.sources
    assert rule.bad
    assert rule.good


def test_codes_and_names_are_there_once() -> None:
    codes = [rule.code for rule in RULES]
    names = [rule.name for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
