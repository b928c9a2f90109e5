"""The catalogue's config.json files, before and after ``set``, given to the real docker command."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.cli.tree import CONFIG_JSON, PROXY, Tree
from tests.lab.equipment import Host
from tests.support.client_catalogue import CASES

pytestmark = pytest.mark.lab

NAMES = {f"{key.upper()}": key for key in ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")}
NAMES["NO_PROXY"] = "no_proxy"
ASK = """
tar c --files-from /dev/null | docker import - empty >/dev/null
mkdir -p /root/.docker
while read -r text; do
  printf %s "$text" | base64 -d > /root/.docker/config.json
  id=$(docker create empty x 2>/dev/null) || exit 1
  docker inspect --format '{{json .Config.Env}}' "$id"
done
"""


def given(host: Host, texts: list[bytes]) -> list[dict[str, str]]:
    """What a new container gets by each of these, both spellings of a name being the same."""
    lines = "".join(f"{base64.b64encode(text).decode() or '='}\n" for text in texts)
    said = host.sh(ASK, input=lines).stdout.splitlines()
    found = []
    for line in said:
        pairs = dict(word.split("=", 1) for word in json.loads(line) or [])
        upper = {NAMES[name]: value for name, value in pairs.items() if name in NAMES}
        assert upper == {name: value for name, value in pairs.items() if name in NAMES.values()}
        found.append(upper)
    return found


@pytest.mark.parametrize("engine", ["26.1.5", pytest.param("newest", marks=pytest.mark.soak)])
def test_the_docker_command_gives_what_status_says_before_and_after_set(
    host: Host, tmp_path: Path, engine: str
) -> None:
    if engine != "26.1.5":
        host.reset(engine=engine)
    before = [
        case.text.encode() if isinstance(case.text, str) else case.text for case in CASES.values()
    ]
    after, expected = [], []
    for number, text in enumerate(before):
        tree = Tree(str(tmp_path / str(number)))
        tree.write(CONFIG_JSON, text)
        if tree.run("set", PROXY, "--yes", "--for", "client").code == 0:
            after.append(tree.read(CONFIG_JSON))
            expected.append(tree.given("client"))

    assert dict(zip(CASES, given(host, before), strict=True)) == {
        name: case.gives for name, case in CASES.items()
    }
    assert given(host, after) == expected
    assert len(after) == sum(case.sets for case in CASES.values())
