"""The JSON of ``set``, ``unset`` and ``undo``, version 1."""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.message import Message
from dockproxy.core.model.probe import DaemonProof, ProxyProbe
from dockproxy.core.model.record import dump
from dockproxy.core.model.report import LeftOut, Outcome, Preview, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def change_json(
    opening: dict[str, Any],
    result: str,
    preview: Preview | None,
    outcome: Outcome | None = None,
    *,
    notes: Iterable[Message] = (),
    left_out: Iterable[LeftOut] = (),
    checks: Iterable[ProxyProbe] = (),
    proof: DaemonProof | None = None,
    commands: Iterable[str] = (),
) -> dict[str, Any]:
    """result: ``planned``, ``unchanged``, ``applied``, ``refused``, ``declined``,
    ``rolled-back`` or ``broken``. opening: what ``json_v1.document`` gives.
    """
    problems = list(preview.problems) if preview else []
    if outcome is not None and outcome.problem is not None:
        problems.append(outcome.problem)
    unknown = opening.pop("unknown")
    return {
        **opening,
        "result": result,
        "changed": result == "applied",
        "entry": (outcome.entry if outcome else "") or None,
        "files": [
            {name: value for name, value in dump(file).items() if name != "base"}
            for file in (preview.files if preview else ())
            if file.changed
        ],
        "restart": dump(preview.restart) if preview else None,
        "restarted": bool(outcome and outcome.restarted),
        "builders": [dump(remake) for remake in (preview.builders if preview else ())],
        "problems": [_problem(problem) for problem in problems],
        "left_out": [
            {"component": part.component, "message": str(part.why), "hint": str(part.how)}
            for part in left_out
        ],
        "notes": [str(note) for note in (*notes, *(outcome.notes if outcome else ()))],
        "checks": [_check(probe) for probe in checks],
        "proof": dump(proof),
        "by_hand": [*(outcome.by_hand if outcome else ()), *commands],
        "unknown": unknown,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": str(problem.message),
        "refuses": problem.refuses,
        "where": problem.where or None,
        "quote": problem.quote or None,
        "hint": None if problem.hint is None else str(problem.hint),
        "force": problem.force or None,
    }


def _check(probe: ProxyProbe) -> dict[str, Any]:
    return {
        "proxy": probe.url,
        "target": probe.target,
        "ok": probe.ok,
        "answers": probe.answers,
        "problem": probe.problem or None,
        "message": None if probe.message is None else str(probe.message),
    }
