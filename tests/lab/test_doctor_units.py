"""Real faults in real drop-ins: named first, mended by --fix so that pulls work, brought back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from tests.lab.equipment import Host, Lab, Proxy

pytestmark = pytest.mark.lab

FOLDER = "/etc/systemd/system/docker.service.d"
DROP_IN = f"{FOLDER}/http-proxy.conf"
RIGHT = "[Service]\nEnvironment=HTTP_PROXY={url} HTTPS_PROXY={url}\n"


class Fault(NamedTuple):
    """files: {url} is the proxy, {bare} its host and port. code: what doctor says first."""

    files: dict[str, str]
    code: str


def line(text: str) -> dict[str, str]:
    return {DROP_IN: f"[Service]\n{text}\n"}


FAULTS = {
    "several in one pair of quotes": Fault(
        line('Environment="HTTP_PROXY={url} HTTPS_PROXY={url}"'), "DP212"
    ),
    "a semicolon between": Fault(line("Environment=HTTPS_PROXY={url};HTTP_PROXY={url}"), "DP212"),
    "a comma behind": Fault(line('Environment="HTTPS_PROXY={url}", "HTTP_PROXY={url}"'), "DP212"),
    "curly quotes around the value": Fault(line("Environment=HTTPS_PROXY=“{url}”"), "DP212"),
    "curly quotes around it all": Fault(
        line("Environment=“HTTPS_PROXY={url}” “HTTP_PROXY={url}”"), "DP202"
    ),
    "a quote not closed": Fault(line('Environment="HTTPS_PROXY={url}'), "DP202"),
    "a quote not opened": Fault(line('Environment=HTTPS_PROXY={url}"'), "DP202"),
    "blanks around the equals sign": Fault(line("Environment=HTTPS_PROXY = {url}"), "DP202"),
    "a dash for an underscore": Fault(line("Environment=HTTPS-PROXY={url}"), "DP202"),
    "a list with blanks": Fault(
        line("Environment=NO_PROXY=localhost, 127.0.0.1 HTTPS_PROXY={url} HTTP_PROXY={url}"),
        "DP202",
    ),
    "the key in lower case": Fault(line("environment=HTTPS_PROXY={url}"), "DP210"),
    "no key at all": Fault(line("HTTPS_PROXY={url}\nexport HTTP_PROXY={url}"), "DP210"),
    "no section": Fault({DROP_IN: "Environment=HTTPS_PROXY={url}\n"}, "DP211"),
    "the section in lower case": Fault(
        {DROP_IN: "[service]\nEnvironment=HTTPS_PROXY={url}\n"}, "DP211"
    ),
    "another section": Fault(
        {DROP_IN: "[Unit]\nEnvironment=HTTPS_PROXY={url}\nAfter=network.target\n"}, "DP211"
    ),
    "a section that is not closed": Fault(
        {DROP_IN: "[Service\nEnvironment=HTTPS_PROXY={url}\n"}, "DP217"
    ),
    "a path in quotes": Fault(
        {
            DROP_IN: '[Service]\nEnvironmentFile="/etc/docker/proxy.env"\n',
            "/etc/docker/proxy.env": "HTTPS_PROXY={url}\n",
        },
        "DP216",
    ),
    "an EnvironmentFile that is gone": Fault(
        {
            DROP_IN: RIGHT,
            f"{FOLDER}/zz.conf": "[Service]\nEnvironmentFile=/etc/docker/proxy.env\n",
        },
        "DP208",
    ),
    "a variable taken away": Fault(
        {
            DROP_IN: RIGHT,
            f"{FOLDER}/zz.conf": "[Service]\nUnsetEnvironment=HTTPS_PROXY HTTP_PROXY\n",
        },
        "DP206",
    ),
    "all variables forgotten": Fault(
        {DROP_IN: RIGHT, f"{FOLDER}/zz.conf": "[Service]\nEnvironment=\n"}, "DP206"
    ),
    "a later drop-in wins": Fault(
        {f"{FOLDER}/zz.conf": RIGHT.replace("{url}", "http://10.255.255.1:9"), DROP_IN: RIGHT},
        "DP205",
    ),
    "a folder of another name": Fault({"/etc/systemd/system/docker.d/proxy.conf": RIGHT}, "DP218"),
    "another ending": Fault({f"{FOLDER}/http-proxy.config": RIGHT}, "DP218"),
    "a second command": Fault(
        line("ExecStart={dockerd} -H fd:// --http-proxy={url} --https-proxy={url}"), "DP223"
    ),
    "ALL_PROXY alone": Fault(line("Environment=ALL_PROXY={url}"), "DP213"),
}
IN_EVERY_RUN = ("several in one pair of quotes", "the section in lower case")


def findings(host: Host) -> list[dict[str, Any]]:
    said = host.dockproxy("doctor", "--json", check=False).stdout
    found: list[dict[str, Any]] = json.loads(said)["findings"]
    return found


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.soak) for name in FAULTS],
)
def test_a_fault_in_a_drop_in_is_named_mended_and_brought_back(
    lab: Lab, host: Host, squid: Proxy, name: str
) -> None:
    # given
    fault = FAULTS[name]
    shown = host.systemctl("show", "--property=ExecStart", "docker.service").stdout
    dockerd = shown.partition("path=")[2].partition(" ")[0]
    texts = {
        path: text.replace("{url}", squid.url).replace("{dockerd}", dockerd)
        for path, text in fault.files.items()
    }
    for path, text in texts.items():
        host.write(path, text)
    host.systemctl("daemon-reload")
    host.systemctl("reset-failed", "docker.service")
    host.run(["systemctl", "restart", "docker"], check=False)
    assert findings(host)[0]["code"] == fault.code
    # when
    done = host.dockproxy("doctor", "--fix", "--unsafe", "--yes", check=False)
    # then
    assert done.returncode == 0, done.output
    squid.forget()
    host.docker("pull", lab.fresh_image())
    assert squid.saw(lab.registry.address)
    assert [each for each in findings(host) if each["code"] == fault.code] == []
    # and
    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, undone.output
    assert {path: host.read(path).decode() for path in texts} == texts


OWN = "/etc/systemd/system/docker.service"


def test_a_masked_unit_is_named_and_unmasked_as_it_is_said(host: Host) -> None:
    # given
    host.systemctl("mask", "docker.service")
    assert [(each["code"], each["severity"]) for each in findings(host)] == [("DP227", "warning")]
    host.systemctl("stop", "docker.socket", "docker.service")
    refused = host.run(["systemctl", "start", "docker"], check=False)
    assert "Unit docker.service is masked" in refused.output
    # when
    first = findings(host)[0]
    # then
    assert (first["code"], first["severity"]) == ("DP227", "error")
    assert first["evidence"][0]["path"] == OWN
    # and
    host.sh(first["remedy"].partition(": ")[2])
    assert [each for each in findings(host) if each["code"] == "DP227"] == []


@pytest.mark.parametrize(
    ("path", "text", "at"),
    [
        (OWN, "[Service]\nEnvironment=HTTP_PROXY={url}\n", (OWN, 1)),
        (DROP_IN, "[Service]\nEnvironment=HTTP_PROXY={url}\nExecStart=\n", (DROP_IN, 3)),
    ],
)
def test_a_service_without_a_command_is_named(
    host: Host, squid: Proxy, path: str, text: str, at: tuple[str, int]
) -> None:
    # given
    host.write(path, text.replace("{url}", squid.url))
    host.systemctl("daemon-reload")
    refused = host.run(["systemctl", "restart", "docker"], check=False)
    assert "bad unit file setting" in refused.output
    # when
    first = findings(host)[0]
    # then
    assert first["code"] == "DP228"
    assert (first["evidence"][0]["path"], first["evidence"][0]["line"]) == at


@pytest.mark.soak
@pytest.mark.parametrize(
    ("path", "text", "code", "said"),
    [
        (DROP_IN, "[Service]\nType=oneshot\n", "DP231", "bad unit file setting"),
        (DROP_IN, "[Service]\nExecStart=\nExecStart=./dockerd\n", "DP228", "bad unit file setting"),
        (OWN, "[Service]\nExecStart=sbin/dockerd -H fd://\n", "DP208", "bad unit file setting"),
        (DROP_IN, "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd\n", "DP230", "203/EXEC"),
        (
            "/etc/docker/daemon.json",
            '{"tls": true, "tlscert": "/etc/docker/c.pem", "tlskey": "/etc/docker/k.pem"}\n',
            "DP118",
            "Could not load X509 key pair",
        ),
        (
            "/etc/docker/daemon.json",
            '{"userland-proxy-path": "/usr/libexec/docker-proxy"}\n',
            "DP117",
            "invalid userland-proxy-path",
        ),
    ],
)
def test_what_keeps_the_service_from_starting_is_named(
    host: Host, path: str, text: str, code: str, said: str
) -> None:
    host.sh("rm -f /usr/bin/dockerd")
    assert [each for each in findings(host) if each["severity"] != "info"] == []
    host.write(path, text)
    host.systemctl("daemon-reload")
    refused = host.run(["systemctl", "restart", "docker"], check=False)
    log = host.sh("systemctl status docker; journalctl -u docker -n 30; true").output
    assert said in refused.output + log

    found = findings(host)

    assert [(each["code"], each["evidence"][0]["path"]) for each in found[:1]] == [(code, path)]
    assert [each["code"] for each in found if each["severity"] == "error"] == [code]
