"""The public names."""

from __future__ import annotations

import dockproxy
from dockproxy import api


def test_the_package_offers_just_what_the_api_names() -> None:
    assert all(getattr(dockproxy, name) is getattr(api, name) for name in api.__all__)
    assert set(api.__all__) == dockproxy._PUBLIC
