"""What an Engine can do, by its version."""

from __future__ import annotations

import pytest

from dockproxy.resolve.capabilities import has
from tests.support.snapshots import engine


@pytest.mark.parametrize(
    ("name", "version", "can"),
    [
        ("daemon-json-proxies", "20.10.24", False),
        ("daemon-json-proxies", "22.6.0-rc.3", False),
        ("daemon-json-proxies", "23.0.0", True),
        ("rootless-daemon-in-host-network", "5.30.0", False),
        ("rootless-daemon-in-host-network", "28.5.2", False),
        ("rootless-daemon-in-host-network", "29.4.1", False),
        ("rootless-daemon-in-host-network", "29.5.0", True),
        ("rootless-daemon-in-host-network", "30.0.0", True),
        ("daemon-json-proxies", "of their own", True),
    ],
)
def test_an_engine_can_what_its_version_can(name: str, version: str, can: bool) -> None:
    assert has(engine(version=version), name) is can


def test_where_no_engine_can_be_asked_the_newest_is_assumed() -> None:
    assert has(None, "daemon-json-proxies")
