"""DP159: files that set proxies under names that nobody reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.api import dump_snapshot
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import host_of

UNIT = {
    "/usr/lib/systemd/system/docker.service": "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n"
}
DAEMON = '{"proxies": {"https-proxy": "http://ann:s3cret@10.0.0.1:3128"}}\n'
CLIENT = (
    '{"auths": {"r.test": {"auth": "YW5uOnMzY3JldA=="}},'
    ' "proxies": {"default": {"httpProxy": "http://ann:s3cret@10.0.0.1:3128"}}}\n'
)


def said(files: dict[str, str], tmp_path: Path) -> list[str]:
    """What DP159 says of a host with these files; no secret is in its Snapshot."""
    host = host_of(Example({**UNIT, **files}), tmp_path)
    shown = str(dump_snapshot(host))
    assert "s3cret" not in shown
    assert "YW5uOnMzY3JldA" not in shown
    return [str(each.message) for each in diagnose(host, ("DP159",))]


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("/etc/docker/deamon.json", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/daemon", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/daemon.json.txt", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/Daemon.jsonc", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/daemon.conf", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/daemon.json.d/proxy.json", DAEMON, "/etc/docker/daemon.json"),
        ("/root/.docker/config.jason", CLIENT, "/root/.docker/config.json"),
        ("/root/.docker/proxy.json", CLIENT, "/root/.docker/config.json"),
        ("/etc/docker.json", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/config.json", DAEMON, "/etc/docker/daemon.json"),
        ("/etc/docker/config.json", CLIENT, "/root/.docker/config.json"),
        ("/root/.docker/daemon.json", DAEMON, "/etc/docker/daemon.json"),
        ("/root/.docker/config", CLIENT, "/root/.docker/config.json"),
    ],
)
def test_each_is_named_with_the_file_that_counts(
    path: str, text: str, wanted: str, tmp_path: Path
) -> None:
    assert said({path: text}, tmp_path) == [
        f"nothing reads the proxies in {path}: Docker reads {wanted}"
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"/etc/docker/deamon.json": '{"debug": true}'},
        {"/etc/docker/deamon.json": '{"proxies": {"https-proxy": ""}}'},
        {"/etc/docker/deamon.json": DAEMON, "/etc/docker/daemon.json": DAEMON},
        {"/root/.docker/config": CLIENT, "/root/.docker/config.json": CLIENT},
        {"/etc/docker/config.json": '{"auths": {}, "note": "a proxy"}'},
        {"/etc/docker/daemon.json.bak": DAEMON, "/etc/docker/daemon.json.d/x.old": DAEMON},
    ],
)
def test_what_sets_nothing_or_is_set_elsewhere_is_no_fault(
    files: dict[str, str], tmp_path: Path
) -> None:
    assert said(files, tmp_path) == []
