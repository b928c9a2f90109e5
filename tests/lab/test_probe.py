"""Probes on a real host: what they say of real proxies, and whether the daemon agrees."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from dockproxy.plan.address import parse_address
from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.host import SOURCE
from tests.lab.equipment.proxies import Squid

pytestmark = pytest.mark.lab

ENDPOINT = "unix:///var/run/docker.sock"


def ask(host: Host, request: dict[str, Any]) -> dict[str, Any]:
    """The agent's answer, over its pipe, as ``set`` gets it."""
    result = host.run(
        ["python3", "-m", "dockproxy.core.agent"],
        input=json.dumps({"do": "probe", **request}) + "\n",
        env={"PYTHONPATH": SOURCE},
    )
    answer: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])["answer"]
    return answer


def probes(host: Host, *proxies: str, target: str) -> list[dict[str, Any]]:
    checks = [{"proxy": proxy, "target": target, "timeout": 5.0} for proxy in proxies]
    found: list[dict[str, Any]] = ask(host, {"checks": checks})["probes"]
    return found


def proof(host: Host, image: str, timeout: float = 20) -> dict[str, Any]:
    daemon = {"endpoint": ENDPOINT, "image": image, "timeout": timeout}
    found: dict[str, Any] = ask(host, {"daemon": daemon})["daemon"]
    return found


def use(host: Host, proxy: str) -> None:
    """Give the daemon that proxy, by hand, in a drop-in: every engine reads it."""
    value = proxy.replace("%", "%%")
    host.write(
        "/etc/systemd/system/docker.service.d/proxy.conf",
        f'[Service]\nEnvironment="HTTPS_PROXY={value}"\n',
    )
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker")
    host.systemctl("restart", "docker")


def test_each_real_proxy_is_told_from_the_others(
    lab: Lab, host: Host, squid: Proxy, auth_proxy: Proxy, socks: Proxy
) -> None:
    assert auth_proxy.password is not None
    wrong = f"http://us:{quote('not it', safe='')}@{auth_proxy.address}"
    expected = {
        squid.url: "",
        squid.address: "",
        auth_proxy.url: "",
        socks.url: "",
        f"http://{auth_proxy.address}": "auth-required",
        wrong: "auth-failed",
        f"https://{squid.address}": "speaks-plain",
        f"socks5://{squid.address}": "speaks-http",
        f"http://{socks.address}": "speaks-socks",
        f"https://{socks.address}": "speaks-socks",
        "http://10.88.0.1:9": "refused",
        "http://proxy.nowhere.test:3128": "resolve-failed",
    }

    found = probes(host, *expected, target=lab.registry.address)

    assert [item["problem"] for item in found] == list(expected.values())
    assert [item["ok"] for item in found] == [not problem for problem in expected.values()]
    assert found[4]["schemes"] == ["Basic"]
    assert squid.count(f"CONNECT {lab.registry.address}") == 2
    assert auth_proxy.password not in json.dumps(found)
    assert quote(auth_proxy.password, safe="") not in json.dumps(found)


def test_a_password_in_any_script_arrives_from_the_probe_and_from_the_daemon(
    lab: Lab, host: Host, auth_proxy: Squid
) -> None:
    with auth_proxy.letting_in("用户", "密码 é"):
        url = parse_address(f"http://用户:密码 é@{auth_proxy.address}").url
        use(host, url)

        (probed,) = probes(host, url, target=lab.registry.address)

        assert probed["ok"] is True
        assert proof(host, lab.fresh_image())["ok"] is True


def test_a_socks_proxy_gets_every_printable_character_of_user_and_password(
    lab: Lab, host: Host
) -> None:
    proxy = lab.auth_socks.ready()
    url = proxy.url.replace("socks5h:", "socks5:")
    use(host, url)

    found = probes(
        host,
        *(url, url.replace("%21@", "@"), f"socks5://{proxy.address}"),
        target=lab.registry.address,
    )

    assert [item["problem"] for item in found] == ["", "auth-failed", "auth-required"]
    assert proof(host, lab.fresh_image())["ok"] is True
    assert proxy.saw(lab.registry.address)


def test_a_proxy_that_cannot_reach_the_registry_answers_all_the_same(
    host: Host, squid: Proxy, socks: Proxy
) -> None:
    found = probes(host, squid.url, socks.url, target="registry.nowhere.test:443")

    assert [item["problem"] for item in found] == ["bad-gateway", "socks-refused"]
    assert [item["answers"] for item in found] == [True, True]


def test_a_proxy_that_listens_on_loopback_alone_does_not_answer_on_docker_s_bridge(
    host: Host, squid: Proxy
) -> None:
    host.relay("127.0.0.1:7890", to=squid)
    urls = ["http://127.0.0.1:7890", "http://172.17.0.1:7890"]

    alone = probes(host, *urls, target="")
    host.relay("172.17.0.1:7890", to=squid)
    both = probes(host, *urls, target="")

    assert [item["answers"] for item in alone] == [True, False]
    assert alone[1]["problem"] == "refused"
    assert "allow LAN" in alone[1]["hint"]["text"]
    assert [item["answers"] for item in both] == [True, True]
    assert not squid.count("CONNECT")


@pytest.mark.parametrize("engine", ["26.1.5", "20.10.24", "newest"])
def test_the_daemon_s_own_proof_agrees_with_the_probe(lab: Lab, host: Host, engine: str) -> None:
    squid, auth_proxy, socks = (p.ready() for p in (lab.squid, lab.auth_proxy, lab.socks))
    tls_proxy = lab.tls_proxy.ready()
    if engine != "26.1.5":
        host.reset(engine)
    image = lab.fresh_image()
    socks5 = f"socks5://{socks.address}"
    expected = {
        squid.url: "",
        auth_proxy.url: "",
        socks5: "",
        lab.squid.url_v6: "",
        tls_proxy.url: "proxy-certificate",
        f"http://{auth_proxy.address}": "auth-required",
        f"https://{squid.address}": "tls-record",
        f"http://{socks.address}": "not-http",
        "http://10.88.0.1:9": "proxy-refused",
        "http://proxy.nowhere.test:3128": "proxy-dns",
    }

    assert proof(host, image)["problem"] == "no-such-host"
    found = probes(host, *expected, target=lab.registry.address)
    for item, (proxy, problem) in zip(found, expected.items()):
        use(host, proxy)
        said = proof(host, image)
        assert (said["problem"], said["ok"]) == (problem, item["ok"]), said["quote"]


def test_a_registry_that_lacks_the_image_proves_the_way(lab: Lab, host: Host, squid: Proxy) -> None:
    use(host, squid.url)

    said = proof(host, f"{lab.registry.address}/nobody/nothing:1")

    assert (said["ok"], said["problem"], said["status"]) == (True, "not-found", 404)
    assert squid.saw(f"CONNECT {lab.registry.address}")


def test_a_stopped_daemon_is_no_verdict(lab: Lab, host: Host) -> None:
    host.systemctl("stop", "docker.service", "docker.socket")

    said = proof(host, lab.fresh_image())

    assert (said["ok"], said["problem"]) == (None, "no-engine")


@pytest.mark.parametrize(("engine", "works"), [("20.10.24", False), ("26.1.5", True)])
def test_socks5h_is_known_to_a_daemon_built_with_go_1_23_or_newer_only(
    lab: Lab, host: Host, socks: Proxy, engine: str, works: bool
) -> None:
    if engine != "26.1.5":
        host.reset(engine)
    use(host, socks.url)
    assert socks.url.startswith("socks5h://")

    said = proof(host, lab.fresh_image())

    assert said["ok"] is works, said["quote"]
    assert works or "lookup socks5h" in said["quote"]
