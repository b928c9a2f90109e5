"""A DP1xx error is there exactly where the real dockerd does not start with the file.

Each file is seen as on a host (its unit's flags, its Engine's version), through a Snapshot, masked.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from dockproxy.core.agent.observe.redaction import redact
from dockproxy.core.model.snapshot import Engine, FileFact, Machine, Snapshot
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.lab import verdicts
from tests.lab.equipment import Host
from tests.lab.test_json_against_docker import folders  # noqa: F401

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("lab_machine")]

SEED = int(os.environ.get("DOCKPROXY_SEED", "13"))
FEW, MANY = 60, 10_000
VERSIONS = {"26.1.5": "26.1.5", "newest": "28.5.2", "20.10.24": "20.10.24"}
JSON = "/etc/docker/daemon.json"
UNIT = "/usr/lib/systemd/system/docker.service"


def errors(data: bytes, switches: tuple[str, ...], version: str) -> list[str]:
    """The codes of doctor's errors about a file."""
    unit = f"[Service]\nExecStart=/usr/bin/dockerd {' '.join(switches)}\n"
    files = []
    for path, role, content in ((JSON, "daemon-json", data), (UNIT, "unit", unit.encode())):
        seen = redact(content, role)
        fact = FileFact(path, role, "file", seen.text, seen.encoding, seen.bom, traits=seen.traits)
        files.append(fact._replace(shifts=seen.shifts))
    engine = Engine("unix:///var/run/docker.sock", version, "1.41")
    machine = Machine("h", "Linux", uid=0, user="root", privileged=True)
    snapshot = Snapshot(1, "0", 0.0, machine, JSON, tuple(files), engine=engine)
    found = diagnose(resolve(snapshot), select=("DP1",))
    return [each.code for each in found if each.severity == "error"]


@pytest.mark.parametrize("engine", VERSIONS)
@pytest.mark.parametrize("texts", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_an_error_is_there_exactly_where_dockerd_refuses(
    folders: list[Path],  # noqa: F811
    engine: str,
    texts: int,
    record_property: Callable[[str, object], None],
) -> None:
    def trial(number: int) -> tuple[Counter[str], list[str]]:
        rng = Random(f"{SEED} {engine} {number}")
        dockerd = verdicts.Dockerd(folders[number], engine)
        seen_as_root = verdicts.AS_ROOT if dockerd.old else frozenset()
        counts: Counter[str] = Counter()
        faults: list[str] = []
        for _ in range(texts // len(folders)):
            data, switches = verdicts.text(rng, seen_as_root), verdicts.flags(rng, dockerd.old)
            real = dockerd.refuses(data, switches)
            ours = errors(data, switches, VERSIONS[engine])
            counts["texts"] += 1
            counts["refused"] += bool(real)
            counts.update(set(ours))
            if bool(real) != bool(ours):
                faults.append(f"{data[:600]!r} {switches}\n  ours: {ours}\n  real: {real[-300:]}")
        return counts, faults

    print(f"seed {SEED}")
    counts: Counter[str] = Counter()
    faults: list[str] = []
    with ThreadPoolExecutor(len(folders)) as pool:
        for more, wrong in pool.map(trial, range(len(folders))):
            counts += more
            faults += wrong
    for what, number in sorted(counts.items()):
        record_property(what, number)
    assert not faults, f"{len(faults)} of {counts['texts']} (seed {SEED}):\n" + "\n".join(
        faults[:8]
    )
    assert 0.2 * counts["texts"] < counts["refused"] < 0.9 * counts["texts"]


STARTS_FEW, STARTS_MANY = 3, 200


@pytest.mark.parametrize("starts", [STARTS_FEW, pytest.param(STARTS_MANY, marks=pytest.mark.soak)])
def test_an_error_is_there_exactly_where_an_old_engine_does_not_start(
    host: Host, starts: int, record_property: Callable[[str, object], None]
) -> None:
    """Engine 20.10 has no ``--validate``: its unit is started with each file."""
    print(f"seed {SEED}")
    host.reset(engine="20.10.24")
    rng = Random(f"{SEED} start")
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for _ in range(starts):
        data = verdicts.text(rng, verdicts.AT_START | verdicts.AS_ROOT)
        host.write(JSON, data)
        host.sh("systemctl reset-failed docker docker.socket; true")
        started = host.run(["systemctl", "restart", "docker"], check=False).returncode == 0
        ours = errors(data, ("-H", "fd://"), "20.10.24")
        counts["starts"] += 1
        counts["refused"] += not started
        if started == bool(ours):
            said = host.sh("journalctl -u docker -n 4 -o cat").stdout[-400:]
            faults.append(f"{data[:400]!r}\n  ours: {ours}, started: {started}\n  {said}")
        host.sh("systemctl stop docker; true")
    for what, number in counts.items():
        record_property(what, number)
    assert not faults, f"{len(faults)} of {starts} (seed {SEED}):\n" + "\n".join(faults[:6])
