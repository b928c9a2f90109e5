"""How long ``--version``, ``--help``, a completion, a look into a Snapshot's file, ``route redis``
(of this machine and of a Snapshot), ``env`` and ``set --dry-run`` (of a file tree) take, as ratios
to a bare interpreter of the same venv.

All commands run in turn, round after round, so that a busy machine is busy for all of them; the
medians count. Exit 1 if a ratio is above its limit.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 2.5
LIMITS = {
    "dockproxy status --from": 5.5,
    "dockproxy __complete": 3.5,
    "dockproxy route redis": 4.5,
    "dockproxy route --from": 6.0,
    "dockproxy env": 8.0,
    "dockproxy set --dry-run": 11.0,
}
"""Where another one than the common limit holds."""
BARE = "python -c pass"
PROXY = "http://10.0.0.1:3128"
TREE = Path(__file__).parents[1] / "src" / "dockproxy" / "demo" / "sample"


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """The median of each command's times; a first round, not counted, compiles and caches."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for count in range(rounds + 1):
        for name, command in commands.items():
            taken = seconds(command)
            if count:
                times[name].append(taken)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=41)
    rounds = parser.parse_args().rounds
    dockproxy = str(Path(sys.executable).parent / "dockproxy")
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "host.json"))
        subprocess.run([dockproxy, "snapshot", "--root", str(TREE), "-o", file], check=True)
        tree = Path(folder, "tree")
        shutil.copytree(TREE, tree)
        (tree / "etc/docker/daemon.json").write_text("{}")
        root = ("--root", str(tree))
        medians = measure(
            {
                BARE: [sys.executable, "-c", "pass"],
                "dockproxy --version": [dockproxy, "--version"],
                "dockproxy --help": [dockproxy, "--help"],
                "dockproxy __complete": [dockproxy, "__complete", "fish", "set", "--"],
                "dockproxy status --from": [dockproxy, "status", "--from", file],
                "dockproxy route redis": [dockproxy, "route", "redis"],
                "dockproxy route --from": [dockproxy, "route", "redis", "--from", file],
                "dockproxy env": [dockproxy, "env", *root],
                "dockproxy set --dry-run": [dockproxy, "set", PROXY, *root, "--dry-run"],
            },
            rounds,
        )
    print(f"start-up, {rounds} rounds, Python {sys.version.split()[0]}")
    within = True
    for name, median in medians.items():
        ratio = median / medians[BARE]
        limit = LIMITS.get(name, LIMIT)
        within = within and ratio <= limit
        print(f"  {name:<24} {median * 1000:7.1f} ms  {ratio:5.2f}x  (limit {limit}x)")
    print(f"limits: {'held' if within else 'EXCEEDED'}")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
