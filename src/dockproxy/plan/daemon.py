"""The daemon's part of a plan: which file its proxies go to, and what must leave other places.

Facts: the file or a flag wins over the process's environment, variable by variable; Engine before
23.0 does not know ``proxies`` and refuses to start with it (moby daemon/config/config.go;
engine-facts, "Which value wins").
"""

from __future__ import annotations

from typing import NamedTuple

from dockproxy.core.model.errors import RefusedError
from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.plan import Change, Edit
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES, DAEMON_KEYS
from dockproxy.core.model.secret import Secret, mask_url
from dockproxy.resolve.capabilities import has
from dockproxy.resolve.host import Component, Host, Origin

NEW_DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
LAST_DROP_IN = "/etc/systemd/system/docker.service.d/zz-http-proxy.conf"

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
        self._give(target, key, value)
        if self.via == "auto" and target.kind != "daemon.json":
            return
        for origin in origins:
            if self.via != "auto" and (origin.kind, origin.path) != (target.kind, target.path):
                self._take_away(origin, key)

    def edits(self) -> tuple[Edit, ...]:
        """One Edit a file, in the order in which the files were first named."""
        return tuple(
            Edit(path, kind, "daemon", tuple(dict.fromkeys(changes)))
            for (kind, path), changes in self._changes.items()
        )

    def _origins(self, key: str) -> list[Origin]:
        """Every place that sets it, the deciding one first."""
        value = self.daemon.proxies.get(key) if self.daemon else None
        if value is None:
            return []
        return [value.origin, *(lost.origin for lost in value.overrides)]

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
        if self.via == "daemon-json":
            return self._json()
        editable = [origin for origin in origins if self._is_editable(origin)]
        if self.via == "systemd":
            units = [origin for origin in editable if origin.kind in _UNIT_KINDS]
            return units[0] if units else self._drop_in()
        if editable:
            return editable[0]
        return self._where_the_others_are() or self._new_place()

    def _where_the_others_are(self) -> Origin | None:
        """Beside the daemon's other proxies, so that there is one source and not two."""
        for other in DAEMON_KEYS:
            for origin in self._origins(other):
                if self._is_editable(origin):
                    return origin
        for kind, path in self._changes:
            return Origin(_KINDS[kind], path)
        return None

    def _new_place(self) -> Origin:
        if has(self.host.snapshot.engine, "daemon-json-proxies"):
            return self._json()
        return self._drop_in()

    def _json(self) -> Origin:
        return Origin("daemon.json", self.path_json)

    def _drop_in(self) -> Origin:
        """A drop-in that sorts behind every one that resets or unsets the environment."""
        if self.host.snapshot.systemd is None and not self.host.snapshot.machine.root:
            raise RefusedError(
                N_("this machine does not run systemd, so a drop-in would be read by nobody"),
                hint=N_("leave --via out, or use --via daemon-json"),
            )
        for fact in self.host.snapshot.files:
            if fact.role != "drop-in" or fact.text is None:
                continue
            lines = [line.strip() for line in fact.text.splitlines()]
            name = fact.path.rpartition("/")[2]
            if "Environment=" in lines and name > NEW_DROP_IN.rpartition("/")[2]:
                return Origin("systemd", LAST_DROP_IN)
        return Origin("systemd", NEW_DROP_IN)

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


def _path(origin: Origin) -> str:
    return origin.path or ""


def _expected(wanted: dict[str, str | None]) -> dict[str, str]:
    return {
        key: "" if value is None else (value if key == "no_proxy" else mask_url(value))
        for key, value in wanted.items()
    }
