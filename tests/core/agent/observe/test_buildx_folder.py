"""Where buildx keeps a user's builders."""

from __future__ import annotations

import pytest

from dockproxy.core.agent.observe.buildx_folder import buildx_folder
from dockproxy.core.agent.observe.look import Caller, Look
from tests.support.snapshots import client


@pytest.mark.parametrize(
    ("root", "uid", "expected"),
    [
        ("", 1000, "/srv/buildx"),
        ("", 0, "/home/ann/.docker/buildx"),
        ("/mnt", 1000, "/home/ann/.docker/buildx"),
    ],
    ids=["the client's own variable", "another user's variable", "a tree"],
)
def test_the_variable_counts_for_whose_it_is_alone(root: str, uid: int, expected: str) -> None:
    caller = Caller(uid, uid, "x", "/x", {"BUILDX_CONFIG": "/srv/buildx"})

    assert buildx_folder(Look(root, caller), client(uid=1000)) == expected
