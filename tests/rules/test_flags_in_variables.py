"""dockerd's flags in a variable that ExecStart refers to, whatever its name, count as flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockproxy.core.agent.observe.redaction import redact
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.rule import Example
from tests.rules.examples import UNIT, host_of

FILE = "/etc/default/docker"
JSON = "/etc/docker/daemon.json"


@pytest.mark.parametrize("name", ["DOCKER_NETWORK_OPTIONS", "OPTS", "ARGS_1"])
@pytest.mark.parametrize(
    ("flags", "options"),
    [
        ("-H fd://", '{"hosts": ["fd://"]}'),
        (" --bip=10.1.2.1/24 --ip-masq=true --mtu=1450", '{"mtu": 1400}'),
        ("--label a=b", '{"labels": []}'),
        ("-DH fd://", '{"debug": true}'),
    ],
)
def test_an_option_that_a_variable_sets_too_is_refused(
    name: str, flags: str, options: str, tmp_path: Path
) -> None:
    unit = f"[Service]\nEnvironmentFile=-{FILE}\nExecStart=/usr/bin/dockerd ${name}\n"
    example = Example({UNIT: unit, FILE: f'{name}="{flags}"\n', JSON: options})
    assert [each.code for each in diagnose(host_of(example, tmp_path))] == ["DP107"]

    unit = f'[Service]\nEnvironment="{name}={flags}"\nExecStart=/usr/bin/dockerd ${name}\n'
    example = Example({UNIT: unit, JSON: options})
    assert [each.code for each in diagnose(host_of(example, tmp_path / "2"))] == ["DP107"]


def test_letters_in_one_word_of_the_command_count(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/dockerd -DH fd://\n"
    example = Example({UNIT: unit, JSON: '{"hosts": ["fd://"]}'})
    assert [each.code for each in diagnose(host_of(example, tmp_path))] == ["DP107"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("--debug -p hunter2", "--debug -p xxxxx"),
        ("--host=db --password=hunter2", "xxxxx"),
        ("--hunter2", "xxxxx"),
        ("-phunter2", "xxxxx"),
        ("-H hunter2", "-H xxxxx"),
        ("--label hunter2 hunter2", "--label xxxxx xxxxx"),
        ("--log-opt=hunter2", "--log-opt=xxxxx"),
        ("--http-proxy=http://ann:hunter2@p:1", "--http-proxy=http://xxxxx:xxxxx@p:1"),
    ],
)
def test_what_else_a_variable_holds_is_masked(value: str, shown: str) -> None:
    assert redact(f'SOME="{value}"\n'.encode(), "environment-file").text == f'SOME="{shown}"\n'
    unit = f'[Service]\nEnvironment="SOME={value}"\n'
    assert redact(unit.encode(), "drop-in").text == f'[Service]\nEnvironment="SOME={shown}"\n'


@pytest.mark.parametrize(("text", "codes"), [('{"debug": true}', []), ('{"bip": 3}', ["DP103"])])
def test_the_file_that_a_variable_names_is_the_daemons(
    text: str, codes: list[str], tmp_path: Path
) -> None:
    unit = f"[Service]\nEnvironmentFile=-{FILE}\nExecStart=/usr/bin/dockerd $OPTIONS\n"
    flags = 'OPTIONS="--config-file=/etc/docker/other.json"\n'
    files = {UNIT: unit, FILE: flags, "/etc/docker/other.json": text}
    assert [each.code for each in diagnose(host_of(Example(files), tmp_path))] == codes
