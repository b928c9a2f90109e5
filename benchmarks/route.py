"""``dockproxy route --json -`` against a program in Go, fed the same million targets.

The Go program (tests/lab/equipment/go/stream.go) is built with Debian's newest Go and asks
httpproxy itself, url.Parse and all. Both read a file and write to nowhere, in turn, round after
round, with lists of 10, 1,000 and 5,000 entries; the best times count. Two kinds of targets: all
hosts distinct, and a log's (each host again and again). Exit 1 if a ratio is out of its limits, or
if memory grows with the targets.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.lab.equipment.golang import NEWEST, build

TARGETS = 1_000_000
FASTER = {10: 1 / 3, 1000: 1.5, 5000: 10.0}
"""Entries → the least that Go's time over ours may be."""
GROWTH = 1.3
MEMORY = 1.1
PROXIES = {"HTTP_PROXY": "http://10.0.0.1:3128", "HTTPS_PROXY": "http://10.0.0.2:3128"}


class Run(NamedTuple):
    """One run of a program. processor: seconds of all its threads; peak: KiB."""

    seconds: float
    processor: float
    peak: int


def entry(rng: Random, at: int) -> str:
    """Names, names with all under them, addresses, networks, ports: what people list."""
    kind = at % 10
    if kind < 3:
        return f"svc{at}.corp{rng.randrange(99)}.example"
    if kind < 5:
        return f".d{at}.example.org"
    if kind < 7:
        return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
    if kind < 8:
        return f"172.{16 + rng.randrange(16)}.{rng.randrange(256)}.0/{rng.choice((22, 24, 28))}"
    if kind < 9:
        return f"reg{at}.example.net:{rng.choice((443, 5000, 8443))}"
    return f"192.168.{rng.randrange(256)}.{rng.randrange(256)}:8080"


def host(rng: Random, at: int) -> str:
    """Most are names under few others, a fifth are addresses."""
    kind = at % 10
    if kind < 5:
        return f"https://h{at}.d{rng.randrange(9999)}.example.org"
    if kind < 6:
        return f"https://reg{at}.example.net:5000"
    if kind < 8:
        return f"http://svc{at}.corp{rng.randrange(99)}.example:8080"
    return f"http://10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"


def distinct(rng: Random) -> Iterator[str]:
    """Every target has a host of its own."""
    for at in range(TARGETS):
        yield f"{host(rng, at)}/v2/library/app{at % 100}/manifests/latest"


def log(rng: Random) -> Iterator[str]:
    """2,000 hosts, some much more often than others."""
    hosts = [host(rng, at) for at in range(2000)]
    for at in range(TARGETS):
        chosen = hosts[int(len(hosts) * rng.random() ** 3)]
        yield f"{chosen}/static/{at % 997}.js?v={at % 89}"


def run(command: list[str], environment: dict[str, str], targets: Path) -> Run:
    """From the file to nowhere."""
    with targets.open("rb") as source, open(os.devnull, "wb") as nowhere:
        start = time.perf_counter()
        child = os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, source.fileno(), 0),
                (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1),
            ],
        )
        _, status, usage = os.wait4(child, 0)
        if status:
            raise SystemExit(f"{command[0]} failed")
        taken = time.perf_counter() - start
        return Run(taken, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    in_go = build("stream")
    dockproxy = str(Path(sys.executable).parent / "dockproxy")
    held = True
    with tempfile.TemporaryDirectory() as folder:
        for kind in (distinct, log):
            rng = Random(12)
            targets = Path(folder, kind.__name__)
            with targets.open("w", encoding="ascii") as file:
                file.writelines(f"{target}\n" for target in kind(rng))
            held = _compare(in_go, dockproxy, targets, rounds) and held
        few = Path(folder, "few")
        with Path(folder, "distinct").open("rb") as lines, few.open("wb") as file:
            file.writelines(itertools.islice(lines, TARGETS // 10))
        held = _flat(dockproxy, few, Path(folder, "distinct")) and held
    print("held" if held else "EXCEEDED")
    return 0 if held else 1


def _environment(entries: int) -> dict[str, str]:
    rng = Random(entries)
    listing = ",".join(entry(rng, at) for at in range(entries))
    return {"PATH": os.defpath, "HOME": "/nonexistent", **PROXIES, "NO_PROXY": listing}


def _command(dockproxy: str, folder: Path, entries: int) -> list[str]:
    file = folder / f"environment-{entries}"
    lines = (f"{name}={value}\n" for name, value in _environment(entries).items())
    file.write_text("".join(lines))
    return [dockproxy, "route", "--json", "--env-file", str(file), "-"]


def _compare(in_go: str, dockproxy: str, targets: Path, rounds: int) -> bool:
    runs: dict[tuple[str, int], list[Run]] = {}
    for _ in range(rounds):
        for entries in FASTER:
            environment = _environment(entries)
            ours = _command(dockproxy, targets.parent, entries)
            for name, command in (("Go", [in_go]), ("dockproxy", ours)):
                runs.setdefault((name, entries), []).append(run(command, environment, targets))
    print(f"{TARGETS:,} targets, {targets.name}; Go {NEWEST}; best of {rounds}")
    best = {which: min(one.seconds for one in some) for which, some in runs.items()}
    held = True
    for entries, least in FASTER.items():
        ratio = best["Go", entries] / best["dockproxy", entries]
        print(f"  {entries:5} entries:", end="")
        for name in ("Go", "dockproxy"):
            processor = min(one.processor for one in runs[name, entries])
            print(f" {name} {best[name, entries]:.2f} s ({processor:.2f} s of processor),", end="")
        print(f" {ratio:.2f}x, at least {least:.2f}x")
        held = held and ratio >= least
    growth = best["dockproxy", 5000] / best["dockproxy", 10]
    print(f"  dockproxy at 5,000 entries over 10: {growth:.2f}, at most {GROWTH}")
    return held and growth <= GROWTH


def _flat(dockproxy: str, few: Path, many: Path) -> bool:
    command = _command(dockproxy, few.parent, 1000)
    less, more = (run(command, _environment(1000), targets).peak for targets in (few, many))
    print(f"peak memory at {TARGETS // 10:,} targets {less:,} KiB, at {TARGETS:,} {more:,} KiB")
    return more <= less * MEMORY


if __name__ == "__main__":
    sys.exit(main())
