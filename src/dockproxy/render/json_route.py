"""Answers as JSON, one object a line."""

from __future__ import annotations

from dockproxy.core.model.snapshot import Unknown
from dockproxy.render.json_v1 import origin_json, unknown_json
from dockproxy.resolve.host import Origin
from dockproxy.route.answer import Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def answer_json(
    answer: Answer, origin: Origin | None = None, unknown: tuple[Unknown, ...] = ()
) -> dict[str, Any]:
    """One answer. origin: where the setting stands that decided, if it stands on this machine."""
    found: dict[str, Any] = {
        "target": answer.target.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        "as": answer.as_,
        "decision": answer.decision,
        "proxy": answer.proxy,
        "via": answer.via,
        "matched": answer.matched,
        "reason": str(answer.reason),
    }
    if answer.variable:
        found["variable"] = answer.variable
    if answer.part_of:
        found["purpose"] = answer.purpose
        found["part_of"] = answer.part_of
    if origin is not None:
        found["origin"] = origin_json(origin)
    if unknown:
        found["unknown"] = [unknown_json(item) for item in unknown]
    return found
