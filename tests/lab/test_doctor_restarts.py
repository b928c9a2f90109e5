"""Files that are right and a daemon that does not know of them: ``doctor --fix`` restarts it."""

from __future__ import annotations

import json

import pytest

from tests.lab.equipment import Host, Lab, Proxy, RootlessHost

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


@pytest.mark.soak
def test_a_daemon_that_was_given_up_is_started_once_its_file_is_right(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    # given
    host.write(JSON, f'{{"proxies": {{"https-proxy": "{squid.url}",}}}}\n')
    host.run(["systemctl", "restart", "docker"], check=False)
    failed = "until systemctl is-failed -q docker; do sleep 0.1; done"
    host.run(["timeout", "60", "sh", "-c", failed])
    assert codes(host)[:1] == ["DP101"]
    host.write(
        JSON, f'{{"proxies": {{"http-proxy": "{squid.url}", "https-proxy": "{squid.url}"}}}}'
    )
    assert codes(host) == ["DP219"]
    # when
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    # then
    assert done.returncode == 0, done.output
    assert codes(host) == []
    host.docker("pull", lab.fresh_image())


def test_a_dockerd_started_by_hand_is_told_from_the_service(host: Host, squid: Proxy) -> None:
    # given
    host.write(DROP_IN, f"[Service]\nEnvironment=HTTP_PROXY={squid.url} HTTPS_PROXY={squid.url}\n")
    host.systemctl("daemon-reload")
    host.systemctl("stop", "docker.socket", "docker.service")
    host.run(["sh", "-c", "dockerd >/tmp/by-hand.log 2>&1 & echo $! >/tmp/by-hand.pid"])
    try:
        host.run(["timeout", "60", "sh", "-c", "until docker info >/dev/null; do sleep 0.1; done"])
        # then
        assert codes(host) == ["DP222"]
    finally:
        host.run(["sh", "-c", "kill $(cat /tmp/by-hand.pid)"], check=False)


def test_what_is_set_for_logins_alone_is_a_remark(host: Host, squid: Proxy) -> None:
    host.write("/etc/environment", f'LANG=C\nHTTPS_PROXY="{squid.url}"\n')
    said = json.loads(host.dockproxy("doctor", "--json", check=False).stdout)["findings"]
    assert [(each["code"], each["severity"]) for each in said] == [("DP220", "info")]
    assert said[0]["evidence"][0]["line"] == 2


@pytest.mark.soak
def test_a_users_own_daemon_is_told_of_drop_ins_that_are_not_its_own_and_restarted(
    rootless: RootlessHost, squid: Proxy
) -> None:
    # given
    own = f"{rootless.home}/.config/systemd/user/docker.d/http-proxy.conf"
    right = f"{rootless.home}/.config/systemd/user/docker.service.d/http-proxy.conf"
    text = f"[Service]\nEnvironment=HTTP_PROXY={squid.url} HTTPS_PROXY={squid.url}\n"
    rootless.write(own, text)
    assert codes(rootless) == ["DP218"]
    # when
    done = rootless.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    # then
    assert done.returncode == 0, done.output
    assert codes(rootless) == []
    assert rootless.read(right).decode() == text
    assert rootless.docker("info", "--format", "{{.HTTPSProxy}}").stdout.strip() == squid.url

    # given
    rootless.write(right, text.replace("HTTP_PROXY=", "NO_PROXY=a.test HTTP_PROXY="))
    assert codes(rootless) == ["DP203"]
    # when
    done = rootless.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    # then
    assert done.returncode == 0, done.output
    assert codes(rootless) == []
