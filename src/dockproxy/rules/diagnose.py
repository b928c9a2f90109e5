"""A host to its findings, causes before what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dockproxy.core.model.finding import SEVERITIES, Finding
from dockproxy.resolve.host import Host
from dockproxy.rules.facts import Facts
from dockproxy.rules.registry import rules_for
from dockproxy.rules.rule import Found, Rule


def diagnose(
    host: Host, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """What is wrong. select, ignore: codes or beginnings of codes; nothing selected means all.

    A finding whose cause is among them names it and stands behind it.
    """
    facts = Facts(host)
    wanted, unwanted = tuple(select), tuple(ignore)
    found: list[Finding] = []
    follows: dict[str, tuple[str, ...]] = {}
    for rule in rules_for(facts.project is not None):
        if wanted and not rule.code.startswith(wanted):
            continue
        if unwanted and rule.code.startswith(unwanted):
            continue
        follows[rule.code] = rule.follows
        found += [_finding(rule, facts, each) for each in rule.check(facts)]
    ids: dict[str, list[str]] = {}
    for each in found:
        ids.setdefault(each.code, []).append(each.id)
    return in_order([_with_causes(each, follows[each.code], ids) for each in found])


def _finding(rule: Rule, facts: Facts, found: Found) -> Finding:
    first = found.evidence[0] if found.evidence else None
    place = first.path if first is not None and first.path else rule.component
    return Finding(
        f"{rule.code}:{place}:{found.key}".rstrip(":"),
        rule.code,
        rule.name,
        found.severity or rule.severity,
        rule.component,
        found.message,
        found.evidence,
        found.remedy,
        fix=rule.fix(facts, found),
    )


def _with_causes(finding: Finding, codes: tuple[str, ...], ids: Mapping[str, list[str]]) -> Finding:
    if not codes:
        return finding
    causes = (each for code, of_code in ids.items() if code in codes for each in of_code)
    return finding._replace(caused_by=tuple(dict.fromkeys(causes)))


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Causes by their weight, each followed by what it explains."""
    roots = [each for each in findings if not each.caused_by]
    roots.sort(key=lambda each: (SEVERITIES.index(each.severity), each.code))
    ordered: list[Finding] = []
    waiting = [each for each in findings if each.caused_by]
    causes = {cause for each in waiting for cause in each.caused_by}
    for root in roots:
        ordered.append(root)
        if root.id not in causes:
            continue
        known = {root.id}
        for each in list(waiting):
            if known & set(each.caused_by):
                ordered.append(each)
                known.add(each.id)
                waiting.remove(each)
    return (*ordered, *waiting)
