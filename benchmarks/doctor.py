"""What ``doctor --from`` takes for a Snapshot with 200 containers, beside a bare interpreter,
and for each further Snapshot of a folder; and whether its memory grows with their number.

Exit 1 if a limit is exceeded.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dockproxy import api
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.snapshot import Container, Snapshot

TREE = Path(__file__).parents[1] / "src" / "dockproxy" / "demo" / "sample"
RATIO, EACH_MS, GROWTH = 15.0, 8.0, 1.3


def snapshot() -> str:
    """The demonstration's host with 200 containers, as a Snapshot's document."""
    host = api.observe(root=str(TREE))
    environ = {"HTTP_PROXY": "http://10.0.0.1:3128", "http_proxy": "http://10.0.0.1:3128"}
    containers = tuple(
        Container(f"id{number}", f"app{number}", "app", 1.0, "running", environ=environ)
        for number in range(200)
    )
    full = load(Snapshot, dump(host.snapshot, reveal=True))._replace(containers=containers)
    return api.dump_snapshot(host._replace(snapshot=full))


def seconds(command: list[str]) -> float:
    """The wall time of one run; findings are no failure."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    assert done.returncode in (0, 1), done.returncode
    return time.perf_counter() - start


def peak(command: list[str]) -> int:
    """The most memory that it had, in KiB, as a child of a process of its own."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL,"
        " stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], stdout=subprocess.PIPE, check=True, text=True
    )
    return int(done.stdout)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--many", type=int, default=1000, help="Snapshots in the larger folder")
    args = parser.parse_args()
    dockproxy = str(Path(sys.executable).parent / "dockproxy")
    text = snapshot()
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "host.json")
        file.write_text(text)
        folders = {}
        for count in (args.many // 10, args.many):
            folders[count] = Path(scratch, str(count))
            folders[count].mkdir()
            for number in range(count):
                (folders[count] / f"host{number}.json").write_text(text)
        assert json.loads(text)["kind"] == "snapshot"
        bare, one = [], []
        for _ in range(args.rounds):
            bare.append(seconds([sys.executable, "-c", "pass"]))
            one.append(seconds([dockproxy, "doctor", "--from", str(file)]))
        few, many = sorted(folders)
        times = {
            count: seconds([dockproxy, "doctor", "--from", str(folders[count])])
            for count in folders
        }
        memory = {
            count: peak([dockproxy, "doctor", "--from", str(folders[count])]) for count in folders
        }
    ratio = statistics.median(one) / statistics.median(bare)
    each = (times[many] - times[few]) / (many - few) * 1000
    growth = memory[many] / memory[few]
    print(f"doctor --from, 200 containers: {ratio:5.2f}x a bare python (limit {RATIO}x)")
    print(f"each further Snapshot:        {each:6.2f} ms (limit {EACH_MS} ms)")
    print(f"memory at {many} over {few}:     {growth:5.2f}x (limit {GROWTH}x), {memory[many]} KiB")
    held = ratio <= RATIO and each <= EACH_MS and growth <= GROWTH
    print(f"limits: {'held' if held else 'EXCEEDED'}; {resource.getpagesize()} bytes a page")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
