"""Plan: what is to be changed, in order, and what that stops. The agent makes the text edits.

A Plan says *what* (this key of that file to this value; this unit restarted), never how the file's
text becomes so: the agent edits the file as it is when its turn comes, under its lock.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional, Tuple


class Change(NamedTuple):
    """One setting. key: ``("proxies", "http-proxy")`` in JSON, ``("HTTP_PROXY",)`` in a unit.

    value: None takes the setting away. In a builder's instance file the key is a node's name and
    a driver option's: ``("big0", "env.HTTP_PROXY")``.
    """

    key: Tuple[str, ...]
    value: Optional[Secret]


class Repair(NamedTuple):
    """Something in a file's text that is mended, before its changes are made.

    kind: ``json-syntax`` (what ``formats/json_repair.py`` makes of it), ``rename-key`` and
    ``drop-key`` (of JSON), ``join-list`` (one string, with commas), ``retype`` (a value written as
    another type), ``drop-shadowed`` (all but the last of a name, in any case of its letters),
    ``into-default`` (a proxy of config.json, to ``proxies.default``), ``one-entry`` (of several of
    one name), one of ``formats/daemon_mending.py`` or of ``formats/unit_mending.py`` (of a unit or
    an EnvironmentFile), of a value ``copy``, ``address``, ``entry`` and ``add``
    (``apply/value_repairs.py``), or of a whole file ``copy-of`` (key: the path of another one,
    where there is none) and ``take-away``. key: where, as in Change. to: the new name or type, if
    there is one.
    """

    kind: str
    key: Tuple[str, ...] = ()
    to: str = ""


class Edit(NamedTuple):
    """Changes to one file. format: ``daemon-json``, ``client-json``, ``systemd-unit``,
    ``environment-file`` or ``buildx-instance``. owner: the uid below whose home it lies, written
    with that uid, or None. repairs: what is mended first.
    """

    path: str
    format: str
    component: str
    changes: Tuple[Change, ...]
    owner: Optional[int] = None
    group: Optional[int] = None
    repairs: Tuple[Repair, ...] = ()


class Restart(NamedTuple):
    """A unit to restart after the edits; daemon-reload comes before it where units changed.

    expect: what ``info`` must say afterwards (http_proxy …), masked as Engine masks it.
    user: whose manager holds the unit (a rootless daemon's), None for the machine's own.
    starts_failed: start it too where it has failed; one that somebody stopped stays down.
    required: also where no file changes, and systemd reads its files again first: they changed
    before.
    """

    unit: str
    endpoint: str
    expect: Dict[str, str] = {}  # noqa: RUF012
    timeout: float = 300.0
    keep_containers: bool = False
    user: Optional[int] = None
    starts_failed: bool = False
    required: bool = False


class RemadeNode(NamedTuple):
    """A node of a builder: its name, its container's, and the daemon where that runs."""

    name: str
    container: str
    endpoint: str


class Remake(NamedTuple):
    """A builder whose containers are made anew from its instance file, by buildx itself.

    owner, group: whose builder it is; buildx runs with their rights. docker_config, buildx_config:
    the folders that it reads.
    """

    name: str
    path: str
    nodes: Tuple[RemadeNode, ...]
    owner: Optional[int]
    group: Optional[int]
    home: str
    docker_config: str
    buildx_config: str
    timeout: float = 300.0


class Plan(NamedTuple):
    """intent: ``set``, ``unset``, ``fix``; edits in order, then the restart, if one is needed, then
    the builders that are made anew.

    recorded: made from a Snapshot's file, so it is to be read and not to be carried out here.
    """

    intent: str
    edits: Tuple[Edit, ...]
    restart: Optional[Restart] = None
    daemon_json: str = "/etc/docker/daemon.json"
    root: str = ""
    recorded: bool = False
    builders: Tuple[Remake, ...] = ()
