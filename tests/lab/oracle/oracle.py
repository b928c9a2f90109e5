"""Asks a real program, in as many worlds at once as are wanted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple

from tests.lab.equipment.commands import LabError
from tests.lab.equipment.downloads import REPO
from tests.lab.equipment.trees import Trees
from tests.lab.oracle.agreement import Seen
from tests.lab.oracle.cases import Case
from tests.lab.oracle.drivers import Driver

UNSHARE = ("unshare", "--net", "--mount", "--pid", "--ipc", "--fork", "--kill-child")


class Answer(NamedTuple):
    """token: see agreement. came: all connections, by name. output: the end of what it printed."""

    token: str
    came: list[Seen]
    output: str


class Oracle:
    """A program's worlds; ``with Oracle(driver) as oracle: oracle.ask(env, targets)``."""

    def __init__(self, driver: Driver, worlds: int = 1) -> None:
        self.driver = driver
        self._count = worlds
        self._worlds: list[_World] = []
        self._free = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> Oracle:
        self.driver.prepare()
        firewall = Trees().base()
        self._worlds = [_World(self.driver, firewall) for _ in range(self._count)]
        for _ in self._worlds:
            self._free.release()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for world in self._worlds:
            world.end()

    def ask(self, env: Mapping[str, str], targets: Sequence[str]) -> list[Answer]:
        """What the program does at each target, with these variables in this order."""
        with self._free:
            with self._lock:
                world = self._worlds.pop()
            try:
                return world.ask(env, targets)
            finally:
                with self._lock:
                    self._worlds.append(world)
                self._free.release()

    def ask_all(self, cases: Iterable[Case]) -> Iterator[tuple[Case, list[Answer]]]:
        """Cases in their order, in all worlds at once."""
        with ThreadPoolExecutor(self._count) as pool:
            asked = [(case, pool.submit(self.ask, case.env, case.targets)) for case in cases]
            for case, answers in asked:
                yield case, answers.result()


class _World:
    """One process of world.py, with namespaces that end with it."""

    def __init__(self, driver: Driver, firewall: str) -> None:
        module = [sys.executable, "-m", "tests.lab.oracle.world", driver.name, firewall]
        self._process = subprocess.Popen(
            [*UNSHARE, "--mount-proc", *module],
            cwd=REPO,
            env={**os.environ, "PYTHONPATH": f"{REPO}:{REPO}/src"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="surrogateescape",
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            self._process.kill()
            raise LabError(f"no world could be made for {driver.name}")

    def ask(self, env: Mapping[str, str], targets: Sequence[str]) -> list[Answer]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"env": dict(env), "targets": list(targets)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise LabError("the world ended")
        return [
            Answer(each["token"], [Seen(*seen) for seen in each["came"]], each["output"])
            for each in json.loads(line)
        ]

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
