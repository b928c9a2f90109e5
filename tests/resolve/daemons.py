"""Daemons as a test describes them: their files, what systemd holds, what ``info`` says."""

from __future__ import annotations

from typing import Any

from dockproxy.core.model.snapshot import Snapshot
from dockproxy.resolve.host import Component, Drift
from dockproxy.resolve.make import resolve
from tests.support import snapshots as make

ADDRESS = "http://10.0.0.1:3128"
OLD = "http://old:1"
MASKED = "http://xxxxx:xxxxx@10.0.0.1:3128"


def daemon(snapshot: Snapshot) -> Component:
    found = resolve(snapshot).component("daemon")
    assert found is not None
    return found


def only_drift(snapshot: Snapshot) -> Drift:
    (drift,) = daemon(snapshot).drift
    return drift


def with_drop_in(address: str, loaded: str | None, running: str, **more: Any) -> Snapshot:
    """A drop-in with that address; what systemd holds; what ``info`` says."""
    words = () if loaded is None else (f"HTTP_PROXY={loaded}",)
    return make.host(
        make.drop_in(f"Environment=HTTP_PROXY={address}"),
        loaded=make.unit(*words),
        engine=make.engine(running),
        **more,
    )


def with_file(address: str, running: str, **more: Any) -> Snapshot:
    """daemon.json with that address, changed at ``mtime``."""
    mtime = more.pop("mtime", make.BEFORE)
    return make.host(
        make.daemon_json(f'{{"proxies": {{"http-proxy": "{address}"}}}}', mtime=mtime),
        engine=make.engine(running),
        **more,
    )


def drifts(snapshot: Snapshot, *codes: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Code, text and keys of what is amiss with the daemon."""
    return [
        (drift.code, str(drift.message), drift.keys)
        for drift in daemon(snapshot).drift
        if not codes or drift.code in codes
    ]
