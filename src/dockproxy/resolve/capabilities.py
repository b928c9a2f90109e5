"""What an Engine can do, by its version: the one place that compares versions."""

from __future__ import annotations

import re

from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.snapshot import Engine, Rootless, Snapshot


class Capability(NamedTuple):
    """since: the first version that has it, as numbers. source: where that was read or seen."""

    since: tuple[int, ...]
    source: str


CAPABILITIES: dict[str, Capability] = {
    "daemon-json-proxies": Capability(
        (23, 0),
        "moby pull 42835, daemon/config/config.go; 20.10.24 refuses to start with the key (lab)",
    ),
    "rootless-daemon-in-host-network": Capability(
        (29, 5),
        "moby pull 47103, commit 84aedb8, contrib/dockerd-rootless.sh: DETACH_NETNS defaults to"
        " true; 20.10.24, 26.1.5 and 28.5.2 can't reach the host's loopback (lab)",
    ),
    "rootless-host-loopback-switch": Capability(
        (26, 0),
        "moby pull 47352, contrib/dockerd-rootless.sh: DISABLE_HOST_LOOPBACK=false; 26.1.5 then"
        " reaches it at 10.0.2.2 with slirp4netns (lab)",
    ),
}


def engine_of(snapshot: Snapshot) -> Engine | None:
    """The Engine, as it says itself; where none runs, of its program only the version is known."""
    if snapshot.engine is not None or not snapshot.dockerd_version:
        return snapshot.engine
    return Engine("", snapshot.dockerd_version, "")


def has(engine: Engine | None, name: str) -> bool:
    """Whether this Engine has the capability; where none can be asked the newest is assumed."""
    numbers = version_numbers(engine.version) if engine is not None else ()
    return not numbers or numbers >= CAPABILITIES[name].since


def version_numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: ``26.1.5+dfsg1`` → (26, 1, 5)."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def daemon_is_outside(snapshot: Snapshot, rootless: Rootless) -> bool:
    """Whether a rootless dockerd itself is in this machine's network, as any other program."""
    if rootless.detached is not None:
        return rootless.detached
    return has(snapshot.engine, "rootless-daemon-in-host-network")
