"""What is said of lines of a unit that no fix can mend, and what is shown of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import UNIT, host_of

DROP_IN = "/etc/systemd/system/docker.service.d/http-proxy.conf"
ETC = "/etc/systemd/system"
ADDRESS = "http://10.0.0.1:3128"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f'Environment="HTTP_PROXY={ADDRESS} # ours', "close the quote"),
        (f"Environment=HTTP_PROXY={ADDRESS} # ours", "comment on a line of its own"),
        ("Environment=HTTP_PROXY=http://u:p w@10.0.0.1:3128", "%%20"),
        (r'Environment="HTTP_PROXY=http://C\dave:p@10.0.0.1:3128"', "%%5C"),
    ],
)
def test_a_misspelt_line_comes_with_what_to_do(line: str, words: str, tmp_path: Path) -> None:
    files = {UNIT: "[Service]\nExecStart=/usr/sbin/dockerd\n", DROP_IN: f"[Service]\n{line}\n"}
    found = [each for each in diagnose(host_of(Example(files), tmp_path)) if each.code == "DP202"]
    assert [each.remedy is not None and words in each.remedy.text for each in found] == [True]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"Environment=“HTTP_PROXY={ADDRESS}”", f"Environment=“HTTP_PROXY={ADDRESS}”"),
        (
            r'Environment="HTTP_PROXY=http://C\ursula:p@10.0.0.1:3128"',
            r'Environment="HTTP_PROXY=http://xxxxx\xxxxx:xxxxx@10.0.0.1:3128"',
        ),
    ],
)
def test_its_evidence_is_the_line_of_the_file(line: str, shown: str, tmp_path: Path) -> None:
    files = {UNIT: "[Service]\nExecStart=/usr/sbin/dockerd\n", DROP_IN: f"[Service]\n{line}\n"}
    found = [each for each in diagnose(host_of(Example(files), tmp_path)) if each.code == "DP202"]
    assert [each.evidence[0].text for each in found] == [shown]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f'"HTTPS_PROXY = {ADDRESS}"', f'"HTTPS_PROXY ={ADDRESS}"'),
        ("HTTPS_PROXY:http://ann:pw@10.0.0.1:1", "HTTPS_PROXY:http://xxxxx:xxxxx@10.0.0.1:1"),
        ('"NO_PROXY localhost,.corp"', '"NO_PROXY xxxxx"'),
        ("HTTPS_PROXY", "HTTPS_PROXY"),
    ],
)
def test_a_variable_without_an_equals_sign_of_its_own_is_ignored(
    value: str, shown: str, tmp_path: Path
) -> None:
    line = f"Environment={value}"
    files = {UNIT: "[Service]\nExecStart=/usr/sbin/dockerd\n", DROP_IN: f"[Service]\n{line}\n"}
    found = diagnose(host_of(Example(files), tmp_path))
    assert [(each.code, each.evidence[0].text) for each in found] == [
        ("DP202", f"Environment={shown}")
    ]


@pytest.mark.parametrize("key", ["DefaultEnvironment", "SetEnvironment"])
def test_a_key_of_another_file_is_no_environment(key: str, tmp_path: Path) -> None:
    line = f"{key}=HTTP_PROXY={ADDRESS} HTTPS_PROXY={ADDRESS}"
    files = {UNIT: "[Service]\nExecStart=/usr/sbin/dockerd\n", DROP_IN: f"[Service]\n{line}\n"}
    found = diagnose(host_of(Example(files), tmp_path))
    assert [(each.code, each.evidence[0].line) for each in found] == [("DP210", 2)]


def test_a_link_to_nothing_hides_files_of_its_name(tmp_path: Path) -> None:
    own, drop_in = f"{ETC}/docker.service", f"{ETC}/docker.service.d/proxy.conf"
    text = f"[Service]\nEnvironment=HTTP_PROXY={ADDRESS} HTTPS_PROXY={ADDRESS}\n"
    lower = "/usr/lib/systemd/system/docker.service.d/proxy.conf"
    files = {UNIT: "[Service]\nExecStart=/usr/sbin/dockerd\n", lower: text}
    (tmp_path / drop_in.lstrip("/")).parent.mkdir(parents=True)
    (tmp_path / drop_in.lstrip("/")).symlink_to("/nowhere")
    host = host_of(Example(files), tmp_path)
    daemon = host.component("daemon")
    assert daemon is not None
    assert daemon.proxies == {}

    (tmp_path / own.lstrip("/")).symlink_to("/nowhere")
    found = diagnose(host_of(Example(files), tmp_path))
    assert [(each.code, each.evidence[0].path) for each in found if each.severity == "error"] == [
        ("DP208", own)
    ]
