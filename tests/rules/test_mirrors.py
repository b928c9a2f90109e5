"""DP156 to DP158: what stands in registry-mirrors, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.mirrors import is_no_mirror, is_several
from dockproxy.rules.rule import Example
from tests.rules.examples import host_of

DAEMON_JSON = "/etc/docker/daemon.json"


def found(text: str, tmp_path: Path) -> list[tuple[str, bool]]:
    """The codes of DP156 to DP158, each with whether a safe fix is there."""
    findings = diagnose(host_of(Example({DAEMON_JSON: text}), tmp_path), ("DP15",))
    return [(each.code, each.fix is not None and each.fix.safe) for each in findings]


@pytest.mark.parametrize(
    "mirror",
    [
        "https://<your_id>.mirror.aliyuncs.com",
        "https://{id}.mirror.aliyuncs.com",
        "https://your-id.mirror.aliyuncs.com",
        "https://你的加速器ID.mirror.aliyuncs.com",
        "https://您的地址",
        "https://*.mirror.aliyuncs.com",
        "https://xxx.mirror.aliyuncs.com",
        "https://HOST",
        "https://",
        "http:///v2",
        "https://:5000",
        "https://a.test:99999",
    ],
)
def test_what_names_no_mirror(mirror: str) -> None:
    assert is_no_mirror(mirror)


@pytest.mark.parametrize(
    "mirror",
    [
        "https://mirror.gcr.io",
        "https://my-mirror.corp.test/",
        "https://yourselves.corp.test",
        "https://abcxxx1.mirror.aliyuncs.com",
        "http://10.0.0.7:5000",
        "https://[fd00::7]:5000/",
        "HTTPS://Mirror",
        "https://镜子.test",
    ],
)
def test_what_may_well_be_a_mirror(mirror: str) -> None:
    assert not is_no_mirror(mirror)
    assert not is_several(mirror)


@pytest.mark.parametrize(
    "text",
    ["https://a.test,https://b.test", "https://a.test;b.test", "https://a.test, b.test"],
)
def test_several_in_one_string(text: str) -> None:
    assert is_several(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"registry-mirror": ["https://a.test"]}', [("DP156", True)]),
        ('{"registry-mirror": "https://a.test"}', [("DP156", False)]),
        ('{"registry-mirror": []}', [("DP156", False)]),
        ('{"registry-mirror": ["a.test"]}', [("DP156", False)]),
        ('{"registry-mirror": ["https://a.test"], "registry-mirrors": []}', [("DP156", False)]),
        ('{"label": ["a=b"]}', [("DP156", False)]),
        ('{"labels": ["a=b"], "debug": true}', []),
        ('{"registry-mirrors": ["https://dockerhub.azk8s.cn:443/"]}', [("DP158", False)]),
        ('{"registry-mirrors": ["https://docker.mirrors.ustc.edu.cn.test"]}', []),
    ],
)
def test_what_is_said(text: str, wanted: list[tuple[str, bool]], tmp_path: Path) -> None:
    assert found(text, tmp_path) == wanted
