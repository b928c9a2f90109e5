"""Which of the daemon's sources wins, variable by variable.

From strong to weak: flag, daemon.json, the process's environment; each non-empty value of the first
two is written into the process's own environment (moby 26.1 daemon/command/daemon.go
configureProxyEnv), so an empty one changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dockproxy.core.formats.unit_environment import Claim, Effective, Environment
from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.resolve.host import Origin, Overridden, Value
from dockproxy.resolve.masks import is_masked, matches_filled_in
from dockproxy.semantics.go import chosen_name

Said = Mapping[str, Sequence[Overridden]]
"""Per key what one source says, the deciding value first."""

_KINDS = {
    "environment": "systemd",
    "environment-file": "environment-file",
    "pass-environment": "manager",
    "manager": "manager",
}


def effective(sources: Iterable[Said]) -> dict[str, Value]:
    """The value of each key: that of the first source which has one that is not empty.

    All else that was said about the key is what it overrides, the nearest rival first.
    """
    ranked = list(sources)
    found = {}
    for key in DAEMON_KEYS:
        said = [item for source in ranked for item in source.get(key, ())]
        firsts = [source[key][0] for source in ranked if source.get(key)]
        winner = next((item for item in firsts if item.value), None)
        if winner is not None:
            rest = tuple(item for item in said if item is not winner)
            found[key] = Value(winner.value, is_masked(winner.value), winner.origin, rest)
    return found


def environment_said(
    environment: Environment, shown: Mapping[str, str]
) -> dict[str, list[Overridden]]:
    """What a unit's environment says, the variable that Go reads first.

    shown: variables as systemd shows them, which tell what ``%H`` and the like stand for.
    """
    variables = environment.variables
    return _said({name: _chain(name, item, shown) for name, item in variables.items()})


def process_said(environ: Mapping[str, str], kind: str) -> dict[str, list[Overridden]]:
    """What a process's environment says."""
    return _said(
        {name: [Overridden(value, Origin(kind, name=name))] for name, value in environ.items()}
    )


def _said(chains: Mapping[str, list[Overridden]]) -> dict[str, list[Overridden]]:
    said: dict[str, list[Overridden]] = {}
    values = {name: chain[0].value for name, chain in chains.items() if chain}
    for key in DAEMON_KEYS:
        chosen = chosen_name(values, key)
        names = sorted(variable_names(key), key=lambda name: name != chosen)
        said[key] = [item for name in names for item in chains.get(name, ())]
    return said


def _chain(name: str, item: Effective, shown: Mapping[str, str]) -> list[Overridden]:
    chain = []
    for claim in (item.claim, *item.overridden):
        value = claim.value
        if value is None:
            continue
        if claim.note == "specifier" and name in shown and matches_filled_in(value, shown[name]):
            value = shown[name]
        chain.append(Overridden(value, origin_of(claim, name)))
    return chain


def origin_of(claim: Claim, name: str) -> Origin:
    """Where a claim about the variable of that name stands."""
    kind = _KINDS[claim.kind]
    if not claim.path:
        return Origin(kind, name=name)
    return Origin(kind, claim.path, claim.line, claim.column, name)
