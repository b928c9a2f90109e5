"""An address with which nothing gets out is one finding, wherever it stands; a good one is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import UNIT, host_of

USELESS = """
http://proxy.corp:port|http://proxy_server:port|http://PROXY_IP:PORT|http://IP:PORT
http://your_proxy_address:port|http://x.x.x.x:8080|http://my-proxy-host:port
http://127.0.0.1:PORT|http://proxy.corp:-1|http://proxy:3128:3128|http://proxy:3128,http://b:1
http://proxy:3128;http://b|http://a b:1|http://proxy .corp:3128|http:// 10.0.0.1:3128
http://proxy.corp:0|:99999|htp://p:1|quic://h:1|socks5a://h:1|socks5:127.0.0.1:1|http//proxy:1
http://10.0.0.256:1|off|direct|3128|%HTTP_PROXY%|none|$PROXY|https://http://h:1|proxy.corp:port
http://\u4ee3\u7406\u5730\u5740:\u7aef\u53e3|http://h:65536|http://wpad/wpad.dat
"""
GOOD = """
http://proxy:3128|10.0.0.1:3128|HTTP://my-proxy.corp.example:65535/|socks5h://h:1|proxy:3128
http://[2001:db8::1]:3128|http://[fe80::1%25eth0]:3128|http://proxy_1:80|http://direct.corp:1
"""


def sources(value: str) -> dict[str, dict[str, str]]:
    """The same two proxies in each of the places that a person writes them to."""
    said = {"http-proxy": value, "https-proxy": value}
    given = {"httpProxy": value, "httpsProxy": value, "noProxy": "localhost,127.0.0.1"}
    word = value.replace("%", "%%")
    drop_in = f'[Service]\nEnvironment="HTTP_PROXY={word}" "HTTPS_PROXY={word}"\n'
    return {
        "daemon.json": {"/etc/docker/daemon.json": json.dumps({"proxies": said})},
        "drop-in": {
            UNIT: "[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n",
            "/etc/systemd/system/docker.service.d/proxy.conf": drop_in,
        },
        "config.json": {
            "/root/.docker/config.json": json.dumps({"proxies": {"default": given}}),
        },
    }


def codes(files: dict[str, str], root: Path) -> list[str]:
    found = diagnose(host_of(Example(dict(files)), root))
    return [each.code for each in found if not each.code.startswith("DP80")]


@pytest.mark.parametrize("place", ["daemon.json", "drop-in", "config.json"])
@pytest.mark.parametrize("value", USELESS.strip().replace("\n", "|").split("|"))
def test_a_useless_address_is_one_finding_for_each_key(
    value: str, place: str, tmp_path: Path
) -> None:
    found = codes(sources(value)[place], tmp_path)
    assert len(found) == 2
    assert found[0] == found[1]
    assert found[0] in ("DP502", "DP504", "DP513")


@pytest.mark.parametrize("place", ["daemon.json", "drop-in", "config.json"])
@pytest.mark.parametrize("value", GOOD.strip().replace("\n", "|").split("|"))
def test_a_good_address_is_none(value: str, place: str, tmp_path: Path) -> None:
    found = codes(sources(value)[place], tmp_path)
    assert not {"DP502", "DP503", "DP504", "DP511", "DP512", "DP513"} & set(found)
