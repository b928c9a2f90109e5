"""``doctor --fix`` on a host that lives: one plan for all, containers, rights, what is put back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.equipment import Host, Lab, Proxy, RootlessHost
from tests.lab.equipment.stand_in import create
from tests.lab.restarts import entries

pytestmark = pytest.mark.lab

JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
CONFIG = "/root/.docker/config.json"
FILES = ("/etc/docker", "/etc/systemd/system", CONFIG)
COMMA = '{"proxies": {"http-proxy": "URL", "https-proxy": "URL",}}\n'
PERCENT = '[Service]\nEnvironment="HTTPS_PROXY=LOGIN" "HTTP_PROXY=LOGIN"\n'
DASHES = '{"proxies": {"default": {"http-proxy": "URL", "https-proxy": "URL"}}}\n'
FIX = ("doctor", "--fix", "--yes")


def findings(host: Host, **who: str) -> list[dict[str, Any]]:
    said = host.dockproxy("doctor", "--json", check=False, user=who.get("user")).stdout
    found: list[dict[str, Any]] = json.loads(said)["findings"]
    return found


def codes(host: Host, **who: str) -> list[str]:
    return [each["code"] for each in findings(host, **who) if each["severity"] != "info"]


def write(host: Host, squid: Proxy, files: dict[str, str]) -> None:
    login = squid.url.replace("//", "//ann:p%40ss@")
    for path, text in files.items():
        host.write(path, text.replace("URL", squid.url).replace("LOGIN", login))


def starts(host: Host) -> int:
    """How often dockerd was started since the host was."""
    return host.journal().count("Starting up")


def test_several_faults_are_one_plan_one_restart_and_one_entry(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    debug = '{"debug": false,}\n'
    write(host, squid, {JSON: debug, DROP_IN: PERCENT, CONFIG: DASHES})
    host.systemctl("daemon-reload")
    before, started = host.tree(*FILES), starts(host)
    assert set(codes(host)) == {"DP101", "DP201", "DP305"}

    done = host.dockproxy(*FIX, check=False)

    assert done.returncode == 0, done.output
    assert codes(host) == []
    assert starts(host) == started + 1
    assert [entry["state"] for entry in entries(host)] == ["done"]
    squid.forget()
    host.docker("pull", lab.fresh_image())
    assert squid.saw(lab.registry.address)
    assert host.dockproxy("undo", "--yes").returncode == 0
    assert host.tree(*FILES) == before


def test_containers_that_ran_run_again_after_it(host: Host, squid: Proxy, containers: None) -> None:
    write(host, squid, {JSON: COMMA})
    running = host.docker("ps", "--format", "{{.Names}}").stdout.split()
    assert sorted(running) == ["always", "guest", "plain"]

    done = host.dockproxy(*FIX, check=False)

    assert done.returncode == 0, done.output
    assert sorted(host.docker("ps", "--format", "{{.Names}}").stdout.split()) == sorted(running)
    assert host.docker("info", "--format", "{{.HTTPSProxy}}").stdout.strip() == squid.url


def test_where_nobody_can_be_asked_the_plan_is_shown_and_nothing_done(
    host: Host, squid: Proxy
) -> None:
    write(host, squid, {JSON: COMMA})
    before, pid = host.tree(*FILES), host.daemon_pid()

    said = host.dockproxy("doctor", "--fix", check=False)
    as_json = host.dockproxy("doctor", "--fix", "--json", check=False)
    asked = host.dockproxy_tty("doctor", "--fix", answers=[("[y/N]", "n\n")])

    for refused in (said, as_json, asked):
        assert refused.returncode == 3, refused.output
    assert f"+++ {JSON}" in said.stdout
    assert "docker.service will be restarted" in said.stdout
    assert json.loads(as_json.stdout)["result"] == "declined"
    assert "nothing was changed" in asked.stdout
    assert (host.tree(*FILES), host.daemon_pid()) == (before, pid)


@pytest.mark.soak
def test_what_cannot_be_mended_stays_and_is_counted(host: Host, squid: Proxy) -> None:
    write(host, squid, {JSON: COMMA.replace("URL", "http://HOST:PORT")})

    done = host.dockproxy(*FIX, "--json", check=False)
    document = json.loads(done.stdout)

    assert done.returncode == 1
    assert (document["result"], document["restarted"]) == ("applied", True)
    assert {each["code"] for each in document["findings"]} == {"DP504"}
    assert document["summary"]["warning"] == 2


def test_a_file_that_dockerd_would_still_refuse_is_not_written(host: Host, squid: Proxy) -> None:
    text = '{"proxies": {"http-proxy": "URL",}, "nonsense": 1}\n'
    write(host, squid, {JSON: text})
    before, pid = host.tree(*FILES), host.daemon_pid()

    done = host.dockproxy(*FIX, check=False)

    assert done.returncode == 3, done.output
    assert "nonsense" in done.stdout
    assert (host.tree(*FILES), host.daemon_pid()) == (before, pid)


def test_a_file_of_the_nix_store_is_not_mended_in_place(host: Host, squid: Proxy) -> None:
    store = "/nix/store/abc-daemon.json"
    write(host, squid, {store: COMMA})
    host.sh('mkdir -p /etc/docker && ln -s "$1" "$2"', store, JSON)
    before = host.tree("/nix", *FILES)

    done = host.dockproxy(*FIX, check=False)

    assert done.returncode == 3, done.output
    assert "configuration.nix" in done.stdout
    assert host.tree("/nix", *FILES) == before


def test_a_mend_with_which_the_daemon_still_fails_is_put_back(host: Host, squid: Proxy) -> None:
    text = '{"proxies": {"http-proxy": "URL",}, "storage-driver": "nonsense"}'
    write(host, squid, {JSON: text})
    before = host.tree(*FILES)
    host.run(["systemctl", "restart", "docker"], check=False)

    done = host.dockproxy(*FIX, check=False)

    assert done.returncode == 4, done.output
    assert host.tree(*FILES) == before


def test_a_user_of_sudo_mends_the_machines_files_and_their_own(host: Host, squid: Proxy) -> None:
    own = "/home/ann/.docker/config.json"
    write(host, squid, {JSON: COMMA, own: DASHES})
    host.sh('chown -R ann: "$1"', "/home/ann/.docker")
    before = host.tree("/etc/docker", own)

    done = host.dockproxy(*FIX, user="ann", check=False)
    after = host.tree("/etc/docker", own)

    assert done.returncode == 0, done.output
    assert host.docker("info", "--format", "{{.HTTPSProxy}}").stdout.strip() == squid.url
    assert b"httpProxy" in after[own].content
    assert after[own][:4] == before[own][:4]
    assert codes(host, user="ann") == []
    assert host.dockproxy("undo", "--yes", user="ann").returncode == 0
    assert host.tree("/etc/docker", own) == before


@pytest.mark.soak
def test_a_rootless_daemon_is_mended_by_its_user(
    lab: Lab, rootless: RootlessHost, squid: Proxy
) -> None:
    path = f"{rootless.home}/.config/docker/daemon.json"
    rootless.write(path, COMMA.replace("URL", squid.url))
    rootless.run(["systemctl", "--user", "restart", "docker"], check=False)
    before = rootless.tree(path)
    assert rootless.docker("pull", lab.fresh_image(), check=False).returncode != 0

    done = rootless.dockproxy(*FIX, check=False)

    assert done.returncode == 0, done.output
    squid.forget()
    rootless.docker("pull", lab.fresh_image())
    assert squid.saw(lab.registry.address)
    assert rootless.dockproxy("undo", "--yes").returncode == 0
    assert rootless.tree(path) == before


def test_who_has_no_way_to_root_is_told_the_commands(host: Host, squid: Proxy) -> None:
    write(host, squid, {JSON: COMMA})
    before = host.tree(*FILES)

    done = host.dockproxy(*FIX, user="bob", check=False)

    assert done.returncode == 3, done.output
    assert host.tree(*FILES) == before


@pytest.mark.soak
def test_a_variable_that_makes_go_refuse_the_proxy_is_taken_out(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    """Of registries without TLS alone: they are asked by HTTP_PROXY."""
    plain = "10.88.0.2:5000"
    host.serve_registry(plain)
    both = "[Service]\nEnvironment=HTTP_PROXY=URL HTTPS_PROXY=URL\nEnvironment=REQUEST_METHOD=GET\n"
    write(host, squid, {JSON: f'{{"insecure-registries": ["{plain}"]}}\n', DROP_IN: both})
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")
    before = host.tree(*FILES)
    image = lab.fresh_image().replace(lab.registry.address, plain)
    refused = host.docker("pull", image, check=False)
    assert "refusing to use HTTP_PROXY value in CGI environment" in refused.output
    assert codes(host)[0] == "DP215"

    done = host.dockproxy(*FIX, "--unsafe", check=False)

    assert "DP215" not in codes(host), done.output
    squid.forget()
    host.docker("pull", image)
    assert squid.saw(plain)
    assert host.dockproxy("undo", "--yes").returncode == 0
    assert host.tree(*FILES) == before


@pytest.mark.soak
def test_a_builder_without_proxies_is_named_first(lab: Lab, host: Host, squid: Proxy) -> None:
    lab.stand_in()
    create(host, "big")
    host.dockproxy("set", squid.url, "--for", "daemon", "--for", "client", "--yes")

    assert codes(host)[0] == "DP401"
    host.dockproxy("set", squid.url, "--for", "builder:big", "--yes")
    assert codes(host) == []


def test_a_healthy_host_has_no_finding(host: Host, squid: Proxy) -> None:
    host.dockproxy("set", squid.url, "--yes")

    assert [each for each in findings(host) if each["severity"] != "info"] == []
    assert host.dockproxy(*FIX).stdout == "nothing to do\n"
