"""Host: what a Snapshot means. Effective values, where they come from, and what disagrees.

Records only; no secret is in them, because there is none in a Snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import Message
from dockproxy.core.model.snapshot import Snapshot, Unknown


class Origin(NamedTuple):
    """Where a value stands.

    kind: ``daemon.json``, ``flag``, ``systemd`` (unit or drop-in), ``environment-file``,
    ``manager`` (systemd's own environment), ``process``, ``config.json``, ``builder`` (its
    instance file), ``container`` or ``environment`` (the caller's). path: None where no file holds
    it. line and column start at 1. name: the key or variable as it is spelled there.
    """

    kind: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    name: str = ""


class Overridden(NamedTuple):
    """A value that lost to another source."""

    value: str
    origin: Origin


class Value(NamedTuple):
    """An effective value. masked: whether user information was taken out of it.

    overrides: those that lost, the nearest rival first.
    """

    value: str
    masked: bool
    origin: Origin
    overrides: tuple[Overridden, ...] = ()


class Drift(NamedTuple):
    """Where what is configured and what runs, or two sources, do not agree.

    code: ``not-reloaded``, ``not-restarted``, ``overridden``, ``unset``, ``ignored`` (by systemd
    for its spelling, by dockerd for its place), ``file-beats-environment``, ``unusable`` (Go drops
    the address), ``engine-too-old``, ``daemon-json-broken``, ``unit-broken`` (these three: the
    daemon will not start), ``config-json-broken``, ``stale-container``, ``stale-builder``,
    ``builder-without-proxies``, ``nodes-differ``, ``instance-broken``, ``not-understood`` (entries
    of no_proxy that match nothing for any program which reads the list).
    remedy: a command that mends it, or "" where only a person can choose. keys: the proxy keys that
    it is about.
    """

    code: str
    message: Message
    remedy: str = ""
    keys: tuple[str, ...] = ()


BROKEN = ("daemon-json-broken", "config-json-broken", "unit-broken", "instance-broken")
"""Codes of drift with which a program goes without a file, or does not start."""


class Component(NamedTuple):
    """One part of Docker.

    component: ``daemon``, ``client``, ``builder``, ``container`` or ``cli``. proxies: what should
    apply once everything on disk is loaded and restarted. in_use: what the running program reports;
    a key is missing where it has no value. live, in_use, in_sync: None where it could not be
    seen, and an Unknown says why. driver: of a builder, as buildx names it; current: whether builds
    use it by default.
    """

    component: str
    name: str
    proxies: Mapping[str, Value]
    in_use: Mapping[str, str] | None = None
    live: bool | None = None
    in_sync: bool | None = None
    drift: tuple[Drift, ...] = ()
    driver: str = ""
    current: bool = False

    @property
    def is_change_due(self) -> bool:
        """Whether it is to be brought into line: a stopped container uses nothing, and one that was
        given values of its own (--env) has what it was meant to have. A daemon that does not run,
        and a file that its program can't use, are due whatever else is so.
        """
        if self.component == "container" and not (self.live and self.drift):
            return False
        if self.component == "daemon" and self.live is False:
            return True
        return self.in_sync is False or any(drift.code in BROKEN for drift in self.drift)


class Host(NamedTuple):
    """A machine as it was understood. components is empty where there is no Docker.

    client_entry: the entry of config.json's ``proxies`` that is read for the daemon in use, a
    daemon's address or ``default``. recorded: it was read from a file, so nothing of it need be
    this machine's.
    """

    snapshot: Snapshot
    components: tuple[Component, ...]
    unknown: tuple[Unknown, ...]
    client_entry: str = "default"
    recorded: bool = False

    def component(self, component: str, name: str | None = None) -> Component | None:
        """The first component of that kind, and of that name if one is given."""
        for candidate in self.components:
            if candidate.component == component and name in (None, candidate.name):
                return candidate
        return None
