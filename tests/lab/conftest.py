"""Fixtures of the lab: see README.md in this folder."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
if REPO not in sys.path:
    sys.path.insert(0, REPO)

from tests.lab.equipment import Host, Lab, Proxy, RootlessHost  # noqa: E402
from tests.lab.equipment.lab import unusable  # noqa: E402
from tests.lab.equipment.proxies import Squid, TlsSquid  # noqa: E402
from tests.lab.restarts import FOR_EVER, LOCAL  # noqa: E402
from tests.lab.same_from_file import assert_the_snapshot_says_the_same  # noqa: E402


@pytest.fixture(scope="session")
def lab_machine() -> None:
    """Skip where no lab can be; fail instead where one must be (in CI, or when it is asked for)."""
    reason = unusable()
    if reason is None:
        return
    if os.environ.get("CI") or os.environ.get("DOCKPROXY_LAB") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def lab(lab_machine: None) -> Iterator[Lab]:
    """One lab for all tests of the session: registry, proxies and a host."""
    with Lab() as started:
        yield started


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user's processes can enter (tmp_path is its owner's alone)."""
    with tempfile.TemporaryDirectory(prefix="dockproxy-units-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def host(lab: Lab) -> Host:
    """A clean host whose daemon runs: nothing is left of what tests before it did."""
    lab.clean()
    return lab.host


@pytest.fixture
def rootless(host: Host) -> RootlessHost:
    """A clean host whose only daemon is bob's, seen as bob."""
    return host.rootless()


@pytest.fixture
def squid(lab: Lab) -> Proxy:
    """Squid, open to all; its counts begin with the test."""
    return lab.squid.ready()


@pytest.fixture
def auth_proxy(lab: Lab) -> Squid:
    """Squid that wants a user and a password full of special characters."""
    lab.auth_proxy.ready()
    return lab.auth_proxy


@pytest.fixture
def socks(lab: Lab) -> Proxy:
    """A SOCKS5 proxy."""
    return lab.socks.ready()


@pytest.fixture
def tls_proxy(lab: Lab) -> TlsSquid:
    """A proxy that speaks TLS itself; nobody trusts its CA yet."""
    lab.tls_proxy.ready()
    return lab.tls_proxy


@pytest.fixture
def also_from_its_snapshot(host: Host) -> Iterator[None]:
    """The state that the test leaves is told alike by ``status`` and by ``status --from``."""
    yield
    assert_the_snapshot_says_the_same(host)


@pytest.fixture
def image(host: Host) -> str:
    """An image on the host that no registry takes part in: a shell and what it needs."""
    host.sh(
        "tar -chC / bin/sh bin/sleep lib/x86_64-linux-gnu/libc.so.6 lib64/ld-linux-x86-64.so.2"
        ' | docker import - "$1"',
        LOCAL,
    )
    return LOCAL


@pytest.fixture
def containers(host: Host, image: str) -> Iterator[None]:
    """One container that nothing brings back, one that its policy does, and one in its network."""
    for arguments in (
        ("--name", "plain"),
        ("--name", "always", "--restart", "always"),
        ("--name", "guest", "--network", "container:plain"),
    ):
        host.docker("run", "-d", *arguments, image, *FOR_EVER)
    yield
    host.remove("/run/systemd/system.control/docker.service.d")
