"""Where the daemon's sources disagree with one another, or one of them stops it altogether."""

from __future__ import annotations

from collections.abc import Iterator

from dockproxy.core.formats.systemd_unit import environment_assignments
from dockproxy.core.formats.unit_environment import Claim, Effective
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import ADDRESS_KEYS, DAEMON_KEYS, variable_names
from dockproxy.resolve.capabilities import engine_of
from dockproxy.resolve.daemon import DaemonFacts
from dockproxy.resolve.daemon_file import flag_conflicts
from dockproxy.resolve.host import Drift, Origin
from dockproxy.resolve.unit import is_open
from dockproxy.semantics.go import drops

_UNRESOLVED = N_("systemd ignores {name} in {path}:{line}: there a percent sign has to be doubled.")
_MISSPELT = N_("systemd ignores {name} in {path}:{line}: check quotes and characters.")
_TWICE = "the following directives are specified both as a flag and in the configuration file"
"""moby 26.1 daemon/config/config.go findConfigurationConflicts."""
_MANAGER = "systemctl show-environment"


def start_drifts(facts: DaemonFacts) -> Iterator[Drift]:
    """What keeps dockerd from starting: the running one, if any, is the last of its kind."""
    path = facts.snapshot.daemon_json
    engine = engine_of(facts.snapshot)
    fault = facts.file.fault
    meant = [key for key in DAEMON_KEYS if key in facts.file.values]
    if engine is not None and meant and not facts.file_counts and fault is not None:
        text = N_(
            "Engine {version} does not know “proxies” in {path} (23.0 and later do) and will not "
            "start with it: move them to a drop-in."
        )
        about = message(text, version=engine.version, path=path)
        yield Drift("engine-too-old", about, keys=tuple(meant))
    elif fault is not None:
        fact = facts.snapshot.file(path)
        text = N_("dockerd will not start with {path}:{line}:{column}: {quote}")
        about = message(text, path=path, line=fault.line, column=fault.column, quote=fault.quote)
        if fact is not None and fact.kind != "file":
            text = N_("dockerd will not start with {path}: {quote}")
            about = message(text, path=path, quote=fault.quote)
            remedy = f"rmdir {path}" if fact.kind == "directory" else f"rm {path}"
            yield Drift("daemon-json-broken", about, remedy)
        else:
            yield Drift("daemon-json-broken", about)
    both = flag_conflicts(facts.file, facts.switches)
    if both:
        quote = f"{_TWICE}: {', '.join(both)}"
        about = message(N_("dockerd will not start with {path}: {quote}"), path=path, quote=quote)
        yield Drift("daemon-json-broken", about)
    for obstacle in facts.unit.disk.faults if facts.unit else ():
        text = N_("systemd will not start the daemon: {quote} ({path}:{line})")
        about = message(text, quote=obstacle.message, path=obstacle.path, line=obstacle.line)
        yield Drift("unit-broken", about)


def source_drifts(facts: DaemonFacts) -> Iterator[Drift]:
    """What one source says and another takes away or outdoes."""
    yield from _file_beats_environment(facts)
    yield from _overridden(facts)
    yield from _unset(facts)
    yield from _ignored(facts)
    for key in ADDRESS_KEYS:
        value = facts.proxies.get(key)
        if value is not None and drops(value.value) and not is_open(facts.unit, value):
            text = N_(
                "{key} from {place} is no address that dockerd can read: it connects directly, "
                "without a word."
            )
            about = message(text, key=key, place=place(value.origin))
            yield Drift("unusable", about, keys=(key,))


def _file_beats_environment(facts: DaemonFacts) -> Iterator[Drift]:
    """daemon.json or a flag against what systemd gives: the former wins, the latter misleads."""
    for key, value in facts.proxies.items():
        rival = next(iter(facts.environment.get(key, ())), None)
        if rival is None or rival.value in ("", value.value):
            continue
        text = N_("{winner} wins over {loser}: {name} there has no effect on the daemon.")
        about = message(
            text,
            winner=place(value.origin),
            loser=place(rival.origin),
            name=rival.origin.name,
        )
        yield Drift("file-beats-environment", about, keys=(key,))


def _overridden(facts: DaemonFacts) -> Iterator[Drift]:
    """The same variable twice: a later drop-in or an EnvironmentFile wins."""
    for key, name, item in _variables(facts, removed=False):
        winner = item.claim
        loser = loser_of(item)
        if loser is None:
            continue
        text = N_("{name} in {loser} has no effect: {winner} comes later.")
        about = message(
            text,
            name=name,
            loser=f"{loser.path}:{loser.line}",
            winner=f"{winner.path}:{winner.line}",
        )
        yield Drift("overridden", about, keys=(key,))


def loser_of(item: Effective) -> Claim | None:
    """What another file says of the variable at its end, and to no effect; None where that is
    nothing, or the same."""
    seen = {item.claim.path}
    for claim in item.overridden:
        if claim.path not in seen and claim.value:
            return claim if claim.path and claim.value != item.claim.value else None
        seen.add(claim.path)
    return None


def _unset(facts: DaemonFacts) -> Iterator[Drift]:
    """UnsetEnvironment=, or an empty Environment=, takes away what was set before."""
    for key, name, item in _variables(facts, removed=True):
        last = {claim.path: claim for claim in reversed(item.overridden)}
        loser = next((claim for claim in item.overridden if claim.value), None)
        if loser is None or last[loser.path] is not loser:
            continue
        taker = item.claim
        if taker.kind == "unset-environment":
            text = N_("UnsetEnvironment= in {taker} takes {name} of {loser} away.")
        else:
            text = N_("The empty Environment= in {taker} takes {name} of {loser} away.")
        about = message(
            text,
            taker=f"{taker.path}:{taker.line}",
            name=name,
            loser=f"{loser.path}:{loser.line}" if loser.path else _MANAGER,
        )
        yield Drift("unset", about, keys=(key,))


def _ignored(facts: DaemonFacts) -> Iterator[Drift]:
    """Proxies that dockerd passes over for their place in its file, and those in Environment= that
    systemd passes over for their spelling, with no more than a line in its log.
    """
    for there in facts.file.ignored:
        text = N_("dockerd ignores {name} in {path}:{line}: it counts inside “proxies” alone.")
        path = facts.snapshot.daemon_json
        about = message(text, name=there.path[-1], path=path, line=there.line)
        yield Drift("ignored", about, keys=(there.path[-1].replace("-", "_"),))
    for path, unit in facts.unit.stack if facts.unit else ():
        for assignment in unit.service("Environment"):
            for item in environment_assignments(unit, assignment):
                key = item.name.lower()
                if item.counts or key not in DAEMON_KEYS:
                    continue
                text = _UNRESOLVED if item.note == "unresolved" else _MISSPELT
                about = message(text, name=item.name, path=path, line=item.line)
                yield Drift("ignored", about, keys=(key,))


def _variables(facts: DaemonFacts, *, removed: bool) -> Iterator[tuple[str, str, Effective]]:
    if facts.unit is None:
        return
    chains = facts.unit.disk.removed if removed else facts.unit.disk.variables
    for key in DAEMON_KEYS:
        for name in variable_names(key):
            if name in chains:
                yield key, name, chains[name]


def place(origin: Origin) -> str:
    """``path:line``, or what stands for it where no file holds the value."""
    if origin.path is None:
        return origin.name
    return origin.path if origin.line is None else f"{origin.path}:{origin.line}"
