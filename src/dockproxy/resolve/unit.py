"""The daemon's unit: the environment that its files give, and the one that systemd has loaded."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.formats.systemd_unit import Unit, parse
from dockproxy.core.formats.unit_dropins import (
    SYSTEM_UNIT_PATHS,
    choose_fragment,
    order_dropins,
)
from dockproxy.core.formats.unit_edit import quote_assignment
from dockproxy.core.formats.unit_environment import Environment, effective_environment
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.proxies import DAEMON_VARIABLES
from dockproxy.core.model.snapshot import Rootless, Snapshot, UnitFact
from dockproxy.core.places.rootless import runtime_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.resolve.host import Value

DEFAULT_UNIT = "docker.service"

_PROXY_VARIABLES = frozenset(DAEMON_VARIABLES)
DEVICE = "other"
"""The kind of a link to /dev/null: it says nothing, and masks its namesakes."""
_EMPTY_KINDS = (DEVICE, "dangling")
"""Links to nothing hide their namesakes too (252: a unit of that name is then not found)."""
_READ_KINDS = ("file", *_EMPTY_KINDS, "unreadable")


class _Passed(NamedTuple):
    """What PassEnvironment= takes from systemd's own process: the names that were asked for, and
    the values of those that it has."""

    names: frozenset[str]
    values: Mapping[str, str]


class DaemonUnit(NamedTuple):
    """The unit that starts dockerd.

    fact: what systemd says of it, None where it was not asked. fragment: the path of its own file,
    of all that have its name the one that counts; None where none is seen. stack: that file and its
    drop-ins as they are on disk, in reading order. disk: the environment they give. loaded: the one
    that systemd would give without a reload, None where it was not asked. unread: paths that
    systemd reads and that we could not. needs_reload: whether systemd says that files changed.
    """

    name: str
    fact: UnitFact | None
    fragment: str | None
    stack: list[tuple[str, Unit]]
    disk: Environment
    loaded: Environment | None
    unread: tuple[str, ...]
    needs_reload: bool


def is_open(unit: DaemonUnit | None, value: Value | None) -> bool:
    """Whether systemd alone knows what the daemon is given: ``%H`` or the like stands in it."""
    if unit is None or value is None or "%" not in value.value:
        return False
    item = unit.disk.variables.get(value.origin.name)
    where = value.origin[1:3]
    return item is not None and any(
        claim.note == "specifier" and claim[2:4] == where and claim.value == value.value
        for claim in (item.claim, *item.overridden)
    )


def daemon_unit(snapshot: Snapshot) -> DaemonUnit | None:
    """The daemon's unit, None where nothing knows one or systemd does not run here, or not it."""
    if ("systemd", "no-systemd") in [(item.about, item.reason) for item in snapshot.unknown]:
        return None
    if runs_by_hand(snapshot):
        return None
    fact = _fact(snapshot)
    name = fact.name if fact else DEFAULT_UNIT
    fragment, stack, unread = _stack(snapshot, name)
    if fact is None and not stack and not unread:
        return None
    texts = _environment_files(snapshot)
    manager = snapshot.systemd.environment if snapshot.systemd else {}
    version = snapshot.systemd.version if snapshot.systemd else 254
    passed = _passed(snapshot, fact)
    disk = effective_environment(stack, texts, manager, _passed_on_disk(passed, stack), version)
    loaded = None
    if fact is not None and fact.load_state == "loaded":
        values = None if passed is None else passed.values
        loaded = effective_environment(
            [("", parse(_as_text(fact)))], texts, manager, values, version
        )
    needs_reload = fact.need_daemon_reload if fact else False
    return DaemonUnit(name, fact, fragment, stack, disk, loaded, unread, needs_reload)


def unit_paths(snapshot: Snapshot) -> tuple[str, ...]:
    """Where the manager of the daemon's unit looks for units, the first place winning."""
    rootless = snapshot.rootless
    return rootless.unit_paths if rootless and rootless.unit_paths else SYSTEM_UNIT_PATHS


def own_unit_folder(rootless: Rootless) -> str:
    """Where a user puts units: that beside the first place of all (``systemctl --user edit``)."""
    first = rootless.unit_paths[0] if rootless.unit_paths else ""
    if first.endswith("/systemd/user.control"):
        return first.removesuffix(".control")
    return f"{rootless.config_home}/systemd/user"


def systemctl(snapshot: Snapshot) -> str:
    """What the daemon's unit is spoken to with, as whoever observed has to type it."""
    rootless, uid = snapshot.rootless, snapshot.machine.uid
    if rootless is None:
        return "systemctl" if uid == 0 else "sudo systemctl"
    if rootless.uid == uid:
        return "systemctl --user"
    become = "runuser -u {} -- env" if uid == 0 else "sudo -u {}"
    runtime = runtime_folder(rootless.uid)
    return f"{become.format(rootless.user)} XDG_RUNTIME_DIR={runtime} systemctl --user"


def runs_by_hand(snapshot: Snapshot) -> bool:
    """Whether a dockerd runs that is no unit's: docker.service is down meanwhile."""
    if snapshot.dockerd is None or snapshot.systemd is None:
        return False
    if any(unit.main_pid == snapshot.dockerd.pid for unit in snapshot.systemd.units):
        return False
    known = snapshot.unit(DEFAULT_UNIT)
    return known is not None and known.active_state in ("inactive", "failed")


def _fact(snapshot: Snapshot) -> UnitFact | None:
    """The unit whose process dockerd is, else docker.service if systemd knows it."""
    units = snapshot.systemd.units if snapshot.systemd else ()
    if snapshot.dockerd is not None:
        for unit in units:
            if unit.main_pid == snapshot.dockerd.pid:
                return unit
    known = snapshot.unit(DEFAULT_UNIT)
    return known if known is not None and known.load_state != "not-found" else None


def _stack(
    snapshot: Snapshot, name: str
) -> tuple[str | None, list[tuple[str, Unit]], tuple[str, ...]]:
    there = {item.path: item for item in snapshot.files if item.kind in _READ_KINDS}
    lookup = unit_paths(snapshot)
    fragment = choose_fragment(name, there, lookup)
    paths = ([] if fragment is None else [fragment]) + order_dropins(name, there, lookup).used
    stack: list[tuple[str, Unit]] = []
    unread: list[str] = []
    for path in paths:
        item = there[path]
        if item.text is None and item.kind not in _EMPTY_KINDS:
            unread.append(path)
        else:
            stack.append((path, parse(item.text or "")))
    return fragment, stack, tuple(unread)


def _environment_files(snapshot: Snapshot) -> dict[str, str | None]:
    """Texts by path; a path that could not be read is left out, so that it counts as unseen."""
    texts: dict[str, str | None] = {}
    for item in snapshot.files:
        if item.kind == "file":
            if item.text is not None:
                texts[item.path] = item.text
        elif item.kind != "unreadable":
            texts[item.path] = None
    return texts


def _passed(snapshot: Snapshot, fact: UnitFact | None) -> _Passed | None:
    """What the running daemon got by PassEnvironment=.

    That process's environment never changes, and the daemon got it from there unless something
    stronger sets the variable; then it is not known.
    """
    environ = snapshot.dockerd.environ if snapshot.dockerd else None
    if fact is None or environ is None or fact.environment_files:
        return None
    names = frozenset(fact.pass_environment)
    if names & {word.partition("=")[0] for word in fact.environment}:
        return None
    return _Passed(names, {name: environ[name] for name in names if name in environ})


def _passed_on_disk(
    passed: _Passed | None, stack: list[tuple[str, Unit]]
) -> Mapping[str, str] | None:
    """The values for what the files ask for now: None if they name a variable that is not known."""
    names = {
        word
        for _, unit in stack
        for assignment in unit.service("PassEnvironment")
        for word in assignment.value.split()
    }
    asked = names & _PROXY_VARIABLES
    if not asked:
        return {}
    if passed is None or not asked <= passed.names:
        return None
    return passed.values


def _as_text(fact: UnitFact) -> str:
    """What systemd has loaded, as the text of a unit, so that one reader serves both."""
    lines = ["[Service]"]
    for word in fact.environment:
        name, _, value = word.partition("=")
        try:
            lines.append(f"Environment={quote_assignment(name, value)}")
        except DockproxyError:
            pass
    lines += [f"EnvironmentFile={path.replace('%', '%%')}" for path in fact.environment_files]
    lines += [f"PassEnvironment={name}" for name in fact.pass_environment]
    lines += [f"UnsetEnvironment={_word(word)}" for word in fact.unset_environment]
    return "\n".join(lines)


def _word(word: str) -> str:
    name, equals, value = word.partition("=")
    return quote_assignment(name, value) if equals else word
