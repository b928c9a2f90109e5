"""Proxies that flags of dockerd set: no file may set them too, and no edit of ours takes them out.

moby 26.1 daemon/config/config.go, findConfigurationConflicts: a flag and a file may not both.
"""

from __future__ import annotations

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import DAEMON_JSON_NAMES, DAEMON_KEYS
from dockproxy.core.model.report import LeftOut
from dockproxy.resolve.host import Host, Origin
from dockproxy.resolve.unit import systemctl


class Flags(NamedTuple):
    """Our keys that flags set among those asked for, and why the daemon keeps them."""

    keys: tuple[str, ...]
    left_out: LeftOut


def flags_that_stay(host: Host, keys: tuple[str, ...]) -> Flags | None:
    """What of these settings is to be taken away and stands in flags; None where nothing does."""
    daemon = host.component("daemon")
    found: dict[str, Origin] = {}
    for key in DAEMON_KEYS:
        value = daemon.proxies.get(key) if daemon is not None and key in keys else None
        for origin in (value.origin, *(item.origin for item in value.overrides)) if value else ():
            if origin.kind == "flag":
                found.setdefault(key, origin)
    if not found:
        return None
    names = ", ".join(f"--{DAEMON_JSON_NAMES[key]}" for key in found)
    first = next(iter(found.values()))
    why = message(N_("the daemon's command line sets {flags}"), flags=names)
    if not first.path:
        how = message(N_("start dockerd again without these flags"))
        return Flags(tuple(found), LeftOut("daemon", why, how))
    where = first.path if first.line is None else f"{first.path}:{first.line}"
    why = message(N_("{where}: the daemon's command line sets {flags}"), where=where, flags=names)
    text = N_(
        "take them out there, then run: {systemctl} daemon-reload; {systemctl} restart {unit}"
    )
    if first.path.startswith(("/usr/", "/lib/")):
        text = N_(
            "that unit is a package's: {systemctl} edit --full {unit} makes a copy of your own to"
            " take them out of; then run: {systemctl} restart {unit}"
        )
    how = message(text, systemctl=systemctl(host.snapshot), unit="docker.service")
    return Flags(tuple(found), LeftOut("daemon", why, how))
