"""Secrets in addresses that a quote, a blank or a line's end cuts off, and behind their ports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_IN, UNIT, Tree, here

ENV_FILE = "/etc/default/docker"
FROM_FILE = "[Service]\nEnvironmentFile=/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd://\n"
SECRETS = ("Sup3r", "S3cretX", "84213")
FORMATS = ("text", "json", "sarif", "github", "junit")

UNIT_VALUES = (
    'Environment="HTTPS_PROXY=http://bob:Sup3r" S3cretX@h:1',
    "Environment=HTTPS_PROXY=http://bob:Sup3r \\\n  S3cretX@h:1",
    "Environment='HTTPS_PROXY=http://bob:Sup3r' 'S3cretX@h:1'",
    'Environment="HTTPS_PROXY=http://bob:84213" S3cretX@h:1',
    'Environment="HTTPS_PROXY=bob:Sup3r" S3cretX@h:1',
    "Environment=HTTPS_PROXY=http://bob:84213 S3 cretX S3cretX@h:1",
    'Environment="HTTPS_PROXY=http://bob:Sup3r',
    'Environment="HTTPS_PROXY=http://bob:84213 S3cretX@h:1',
    "Environment=HTTPS_PROXY=http://bob:Sup3r/S3cretX",
    "ExecStart=\nExecStart=/usr/sbin/dockerd --https-proxy=http://bob:Sup3r S3cretX@h:1",
    "Environment=HTTPS_PROXY=http://h:1/?token=Sup3r",
    "Environment=HTTPS_PROXY=http://bob:p@h:1/#Sup3r",
)
FILE_VALUES = (
    'HTTPS_PROXY=http://bob:Sup3r" S3cretX@h:1',
    'HTTPS_PROXY="http://bob:Sup3r" S3cretX@h:1',
    "HTTPS_PROXY=http://bob:Sup3r \\\n  S3cretX@h:1",
    "HTTPS_PROXY=http://bob:Sup3r\nS3cretX@h:1",
    "export HTTPS_PROXY='http://bob:Sup3r'",
    "# HTTPS_PROXY=http://bob:Sup3r",
    "HTTPS_PROXY=http://h:1?a=Sup3r",
)
JSON_VALUES = (
    "http://bob:Sup3r",
    "http://bob:Sup3r S3cretX",
    "http://bob:p@ss:Sup3r",
    "http://h:1/?token=Sup3r",
    "http://h:1/#Sup3r",
    "http://h:1/proxy?a=1&b=Sup3r#S3cretX",
    "h:1/?token=Sup3r",
)
CASES = [
    *(pytest.param({DROP_IN: f"[Service]\n{each}\n"}, id=each) for each in UNIT_VALUES),
    *(pytest.param({UNIT: FROM_FILE, ENV_FILE: f"{each}\n"}, id=each) for each in FILE_VALUES),
    *(
        pytest.param({DAEMON_JSON: json.dumps({"proxies": {"https-proxy": each}})}, id=f"d {each}")
        for each in JSON_VALUES
    ),
    *(
        pytest.param(
            {CONFIG_JSON: json.dumps({"proxies": {"default": {"httpsProxy": each}}})},
            id=f"c {each}",
        )
        for each in JSON_VALUES
    ),
    pytest.param(
        {DAEMON_JSON: '{"proxies": {"https-proxy": "http://bob:Sup3r" S3cretX@h:1"}}'}, id="quote"
    ),
]


@pytest.mark.parametrize("files", CASES)
def test_nothing_that_is_said_has_the_secret(files: dict[str, str], tmp_path: Path) -> None:
    tree = Tree(str(tmp_path / "host"))
    for path, content in files.items():
        tree.write(path, content)
    kept = tmp_path / "kept.json"

    said = [
        tree.run("status"),
        tree.run("status", "--json"),
        *(tree.run("doctor", "--format", each) for each in FORMATS),
        tree.run("doctor", "--fix", "--unsafe", "--dry-run", "--yes"),
        tree.run("unset", "--dry-run"),
        tree.run("set", "http://10.0.0.1:3128", "--dry-run"),
        tree.run("snapshot", "-o", str(kept)),
        *(here("doctor", "--format", each, "--from", str(kept)) for each in FORMATS),
        here("status", "--json", "--from", str(kept)),
    ]

    shown = [each.text for each in said] + [kept.read_text()]
    assert "xxxxx" in kept.read_text()
    assert not [each.err for each in said if "usage: " in each.err]
    assert not [text for text in shown if any(secret in text for secret in SECRETS)]


@pytest.mark.parametrize("value", ["http://h:1/?token=Sup3r", "http://h:1/#Sup3r"])
def test_what_stands_behind_the_port_is_still_found_and_can_be_taken_away(
    value: str, tmp_path: Path
) -> None:
    tree = Tree(str(tmp_path))
    tree.write(DAEMON_JSON, f'{{"proxies": {{\n "https-proxy": "{value}"}}}}\n')

    status = json.loads(tree.run("status", "--json").out)
    found = json.loads(tree.run("doctor", "--json").out)["findings"]

    daemon = next(each for each in status["components"] if each["component"] == "daemon")
    assert daemon["proxies"]["https_proxy"]["masked"] is True
    (place,) = [each["evidence"][0] for each in found if each["code"] == "DP512"]
    assert (place["path"], place["line"]) == (DAEMON_JSON, 2)
    assert not [each for each in found if each["code"] in ("DP802", "DP803", "DP804")]


@pytest.mark.parametrize("port", ["PORT", "port", "<port>", "端口", "${PROXY_PORT}", "YOUR_PORT"])
def test_a_word_that_stands_for_a_port_is_shown(port: str, tmp_path: Path) -> None:
    tree = Tree(str(tmp_path))
    value = json.dumps(f"http://proxyhost:{port}", ensure_ascii=False)
    tree.write(DAEMON_JSON, f'{{"proxies": {{"https-proxy": {value}}}}}\n')

    found = json.loads(tree.run("doctor", "--json").out)["findings"]

    assert f"http://proxyhost:{port}" in str(found)
    assert "DP504" in [each["code"] for each in found]


@pytest.mark.parametrize(
    "command",
    [
        "http_proxy=http://bob:'Sup3rS3cretX'@h:1 apt-get update",
        'http_proxy=http://bob:"Sup3r S3cretX"@h:1 apt-get update',
        'http_proxy="http://bob:"Sup3rS3cretX@h:1 apt-get update',
        "http_proxy=http://'bob:Sup3r'\"S3cretX\"@h:1 apt-get update",
        "export https_proxy=http://bob:'Sup3r'@h:1 && apt-get update",
    ],
)
def test_quotes_in_a_shells_word_are_part_of_the_address(command: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM alpine\nRUN {command}\n")

    said = {each: here("doctor", "--format", each, "--project", str(tmp_path)) for each in FORMATS}

    codes = [each["code"] for each in json.loads(said["json"].out)["findings"]]
    assert "DP820" in codes
    assert not [each.text for each in said.values() if any(word in each.text for word in SECRETS)]


def test_a_variable_in_quotes_is_nobodys_password(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        'FROM alpine\nRUN http_proxy=http://bob:"${PASS}"@h:1 apt-get update\n'
    )

    found = json.loads(here("doctor", "--json", "--project", str(tmp_path)).out)["findings"]

    assert "DP820" not in [each["code"] for each in found]
