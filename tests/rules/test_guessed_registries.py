"""A registry that is only guessed at proves no fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.core.model.probe import Probes, ProxyAnswer
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import host_of

TEXT = '{"proxies": {"http-proxy": "http://10.0.0.1:3128", "https-proxy": "http://10.0.0.1:3128"}}'


@pytest.mark.parametrize(
    ("target", "images", "severity"),
    [
        ("registry-1.docker.io:443", (), "info"),
        ("registry-1.docker.io:443", ("registry.corp.example/app:1",), "info"),
        ("registry-1.docker.io:443", ("redis:7",), "warning"),
        ("registry-1.docker.io:443", ("grafana/grafana:11",), "warning"),
        ("registry.corp.example:5000", (), "warning"),
    ],
)
def test_docker_hub_counts_where_images_have_come_from_it(
    tmp_path: Path, target: str, images: tuple[str, ...], severity: str
) -> None:
    about = ("daemon:http_proxy", "daemon:https_proxy")
    answer = ProxyAnswer(about, "http://10.0.0.1:3128", target, problem="denied", status=403)
    more = {"probes": Probes((answer,)), "images": images}
    host = host_of(Example({"/etc/docker/daemon.json": TEXT}, more=more), tmp_path)

    found = [each for each in diagnose(host) if each.code == "DP612"]

    assert [each.severity for each in found] == [severity]
