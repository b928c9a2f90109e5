"""What dockerd says first is the first finding, and what follows from faults stands behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.ignores import Ignore, divide
from dockproxy.rules.rule import Example
from tests.rules.examples import UNIT, host_of

DAEMON_JSON = "/etc/docker/daemon.json"


def unit(flags: str) -> str:
    return f"[Service]\nExecStart=/usr/sbin/dockerd {flags}\n"


@pytest.mark.parametrize(
    ("text", "flags", "codes"),
    [
        ('{"debug": "x", "hosts": ["fd://"]}', "-H fd://", ["DP107", "DP103"]),
        ('{"mtu": "x", "proxies": {"no-proxy": "a"}}', "--no-proxy=b", ["DP104", "DP103"]),
        ('{"debug": "x", "hots": [], "hosts": []}', "-H fd://", ["DP102", "DP107", "DP103"]),
        ('{"default-ipc-mode": "x", "labels": ["a"]}', "", ["DP112", "DP109"]),
        (
            '{"tls": true, "userns-remap": "a:b:c", "labels": ["a"]}',
            "",
            ["DP112", "DP109", "DP118"],
        ),
    ],
)
def test_first_is_what_dockerd_says_first(
    text: str, flags: str, codes: list[str], tmp_path: Path
) -> None:
    host = host_of(Example({UNIT: unit(flags), DAEMON_JSON: text}, engine="28.5.2"), tmp_path)
    found = [each for each in diagnose(host) if each.severity == "error"]
    assert [each.code for each in found] == codes
    assert [each.code for each in divide(found, [Ignore("DP7", "x")]).kept] == codes


def test_a_consequence_stands_behind_all_its_causes(tmp_path: Path) -> None:
    proxies = '"proxies": {"https-proxy": "http://10.0.0.1:3128"}'
    files = {
        UNIT: unit("-H fd://"),
        DAEMON_JSON: '{"hosts": [], "mtu": "x", "labels": ["a"], ' + proxies + "}",
    }
    found = diagnose(host_of(Example(files, engine="28.5.2", loaded=()), tmp_path))
    last = next(each for each in found if each.code == "DP204")
    places = {each.id: place for place, each in enumerate(found)}
    assert len(last.caused_by) == 3
    assert all(places[cause] < places[last.id] for cause in last.caused_by)


def test_what_is_wrong_with_the_daemon_explains_nothing_of_the_client(tmp_path: Path) -> None:
    files = {
        UNIT: unit("-H fd://"),
        f"{UNIT}.d/proxy.conf": "[Service\nEnvironment=HTTP_PROXY=http://10.0.0.1:3128\n",
        "/root/.docker/config.json": '{"proxies": {"default": {"httpProxy": "http://10.0.0.1:1"}}}',
    }
    found = {each.code: each for each in diagnose(host_of(Example(files), tmp_path))}
    assert found["DP217"].component == "daemon"
    assert (found["DP501"].component, found["DP501"].caused_by) == ("client", ())
