"""What ``route`` says of a pull is what the real daemon then does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.equipment import Host, Lab, Proxy
from tests.lab.equipment.host import SOURCE

pytestmark = pytest.mark.lab

DROP_IN = "/etc/systemd/system/docker.service.d/proxy.conf"
SETTINGS = {
    "nothing": "",
    "a proxy": "HTTPS_PROXY={url}",
    "the lower case": "https_proxy={url} HTTPS_PROXY=",
    "no scheme": "HTTPS_PROXY={bare}",
    "for http alone": "HTTP_PROXY={url}",
    "the name listed": "HTTPS_PROXY={url} NO_PROXY=registry.corp.test",
    "a domain listed": "HTTPS_PROXY={url} NO_PROXY=.corp.test",
    "another port listed": "HTTPS_PROXY={url} NO_PROXY=registry.corp.test:443",
    "the port listed": "HTTPS_PROXY={url} NO_PROXY=registry.corp.test:5443",
    "part of a name": "HTTPS_PROXY={url} NO_PROXY=corp.tes,istry.corp.test,*.registry.corp.test",
    "all": "HTTPS_PROXY={url} NO_PROXY=a,*",
    "as for CGI": "HTTPS_PROXY={url} REQUEST_METHOD=GET",
}
IN_EVERY_RUN = ("a proxy", "the lower case", "a domain listed", "the port listed", "as for CGI")


def route(host: Host, *words: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in host.dockproxy("route", "--json", *words).stdout.splitlines()
    ]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.soak)
        for name in SETTINGS
    ],
)
def test_a_pull_goes_the_way_that_was_told(lab: Lab, host: Host, squid: Proxy, name: str) -> None:
    bare = squid.url.partition("://")[2]
    host.write(
        DROP_IN, f"[Service]\nEnvironment={SETTINGS[name].format(url=squid.url, bare=bare)}\n"
    )
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    host.systemctl("restart", "docker")
    image = lab.fresh_image()

    told = route(host, image)
    squid.forget()
    pulled = host.docker("pull", image, check=False).returncode == 0

    assert {answer["decision"] for answer in told} == ({"proxy"} if pulled else {"direct"})
    assert pulled == squid.saw(lab.registry.address)
    if pulled:
        assert {answer["proxy"] for answer in told} == {squid.url}
        assert {answer["origin"]["path"] for answer in told} == {DROP_IN}


def test_what_runs_answers_until_the_daemon_is_restarted(host: Host, squid: Proxy) -> None:
    host.write(DROP_IN, f"[Service]\nEnvironment=HTTPS_PROXY={squid.url}\n")
    host.systemctl("daemon-reload")

    (before,) = route(host, "https://registry.corp.test:5443/v2/")
    noted = host.dockproxy("route", "https://registry.corp.test:5443/v2/").output
    host.systemctl("restart", "docker")
    (after,) = route(host, "https://registry.corp.test:5443/v2/")

    assert (before["decision"], after["decision"]) == ("direct", "proxy")
    assert "answered for what runs" in noted


def test_mirrors_of_the_running_daemon_come_first(host: Host) -> None:
    mirror = "https://mirror.corp.test:5443/"
    host.write("/etc/docker/daemon.json", json.dumps({"registry-mirrors": [mirror]}))
    host.systemctl("restart", "docker")

    assert route(host, "redis")[0]["target"] == f"{mirror}v2/"


def test_a_container_answers_with_its_own_environment(host: Host) -> None:
    image = host.add_image()
    host.docker(
        "run",
        "-d",
        "--name",
        "one",
        "-e",
        "http_proxy=http://p.test:1",
        image,
        "/busybox",
        "sleep",
        "99",
    )

    (of_go,) = route(host, "--as", "container:one", "http://x.test/")
    (of_client,) = route(host, "--as", "client", "http://x.test/")

    assert (of_go["decision"], of_go["proxy"], of_go["variable"]) == (
        "proxy",
        "http://p.test:1",
        "http_proxy",
    )
    assert of_client["decision"] == "direct"


TWICE = """
import json
from dockproxy.live import observe
from dockproxy.route.on_host import parties_of

quick, whole = observe(only="daemon"), observe()
parties = [parties_of(host, "daemon") for host in (quick, whole)]
print(json.dumps({"asked systemd": quick.snapshot.systemd is not None,
                  "the same": parties[0] == parties[1],
                  "origins": [str(origin.path) for origin in parties[0][0].origins.values()]}))
"""


def both_looks(host: Host) -> dict[str, Any]:
    done = host.run(["python3", "-c", TWICE], env={"PYTHONPATH": SOURCE})
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_quick_look_at_the_daemon_tells_what_a_whole_one_does(host: Host, squid: Proxy) -> None:
    host.dockproxy("set", squid.url, "--for", "daemon", "--yes")
    told = both_looks(host)
    assert told["asked systemd"] is False
    assert told["the same"] is True
    assert "/etc/docker/daemon.json" in told["origins"]

    host.write(DROP_IN, "[Service]\nEnvironment=NO_PROXY=only.systemd.test\n")
    host.run(["rm", "/etc/docker/daemon.json"])
    told = both_looks(host)
    assert told["asked systemd"] is True
    assert told["the same"] is True

    host.systemctl("daemon-reload")
    host.systemctl("set-environment", f"HTTPS_PROXY={squid.url}")
    try:
        host.systemctl("restart", "docker")
    finally:
        host.systemctl("unset-environment", "HTTPS_PROXY")
    told = both_looks(host)
    assert told["asked systemd"] is True
    assert told["the same"] is True
    assert route(host, "redis")[0]["proxy"] == squid.url
