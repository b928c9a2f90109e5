"""What a program says of one target, in one line."""

from __future__ import annotations

from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target


def way(name: str, url: str, **environ: str) -> str:
    """``direct``, ``error``, or the proxy's address."""
    known = program(name)
    decision = known.semantics.decider(environ, known.version)(parse_target(url))
    return decision.proxy or decision.kind


def matched(name: str, url: str, **environ: str) -> str | None:
    """The entry that decided."""
    known = program(name)
    return known.semantics.decider(environ, known.version)(parse_target(url)).matched
