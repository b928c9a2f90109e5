"""The documents of ``dockproxy no-proxy check --json`` and ``no-proxy make --json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from dockproxy.core.model.secret import mask_url
from dockproxy.no_proxy.check import ALL, ANYWAY, FAILS, PART, Checked, Meaning
from dockproxy.no_proxy.make import Made
from dockproxy.no_proxy.members import OTHERS
from dockproxy.no_proxy.programs import Asked
from dockproxy.render.json_v1 import opening_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def check_json(entries: Iterable[Checked], asked: Sequence[Asked]) -> Iterator[str]:
    """Every entry, with each program's reading of it: the document piece by piece, as there may be
    more entries than memory for them.
    """
    opening = json.dumps({**_opening("no-proxy-check", asked), "unknown": []}, indent=2)
    yield opening.removesuffix("\n}") + ',\n  "entries": ['
    before = "\n"
    for checked in entries:
        yield before + json.dumps(_entry(checked))
        before = ",\n"
    yield "\n  ]\n}\n"


def made_json(made: Made, asked: Sequence[Asked]) -> dict[str, Any]:
    """The list, and where it is not what was asked for."""
    return {
        **_opening("no-proxy-make", asked),
        "list": made.listing,
        "exact": made.is_exact,
        "entries": list(made.entries),
        "members": [
            {"member": member.shown, "given": [mask_url(text) for text in member.texts]}
            for member in made.members
        ],
        "lacking": [
            {"member": lack.member.shown, "programs": list(lack.programs), "partly": lack.partly}
            for lack in made.lacks
        ],
        "also_direct": [
            {
                "member": spill.member.shown,
                "code": spill.code,
                "what": str(OTHERS[spill.code]),
                "programs": list(spill.programs),
                "example": spill.example.url,
                "harmless": spill.is_harmless,
            }
            for spill in made.spills
        ],
        "unknown": [],
    }


def _opening(kind: str, asked: Sequence[Asked]) -> dict[str, Any]:
    return {
        **opening_of(kind),
        "programs": [
            {
                "name": program.name,
                "program": program.program,
                "version": program.version,
                "note": None if program.note is None else str(program.note),
                "reads_list": program.reads_list,
                "always_direct": program.always_direct,
            }
            for program in asked
        ],
    }


def _entry(checked: Checked) -> dict[str, Any]:
    return {
        "entry": checked.shown,
        "number": checked.number,
        "same_as": checked.again or None,
        "fault": checked.is_fault,
        "matches_nothing": checked.matches_nothing,
        "differs": checked.differs,
        "hint": None
        if checked.hint is None
        else {
            "text": str(checked.hint.text),
            "entries": list(checked.hint.entries),
            "not_for": list(checked.hint.not_for),
        },
        "tried": [
            {
                "code": facet.code,
                "text": str(facet.text),
                "too_much": facet.too_much,
                "targets": [one.url for one in facet.targets],
            }
            for facet in checked.facets
        ],
        "meanings": [_meaning(checked, meaning) for meaning in checked.meanings],
    }


def _meaning(checked: Checked, meaning: Meaning) -> dict[str, Any]:
    def codes(sign: str) -> list[str]:
        pairs = zip(checked.facets, meaning.outcomes)
        return list(dict.fromkeys(facet.code for facet, given in pairs if given == sign))

    return {
        "program": meaning.program,
        "matches": codes(ALL),
        "matches_in_part": codes(PART),
        "direct_anyway": codes(ANYWAY),
        "fails": codes(FAILS),
        "nothing": checked.is_nothing(meaning),
        "too_much": [facet.code for facet in checked.too_much(meaning)],
        "effect": meaning.effect or None,
        "only_alone": meaning.only_alone,
        "one_entry": meaning.is_one,
    }
