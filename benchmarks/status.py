"""``dockproxy status`` against a shell script that looks at the same things by hand.

On a lab host (Debian, root) with a real Engine and 20 running containers. Both run in turn, round
after round, on the host itself; the medians count. Exit 1 if the ratio is above its limit.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.lab.equipment import Host, Lab

LIMIT = 1.0
CONTAINERS = 20

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
    return host


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    commands = [["python3", "-m", "dockproxy", "status"], ["sh", "/tmp/by-hand.sh"]]
    with Lab() as lab:
        host = prepare(lab)
        done = host.run(
            ["python3", "-c", TIMER, str(rounds), json.dumps(commands)],
            env={"PYTHONPATH": "/opt/dockproxy/src"},
            timeout=600,
        )
    ours, by_hand = json.loads(done.stdout)
    ratio = ours / by_hand
    print(f"status on a host with {CONTAINERS} containers, {rounds} rounds")
    print(f"  by hand (7 commands) {by_hand * 1000:7.0f} ms   1.00x")
    print(f"  dockproxy status     {ours * 1000:7.0f} ms  {ratio:5.2f}x")
    print(f"limit {LIMIT}x: {'held' if ratio <= LIMIT else 'EXCEEDED'}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
