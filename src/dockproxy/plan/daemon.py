"""The daemon's part of a plan: which file its proxies go to, and what must leave other places.

Facts: the file or a flag wins over the process's environment, variable by variable; Engine before
23.0 does not know ``proxies`` and refuses to start with it (moby daemon/config/config.go;
engine-facts, "Which value wins").
"""

from __future__ import annotations

from dockproxy.core.formats.unit_environment import Claim, unset_patterns
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Change, Edit
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES, DAEMON_KEYS
from dockproxy.core.model.secret import Secret, mask_url
from dockproxy.resolve.capabilities import engine_of, has
from dockproxy.resolve.host import Component, Host, Origin, Overridden
from dockproxy.resolve.unit import daemon_unit, own_unit_folder, runs_by_hand

_UNITS = "/etc/systemd/system"
_NAMES = ("http-proxy.conf", "zz-http-proxy.conf", "zzz-http-proxy.conf")

_UNIT_KINDS = ("systemd", "environment-file")
_CLAIMS = {"environment": "systemd", "environment-file": "environment-file"}
_FORMATS = {
    "daemon.json": "daemon-json",
    "systemd": "systemd-unit",
    "environment-file": "environment-file",
}

_KINDS = {text_format: kind for kind, text_format in _FORMATS.items()}


class DaemonEdits(NamedTuple):
    """edits in order; expect: what ``info`` must say afterwards; notes for the person."""

    edits: tuple[Edit, ...]
    expect: dict[str, str]
    notes: tuple[Message, ...] = ()


def daemon_edits(host: Host, values: dict[str, str | None], via: str) -> DaemonEdits:
    """Edits that make the daemon use ``values`` (our keys; None takes one away).

    Raises RefusedError where a setting lies where no edit of ours reaches it.
    """
    places = _Places(host, via)
    wanted = {key: values[key] for key in DAEMON_KEYS if key in values}
    for key, value in wanted.items():
        places.put(key, value)
    return DaemonEdits(places.edits(), _expected(wanted), tuple(places.notes))


class _Places:
    """Collects, file by file, the changes that a set of values needs."""

    def __init__(self, host: Host, via: str) -> None:
        self.host = host
        self.daemon: Component | None = host.component("daemon")
        self.unit = daemon_unit(host.snapshot)
        self.path_json = host.snapshot.daemon_json
        self.via = via
        self._reads_json = _reads_json(host, self.daemon, self.unit is not None)
        rootless = host.snapshot.rootless
        self._owner = (None, None) if rootless is None else (rootless.uid, rootless.gid)
        self._ours = "/etc/" if rootless is None else f"{rootless.home.rstrip('/')}/"
        units = _UNITS if rootless is None else own_unit_folder(rootless)
        self._drop_ins = f"{units}/docker.service.d"
        self.notes: list[Message] = []
        self._changes: dict[tuple[str, str], list[Change]] = {}
        if via == "daemon-json" and not has(engine_of(host.snapshot), "daemon-json-proxies"):
            raise RefusedError(
                N_("this Engine does not know `proxies` in daemon.json and would not start"),
                where=self.path_json,
                hint=N_("leave --via out, or use --via systemd"),
            )

    def put(self, key: str, value: str | None) -> None:
        """Bring one setting to its value, in one place only."""
        origins = self._origins(key)
        for origin in origins:
            self._refuse_if_out_of_reach(origin, key)
        if value is None:
            for origin in origins:
                if origin.kind == "process":
                    raise RefusedError(
                        message(
                            N_("{name} comes from the environment that dockerd was started with"),
                            name=origin.name,
                        ),
                        hint=N_("start dockerd again without that variable"),
                    )
                self._take_away(origin, key)
            if self._may_hold_unseen():
                self._take_away(self._json(), key)
            return
        target = self._target(key, origins)
        if target.kind in _UNIT_KINDS:
            target = self._unless_unset(target, key)
        self._give(target, key, value)
        if self.via != "auto":
            for origin in origins:
                if _source(origin) != _source(target):
                    self._take_away(origin, key)

    def edits(self) -> tuple[Edit, ...]:
        """One Edit a file, in the order in which the files were first named."""
        return tuple(
            Edit(path, kind, "daemon", tuple(dict.fromkeys(changes)), *self._owner)
            for (kind, path), changes in self._changes.items()
        )

    def _may_hold_unseen(self) -> bool:
        """Whether daemon.json could not be read for what it sets: the agent then says why not."""
        drifts = self.daemon.drift if self.daemon else ()
        broken = any(drift.code == "daemon-json-broken" for drift in drifts)
        return broken or any(item.about == "daemon.daemon_json" for item in self.host.unknown)

    def _origins(self, key: str) -> list[Origin]:
        """Every place that has a say, the deciding one first.

        What is empty gives nothing, and what the same source overrides with something empty gives
        nothing either; but a flag is refused beside a file that has its name, whatever it holds.
        """
        value = self.daemon.proxies.get(key) if self.daemon else None
        if value is None:
            return []
        found = [Overridden(value.value, value.origin), *value.overrides]
        deciding = {(_source(o), o.name): text for text, o in reversed(found)}
        return [
            origin
            for text, origin in found
            if origin.kind == "flag" or (text and deciding[_source(origin), origin.name])
        ]

    def _refuse_if_out_of_reach(self, origin: Origin, key: str) -> None:
        if origin.kind == "flag":
            raise RefusedError(
                message(
                    N_("the daemon's command line sets {flag}; a flag and a file may not both"),
                    flag=f"--{DAEMON_JSON_NAMES[key]}",
                ),
                where=origin.path or None,
                hint=N_("take the flag out of the unit's ExecStart, then run this again"),
            )

    def _target(self, key: str, origins: list[Origin]) -> Origin:
        """Where it stands now, if it can be edited there; else beside the daemon's other proxies,
        so that there is one source and not two; else in daemon.json.
        """
        if self.via != "auto":
            return self._json() if self.via == "daemon-json" else self._in_the_unit(key)
        others = [origin for other in DAEMON_KEYS for origin in self._origins(other)[:1]]
        others += [Origin(_KINDS[kind], path) for kind, path in self._changes]
        for origin in (*origins[:1], *others):
            if self._is_editable(origin):
                in_unit = origin.kind in _UNIT_KINDS
                return self._in_the_unit(key) if in_unit else self._json()
        if self._reads_json:
            return self._json()
        return self._in_the_unit(key)

    def _unless_unset(self, place: Origin, key: str) -> Origin:
        """This place, or daemon.json where UnsetEnvironment= takes away what a unit sets."""
        for pattern in unset_patterns(self.unit.stack) if self.unit is not None else ():
            if pattern.text != key.upper():
                continue
            if self.via == "auto" and self._reads_json:
                return self._json()
            raise RefusedError(
                message(
                    N_("UnsetEnvironment= takes {name} away from the daemon"), name=key.upper()
                ),
                where=f"{pattern.path}:{pattern.line}",
                hint=N_("take that line out, or use --via daemon-json"),
            )
        return place

    def _in_the_unit(self, key: str) -> Origin:
        """The file of the unit that decides on the variable, be it with an empty value; else one
        where it would decide.
        """
        claim = self._claim(key)
        if claim is not None and claim.path:
            place = Origin(_CLAIMS[claim.kind], claim.path)
            if self._is_editable(place):
                return place
            if claim.kind == "environment-file":
                raise self._not_ours(key, claim.path)
            return self._drop_in(claim.path.rpartition("/")[2])
        for other in (key, *DAEMON_KEYS):
            for origin in self._origins(other):
                if origin.kind in _UNIT_KINDS:
                    if self._is_editable(origin):
                        return origin
                    break
        for kind, path in self._changes:
            if _KINDS[kind] in _UNIT_KINDS:
                return Origin(_KINDS[kind], path)
        return self._drop_in("")

    def _claim(self, key: str) -> Claim | None:
        """What decides on the variable in the unit, if any of its files speaks of it."""
        there = self.unit.disk.variables.get(key.upper()) if self.unit is not None else None
        return None if there is None or there.claim.kind not in _CLAIMS else there.claim

    def _json(self) -> Origin:
        return Origin("daemon.json", self.path_json)

    def _drop_in(self, behind: str) -> Origin:
        """A drop-in that sorts behind that one, and behind each that resets the environment. It
        masks none: a file in /etc replaces its namesakes.
        """
        if self.host.snapshot.systemd is None and not self.host.snapshot.machine.root:
            raise RefusedError(
                N_("this machine does not run systemd, so a drop-in would be read by nobody"),
                hint=N_("leave --via out, or use --via daemon-json"),
            )
        if runs_by_hand(self.host.snapshot):
            raise RefusedError(
                N_("systemd does not run this daemon, so a drop-in would be read by nobody"),
                hint=N_("leave --via out, or use --via daemon-json"),
            )
        there = {}
        for path, unit in self.unit.stack if self.unit is not None else ():
            folder, _slash, name = path.rpartition("/")
            if not folder.endswith(".d"):
                continue
            there[name] = folder
            if any(not assignment.value for assignment in unit.service("Environment")):
                behind = max(behind, name)
        for name in _NAMES:
            if name >= behind and there.get(name, self._drop_ins) == self._drop_ins:
                return Origin("systemd", f"{self._drop_ins}/{name}")
        raise RefusedError(
            message(N_("{name} decides, whatever another drop-in says"), name=behind),
            hint=N_("set the proxies there, or use --via daemon-json"),
        )

    def _is_editable(self, origin: Origin) -> bool:
        if origin.kind == "daemon.json":
            return self._reads_json
        return origin.kind in _UNIT_KINDS and _path(origin).startswith(self._ours)

    def _give(self, target: Origin, key: str, value: str) -> None:
        if target.kind == "daemon.json":
            self._add(target, ("proxies", DAEMON_JSON_NAMES[key]), value)
            return
        self._add(target, (key.upper(),), value)
        lower = [o for o in self._origins(key) if o.name == key and o.kind in _UNIT_KINDS]
        for origin in lower:
            if self._is_editable(origin):
                self._add(origin, (key,), value)

    def _take_away(self, origin: Origin, key: str) -> None:
        if origin.kind == "daemon.json":
            self._add(origin, ("proxies", DAEMON_JSON_NAMES[key]), None)
        elif origin.kind in _UNIT_KINDS and _path(origin).startswith(self._ours):
            self._add(origin, (origin.name,), None)  # an empty one in other case may hide others
        elif origin.kind in (*_UNIT_KINDS, "manager"):
            raise self._not_ours(key, origin.path)

    def _not_ours(self, key: str, path: str | None) -> RefusedError:
        text = N_("{name} comes from {path}, which is not the administrator's to edit")
        if self.host.snapshot.rootless is not None:
            text = N_("{name} comes from {path}, which is not the daemon's user's to edit")
        return RefusedError(
            message(
                text,
                name=key.upper(),
                path=path or N_("the service manager's own environment"),
            ),
            where=path or None,
            hint=message(
                N_("add a drop-in that holds: [Service] UnsetEnvironment={names}"),
                names=f"{key.upper()} {key}",
            ),
        )

    def _add(self, origin: Origin, key: tuple[str, ...], value: str | None) -> None:
        secret = None if value is None else Secret(value)
        self._changes.setdefault((_FORMATS[origin.kind], _path(origin)), []).append(
            Change(key, secret)
        )


def _reads_json(host: Host, daemon: Component | None, has_unit: bool) -> bool:
    """Whether the Engine takes ``proxies`` from daemon.json. One that hides its version from this
    user may be any: it is trusted with what it reads already, or where nothing else is left.
    """
    engine = engine_of(host.snapshot)
    hidden = any((item.about, item.reason) == ("engine", "permission") for item in host.unknown)
    if engine is not None or not hidden or not has_unit:
        return has(engine, "daemon-json-proxies")
    values = daemon.proxies.values() if daemon else ()
    return any(
        origin.kind == "daemon.json"
        for value in values
        for origin in (value.origin, *(item.origin for item in value.overrides))
    )


def _source(origin: Origin) -> str:
    """Which of the daemon's sources it belongs to: a flag, its file, or its environment."""
    return origin.kind if origin.kind in ("flag", "daemon.json") else "environment"


def _path(origin: Origin) -> str:
    return origin.path or ""


def _expected(wanted: dict[str, str | None]) -> dict[str, str]:
    return {
        key: "" if value is None else (value if key == "no_proxy" else mask_url(value))
        for key, value in wanted.items()
    }
