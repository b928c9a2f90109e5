"""The documents of ``dockproxy explain --json``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockproxy.messages.recognise import Match
from dockproxy.render.json_v1 import document, opening_of
from dockproxy.resolve.host import Host
from dockproxy.rules.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def matches_json(matches: Sequence[Match], host: Host | None) -> dict[str, Any]:
    """What was recognised in an error text, what says most first; ``rules`` is of codes alone."""
    opening = opening_of("explain")
    unknown: list[dict[str, str]] = []
    if host is not None:
        opening = document("explain", host.snapshot, host.unknown)
        unknown = opening.pop("unknown")
    found = [_match(each) for each in matches]
    return {**opening, "rules": [], "matches": found, "unknown": unknown}


def _match(match: Match) -> dict[str, Any]:
    kind = match.kind
    return {
        "id": kind.id,
        "title": kind.title,
        "text": kind.text,
        "causes": list(kind.causes),
        "codes": list(kind.codes),
        "here": match.here,
        "line": match.line,
    }


def pages_json(rules: Iterable[Rule]) -> dict[str, Any]:
    """All about rules, in their own words; ``matches`` is of texts alone."""
    return {
        **opening_of("explain"),
        "rules": [_rule(each) for each in rules],
        "matches": [],
        "unknown": [],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "component": rule.component,
        "title": rule.title,
        "what": rule.what,
        "why": rule.why,
        "mend": rule.mend,
        "safety": rule.safety,
        "sources": list(rule.sources),
        "follows": list(rule.follows),
    }
