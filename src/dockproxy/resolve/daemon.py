"""The daemon: what its sources give together, and what the running one says."""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_
from dockproxy.core.model.proxies import DAEMON_KEYS
from dockproxy.core.model.snapshot import Engine, Snapshot, Unknown
from dockproxy.resolve.capabilities import engine_of, has
from dockproxy.resolve.daemon_file import DaemonFile, engine_version, read_daemon_file
from dockproxy.resolve.effective import Said, effective, environment_said, process_said
from dockproxy.resolve.flags import daemon_words, flags_said
from dockproxy.resolve.host import Value
from dockproxy.resolve.option_flags import options_by_flag
from dockproxy.resolve.unit import DaemonUnit, daemon_unit
from dockproxy.resolve.unread import unread

_SIGNS = (("daemon-json", ""), ("unit", "/docker.service"), ("drop-in", "/docker.service.d/"))
_LOOPBACK = ("localhost", "127.", "[::1]")


class DaemonFacts(NamedTuple):
    """All that bears on the daemon, put together but not yet judged.

    proxies: after a reload and a restart. loaded: after a restart alone, None where not known.
    in_use: what ``info`` says. unsure: keys whose configured value could not be seen whole.
    switches: options of daemon.json that flags set, with the flag.
    """

    snapshot: Snapshot
    unit: DaemonUnit | None
    file: DaemonFile
    flags: Said
    environment: Said
    proxies: dict[str, Value]
    loaded: dict[str, Value] | None
    in_use: dict[str, str] | None
    live: bool | None
    unsure: frozenset[str]
    unknown: tuple[Unknown, ...]
    switches: dict[str, str]

    @property
    def file_counts(self) -> bool:
        """Whether this Engine takes proxies from daemon.json (23.0)."""
        return has(engine_of(self.snapshot), "daemon-json-proxies")


def is_here(snapshot: Snapshot) -> bool:
    """Whether there is any sign of a daemon: one that answers, runs, or is installed."""
    if snapshot.engine is not None or snapshot.dockerd is not None:
        return True
    unit = snapshot.unit("docker.service")
    if unit is not None and unit.load_state != "not-found":
        return True
    # A tree may be prepared for a Docker that is not installed yet; a machine with a drop-in and no
    # unit is one whose Docker is gone.
    roles = _SIGNS if snapshot.machine.root else _SIGNS[:2]
    return any(
        fact.kind != "missing" and fact.role == role and end in fact.path
        for fact in snapshot.files
        for role, end in roles
    )


def daemon_facts(snapshot: Snapshot) -> DaemonFacts:
    """Put together what the Snapshot says of the daemon that the client talks to. Of the same one
    it is told once: rules ask for what was resolved just before.
    """
    last = _LAST[0]
    if last is None or last.snapshot is not snapshot:
        last = _LAST[0] = _daemon_facts(snapshot)
    return last


_LAST: list[DaemonFacts | None] = [None]


def _daemon_facts(snapshot: Snapshot) -> DaemonFacts:
    in_use = _in_use(snapshot.engine)
    away = _elsewhere(snapshot)
    if away:
        hint = N_("run dockproxy on the machine where that daemon runs")
        elsewhere = Unknown("daemon.configuration", away, hint)
        every = frozenset(DAEMON_KEYS)
        nothing = DaemonFile({})
        live = True if snapshot.engine is not None else None
        return DaemonFacts(
            snapshot, None, nothing, {}, {}, {}, None, in_use, live, every, (elsewhere,), {}
        )
    unit = daemon_unit(snapshot)
    engine = engine_of(snapshot)
    words, origin = daemon_words(unit, snapshot.dockerd)
    switches = options_by_flag(words, engine_version(engine))
    file = read_daemon_file(snapshot.file(snapshot.daemon_json), engine, switches)
    flags = flags_said(words, origin)
    settings: list[Said] = [flags]
    if has(engine, "daemon-json-proxies"):
        settings.append(file.values)
    environment = _environment(snapshot, unit)
    proxies = effective([*settings, environment])
    loaded = None
    if unit is not None and unit.loaded is not None:
        loaded = effective([*settings, environment_said(unit.loaded, {})])
    unsure, unknown = _unsure(snapshot, file, unit)
    live = _live(snapshot, unit)
    if in_use is None:
        unknown += _why_no_info(snapshot, live)
    return DaemonFacts(
        snapshot,
        unit,
        file,
        flags,
        environment,
        proxies,
        loaded,
        in_use,
        live,
        unsure,
        unknown,
        switches,
    )


def _environment(snapshot: Snapshot, unit: DaemonUnit | None) -> Said:
    if unit is not None:
        words = unit.fact.environment if unit.fact else ()
        shown = {word.partition("=")[0]: word.partition("=")[2] for word in words}
        return environment_said(unit.disk, shown)
    environ = snapshot.dockerd.environ if snapshot.dockerd else None
    return process_said(environ or {}, "process")


def _in_use(engine: Engine | None) -> dict[str, str] | None:
    if engine is None:
        return None
    said = {
        "http_proxy": engine.http_proxy,
        "https_proxy": engine.https_proxy,
        "no_proxy": engine.no_proxy,
    }
    return {key: value for key, value in said.items() if value}


def _elsewhere(snapshot: Snapshot) -> str:
    """Why the daemon in use does not read this machine's files, "" if it does.

    Names as those programs give them: docker/compose internal/desktop/client.go (Docker Desktop),
    podman pkg/api/handlers/compat/version.go (Podman Engine).
    """
    engine, client = snapshot.engine, snapshot.client
    if engine is not None and engine.operating_system == "Docker Desktop":
        return "docker-desktop"
    if engine is not None and "Podman Engine" in engine.components:
        return "podman"
    # One that does not answer is no nearer for that.
    asked = client.endpoint if client is not None and not snapshot.machine.root else ""
    endpoint = engine.endpoint if engine is not None else asked
    scheme, _, address = endpoint.partition("://")
    if scheme == "ssh" or (scheme in ("tcp", "http", "https") and not _is_loopback(address)):
        return "remote"
    return ""


def _is_loopback(address: str) -> bool:
    return address.startswith(_LOOPBACK)


def _live(snapshot: Snapshot, unit: DaemonUnit | None) -> bool | None:
    if snapshot.engine is not None or snapshot.dockerd is not None:
        return True
    if snapshot.machine.root:
        return None
    fact = unit.fact if unit is not None else None
    return fact is not None and fact.active_state == "active"


def _why_no_info(snapshot: Snapshot, live: bool | None) -> tuple[Unknown, ...]:
    """Why ``info`` could not be asked, unless whoever observed has said so."""
    if any(item.about == "engine" for item in snapshot.unknown):
        return ()
    if snapshot.machine.root:
        return (Unknown("daemon.in_use", "offline"),)
    if live is False:
        hint = N_("start it: systemctl start docker")
        if snapshot.rootless is not None:
            hint = N_("start it: systemctl --user start docker")
        return (Unknown("daemon.in_use", "not-running", hint),)
    return (Unknown("daemon.in_use", "no-engine"),)


def _unsure(
    snapshot: Snapshot, file: DaemonFile, unit: DaemonUnit | None
) -> tuple[frozenset[str], tuple[Unknown, ...]]:
    """The keys for which a source could not be read, and what to tell of it."""
    unsure: set[str] = set()
    unknown: list[Unknown] = []
    if not file.known:
        unsure.update(DAEMON_KEYS)
        unknown.append(unread("daemon.daemon_json", snapshot.file(snapshot.daemon_json)))
    if unit is None:
        return frozenset(unsure), tuple(unknown)
    for path in unit.unread:
        unsure.update(DAEMON_KEYS)
        unknown.append(unread(f"daemon.unit:{path}", snapshot.file(path)))
    for reference in unit.disk.unseen:
        unsure.update(DAEMON_KEYS)
        about = f"daemon.environment_file:{reference.pattern}"
        unknown.append(unread(about, snapshot.file(reference.pattern)))
    for name, item in unit.disk.variables.items():
        if item.value is None:
            key = name.lower()
            if key in DAEMON_KEYS:
                unsure.add(key)
                unknown.append(Unknown(f"daemon.environment:{name}", "pass-environment"))
    return frozenset(unsure), tuple(unknown)
