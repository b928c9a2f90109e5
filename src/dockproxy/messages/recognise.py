"""Which kinds of message a text holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from dockproxy.core.model.finding import SEVERITIES, Finding
from dockproxy.core.model.light import NamedTuple
from dockproxy.messages import answers, direct, docker, proxies
from dockproxy.messages.here import not_about
from dockproxy.messages.kind import Kind
from dockproxy.messages.reading import Line, lines_of

KINDS: tuple[Kind, ...] = (*proxies.KINDS, *answers.KINDS, *direct.KINDS, *docker.KINDS)


class Match(NamedTuple):
    """A kind that was recognised. line: the words. here: the code of a finding on this machine that
    explains it, None where there is none or nothing was looked at. number: of the line.
    """

    kind: Kind
    line: str
    here: str | None = None
    number: int = 0


def recognise(
    text: str, proxies: Iterable[tuple[str, str]] = (), *, here: bool = False
) -> list[Match]:
    """What the text says about proxies, the first cause first; nothing where it is about none.

    proxies: hosts and ports of proxies that this machine knows. here: also kinds that mean
    something only with a finding of this machine.
    """
    return recognise_lines(lines_of(text, proxies), here=here)


def recognise_lines(lines: Sequence[Line], *, here: bool = False) -> list[Match]:
    """The same of lines that were read."""
    kinds = [kind for kind in KINDS if here or not kind.only_here]
    found = _matches([line for line in lines if line.joined < 2], kinds)
    if not found:
        found = _matches([line for line in lines if line.joined == 2], kinds)
    return sorted((each for each in found if not _said_better(each, found)), key=_rank)


def _said_better(match: Match, found: Sequence[Match]) -> bool:
    """Whether the same line says something more exact: one failure has one meaning."""
    rank = _rank(match)[:2]
    return any(each.number == match.number and _rank(each)[:2] < rank for each in found)


def _rank(match: Match) -> tuple[int, bool, int, int]:
    """The more exact first; of equals the one that the text has first, of one line the weightier. A
    kind with a full ten stands behind all others of its ten.
    """
    weight = match.kind.weight
    return -(weight // 10), weight % 10 == 0, match.number, -weight


def _matches(lines: Sequence[Line], kinds: Sequence[Kind]) -> list[Match]:
    found: dict[str, Match] = {}
    for line in lines:
        on_line = [
            kind for kind in kinds if kind.id not in found and _pattern(kind).search(line.marked)
        ]
        for kind in on_line:
            found[kind.id] = Match(kind, line.words, number=line.number)
    return list(found.values())


@cache
def _pattern(kind: Kind) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in kind.patterns), re.IGNORECASE)


def with_causes_here(matches: Iterable[Match], findings: Iterable[Finding]) -> list[Match]:
    """The same, each with the finding that explains it best; those that have one stand first.

    Of several findings: a cause before what follows from it, the graver one, the likelier one.
    """
    explained = [_explained(match, list(findings)) for match in matches]
    kept = [match for match in explained if match.here is not None or not match.kind.only_here]
    return sorted(kept, key=lambda match: match.here is None)


def _explained(match: Match, findings: Sequence[Finding]) -> Match:
    codes = match.kind.codes
    others = not_about(match.line)
    fitting = [each for each in findings if each.code in codes and not each.code.startswith(others)]
    if not fitting:
        return match
    best = min(
        fitting,
        key=lambda each: (
            bool(each.caused_by),
            SEVERITIES.index(each.severity),
            codes.index(each.code),
        ),
    )
    return match._replace(here=best.code)
