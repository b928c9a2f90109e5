"""Snapshot: all that was observed of one machine, unjudged, and with no secret in it.

Texts of files are redacted by the agent as it observes (``formats/redact_*``), so a Snapshot
read from a file gives the same answers as the live machine. What could not be seen is an
``Unknown`` with its reason, never an absence.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_
from dockproxy.core.model.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

    from dockproxy.core.model.probe import Probes
    from dockproxy.core.model.project import Project


SCHEMA = 1

HINTS = frozenset(
    (
        N_("run it with sudo"),
        N_("run it with sudo, or as a member of the group docker"),
        N_("run it as the user whose they are, or as root"),
        "systemctl start docker.service",
        "systemctl --user start docker.service",
    )
)
"""Every hint of an ``Unknown`` that the agent gives: in a Snapshot from a file no other counts, for
it would be a stranger's advice in our voice."""


class Unknown(NamedTuple):
    """Something that could not be seen. about: dotted name, as ``daemon.environment``.

    reason: ``permission``, ``too-large``, ``no-engine``, ``timeout``, ``no-systemd`` …
    hint: what to do to see it, in English (of the agent's one of HINTS), or "".
    """

    about: str
    reason: str
    hint: str = ""


class Shift(NamedTuple):
    """On that line of a redacted text, what stands at this column or behind it stands ``by``
    columns further on in the file.
    """

    line: int
    column: int
    by: int


class FileFact(NamedTuple):
    """A place on disk that can bear on proxies, whether or not a file is there.

    path: as the reading program spells it (without ``--root``'s folder).
    role: what reads it: ``daemon-json``, ``client-json``, ``unit``, ``drop-in``,
    ``environment-file``, ``context``; ``login-environment``: what gives people who
    log in their variables; ``stray``: nothing, though it sets proxies and lies near;
    ``misnamed-daemon``, ``misnamed-client``: nothing, though it is named nearly like such a file.
    kind: ``file``, ``missing``, ``directory``, ``dangling`` (link to nothing), ``other``
    (a device, a socket), ``unreadable``.
    text: redacted content, None unless kind is ``file`` and it was read.
    target: where it really lies if symbolic links lead elsewhere, else None.
    traits: per dotted key what a rule must know of a secret (``needs-escaping:@#`` …).
    shifts: where masks have moved what stands behind them on their line.
    """

    path: str
    role: str
    kind: str
    text: Optional[str] = None
    encoding: str = "utf-8"
    bom: bool = False
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    mtime: float = 0.0
    target: Optional[str] = None
    hard_links: int = 1
    mount_point: bool = False
    read_only: bool = False
    managed_by: Optional[str] = None
    traits: Dict[str, str] = {}  # noqa: RUF012
    shifts: Tuple[Shift, ...] = ()

    def real_column(self, line: int, column: int) -> int:
        """The file's own column of what stands there in the text."""
        by = [shift.by for shift in self.shifts if shift.line == line and shift.column <= column]
        return max(1, column + by[-1]) if by else column


class Process(NamedTuple):
    """A running dockerd. started_at: seconds since 1970. environ: None where not permitted.

    args: its words, redacted. environ: proxy and DOCKER_* variables only, masked.
    """

    pid: int
    args: Tuple[str, ...]
    started_at: float
    exe: Optional[str] = None
    environ: Optional[Dict[str, str]] = None


class UnitFact(NamedTuple):
    """A systemd unit as ``systemctl show`` gives it (redacted), times in seconds since 1970.

    environment, pass_environment, unset_environment: words as systemd holds them.
    environment_files: ``PATH`` or ``-PATH``. started_at: ExecMainStartTimestamp, 0 if never.
    """

    name: str
    load_state: str
    active_state: str
    sub_state: str
    result: str = ""
    fragment_path: str = ""
    drop_in_paths: Tuple[str, ...] = ()
    need_daemon_reload: bool = False
    environment: Tuple[str, ...] = ()
    pass_environment: Tuple[str, ...] = ()
    unset_environment: Tuple[str, ...] = ()
    environment_files: Tuple[str, ...] = ()
    exec_start: Tuple[str, ...] = ()
    main_pid: int = 0
    started_at: float = 0.0
    restart: str = ""


class Systemd(NamedTuple):
    """The service manager. environment: ``systemctl show-environment``, proxy variables only."""

    version: int
    running: bool
    environment: Dict[str, str] = {}  # noqa: RUF012
    units: Tuple[UnitFact, ...] = ()


class Engine(NamedTuple):
    """What the Engine's API says: ``/version`` and named keys of ``/info``.

    The three proxies are as ``info`` gives them, masked by the Engine itself; "" when unset.
    endpoint: ``unix:///var/run/docker.sock`` or what the context names.
    """

    endpoint: str
    version: str
    api_version: str
    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    name: str = ""
    operating_system: str = ""
    security_options: Tuple[str, ...] = ()
    components: Tuple[str, ...] = ()
    live_restore: bool = False
    swarm_state: str = "inactive"
    swarm_manager: bool = False
    registry_mirrors: Tuple[str, ...] = ()
    insecure_registries: Tuple[str, ...] = ()
    docker_root: str = ""


class Container(NamedTuple):
    """A container. environ: its proxy variables only, masked. times: seconds since 1970.

    networks: those that it is in. extra_hosts: names that it was given addresses of. health:
    ``healthy``, ``unhealthy``, ``starting`` or "". health_check: ``PROGRAM URL`` where that program
    is wget or curl. image_environ: its image's proxy variables, masked.
    """

    id: str
    name: str
    image: str
    created_at: float
    state: str
    restart_policy: str = "no"
    auto_remove: bool = False
    network_mode: str = ""
    environ: Dict[str, str] = {}  # noqa: RUF012
    compose_project: str = ""
    compose_service: str = ""
    swarm_service: str = ""
    networks: Tuple[str, ...] = ()
    extra_hosts: Tuple[str, ...] = ()
    health: str = ""
    health_check: str = ""
    image_environ: Dict[str, str] = {}  # noqa: RUF012


class Network(NamedTuple):
    """A Docker network with its subnets and gateways, as the Engine gives them."""

    name: str
    driver: str
    subnets: Tuple[str, ...] = ()
    gateways: Tuple[str, ...] = ()


class Client(NamedTuple):
    """Whose docker CLI: where its config.json is, and which daemon it talks to.

    endpoint_from: ``DOCKER_HOST``, ``DOCKER_CONTEXT``, ``currentContext``, ``--context`` or
    ``default``. config_from: ``DOCKER_CONFIG``, ``home`` or ``snap``.
    """

    user: str
    uid: int
    gid: int
    home: str
    config_path: str
    config_from: str
    context: str
    endpoint: str
    endpoint_from: str


class DriverOption(NamedTuple):
    """One option of a builder's driver, as ``env.HTTP_PROXY`` or ``image``, masked.

    line, column: of its value in the instance file, from 1.
    """

    name: str
    value: str
    line: int
    column: int


class BuilderNode(NamedTuple):
    """One BuildKit daemon of a builder. endpoint: a daemon's address or a context's name, masked.

    address: the daemon's address that the endpoint stands for, "" where it can't be told.
    container: the name that buildx gives its container, "" for drivers without one.
    state: that container's, ``absent`` where there is none, "" where it could not be asked.
    environ, image_environ: proxy variables of the container and of its image, masked.
    """

    name: str
    endpoint: str
    options: Tuple[DriverOption, ...] = ()
    address: str = ""
    container: str = ""
    state: str = ""
    environ: Dict[str, str] = {}  # noqa: RUF012
    image_environ: Dict[str, str] = {}  # noqa: RUF012


class Builder(NamedTuple):
    """A builder that buildx keeps. path: its instance file.

    driver: ``docker-container``, ``kubernetes``, ``remote`` … current: builds use it by default.
    fault: ``LINE:COLUMN WORDS`` where buildx can't read the file, else "".
    """

    name: str
    driver: str
    path: str
    nodes: Tuple[BuilderNode, ...] = ()
    current: bool = False
    fault: str = ""


class Machine(NamedTuple):
    """The machine itself. uid: who observed. root: ``--root``'s folder, or "" for live. kernel: its
    release, "" where that was not seen.
    """

    name: str
    system: str
    uid: int
    user: str
    root: str = ""
    privileged: bool = False
    kernel: str = ""


class Rootless(NamedTuple):
    """Whose daemon the client's endpoint leads to, where that is an ordinary user's.

    config_home: where dockerd looks for ``docker/daemon.json``. unit_paths: where the user's
    manager looks for units. runtime: XDG_RUNTIME_DIR. network_driver: as ``/version`` says, "" if
    it does not. detached: whether dockerd itself is in the host's network (``netns`` in the state
    folder); host_loopback: whether the host's loopback can be reached through the driver; None
    where neither was seen.
    """

    user: str
    uid: int
    gid: int
    home: str
    config_home: str
    runtime: str
    unit_paths: Tuple[str, ...] = ()
    network_driver: str = ""
    port_driver: str = ""
    detached: Optional[bool] = None
    host_loopback: Optional[bool] = None


class KeptSecret(NamedTuple):
    """An address with its user information, kept apart from the rest and only where that was asked
    for. about: a file's path, or as in Snapshot.traits. name: the dotted key, variable or flag.
    """

    about: str
    name: str
    value: Secret


class Snapshot(NamedTuple):
    """Everything above, of one machine at one moment (taken_at: seconds since 1970), and of one
    daemon: the one that the client's endpoint leads to.

    rootless: whose it is, None for the machine's own; then units and systemd are that user's.
    daemon_json: the path that this machine's daemon reads. environment: the caller's proxy and
    DOCKER_* variables, masked. builders: those of the client's user. images: references
    with their tags, newest first, 50 at most. probes: None where nobody asked for them. project: a
    folder's, where that was asked for instead of a machine.
    traits: what a rule must know of secrets outside of files (``secret.traits``): by
    ``daemon.environment:NAME``, ``daemon.flags:NAME``, ``environment:NAME``,
    ``systemd.environment:NAME``, ``systemd.UNIT:NAME``, ``container.ID:NAME``,
    ``builder.NAME.NODE:NAME``.
    listening: where programs of this machine wait for connections, ``127.0.0.1:7890`` or
    ``[::]:3128``: of the ports that the files name alone; None where that was not looked at.
    dockerd_version: of the program that docker.service starts, where no daemon runs; else "".
    """

    schema: int
    version: str
    taken_at: float
    machine: Machine
    daemon_json: str
    files: Tuple[FileFact, ...] = ()
    systemd: Optional[Systemd] = None
    dockerd: Optional[Process] = None
    engine: Optional[Engine] = None
    client: Optional[Client] = None
    containers: Tuple[Container, ...] = ()
    networks: Tuple[Network, ...] = ()
    images: Tuple[str, ...] = ()
    environment: Dict[str, str] = {}  # noqa: RUF012
    unknown: Tuple[Unknown, ...] = ()
    traits: Dict[str, str] = {}  # noqa: RUF012
    secrets: Tuple[KeptSecret, ...] = ()
    builders: Tuple[Builder, ...] = ()
    rootless: Optional[Rootless] = None
    probes: Optional[Probes] = None
    listening: Optional[Tuple[str, ...]] = None
    project: Optional[Project] = None
    dockerd_version: str = ""

    def file(self, path: str) -> Optional[FileFact]:
        """The fact about that path, or None if it was not looked at."""
        for fact in self.files:
            if fact.path == path:
                return fact
        return None

    def unit(self, name: str) -> Optional[UnitFact]:
        """The unit of that name, or None."""
        for unit in self.systemd.units if self.systemd else ():
            if unit.name == name:
                return unit
        return None


def __getattr__(name: str) -> Any:
    """Records for ``record.load`` that few Snapshots have: who has none of them loads none."""
    if name == "Project":
        from dockproxy.core.model.project import Project

        return Project
    if name == "Probes":
        from dockproxy.core.model.probe import Probes

        return Probes
    raise AttributeError(name)
