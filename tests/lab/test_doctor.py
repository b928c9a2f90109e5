"""Real breakages on a real host: the cause is the first finding, --fix mends it, undo breaks it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

JSON = "/etc/docker/daemon.json"
DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
CONFIG = "/root/.docker/config.json"


class Breakage(NamedTuple):
    """What somebody does to a host. files: {url} is the proxy. restart: the daemon is told to start
    with it. mends: --fix makes pulls work again.
    """

    files: dict[str, str]
    code: str
    restart: bool = True
    mends: bool = True


BOTH = '"http-proxy": "{url}", "https-proxy": "{url}"'
BREAKAGES = {
    "trailing comma": Breakage({JSON: '{{\n  "proxies": {{' + BOTH + ",}}\n}}\n"}, "DP101"),
    "comment": Breakage({JSON: "{{\n  // corp\n" + '  "proxies": {{' + BOTH + "}}\n}}\n"}, "DP101"),
    "curly quotes": Breakage({JSON: "{{“proxies”: {{" + BOTH + "}}}}\n"}, "DP101"),
    "brace missing": Breakage({JSON: '{{"proxies": {{' + BOTH + "}}\n"}, "DP101"),
    "comma missing": Breakage(
        {JSON: '{{"proxies": {{\n"http-proxy": "{url}"\n"https-proxy": "{url}"}}}}\n'}, "DP101"
    ),
    "the client's names": Breakage(
        {JSON: '{{"proxies": {{"httpProxy": "{url}", "httpsProxy": "{url}"}}}}\n'}, "DP102"
    ),
    "the environment's names": Breakage(
        {JSON: '{{"proxies": {{"http_proxy": "{url}", "https_proxy": "{url}"}}}}\n'}, "DP102"
    ),
    "percent": Breakage(
        {DROP_IN: '[Service]\nEnvironment="HTTPS_PROXY={user_url}" "HTTP_PROXY={user_url}"\n'},
        "DP201",
    ),
    "a list for a string": Breakage(
        {JSON: '{{"proxies": {{"no-proxy": ["a"], ' + BOTH + "}}}}\n"}, "DP103", mends=False
    ),
    "only http": Breakage(
        {JSON: '{{"proxies": {{"http-proxy": "{url}"}}}}\n'}, "DP501", mends=False
    ),
    "wrong section": Breakage(
        {DROP_IN: "[Unit]\nEnvironment=HTTPS_PROXY={url}\n"}, "DP211", mends=False
    ),
    "not restarted": Breakage(
        {JSON: '{{"proxies": {{' + BOTH + "}}}}\n"}, "DP204", restart=False, mends=False
    ),
}
IN_EVERY_RUN = ("trailing comma", "percent", "only http")


def findings(host: Host) -> list[dict[str, Any]]:
    said = host.dockproxy("doctor", "--json", check=False).stdout
    found: list[dict[str, Any]] = json.loads(said)["findings"]
    return found


def break_it(host: Host, squid: Proxy, breakage: Breakage) -> dict[str, str]:
    user_url = squid.url.replace("//", "//ann:p%40ss@")
    texts = {
        path: text.format(url=squid.url, user_url=user_url) for path, text in breakage.files.items()
    }
    for path, text in texts.items():
        host.write(path, text)
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    if breakage.restart:
        host.run(["systemctl", "restart", "docker"], check=False)
    return texts


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.soak)
        for name in BREAKAGES
    ],
)
def test_a_breakage_is_named_mended_and_brought_back(
    lab: Lab, host: Host, squid: Proxy, name: str
) -> None:
    breakage = BREAKAGES[name]
    texts = break_it(host, squid, breakage)

    assert findings(host)[0]["code"] == breakage.code
    if not breakage.mends:
        return
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    assert done.returncode == 0, done.output
    squid.forget()
    host.docker("pull", lab.fresh_image())
    assert squid.saw(lab.registry.address)
    assert [each for each in findings(host) if each["code"] == breakage.code] == []

    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, undone.output
    assert {path: host.read(path).decode() for path in texts} == texts


def test_a_mend_with_which_the_daemon_still_fails_is_put_back(host: Host, squid: Proxy) -> None:
    text = f'{{"proxies": {{"http-proxy": "{squid.url}",}}, "storage-driver": "nonsense"}}'
    host.write(JSON, text)
    host.run(["systemctl", "restart", "docker"], check=False)

    done = host.dockproxy("doctor", "--fix", "--yes", check=False)

    assert done.returncode == 4, done.output
    assert host.read(JSON).decode() == text


def test_a_healthy_host_has_no_finding(host: Host, squid: Proxy) -> None:
    host.dockproxy("set", squid.url, "--yes")

    assert [each for each in findings(host) if each["severity"] != "info"] == []
