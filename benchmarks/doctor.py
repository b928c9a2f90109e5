"""What ``doctor --from`` takes for a Snapshot with 200 containers, beside a bare interpreter,
and for each further Snapshot of a folder; and whether its memory grows with their number.

Times are of the processor, which a busy machine stretches least, of commands that take turns. Exit
1 if a limit is exceeded. ``--many 10000`` is the figure of issue 13.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import dockproxy
from dockproxy import api
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.snapshot import Container, Snapshot
from dockproxy.rules.registry import modules

TREE = Path(__file__).parents[1] / "src" / "dockproxy" / "demo" / "sample"
RATIO, EACH_MS, GROWTH = 15.0, 8.0, 1.3
KINDS = 5
"""Different machines in a folder; files are links to one of them."""


class Run(NamedTuple):
    """One command: seconds of processor and of the clock, KiB of memory at most."""

    cpu: float
    wall: float
    peak: int
    said: bytes


def snapshot(number: int) -> str:
    """The demonstration's host with 200 containers, as a Snapshot's document; each otherwise."""
    host = api.observe(root=str(TREE))
    address = f"http://10.0.{number}.1:3128"
    environ = {"HTTP_PROXY": address, "http_proxy": address}
    containers = tuple(
        Container(f"id{at}", f"app{at}", "app", 1.0, "running", environ=environ)
        for at in range(200)
    )
    full = load(Snapshot, dump(host.snapshot, reveal=True))
    if number % 2:
        full = full._replace(
            files=tuple(
                fact._replace(text='{"proxies": {"http-proxy": "http://10.0.0.1:3128",}}')
                if fact.role == "daemon-json"
                else fact
                for fact in full.files
            )
        )
    return api.dump_snapshot(host._replace(snapshot=full._replace(containers=containers)))


def run(command: list[str]) -> Run:
    """Findings are no failure. Compiled modules are written, as they are where it is installed."""
    environ = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    wall = time.perf_counter() - start
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss, said)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--many", type=int, default=1000, help="Snapshots in the larger folder")
    args = parser.parse_args()
    compileall.compile_dir(str(Path(dockproxy.__file__).parent), quiet=2)
    command = [str(Path(sys.executable).parent / "dockproxy"), "doctor", "--no-config", "--from"]
    with tempfile.TemporaryDirectory() as scratch:
        kinds = [Path(scratch, f"host{number}.json") for number in range(KINDS)]
        for number, file in enumerate(kinds):
            file.write_text(snapshot(number))
        folders = {count: Path(scratch, str(count)) for count in (args.many // 10, args.many)}
        for count, folder in folders.items():
            folder.mkdir()
            for number in range(count):
                os.link(kinds[number % KINDS], folder / f"host{number:06}.json")
        bare, one = [], []
        for _ in range(args.rounds):
            bare.append(run([sys.executable, "-c", "pass"]).cpu)
            one.append(run([*command, str(kinds[0])]).cpu)
        few, many = (run([*command, str(folders[count]), "--json"]) for count in sorted(folders))
    document = json.loads(many.said)
    assert document["snapshots"] == args.many
    assert [each["code"] for each in document["groups"]].count("DP101") == 1
    ratio = statistics.median(one) / statistics.median(bare)
    each = (many.cpu - few.cpu) / (args.many - args.many // 10) * 1000
    growth = many.peak / few.peak
    print(f"doctor --from, {len(modules())} rules, Python {sys.version.split()[0]}")
    print(f"200 containers:        {ratio:6.2f}x a bare python (limit {RATIO}x)")
    print(f"each further Snapshot: {each:6.2f} ms (limit {EACH_MS} ms)")
    print(f"memory at {args.many}:    {growth:6.2f}x that at {args.many // 10} (limit {GROWTH}x)")
    print(f"{args.many} Snapshots: {many.wall:.1f} s, {many.peak >> 10} MiB,", end=" ")
    print(f"{len(document['groups'])} kinds of findings")
    held = ratio <= RATIO and each <= EACH_MS and growth <= GROWTH
    print(f"limits: {'held' if held else 'EXCEEDED'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
