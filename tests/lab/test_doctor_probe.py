"""``doctor --probe`` with real proxies: each that does not fit is named, and mended if it can."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.proxies import Squid, TlsSquid
from tests.lab.test_wrong_proxies import odd_servers, trust

pytestmark = pytest.mark.lab

JSON = "/etc/docker/daemon.json"


def give(host: Host, address: str, *mirrors: str) -> None:
    proxies = {"http-proxy": address, "https-proxy": address}
    host.write(JSON, json.dumps({"proxies": proxies, "registry-mirrors": mirrors}))
    host.systemctl("reset-failed", "docker.service")
    host.run(["systemctl", "restart", "docker"], check=False)


def doctor(host: Host, *words: str) -> list[dict[str, Any]]:
    said = host.dockproxy("doctor", "--json", *words, check=False)
    found: list[dict[str, Any]] = json.loads(said.stdout)["findings"]
    return found


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in found if each["severity"] != "info"]


def test_a_plain_proxy_with_https_is_mended_without_a_question(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    image = lab.fresh_image()
    host.dockproxy("set", squid.url, "--yes")
    host.docker("pull", image)
    give(host, f"https://{squid.address}")

    found = doctor(host, "--probe")
    assert codes(found)[0] == "DP605"
    assert "DP503" not in [each["code"] for each in found]
    done = host.dockproxy("doctor", "--probe", "--fix", "--yes", check=False)

    assert done.returncode == 0, done.output
    squid.forget()
    host.docker("pull", lab.fresh_image())
    assert squid.saw(lab.registry.address)
    assert codes(doctor(host, "--probe")) == []


@pytest.mark.soak
def test_every_proxy_that_does_not_fit_has_its_finding(
    lab: Lab, host: Host, squid: Squid, auth_proxy: Squid, tls_proxy: TlsSquid
) -> None:
    socks = lab.socks.ready()
    odd_servers(host)
    host.dockproxy("set", squid.url, "--yes")
    host.docker("pull", lab.fresh_image())  # so that the registry is known
    wanted = {
        "http://127.0.0.1:9": "DP601",
        "http://[fd88::9]:3128": "DP601",
        "http://proxy.nowhere.test:3128": "DP602",
        "http://127.0.0.1:9001": "DP603",
        f"https://{tls_proxy.address}": "DP604",
        f"http://{tls_proxy.address}": "DP606",
        f"http://{socks.address}": "DP607",
        f"socks5://{squid.address}": "DP608",
        "http://127.0.0.1:9002": "DP609",
        f"http://{auth_proxy.address}": "DP610",
        f"http://ann:wrong@{auth_proxy.address}": "DP610",
        "http://u:p@127.0.0.1:9003": "DP611",
    }
    seen = {}
    for address in wanted:
        give(host, address)
        seen[address] = codes(doctor(host, "--probe"))[0]
    assert seen == wanted


@pytest.mark.soak
def test_a_registry_that_the_proxy_forbids_or_cannot_reach(
    lab: Lab, host: Host, squid: Squid
) -> None:
    give(host, squid.url, "https://denied.corp.test:5000")
    assert "DP612" in codes(doctor(host, "--probe"))
    give(host, squid.url, "https://nobody.corp.test:5000")
    found = codes(doctor(host, "--probe"))
    assert "DP613" in found
    assert "DP614" in found


@pytest.mark.soak
def test_mirrors_that_answer_and_that_do_not(lab: Lab, host: Host, squid: Squid) -> None:
    host.serve_registry("10.88.0.2:5000")
    mirrors = ["http://10.88.0.2:5000", "http://10.88.0.2:9"]
    host.write(JSON, json.dumps({"registry-mirrors": mirrors}))
    host.run(["systemctl", "restart", "docker"])

    found = [each for each in doctor(host, "--probe") if each["code"] == "DP614"]

    assert len(found) == 1
    assert "10.88.0.2:9" in found[0]["message"]


def test_a_snapshot_with_probes_says_the_same_and_holds_no_secret(
    lab: Lab, host: Host, auth_proxy: Squid
) -> None:
    give(host, f"http://ann:not-the-pass@{auth_proxy.address}")

    said = host.dockproxy("snapshot", "--probe").stdout
    assert "not-the-pass" not in said
    host.write("/root/host.json", said)
    recorded = json.loads(
        host.dockproxy("doctor", "--from", "/root/host.json", "--json", check=False).stdout
    )
    live = doctor(host, "--probe")

    assert [each["id"] for each in recorded["findings"]] == [each["id"] for each in live]
    assert "DP610" in codes(live)


@pytest.mark.soak
def test_a_healthy_host_has_no_finding_from_probes(
    lab: Lab, host: Host, squid: Squid, auth_proxy: Squid, tls_proxy: TlsSquid
) -> None:
    for url in (squid.url, auth_proxy.url):
        host.dockproxy("set", url, "--yes")
        host.docker("pull", lab.fresh_image())
        assert codes(doctor(host, "--probe")) == []
    trust(host, tls_proxy)
    host.dockproxy("set", tls_proxy.url, "--yes")
    found = doctor(host, "--probe")
    assert codes(found) == []
    assert "DP503" not in [each["code"] for each in found]
