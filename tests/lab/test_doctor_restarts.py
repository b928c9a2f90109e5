"""Files that are right and a daemon that does not know of them: ``doctor --fix`` restarts it."""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"


def codes(host: Host) -> list[str]:
    said = host.dockproxy("doctor", "--json", check=False).stdout
    return [each["code"] for each in json.loads(said)["findings"] if each["severity"] != "info"]


def test_a_daemon_that_waits_for_a_reload_or_a_restart_is_given_it(
    host: Host, squid: Proxy
) -> None:
    # given
    host.write(DROP_IN, f"[Service]\nEnvironment=HTTP_PROXY={squid.url} HTTPS_PROXY={squid.url}\n")
    assert codes(host)[:1] == ["DP203"]
    declined = host.dockproxy("doctor", "--fix", "--yes", check=False)
    assert declined.returncode == 1  # it may stop containers, so it is done when asked for alone
    # when
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    # then
    assert done.returncode == 0, done.output
    assert "undo" not in done.stdout
    assert codes(host) == []
    assert host.docker("info", "--format", "{{.HTTPSProxy}}").stdout.strip() == squid.url

    # given
    host.write(JSON, f'{{"proxies": {{"http-proxy": "{squid.url}", "no-proxy": "a.test"}}}}\n')
    assert "DP204" in codes(host)
    # when
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    # then
    assert done.returncode == 0, done.output
    assert codes(host) == []
    assert host.dockproxy("undo", "--yes").stdout.strip() == "there is nothing to take back"
