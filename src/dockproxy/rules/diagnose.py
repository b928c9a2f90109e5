"""A host to its findings, causes before what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from dockproxy.core.model.finding import SEVERITIES, Finding
from dockproxy.core.model.message import message
from dockproxy.resolve.host import Host
from dockproxy.rules.consequences import overrides_a_proxy
from dockproxy.rules.facts import Facts
from dockproxy.rules.registry import rules_for
from dockproxy.rules.rule import Found, Rule

_OF_DAEMON = ("DP1", "DP2")
"""Rules of the daemon's settings: they explain nothing about a client's or a builder's."""

_OF_UNIT = "DP2"

NAMED = 3
"""Services that a finding about several of them names."""


def diagnose(
    host: Host, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """What is wrong. select, ignore: codes or beginnings of codes; nothing selected means all.

    A finding whose cause is among them names it and stands behind it.
    """
    facts = Facts(host)
    wanted, unwanted = tuple(select), tuple(ignore)
    found: list[Finding] = []
    turns: dict[str, int] = {}
    follows: dict[str, tuple[str, ...]] = {}
    for rule in rules_for(facts.project is not None):
        if wanted and not rule.code.startswith(wanted):
            continue
        if unwanted and rule.code.startswith(unwanted):
            continue
        follows[rule.code] = rule.follows
        checked = rule.check(facts)
        for each in checked if facts.project is None else one_a_place(checked):
            finding = _finding(rule, facts, each)
            turns.setdefault(finding.id, each.turn)
            found.append(finding)
    ids: dict[str, list[str]] = {}
    for finding in found:
        ids.setdefault(finding.code, []).append(finding.id)
    return in_order([_with_causes(each, follows[each.code], ids) for each in found], turns)


def one_a_place(checked: Iterable[Found]) -> list[Found]:
    """Those that say the same of the same place, but for the service, as one that names the first
    services: what an anchor gives a thousand of them is wrong once.
    """
    together: dict[tuple[object, ...], list[Found]] = {}
    for each in checked:
        said = [(key, text) for key, text in each.message.params.items() if key != "service"]
        remedy = each.remedy and (each.remedy.text, tuple(each.remedy.params.items()))
        key = (each.message.text, tuple(said), each.evidence, each.severity, remedy)
        together.setdefault(key, []).append(each)
    return [of_all[0] if len(of_all) == 1 else _of_services(of_all) for of_all in together.values()]


def _of_services(of_all: list[Found]) -> Found:
    told = of_all[0].message
    services = dict.fromkeys(each.message.params.get("service", "") for each in of_all)
    if len(services) == 1:
        return of_all[0]
    named = ", ".join(list(services)[:NAMED])
    if len(services) > NAMED:
        named += f", … ({len(services)})"
    return of_all[0]._replace(message=told._replace(params={**told.params, "service": named}))


def _finding(rule: Rule, facts: Facts, found: Found) -> Finding:
    first = found.evidence[0] if found.evidence else None
    place = first.path if first is not None and first.path else rule.component
    fix = rule.fix(facts, found)
    if fix is not None and fix.safe and rule.code.startswith(_OF_UNIT):
        fix = fix._replace(safe=not overrides_a_proxy(facts, fix))
    severity = found.severity or rule.severity
    remedy = found.remedy
    if remedy is None and fix is None and severity != "info":
        remedy = message(rule.mend)
    return Finding(
        f"{rule.code}:{place}:{found.key}".rstrip(":"),
        rule.code,
        rule.name,
        severity,
        found.component or rule.component,
        found.message,
        found.evidence,
        remedy,
        fix=fix,
    )


def _with_causes(finding: Finding, codes: tuple[str, ...], ids: Mapping[str, list[str]]) -> Finding:
    if not codes:
        return finding
    elsewhere = _OF_DAEMON if finding.component in ("client", "builder") else ()
    explaining = [code for code in ids if code in codes and not code.startswith(elsewhere)]
    causes = (each for code in explaining for each in ids[code])
    return finding._replace(caused_by=tuple(dict.fromkeys(causes)))


def in_order(
    findings: list[Finding], turns: Mapping[str, int] = MappingProxyType({})
) -> tuple[Finding, ...]:
    """Causes by their weight, those of daemon.json in dockerd's order, each followed by what it
    explains; what has several causes comes behind the last of them. turns: by id.
    """
    roots = [each for each in findings if not each.caused_by]
    roots.sort(key=lambda each: _weight(each, turns))
    ordered: list[Finding] = []
    waiting = [each for each in findings if each.caused_by]
    causes = {cause for each in waiting for cause in each.caused_by}
    there: set[str] = {each.id for each in findings}
    known: set[str] = set()
    for root in roots:
        ordered.append(root)
        if root.id not in causes:
            continue
        known.add(root.id)
        explained = waiting
        while explained:
            explained = [each for each in waiting if not there.intersection(each.caused_by) - known]
            waiting = [each for each in waiting if each not in explained]
            ordered += explained
            known.update(each.id for each in explained)
    return (*ordered, *waiting)


def _weight(finding: Finding, turns: Mapping[str, int]) -> tuple[int, str, int, str]:
    code = finding.code
    return SEVERITIES.index(finding.severity), code[:3], turns.get(finding.id, 0), code
