"""More real breakages, as colleagues, blogs and editors make them, that were not seen at first."""

from __future__ import annotations

from tests.lab.breakages import (
    BOTH,
    CLIENT,
    DROP_IN,
    GOOD_DROP_IN,
    JSON,
    Breakage,
    config_json,
    daemon_json,
    drop_in,
)

OWN_UNIT = "/etc/systemd/system/docker.service"
VARIABLES = "/etc/docker/proxy.env"
OLD = "20.10.24"
START = (
    "[Service]\nExecStart=\nExecStart={} /usr/sbin/dockerd -H fd://"
    " --containerd=/run/containerd/containerd.sock {}\n"
)
WIDE = "http：//10.88.0.1：３１２８"


def environment_file(text: str, code: str) -> Breakage:
    """An EnvironmentFile with that text."""
    return Breakage({DROP_IN: f"[Service]\nEnvironmentFile={VARIABLES}\n", VARIABLES: text}, code)


FRESH = {
    "full-width signs and digits": daemon_json(
        f'{{"proxies": {{"http-proxy": "{WIDE}", "https-proxy": "{WIDE}，"}}}}\n', "DP507"
    ),
    "an address as Markdown has it": daemon_json(
        '{"proxies": {"http-proxy": "[URL](URL)", "https-proxy": "<URL>"}}\n', "DP502"
    ),
    "the end mark of a here-document": daemon_json('{"proxies": {' + BOTH + "}}\nEOF\n", "DP101"),
    "a file named nearly so": Breakage(
        {"/etc/docker/daemon.json.txt": '{"proxies": {' + BOTH + "}}\n"}, "DP159"
    ),
    "Engine 20.10, and a comma": daemon_json('{"proxies": {' + BOTH + ",}}\n", "DP101", engine=OLD),
    "Engine 20.10, and flags": drop_in(
        START.format("", "--http-proxy=URL --https-proxy URL"), "DP233", engine=OLD
    ),
    "a unit of one's own": Breakage({OWN_UNIT: GOOD_DROP_IN}, "DP228"),
    "a unit of one's own, from Windows": Breakage(
        {OWN_UNIT: GOOD_DROP_IN.replace("[Service]", "[service]").replace("\n", "\r\n")}, "DP228"
    ),
    "a unit of one's own, and a comma": Breakage(
        {OWN_UNIT: GOOD_DROP_IN, JSON: '{"debug": true,}\n'}, "DP101"
    ),
    "variables before the command": drop_in(
        START.format("HTTP_PROXY=URL HTTPS_PROXY=URL", ""), "DP229"
    ),
    "a full-width equals sign": drop_in(GOOD_DROP_IN.replace("ment=", "ment＝"), "DP210"),
    "a full-width equals sign in the value": drop_in(
        '[Service]\nEnvironment=HTTP_PROXY=URL "HTTPS_PROXY＝URL"\n', "DP202"
    ),
    "a full-width comma": drop_in(
        '[Service]\nEnvironment="HTTP_PROXY=URL"，"HTTPS_PROXY=URL"\n', "DP212"
    ),
    "another variable's name": drop_in(
        '[Service]\nEnvironment="HTTP_PROXY=URL"\nEnvironment="HTTPS_PROXY=$HTTP_PROXY"\n', "DP504"
    ),
    "a drop-in in UTF-16": Breakage(
        {DROP_IN: f"\ufeff{GOOD_DROP_IN}".encode("utf-16-le")}, "DP217"
    ),
    "an EnvironmentFile as YAML": environment_file("HTTP_PROXY: URL\nHTTPS_PROXY: URL\n", "DP232"),
    "an EnvironmentFile with remarks": environment_file(
        "HTTP_PROXY=URL  # office\nHTTPS_PROXY=URL  # office\n", "DP507"
    ),
    "config.json: a scheme misspelt": config_json(
        CLIENT.replace("URL", "htpp://10.88.0.1:3128"), "DP504"
    ),
    "config.json: a comma behind the port": config_json(
        CLIENT.replace("URL", "10.88.0.1；3128，"), "DP507"
    ),
}
