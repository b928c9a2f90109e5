"""``status`` against a shell script that looks at the same things by hand, and ``route`` against a
bare interpreter.

On a lab host (Debian, root) with a real Engine, 20 running containers and a change in the journal.
All run in turn, round after round, on the host itself; the medians count. Exit 1 if a ratio is
above its limit.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.lab.equipment import Host, Lab
from tests.lab.equipment.host import SOURCE

STATUS_LIMIT = 1.0
ROUTE_LIMIT = 6.0
CONTAINERS = 20
COMPILED = "/tmp/src"
"""Our sources with their bytecode, as an installer leaves them."""

SCRIPT = "/tmp/dockproxy"
CONSOLE_SCRIPT = """\
#!/usr/bin/python3
import sys
from dockproxy.cli.main import entry
if __name__ == "__main__":
    sys.exit(entry())
"""
"""As uv writes it."""

BY_HAND = """\
docker info
systemctl show docker.service
systemctl cat docker.service
docker ps --all
docker inspect $(docker ps --all --quiet)
docker network inspect bridge
cat /etc/docker/daemon.json /root/.docker/config.json
"""

TIMER = """
import json, statistics, subprocess, sys, time
rounds, commands = int(sys.argv[1]), json.loads(sys.argv[2])
times = [[] for _ in commands]
for count in range(rounds + 1):
    for taken, command in zip(times, commands):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        if count:
            taken.append(time.perf_counter() - start)
json.dump([statistics.median(taken) for taken in times], sys.stdout)
"""


def prepare(lab: Lab) -> Host:
    """A host that has proxies in both files, and the containers."""
    host = lab.host
    host.dockproxy("set", lab.squid.url, "--yes")
    image = lab.fresh_image()
    host.docker("pull", image)
    for number in range(CONTAINERS):
        host.docker("run", "--detach", "--name", f"c{number}", image, "sleep", "100000")
    host.write("/tmp/by-hand.sh", BY_HAND)
    host.run(["cp", "-r", SOURCE, COMPILED])
    host.run(["python3", "-m", "compileall", "-q", COMPILED])
    host.write(SCRIPT, CONSOLE_SCRIPT, mode=0o755)
    return host


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    commands = {
        "by hand (7 commands)": ["sh", "/tmp/by-hand.sh"],
        "dockproxy status": [SCRIPT, "status"],
        "python3 -c pass": ["python3", "-c", "pass"],
        "dockproxy route redis": [SCRIPT, "route", "redis"],
    }
    with Lab() as lab:
        host = prepare(lab)
        done = host.run(
            ["python3", "-c", TIMER, str(rounds), json.dumps(list(commands.values()))],
            env={"PYTHONPATH": COMPILED},
            timeout=600,
        )
    by_hand, status, bare, route = json.loads(done.stdout)
    print(f"on a host with {CONTAINERS} containers, {rounds} rounds, median")
    for name, taken, beside in zip(
        commands, (by_hand, status, bare, route), (by_hand, by_hand, bare, bare), strict=True
    ):
        print(f"  {name:22} {taken * 1000:7.1f} ms  {taken / beside:5.2f}x")
    held = status / by_hand <= STATUS_LIMIT and route / bare <= ROUTE_LIMIT
    print(f"limits {STATUS_LIMIT}x, {ROUTE_LIMIT}x: {'held' if held else 'EXCEEDED'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
