"""A command killed by strace before each system call that changes something, and taken back.

``strace --inject=CALL:signal=SIGKILL:when=N`` kills the process as it enters its N-th such call,
which is then not carried out. So the kills together leave every state between two calls.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dockproxy import api
from dockproxy.cli.main import main
from tests.properties.trees import Seen, Tree, difference, seen

CHANGING = (
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range",
    "fsync", "fdatasync", "sync_file_range", "ftruncate", "truncate", "fallocate",
    "openat", "open", "creat", "rename", "renameat", "renameat2",
    "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat",
    "mkdir", "mkdirat", "rmdir", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown",
    "fchownat", "setxattr", "fsetxattr", "removexattr", "fremovexattr",
)  # fmt: skip
_LINE = re.compile(r"(\d+)\s+(\w+)\((.*)")
_JOURNAL = "/var/lib/dockproxy"
_ENDS = (3, 4, 5)
"""Exit codes: refused, put back, not all could be put back."""


class Point(NamedTuple):
    """A system call of a command's run: the nth of that name, and its place among all."""

    call: str
    nth: int
    place: int
    shown: str

    def __str__(self) -> str:
        return f"{self.call} number {self.nth}, {self.shown[:150]}"


class Case(NamedTuple):
    """A tree, and the arguments of the set that changes it. in_place: written over."""

    name: str
    tree: Tree
    words: tuple[str, ...]
    in_place: bool = False


class Killer:
    """Runs one case's ``set``, ``undo`` or ``unset`` below a folder, again and again."""

    def __init__(self, case: Case, folder: str) -> None:
        os.chmod(folder, 0o755)
        self.case = case
        self.root = os.path.join(folder, "root")
        self._log = os.path.join(folder, "log")
        self._source = os.path.join(folder, "src")
        self._kept = {state: os.path.join(folder, state) for state in ("old", "new")}
        _copy_of_source(self._source)
        os.mkdir(self.root)
        os.chmod(self.root, 0o755)
        case.tree.build(self.root)
        self.old = seen(self.root)
        self._keep("old")
        self._expect(0, *self._words("set"))
        self.new = seen(self.root)
        assert self.new != self.old, f"{case.name}: set changes nothing"
        self._keep("new")
        self._end = self.new

    def points(self, command: str) -> list[Point]:
        """Where the command's run changes something, from its first step in the journal on."""
        self._bring("old" if command == "set" else "new")
        status = self._strace([], command)
        assert status == 0, f"{self.case.name}, {command}: {status}"
        self._end = seen(self.root)
        calls = self._calls()
        first = next(place for place, call in enumerate(calls) if _JOURNAL in call.shown)
        return calls[first:]

    def strike(self, command: str, points: Iterable[Point]) -> int:
        """Kill the command at each of its points; gives how many. Raises AssertionError."""
        struck = 0
        for point in points:
            self._bring("old" if command == "set" else "new")
            self._kill(command, point)
            try:
                self._check(command)
            except AssertionError as fault:
                raise AssertionError(f"{self.case.name}, {command}: {point}\n{fault}") from fault
            struck += 1
        return struck

    def strike_children(self, path: str, calls: Iterable[str]) -> int:
        """Kill each process of ``set`` that enters one of the calls on that path for the nth time,
        for n from 1 on: where another user's file is written that is a child of the command, which
        has to put everything back then, or to say what it could not; gives how many were killed.
        """
        struck = 0
        for call in calls:
            for nth in itertools.count(1):
                self._bring("old")
                inject = f"inject={call}:signal=SIGKILL:when={nth}"
                status = self._strace(["-P", os.path.join(self.root, path), "-e", inject], "set")
                with open(self._log, encoding="utf-8", errors="replace") as log:
                    if "killed by SIGKILL" not in log.read():
                        break
                struck += 1
                try:
                    self._check("set")
                    assert status in (-9, *_ENDS), f"exit {status}"
                except AssertionError as fault:
                    raise AssertionError(f"{call} number {nth} on {path}\n{fault}") from fault
        return struck

    def _kill(self, command: str, point: Point) -> None:
        inject = f"inject={point.call}:signal=SIGKILL:when={point.nth}"
        status = self._strace(["-e", inject], command)
        last = self._calls()[-1]
        assert status == -9, f"{point}: not killed, status {status}"
        assert last[:3] == point[:3], f"meant to kill at {point}, and did at {last}"

    def _strace(self, options: Sequence[str], command: str) -> int:
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "PYTHONPATH": self._source,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
        }
        words = ["strace", "-f", "-y", "-o", self._log]
        words += ["-e", f"trace={','.join(f'?{call}' for call in CHANGING)}", *options]
        words += [sys.executable, "-m", "dockproxy", *self._words(command)]
        done = subprocess.run(words, env=environment, capture_output=True, check=False, timeout=60)
        return done.returncode

    def _calls(self) -> list[Point]:
        """The calls of the log, those that only open a file to read it left out."""
        found: list[Point] = []
        counts: dict[str, int] = {}
        with open(self._log, encoding="utf-8", errors="replace") as log:
            for line in log:
                match = _LINE.match(line)
                if match is None:
                    continue
                call, rest = match.group(2, 3)
                counts[call] = counts.get(call, 0) + 1
                if not (call == "openat" and "O_CREAT" not in rest):
                    found.append(Point(call, counts[call], len(found), rest.strip()))
        return found

    def _words(self, command: str) -> list[str]:
        words = [command, "--root", self.root, "--yes"]
        if self.case.tree.user and command != "undo":
            words += ["--user", self.case.tree.user]
        if command == "set":
            return [*words, *self.case.words]
        parts = [word for word in self.case.words if word.startswith("--for=builder")]
        return [*words, *(parts if command == "unset" else ())]

    def _check(self, command: str) -> None:
        before = self.old if command == "set" else self.new
        self._check_whole(before, seen(self.root))
        left = api.unfinished(self.root)
        self._check_named(left)
        entries = len(api.history(self.root))
        self._expect(0, "undo", "--root", self.root, "--yes")
        if command == "set" or (command == "unset" and any(e.intent == "unset" for e in left)):
            different = difference(before, seen(self.root))
            assert not different, "not as before after one undo:\n" + "\n".join(different)
        for _ in range(entries):
            self._expect(0, "undo", "--root", self.root, "--yes")
        different = difference(self.old, seen(self.root))
        assert not different, "not as at first after every undo:\n" + "\n".join(different)
        assert not api.unfinished(self.root), "undo leaves an unfinished entry"

    def _check_named(self, left: Sequence[api.Entry]) -> None:
        """Every command names what was left half done."""
        for words in (
            ["status"],
            ["history"],
            ["undo", "--dry-run"],
            ["set", "--dry-run", "http://a:1"],
        ):
            _, said = _run([*words, "--root", self.root])
            for entry in left:
                assert entry.id in said, f"{words[0]} does not name {entry.id}:\n{said}"

    def _check_whole(self, before: dict[str, Seen], now: dict[str, Seen]) -> None:
        """Every file is the old or the new one, and nothing else is there but a temporary file."""
        for path in {*before, *self._end, *now}:
            found, states = now.get(path), (before.get(path), self._end.get(path))
            if found in states:
                continue
            assert found is not None, f"{path} is gone"
            if path.rpartition("/")[2].startswith(".dockproxy-"):
                modes = {state.mode for state in (*before.values(), *self._end.values())}
                assert found.mode == 0o600 or found.mode in modes, found
            elif found.kind == "folder":
                allowed = [state._replace(mode=0o700) for state in states if state is not None]
                assert found in allowed, f"{path}: {found}"
            else:
                assert self.case.in_place and self._is_padded(found, states), f"{path}: {found}"

    def _is_padded(self, found: Seen, states: tuple[Seen | None, ...]) -> bool:
        """A write in place has padded the shorter text with line ends to the longer's length."""
        texts = [state._replace(content=state.content.rstrip()) for state in states if state]
        return found._replace(content=found.content.rstrip()) in texts

    def _expect(self, status: int, *words: str) -> None:
        got, said = _run(words)
        assert got == status, f"{words[0]}: exit {got}\n{said}"

    def _keep(self, state: str) -> None:
        subprocess.run(["cp", "-a", self.root, self._kept[state]], check=True)

    def _bring(self, state: str) -> None:
        shutil.rmtree(self.root)
        subprocess.run(["cp", "-a", self._kept[state], self.root], check=True)


def _run(words: Sequence[str]) -> tuple[int, str]:
    """A command in this process: its exit code and all that it says."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(list(words))
    said.seek(0)
    return status, said.read()


def _copy_of_source(target: str) -> None:
    """The sources as they are now, compiled: every run has to make the same calls."""
    import dockproxy

    source = os.path.dirname(os.path.dirname(os.path.realpath(dockproxy.__file__)))
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-m", "compileall", "-q", target], check=True)
