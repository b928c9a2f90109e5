"""Random config.json, all their fixes made at once: nothing that was in use is lost, nor anything
else that had one meaning.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from random import Random

import pytest

from dockproxy import api
from dockproxy.core.agent.apply.edits import changed
from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.formats.client_json import read_client_json
from dockproxy.core.formats.text_codec import decode
from dockproxy.core.model.errors import ParseError
from dockproxy.core.model.finding import Finding
from dockproxy.core.model.snapshot import FileFact, Snapshot
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.support.client_configs import Configs

SEED = int(os.environ.get("DOCKPROXY_SEED", "17"))
SOCKET = "/var/run/docker.sock"
MARKER = re.compile(r"[mdo][0-9]+\.(?:test|[a-z_]*\.)")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    root: Path = tmp_path_factory.mktemp("tree")
    return api.observe(root=str(root)).snapshot


def findings(empty: Snapshot, data: bytes) -> list[Finding]:
    seen = redact(data, "client-json")
    assert empty.client is not None
    fact = FileFact(
        empty.client.config_path,
        "client-json",
        "file",
        seen.text,
        seen.encoding,
        seen.bom,
        traits=seen.traits,
        shifts=seen.shifts,
    )
    found = diagnose(resolve(empty._replace(files=(fact,))))
    return [each for each in found if each.code.startswith("DP3")]


def used(data: bytes) -> dict[str, str]:
    """What a new container gets."""
    try:
        entry = read_client_json(decode(data, "client").text, f"unix://{SOCKET}").used
    except ParseError:
        return {}
    settings = entry.settings if entry is not None else {}
    return {key: each.value for key, each in settings.items() if each.value}


def mended(data: bytes, found: list[Finding], *, safe: bool) -> bytes:
    for finding in found:
        if finding.fix is not None and (finding.fix.safe or not safe):
            for edit in finding.fix.edits:
                after = changed(data, edit, False)
                assert after is not None
                data = after
    return data


@pytest.mark.parametrize(
    "texts", [pytest.param(300, id="300"), pytest.param(20_000, id="20000", marks=pytest.mark.soak)]
)
def test_fixes_lose_nothing_and_are_of_use(empty: Snapshot, texts: int) -> None:
    print(f"DOCKPROXY_SEED={SEED}")
    rng = Random(SEED)
    configs = Configs(rng, SOCKET)
    fixed = 0
    for _ in range(texts):
        data = configs.data()
        found = findings(empty, data)
        after = mended(data, found, safe=True)
        before = used(data)
        assert before.items() <= used(after).items(), (data, after)
        there = set(MARKER.findall(data.decode("utf-8", "replace").replace("\0", "")))
        still = set(MARKER.findall(after.decode("utf-8", "replace")))
        assert there == still, (data, after)
        safe = [each for each in found if each.fix is not None and each.fix.safe]
        if safe:
            fixed += 1
            assert after != data, (data, [each.id for each in safe])
            left = {each.code: each.message for each in findings(empty, after)}
            assert all(
                left.get(each.code) != each.message for each in safe if each.id == each.code
            ), (data, after)
        whole = mended(data, found, safe=False)
        lost = there - set(MARKER.findall(whole.decode("utf-8", "replace")))
        assert not lost, (data, whole)
    assert fixed > 0.1 * texts
