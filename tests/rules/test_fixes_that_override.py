"""A fix that brings a line to life is only offered where it would win over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import UNIT, host_of

READS = "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n"
FILE = "/etc/default/docker"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
LATER = "/etc/systemd/system/docker.service.d/later.conf"
BOTH = "HTTP_PROXY=http://d:1 HTTPS_PROXY=http://d:1"


def fixes(code: str, files: dict[str, str], root: Path) -> list[bool]:
    found = diagnose(host_of(Example(files), root))
    return [each.fix.safe for each in found if each.code == code and each.fix is not None]


@pytest.mark.parametrize(
    ("code", "path", "text"),
    [
        ("DP209", FILE, "export HTTP_PROXY=http://e:1\n"),
        ("DP202", LATER, "[Service]\nEnvironment=HTTP_PROXY = http://e:1\n"),
        ("DP210", LATER, "[Service]\nEnviroment=HTTP_PROXY=http://e:1\n"),
        ("DP211", LATER, "[Unit]\nEnvironment=HTTP_PROXY=http://e:1\n"),
        ("DP201", LATER, "[Service]\nEnvironment=HTTP_PROXY=http://u:p%40s@e:1\n"),
    ],
)
def test_a_line_that_would_win_over_another_is_only_offered(
    code: str, path: str, text: str, tmp_path: Path
) -> None:
    alone = {UNIT: READS, path: text}
    beside = {**alone, DROP_IN: f"[Service]\nEnvironment={BOTH}\n"}

    assert fixes(code, alone, tmp_path / "alone") == [True]
    assert fixes(code, beside, tmp_path / "beside") == [False]


def test_a_line_that_says_the_same_is_mended_unasked(tmp_path: Path) -> None:
    files = {
        UNIT: READS,
        FILE: "export HTTP_PROXY=http://d:1\n",
        DROP_IN: f"[Service]\nEnvironment={BOTH}\n",
    }
    assert fixes("DP209", files, tmp_path) == [True]
