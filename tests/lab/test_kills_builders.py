"""A ``set`` of a builder killed on its way: one ``undo`` brings its file and its container back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest

from tests.lab.equipment import Entry, Host, Lab
from tests.lab.equipment.host import SOURCE
from tests.lab.equipment.stand_in import container, create
from tests.properties.killing import CHANGING

pytestmark = pytest.mark.lab

Record = Callable[[str, object], None]
FOLDER = "/root/.docker/buildx"
BIG = f"{FOLDER}/instances/big"
CONTAINER = "buildx_buildkit_big0"
LOG = "/tmp/strace.log"
STARTING = ("vfork", "fork", "clone", "clone3")
TRACED = (*CHANGING, *STARTING, "sendto", "poll", "wait4")
LINE = re.compile(r"(\w+)\((.*)")
WORDS = ("set", "http://10.88.0.1:3128", "--for=builder:big", "--yes", "--no-check")


class Point(NamedTuple):
    """A system call of the command's own: the nth of its name."""

    call: str
    nth: int
    shown: str

    @property
    def asks_for_a_change(self) -> bool:
        """Whether it is a request to the Engine that changes something."""
        return self.call == "sendto" and ('"POST' in self.shown or '"DELETE' in self.shown)


class Seen(NamedTuple):
    files: dict[str, Entry]
    containers: list[str]
    environ: dict[str, str]
    runs: bool


def see(host: Host) -> Seen:
    there = host.docker("ps", "-a", "--format", "{{.Names}}").stdout.split()
    detail = container(host, CONTAINER)
    return Seen(host.tree(FOLDER), there, detail["environ"], detail["State"]["Running"])


def traced(host: Host, inject: str = "") -> tuple[int, list[Point]]:
    """The set under strace: how it ended, and the calls of its main thread."""
    host.remove("/var/lib/dockproxy")  # its entries are read, and would shift the counts
    words = ["strace", "-s", "120", "-o", LOG]
    words += ["-e", f"trace={','.join(f'?{call}' for call in TRACED)}"]
    words += ["-e", f"inject={inject}"] if inject else []
    done = host.run(
        [*words, "python3", "-m", "dockproxy", *WORDS], check=False, env={"PYTHONPATH": SOURCE}
    )
    calls: list[Point] = []
    counts: dict[str, int] = {}
    for line in host.read(LOG).decode(errors="replace").splitlines():
        match = LINE.match(line)
        if match is not None:
            call, shown = match.groups()
            counts[call] = counts.get(call, 0) + 1
            calls.append(Point(call, counts[call], shown))
    return done.returncode, calls


def changing(calls: Sequence[Point]) -> list[Point]:
    """From the journal's first step on: what writes, starts a program, or has the Engine act; and
    where buildx is waited for.
    """
    first = next(place for place, call in enumerate(calls) if ".new-" in call.shown)
    found: list[Point] = []
    started = False
    for call in calls[first:]:
        starts = call.call in STARTING
        waits = started and call.call in ("poll", "wait4")
        reads = call.call == "openat" and "O_CREAT" not in call.shown
        if call.asks_for_a_change or starts or waits or (call.call in CHANGING and not reads):
            found.append(call)
        started = starts or (started and not waits)
    return found


@pytest.fixture(scope="module")
def host_with_builder(lab: Lab) -> Host:
    """A host whose builder each kill and undo leaves as it was."""
    lab.clean()
    lab.stand_in()
    create(lab.host, "big")
    lab.host.docker("buildx", "ls")  # notes that no builder was chosen
    return lab.host


@pytest.fixture(scope="module")
def points(host_with_builder: Host) -> list[Point]:
    """The points of a set that nobody kills: the next one makes the same calls."""
    host = host_with_builder
    for _ in range(2):  # the first one compiles
        status, calls = traced(host)
        assert status == 0
        host.dockproxy("undo", "--yes")
    return changing(calls)


def strike(host: Host, point: Point) -> bool:
    """Kill the set there; what is left is whole, named, and taken back by one undo. False where the
    set did not come to that point: how often it polls is not the same each time.
    """
    before = see(host)

    status, calls = traced(host, f"{point.call}:signal=SIGKILL:when={point.nth}")

    reached = status in (-9, 137) and calls[-1][:2] == point[:2]
    assert reached or point.call in ("poll", "sendto"), f"{point}: {status}, {calls[-1]}"
    assert json.loads(host.read(BIG))["Nodes"][0]["Name"] == "big0"
    assert host.docker("buildx", "ls", check=False).returncode == 0
    unfinished = re.search(r"undo (\d{8}-\d{6}-\w{4})", host.dockproxy("status").output)
    undone = host.dockproxy("undo", "--yes", check=False)
    assert undone.returncode == 0, f"{point}\n{undone.output}"
    after = see(host)
    if unfinished is None and after != before:
        host.dockproxy("undo", "--yes")
        after = see(host)
    assert after == before, f"{point}\n{undone.output}"
    assert "cut short" not in host.dockproxy("status").output
    return reached


def _request(word: str) -> Callable[[list[Point]], Point]:
    return lambda points: next(p for p in points if p.asks_for_a_change and word in p.shown)


def _start_of_buildx(points: list[Point]) -> Point:
    return next(point for point in reversed(points) if point.call in STARTING)


def _instance(points: list[Point]) -> Point:
    return next(p for p in points if p.call.startswith("rename") and '"big"' in p.shown)


def _last_word(points: list[Point]) -> Point:
    return [p for p in points if p.call.startswith("rename") and ".new-" in p.shown][-1]


CHOSEN = [
    pytest.param(_instance, id="before the file is written", marks=pytest.mark.soak),
    pytest.param(
        _request("/rename"), id="before the old container is set aside", marks=pytest.mark.soak
    ),
    pytest.param(_request("/stop"), id="set aside, and still running"),
    pytest.param(_start_of_buildx, id="before buildx is started", marks=pytest.mark.soak),
    pytest.param(_request("DELETE"), id="before the old container is removed"),
    pytest.param(_last_word, id="done but for the entry's last word", marks=pytest.mark.soak),
]


@pytest.mark.parametrize("point", CHOSEN)
def test_one_undo_brings_back_what_a_killed_set_left(
    host_with_builder: Host, points: list[Point], point: Callable[[list[Point]], Point]
) -> None:
    assert strike(host_with_builder, point(points))


@pytest.mark.soak
def test_wherever_it_is_killed_one_undo_brings_everything_back(
    host_with_builder: Host, points: list[Point], record_property: Record
) -> None:
    struck = sum(strike(host_with_builder, point) for point in points)

    record_property("kill points", struck)
    assert struck >= 30
