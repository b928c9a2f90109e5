"""Which kinds of message a text holds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dockproxy.core.model.finding import Finding
from dockproxy.core.model.light import NamedTuple
from dockproxy.messages import docker, proxies
from dockproxy.messages.kind import Kind

KINDS: tuple[Kind, ...] = (*proxies.KINDS, *docker.KINDS)

_LONGEST_LINE = 2000
_MOST_LINES = 2000


class Match(NamedTuple):
    """A kind that was recognised. line: the words. here: the code of a finding on this machine that
    explains it, None where there is none or nothing was looked at.
    """

    kind: Kind
    line: str
    here: str | None = None


def recognise(text: str) -> list[Match]:
    """What the text says about proxies, what says most first; nothing where it is about none."""
    found: dict[str, Match] = {}
    lines = text.splitlines()
    for line in [" ".join(lines[:_MOST_LINES])[:_LONGEST_LINE], *lines[:_MOST_LINES]]:
        words = " ".join(line[:_LONGEST_LINE].split())
        for kind in KINDS:
            if kind.id in found:
                continue
            if any(re.search(pattern, words, re.IGNORECASE) for pattern in kind.patterns):
                found[kind.id] = Match(kind, words)
    return sorted(found.values(), key=lambda match: -match.kind.weight)


def with_causes_here(matches: Iterable[Match], findings: Iterable[Finding]) -> list[Match]:
    """The same, each with the first finding that explains it; those that have one stand first."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    here = [
        match._replace(here=next((code for code in codes if code in match.kind.codes), None))
        for match in matches
    ]
    return sorted(here, key=lambda match: match.here is None)
