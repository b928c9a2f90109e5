"""Which cause applies on a machine: the finding that explains the words, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.messages.here import proxies_of
from dockproxy.messages.recognise import KINDS, Match, recognise, with_causes_here
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.registry import modules, rule
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_IN, Tree
from tests.rules.examples import host_of

PROXY = "http://10.0.0.1:3128"
GET = 'Error response from daemon: Get "https://registry-1.docker.io/v2/": '
DIRECT = GET + "dial tcp 54.1.2.3:443: i/o timeout"
IN_A_BUILD = "12.3 curl: (7) Failed to connect to deb.debian.org port 443: Connection timed out"
PROJECT = ("build", "compose", "builder")
CODES = sorted({code for kind in KINDS for code in kind.codes if code in modules()})


@pytest.mark.parametrize("code", CODES)
def test_each_rules_bad_example_is_the_cause_of_each_message_that_names_it(
    code: str, tmp_path: Path
) -> None:
    """But for a remark, which a graver finding may go before."""
    its = rule(code)
    found = []
    for number, example in enumerate(its.bad):
        root = tmp_path / str(number)
        root.mkdir()
        found.append(diagnose(host_of(example, root)))
    for kind in KINDS:
        if code in kind.codes:
            here = [with_causes_here([Match(kind, "")], findings)[0].here for findings in found]
            graver = {each.severity for each in sum(found, ()) if each.code == code} - {"info"}
            assert code in here or not graver or its.component in PROJECT, (kind.id, here)
            assert None not in here, kind.id


HOSTS = {
    "only http": ({DAEMON_JSON: f'{{"proxies": {{"http-proxy": "{PROXY}"}}}}'}, DIRECT, "DP501"),
    "the client's names": (
        {DAEMON_JSON: f'{{"proxies": {{"httpsProxy": "{PROXY}"}}}}'},
        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
        "DP102",
    ),
    "a comma too many": (
        {DAEMON_JSON: f'{{"proxies": {{"https-proxy": "{PROXY}",}}}}'},
        "docker.service: Start request repeated too quickly.",
        "DP101",
    ),
    "percent": (
        {DROP_IN: '[Service]\nEnvironment="HTTPS_PROXY=http://ann:p%40w@10.0.0.1:3128"\n'},
        GET + "Proxy Authentication Required",
        "DP201",
    ),
    "scheme": (
        {DAEMON_JSON: '{"proxies": {"https-proxy": "https://10.0.0.1:3128"}}'},
        GET + "proxyconnect tcp: tls: first record does not look like a TLS handshake",
        "DP503",
    ),
    "no default": (
        {CONFIG_JSON: f'{{"proxies": {{"httpProxy": "{PROXY}"}}}}'},
        IN_A_BUILD,
        "DP301",
    ),
    "a broken client has no part in a pull": (
        {
            CONFIG_JSON: f'{{"proxies": {{"httpProxy": "{PROXY}"}}}}',
            DAEMON_JSON: f'{{"proxies": {{"http-proxy": "{PROXY}"}}}}',
        },
        DIRECT,
        "DP501",
    ),
    "nor the daemon's file in what a build's program says": (
        {DAEMON_JSON: f'{{"proxies": {{"https-proxy": "{PROXY}",}}}}'},
        IN_A_BUILD,
        None,
    ),
}


@pytest.mark.parametrize("name", HOSTS)
def test_the_cause_on_a_host_is_named(name: str, tmp_path: Path) -> None:
    files, text, code = HOSTS[name]
    tree = Tree(str(tmp_path))
    for path, content in files.items():
        tree.write(path, content)
    said = tree.run("explain", text)

    assert said.code == 0
    assert f"so it is here: {code}" in said.out if code else "so it is here" not in said.out


def test_that_no_daemon_answers_is_about_proxies_only_where_one_keeps_it_down() -> None:
    text = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock."
    assert recognise(text) == []
    assert with_causes_here(recognise(text, here=True), []) == []


def test_a_proxy_of_this_machine_is_known_by_its_address_whatever_its_port(tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, '{"proxies": {"https-proxy": "http://u:p@gate.corp.example:9999/"}}')
    from dockproxy import api

    known = proxies_of(api.observe(root=str(tmp_path)))
    text = "curl: (7) Failed to connect to gate.corp.example port 9999: Connection refused"

    assert known == {("gate.corp.example", "9999")}
    assert [each.kind.id for each in recognise(text)] == []
    assert recognise(text, known)[0].kind.id == "proxy-refused"


def test_every_rule_of_daemon_json_that_keeps_it_down_explains_that_it_is_down() -> None:
    down = next(kind for kind in KINDS if kind.id == "daemon-down")
    stops = {code for code in modules() if code[:3] == "DP1" and rule(code).severity == "error"}
    assert stops <= set(down.codes)
