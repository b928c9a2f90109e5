"""Findings that somebody decided to live with, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dockproxy.core.model.finding import Finding
from dockproxy.core.model.light import NamedTuple
from dockproxy.resolve.masks import stand_in_order
from dockproxy.rules.diagnose import in_order


class Ignore(NamedTuple):
    """code: of the rule, or how several begin (DP2). reason: a person's words. path: of the first
    evidence, ``*`` standing for anything in it; "" for any, also none. file, line: where this is
    said.
    """

    code: str
    reason: str
    path: str = ""
    file: str = ""
    line: int = 1

    def matches(self, finding: Finding) -> bool:
        """Whether this finding is meant."""
        if not finding.code.startswith(self.code):
            return False
        first = finding.evidence[0].path if finding.evidence else None
        return not self.path or (first is not None and fits(self.path, first))


class Ignored(NamedTuple):
    """A finding, and why it is ignored."""

    finding: Finding
    by: Ignore


class Divided(NamedTuple):
    """kept: what is left, in order, without ignored causes. unused: what meant no finding."""

    kept: tuple[Finding, ...]
    ignored: tuple[Ignored, ...] = ()
    unused: tuple[Ignore, ...] = ()


def divide(findings: Sequence[Finding], ignores: Iterable[Ignore]) -> Divided:
    """The findings that are to be shown, and those that are not; the first that fits is the reason.

    What follows from an ignored cause is a finding of its own: whoever lives with the one need not
    live with the other.
    """
    entries = tuple(ignores)
    if not entries:
        return Divided(tuple(findings))
    kept: list[Finding] = []
    ignored: list[Ignored] = []
    used: set[int] = set()
    for finding in findings:
        fitting = [number for number, each in enumerate(entries) if each.matches(finding)]
        used.update(fitting)
        if fitting:
            ignored.append(Ignored(finding, entries[fitting[0]]))
        else:
            kept.append(finding)
    gone = {each.finding.id for each in ignored}
    shown = [
        each._replace(caused_by=tuple(id_ for id_ in each.caused_by if id_ not in gone))
        for each in kept
    ]
    unused = tuple(each for number, each in enumerate(entries) if number not in used)
    return Divided(
        in_order(shown, {each.id: turn for turn, each in enumerate(shown)}), tuple(ignored), unused
    )


def fits(pattern: str, path: str) -> bool:
    """Whether the pattern, in which ``*`` stands for anything, means this path."""
    return stand_in_order(pattern.split("*"), path)
