"""/etc/default/docker where the unit reads it and where it does not; Engine 20.10 by hand."""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

FILE = "/etc/default/docker"
PLACES = ("/etc/docker", "/etc/default", "/etc/systemd/system")
OLD = '# ours\nexport http_proxy="http://old:1"\nHTTPS_PROXY=http://old:2\nDOCKER_OPTS="--debug"\n'


def proxies(host: Host) -> tuple[str, str]:
    """Those that the running daemon uses."""
    shown = json.loads(host.docker("info", "--format", "{{json .}}").stdout)
    return shown["HttpProxy"], shown["HttpsProxy"]


def test_where_debians_unit_reads_it_and_it_decides_it_is_what_is_edited(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    host.reset(engine="20.10.24")
    host.write(FILE, OLD)
    host.systemctl("restart", "docker")
    before = host.tree(*PLACES)
    assert proxies(host) == ("", "http://old:2")

    seen = host.dockproxy("status").stdout
    done = host.dockproxy("set", squid.url, "--for", "daemon", "--yes", check=False)

    assert f"{FILE}:3" in seen
    assert f"systemd ignores http_proxy in {FILE}:2: " in seen
    assert done.returncode == 0, done.output
    assert proxies(host) == (squid.url, squid.url)
    host.docker("pull", lab.fresh_image())
    assert squid.saw("registry.corp.test:5443")
    text = host.read(FILE).decode()
    assert f"HTTPS_PROXY={squid.url}\n" in text
    assert text.startswith('# ours\nexport http_proxy="http://old:1"\n')
    assert [path for path, entry in host.tree(*PLACES).items() if before.get(path) != entry] == [
        FILE
    ]
    assert host.dockproxy("undo", "--yes", check=False).returncode == 0
    assert host.tree(*PLACES) == before
    assert proxies(host) == ("", "http://old:2")


def test_where_the_unit_does_not_read_it_it_is_no_source(host: Host, squid: Proxy) -> None:
    host.sh(
        "sed '/EnvironmentFile/d' /usr/lib/systemd/system/docker.service"
        " > /etc/systemd/system/docker.service && systemctl daemon-reload"
    )
    host.write(FILE, OLD)
    host.systemctl("restart", "docker")
    assert proxies(host) == ("", "")

    seen = host.dockproxy("status").stdout
    done = host.dockproxy("set", squid.url, "--for", "daemon", "--yes", "--no-check", check=False)

    told = f"docker.service does not read {FILE}: the daemon is not given http_proxy, HTTPS_PROXY"
    assert told in seen
    assert "no proxy is set" in seen
    assert done.returncode == 0, done.output
    assert proxies(host) == (squid.url, squid.url)
    assert host.read(FILE).decode() == OLD


def test_an_old_dockerd_started_by_hand_is_told_how_to_start_it_again(
    host: Host, squid: Proxy
) -> None:
    host.reset(engine="20.10.24")
    host.sh("systemctl stop docker docker.socket; systemctl reset-failed")
    daemon = host.start(["env", "HTTP_PROXY=http://by-hand:1", "dockerd", "--debug"])
    try:
        host.sh("until docker version; do sleep 0.1; done")
        pid, before = host.sh("pgrep -x dockerd").stdout.strip(), host.tree(*PLACES)

        seen = host.dockproxy("status").stdout
        done = host.dockproxy("set", squid.url, "--yes", check=False)

        assert "http://by-hand:1" in seen
        assert "the environment that dockerd was started with" in seen
        assert done.returncode == 1, done.output
        assert f"dockerd (process {pid}) was started by hand" in done.stdout
        assert "start it again with HTTP_PROXY, HTTPS_PROXY and NO_PROXY" in done.stdout
        assert squid.url in host.read("/root/.docker/config.json").decode()
        assert host.tree(*PLACES) == before
        assert host.sh("pgrep -x dockerd").stdout.strip() == pid
    finally:
        host.sh("pkill -x dockerd")
        daemon.communicate(timeout=60)
