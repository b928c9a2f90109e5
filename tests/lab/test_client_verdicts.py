"""``doctor`` on a config.json beside the real docker CLI: it finds a fault exactly where the CLI
warns, and a proxy of no use exactly where the CLI gives it to no new container.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from dockproxy import api
from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.model.finding import Finding
from dockproxy.core.model.snapshot import FileFact, Snapshot
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.lab.test_json_against_docker import ENGINES, SOCKET_KEY, Client, Record
from tests.properties import odd_json
from tests.support.client_configs import Configs, value_at

pytestmark = pytest.mark.lab

FEW, MANY = 240, 2_000
SEED = int(os.environ.get("DOCKPROXY_SEED", "13"))
WARNED = ("DP301", "DP302", "DP311")
OF_NO_USE = ("DP301", "DP305", "DP306", "DP307", "DP308", "DP309", "DP310")
MARKER = re.compile(r"[mdo][0-9]+\.(?:test|[a-z_]*\.)")


class Trial:
    """Texts given to both."""

    def __init__(self, folder: Path, engine: str, root: Path, seed: str) -> None:
        self.cli = Client(folder, engine)
        self.rng = Random(seed)
        self.configs = Configs(self.rng, self.cli._socket)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.empty = _empty(root, f"unix://{self.cli._socket}")

    def run(self, texts: int) -> Trial:
        for _ in range(texts):
            if self.rng.random() < 0.15:
                socket = f"unix://{self.cli._socket}".encode()
                data = odd_json.config_json(self.rng).replace(SOCKET_KEY, socket)
                self.compare(data, follow=False)
            else:
                self.compare(self.configs.data(), follow=True)
        return self

    def compare(self, data: bytes, *, follow: bool) -> None:
        real = self.cli.reads(data)
        if real.words.startswith("no container is asked for"):
            self.counts["another option keeps docker from running"] += 1
            return
        findings = [each for each in self.findings(data) if each.code.startswith("DP3")]
        codes = {each.code for each in findings}
        self.counts["texts"] += 1
        self.counts["docker warns" if real.words else "docker warns of nothing"] += 1
        said = bool(codes.intersection(WARNED))
        wrong = [] if said == bool(real.words) else [f"warns: {real.words!r}"]
        text = data.decode("utf-8", "surrogateescape")
        whole = any(each.code == "DP301" and each.id.count(":") == 1 for each in findings)
        if follow and not whole:
            wrong += self.lost(text, real.values, findings)
            behind = text[_start(text) + len(value_at(text, _start(text))) :]
            if "\\u" not in behind and bool(MARKER.search(behind)) != ("DP323" in codes):
                wrong.append("what stands behind the object")
        self.counts["something is of no use"] += bool(codes.intersection(OF_NO_USE))
        self.counts["nothing is found"] += not codes
        if wrong:
            self.faults.append(f"{wrong}\n  {data!r}\n  real: {real}\n  ours: {sorted(codes)}")

    def lost(self, text: str, given: dict[str, str], findings: list[Finding]) -> Iterator[str]:
        used = set(MARKER.findall(" ".join(given.values())))
        there = set(MARKER.findall(value_at(text, _start(text))))
        lost = {
            each
            for each in there - used
            if each[0] == "m" or (each[0] == "d" and each.split(".")[1] not in given)
        }
        named: set[str] = set()
        for finding in findings:
            if finding.code in OF_NO_USE:
                shown = finding.evidence[:-1] if finding.code == "DP308" else finding.evidence
                for place in shown:
                    offset = _offset(text, place.line or 1, place.column or 1)
                    named.update(MARKER.findall(_meant(text, offset)))
        self.counts["proxies of no use"] += len(lost)
        if not lost <= named:
            yield f"not found: {sorted(lost - named)}"
        if named & used:
            yield f"found, and in use: {sorted(named & used)}"

    def findings(self, data: bytes) -> tuple[Finding, ...]:
        seen = redact(data, "client-json")
        client = self.empty.client
        assert client is not None
        fact = FileFact(
            client.config_path,
            "client-json",
            "file",
            seen.text,
            seen.encoding,
            seen.bom,
            traits=seen.traits,
            shifts=seen.shifts,
        )
        return diagnose(resolve(self.empty._replace(files=(fact,))))


def _empty(root: Path, endpoint: str) -> Snapshot:
    snapshot = api.observe(root=str(root)).snapshot
    assert snapshot.client is not None
    return snapshot._replace(client=snapshot.client._replace(endpoint=endpoint))


def _meant(text: str, offset: int) -> str:
    """The value there; of a key its value."""
    word = value_at(text, offset)
    behind = text[offset + len(word) :]
    if not behind.lstrip(" \t\r\n").startswith(":"):
        return word
    value = behind.partition(":")[2]
    return value_at(text, len(text) - len(value) + _start(value))


def _start(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\r\n"))


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1]) + column - 1


@pytest.fixture
def folders() -> Iterator[list[Path]]:
    names = [tempfile.mkdtemp(prefix="dp-") for _ in range(min(os.cpu_count() or 1, 4))]
    yield [Path(name) for name in names]
    for name in names:
        shutil.rmtree(name)


@pytest.mark.usefixtures("lab_machine")
@pytest.mark.parametrize("texts", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_what_doctor_says_of_a_config_json_is_what_docker_does_with_it(
    folders: list[Path], tmp_path: Path, texts: int, record_property: Record
) -> None:
    print(f"DOCKPROXY_SEED={SEED}")
    trials = []
    for number, folder in enumerate(folders):
        for engine in ENGINES:
            (folder / engine).mkdir()
            seed = f"{SEED} {engine} {number}"
            trials.append(Trial(folder / engine, engine, tmp_path, seed))
    with ThreadPoolExecutor(len(folders)) as pool:
        done = list(pool.map(lambda trial: trial.run(texts // len(trials)), trials))
    counts: Counter[str] = Counter()
    for trial in done:
        counts += trial.counts
    for what, number in sorted(counts.items()):
        record_property(what, number)
        print(f"{what}: {number}")
    faults = [fault for trial in done for fault in trial.faults]
    assert not faults, f"{len(faults)} of {counts['texts']} differ:\n" + "\n".join(faults[:5])
    assert counts["docker warns"] > 0.1 * texts
    assert counts["something is of no use"] > 0.1 * texts
    assert counts["nothing is found"] > 0.1 * texts
