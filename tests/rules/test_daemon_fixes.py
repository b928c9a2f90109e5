"""Fixes of daemon.json beside those that the rules' examples show."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import host_of


@pytest.mark.parametrize("name", ["http-proxy", "https-proxy", "no-proxy"])
@pytest.mark.parametrize("value", ["3128", "true", "false", "1.5"])
def test_a_number_for_a_proxy_has_no_fix(name: str, value: str, tmp_path: Path) -> None:
    text = f'{{"proxies": {{"{name}": {value}}}}}\n'
    found = diagnose(host_of(Example({"/etc/docker/daemon.json": text}), tmp_path))
    fixes = [each.fix for each in found if each.code == "DP103"]
    assert fixes == [None]
