"""The daemon's part of a plan: which file its proxies go to, and what must leave other places.

Facts: the file or a flag wins over the process's environment, variable by variable; Engine before
23.0 does not know ``proxies`` and refuses to start with it (moby daemon/config/config.go;
engine-facts, "Which value wins").
"""

from __future__ import annotations

from typing import NamedTuple

from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_environment import unset_patterns
from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Change, Edit
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES, DAEMON_KEYS
from dockproxy.core.model.secret import Secret, mask_url
from dockproxy.resolve.capabilities import has
from dockproxy.resolve.host import Component, Host, Origin, Overridden
from dockproxy.resolve.unit import daemon_unit

_DROP_INS = "/etc/systemd/system/docker.service.d"
_NAMES = ("http-proxy.conf", "zz-http-proxy.conf", "zzz-http-proxy.conf")

_UNIT_KINDS = ("systemd", "environment-file")
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
        self.path_json = host.snapshot.daemon_json
        self.via = via
        self.notes: list[Message] = []
        self._changes: dict[tuple[str, str], list[Change]] = {}
        if via == "daemon-json" and not has(host.snapshot.engine, "daemon-json-proxies"):
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
                self._take_away(origin, key)
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
            Edit(path, kind, "daemon", tuple(dict.fromkeys(changes)))
            for (kind, path), changes in self._changes.items()
        )

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
        """The place that decides, if it can be edited; else one that wins over it."""
        if self.via == "daemon-json":
            return self._json()
        units_only = self.via == "systemd"
        if units_only:
            origins = [origin for origin in origins if origin.kind in _UNIT_KINDS]
        place = origins[0] if origins and self._is_editable(origins[0]) else None
        if place is None and not (units_only and origins):
            place = self._where_the_others_are(key)
        if place is None:
            json = not units_only and has(self.host.snapshot.engine, "daemon-json-proxies")
            place = self._json() if json else self._drop_in(key)
        return place

    def _unless_unset(self, place: Origin, key: str) -> Origin:
        """This place, or daemon.json where UnsetEnvironment= takes away what a unit sets."""
        unit = daemon_unit(self.host.snapshot)
        for pattern in unset_patterns(unit.stack) if unit is not None else ():
            if pattern.text != key.upper():
                continue
            if self.via == "auto" and has(self.host.snapshot.engine, "daemon-json-proxies"):
                return self._json()
            raise RefusedError(
                message(
                    N_("UnsetEnvironment= takes {name} away from the daemon"), name=key.upper()
                ),
                where=f"{pattern.path}:{pattern.line}",
                hint=N_("take that line out, or use --via daemon-json"),
            )
        return place

    def _where_the_others_are(self, key: str) -> Origin | None:
        """Beside the daemon's other proxies, so that there is one source and not two."""
        others = [origin for other in DAEMON_KEYS for origin in self._origins(other)[:1]]
        others += [Origin(_KINDS[kind], path) for kind, path in self._changes]
        for origin in others:
            if self._is_editable(origin) and self._would_decide(origin, key):
                return origin
        return None

    def _would_decide(self, place: Origin, key: str) -> bool:
        """Whether what that place says of a variable that nobody sets counts."""
        if self.via == "systemd" and place.kind not in _UNIT_KINDS:
            return False
        if place.kind == "systemd":
            return _path(place).rpartition("/")[2] >= self._last_to_speak(key)
        return True

    def _last_to_speak(self, key: str) -> str:
        """The last drop-in by name that resets the environment, or sets the variable."""
        last = ""
        for fact in self.host.snapshot.files:
            if fact.role != "drop-in" or fact.text is None:
                continue
            for assignment in parse(fact.text).service("Environment"):
                if not assignment.value or f"{key.upper()}=" in assignment.value:
                    last = max(last, fact.path.rpartition("/")[2])
        return last

    def _json(self) -> Origin:
        return Origin("daemon.json", self.path_json)

    def _drop_in(self, key: str) -> Origin:
        """A drop-in that decides, and masks none: a file in /etc replaces its namesakes."""
        if self.host.snapshot.systemd is None and not self.host.snapshot.machine.root:
            raise RefusedError(
                N_("this machine does not run systemd, so a drop-in would be read by nobody"),
                hint=N_("leave --via out, or use --via daemon-json"),
            )
        last = self._last_to_speak(key)
        there = {fact.path for fact in self.host.snapshot.files if fact.role == "drop-in"}
        for name in _NAMES:
            ours = f"{_DROP_INS}/{name}"
            masked = any(path.endswith(f"/{name}") for path in there - {ours})
            if name >= last and not masked:
                return Origin("systemd", ours)
        raise RefusedError(
            message(N_("{name} decides, whatever another drop-in says"), name=last),
            hint=N_("set the proxies there, or use --via daemon-json"),
        )

    def _is_editable(self, origin: Origin) -> bool:
        if origin.kind == "daemon.json":
            return has(self.host.snapshot.engine, "daemon-json-proxies")
        return origin.kind in _UNIT_KINDS and _path(origin).startswith("/etc/")

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
        elif origin.kind in _UNIT_KINDS and _path(origin).startswith("/etc/"):
            for name in (key.upper(), key):
                self._add(origin, (name,), None)
        elif origin.kind in (*_UNIT_KINDS, "manager"):
            raise RefusedError(
                message(
                    N_("{name} comes from {path}, which is not the administrator's to edit"),
                    name=key.upper(),
                    path=origin.path or N_("the service manager's own environment"),
                ),
                where=origin.path or None,
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
