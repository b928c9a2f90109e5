"""Addresses broken on a real host: the cause comes first, --fix mends it, undo breaks it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
ENV_FILE = "/etc/default/docker-proxy"


class Breakage(NamedTuple):
    """files: {url} is squid, {auth} the proxy that wants a password, {place} squid's host:port.
    safe: --fix alone mends it.
    """

    files: dict[str, str]
    code: str
    safe: bool = True


def in_json(address: str, **more: str) -> dict[str, str]:
    proxies = {"http-proxy": address, "https-proxy": address, **more}
    return {JSON: json.dumps({"proxies": proxies}).replace("{", "{{").replace("}", "}}") + "\n"}


def in_drop_in(address: str) -> dict[str, str]:
    words = f'"HTTP_PROXY={address}" "HTTPS_PROXY={address}"'
    return {DROP_IN: f"[Service]\nEnvironment={words}\n"}


PLACE = "%PLACE%"
BREAKAGES = {
    "only http": Breakage(
        {JSON: '{{"proxies": {{"http-proxy": "http://%PLACE%"}}}}\n'}, "DP501", False
    ),
    "only http in a drop-in": Breakage(
        {DROP_IN: "[Service]\nEnvironment=HTTP_PROXY=http://%PLACE%\n"}, "DP501", False
    ),
    "a blank before": Breakage(in_json(f" http://{PLACE}"), "DP502"),
    "a character that nobody sees": Breakage(in_json(f"http://{PLACE}\u007f"), "DP502"),
    "scheme twice": Breakage(in_json(f"http://http://{PLACE}"), "DP504"),
    "one slash": Breakage(in_drop_in(f"http:/{PLACE}"), "DP504"),
    "all bypassed": Breakage(
        in_json(f"http://{PLACE}", **{"no-proxy": "localhost,*"}), "DP505", False
    ),
    "https for a plain proxy": Breakage(in_json(f"https://{PLACE}"), "DP503", False),
}
BREAKAGES.update(
    {
        "a blank behind": Breakage(in_json(f"http://{PLACE} "), "DP507"),
        "quotes within": Breakage(in_json(f"'http://{PLACE}'"), "DP507"),
        "a full-width colon": Breakage(
            in_json(f"http://{PLACE}".replace("%PLACE%", "%WIDE%")), "DP507"
        ),
        "scheme socks": Breakage(in_json("socks://%SOCKS%"), "DP508", False),
        "scheme socks4": Breakage(in_drop_in("socks4://%SOCKS%"), "DP508", False),
    }
)
IN_EVERY_RUN = ("only http in a drop-in", "a blank before")


def findings(host: Host) -> list[dict[str, Any]]:
    said = host.dockproxy("doctor", "--json", check=False).stdout
    found: list[dict[str, Any]] = json.loads(said)["findings"]
    return found


def write(host: Host, files: dict[str, str], place: str, socks: str) -> dict[str, str]:
    texts = {
        path: text.replace("{{", "{")
        .replace("}}", "}")
        .replace(PLACE, place)
        .replace("%WIDE%", place.replace(":", "\uff1a"))
        .replace("%SOCKS%", socks)
        for path, text in files.items()
    }
    for path, text in texts.items():
        host.write(path, text)
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    host.run(["systemctl", "restart", "docker"], check=False)
    return texts


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.soak)
        for name in BREAKAGES
    ],
)
def test_a_broken_address_is_named_mended_and_brought_back(
    lab: Lab, host: Host, squid: Proxy, name: str
) -> None:
    breakage = BREAKAGES[name]
    texts = write(host, breakage.files, squid.address, lab.socks.address)
    image = lab.fresh_image()
    lab.socks.ready()
    squid.forget()
    host.docker("pull", image, check=False)
    assert not squid.saw(lab.registry.address)

    assert findings(host)[0]["code"] == breakage.code
    words = ("--fix", "--yes") if breakage.safe else ("--fix", "--unsafe", "--yes")
    done = host.dockproxy("doctor", *words, check=False)
    assert done.returncode == 0, done.output
    host.docker("pull", image)
    assert lab.socks.saw(lab.registry.address) or squid.saw(lab.registry.address)
    assert [each for each in findings(host) if each["code"] == breakage.code] == []

    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, undone.output
    assert {path: host.read(path).decode() for path in texts} == texts


def test_a_raw_password_is_written_so_that_the_proxy_takes_it(
    lab: Lab, host: Host, auth_proxy: Proxy
) -> None:
    password = str(auth_proxy.password)
    raw = f"http://{auth_proxy.user}:{password}@{auth_proxy.address}"
    proxies = {"http-proxy": raw, "https-proxy": raw}
    host.write(JSON, json.dumps({"proxies": proxies}))
    host.run(["systemctl", "restart", "docker"], check=False)
    image = lab.fresh_image()
    assert host.docker("pull", image, check=False).returncode != 0

    assert [each["code"] for each in findings(host)][:2] == ["DP510", "DP510"]
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)

    assert done.returncode == 0, done.output
    assert password not in done.output
    host.docker("pull", image)


@pytest.mark.soak
def test_a_list_too_long_keeps_the_daemon_down_and_is_named(host: Host, squid: Proxy) -> None:
    entries = "registry.corp.example," * 6000 + "a.test"
    proxies = {"http-proxy": squid.url, "https-proxy": squid.url, "no-proxy": entries}
    host.write(JSON, json.dumps({"proxies": proxies}))

    assert host.run(["systemctl", "restart", "docker"], check=False).returncode != 0
    assert findings(host)[0]["code"] == "DP521"


def test_what_every_user_can_read_is_said(host: Host, auth_proxy: Proxy) -> None:
    secret = f"http://ann:sekrit@{auth_proxy.address}"
    host.write(DROP_IN, f"[Service]\nEnvironment=HTTPS_PROXY={secret} HTTP_PROXY={secret}\n")
    host.sh('chmod 600 "$1"', DROP_IN)
    host.systemctl("daemon-reload")
    shown = host.run(["systemctl", "show", "docker", "-p", "Environment"], user="bob").stdout
    assert "sekrit" in shown
    assert "DP804" in [each["code"] for each in findings(host)]

    flags = f"--https-proxy={secret} --http-proxy={secret}"
    line = f"ExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// {flags}\n"
    host.write(DROP_IN, f"[Service]\n{line}")
    host.systemctl("daemon-reload")
    host.systemctl("restart", "docker")
    assert "sekrit" in host.run(["ps", "-eo", "args"], user="bob").stdout
    assert "DP802" in [each["code"] for each in findings(host)]


@pytest.mark.soak
def test_a_rootless_daemon_does_not_reach_the_hosts_loopback(
    lab: Lab, host: Host, squid: Proxy
) -> None:
    rootless = host.rootless()
    host.relay("127.0.0.1:7890", to=squid)
    proxies = {"http-proxy": "http://127.0.0.1:7890", "https-proxy": "http://127.0.0.1:7890"}
    rootless.write(f"{rootless.home}/.config/docker/daemon.json", json.dumps({"proxies": proxies}))
    rootless.systemctl("restart", "docker")
    assert rootless.docker("pull", lab.fresh_image(), check=False).returncode != 0

    assert "DP707" in [each["code"] for each in findings(rootless)]
