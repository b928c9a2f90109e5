"""One tree's way there and back: set, set again, undo; and set, unset where there was no proxy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

from dockproxy import api
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.report import Problem
from dockproxy.core.model.secret import mask_url
from tests.properties.asked import Asked, random_asked
from tests.properties.trees import Seen, Tree, difference, random_tree, seen

DAEMON_JSON = "/etc/docker/daemon.json"
Judge = Callable[[bytes], str]
"""What the real dockerd says against a daemon.json, "" if nothing."""


class Fault(AssertionError):
    """A promise that was not kept."""


class Way(NamedTuple):
    """A tree and what is asked of it."""

    tree: Tree
    asked: Asked

    @classmethod
    def of(cls, seed: int) -> Way:
        """The same seed gives the same way."""
        rng = Random(seed)
        return cls(random_tree(rng), random_asked(rng))

    def __str__(self) -> str:
        items = "\n".join(f"  {path}: {item}" for path, item in sorted(self.tree.items.items()))
        return f"{self.asked}\nuser {self.tree.user}\n{items}"


def travel(
    seeds: range, record: Callable[[str, object], None], judge: Judge | None = None
) -> Counter[str]:
    """Go all these ways; the figures are recorded, and every fault is told with its seed.

    ``python -m tests.properties SEED`` goes one of them again and shows what it is made of.
    """
    counts: Counter[str] = Counter()
    faults = []
    for seed in seeds:
        try:
            go(Way.of(seed), counts, judge)
        except Exception as error:
            faults.append(f"seed {seed}: {type(error).__name__}: {error}")
    for what, number in sorted(counts.items()):
        record(what, number)
    assert not faults, f"{len(faults)} of {len(seeds)} trees\n" + "\n".join(faults[:5])
    return counts


@contextmanager
def built(tree: Tree) -> Iterator[str]:
    """The tree below a folder of its own, which everybody may enter; in memory if there is one,
    as a change waits for the disk dozens of times.
    """
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    root = tempfile.mkdtemp(prefix="dockproxy-tree-", dir=memory)
    try:
        os.chmod(root, 0o755)
        tree.build(root)
        yield root
    finally:
        shutil.rmtree(root)


def go(way: Way, counts: Counter[str], judge: Judge | None = None) -> None:
    """The whole way. Raises Fault; counts says how far it came."""
    with built(way.tree) as root:
        _Traveller(way, root, counts, judge).go()


class _Traveller:
    def __init__(self, way: Way, root: str, counts: Counter[str], judge: Judge | None) -> None:
        self.tree, self.asked = way
        self.root = root
        self.counts = counts
        self.judge = judge
        self.before = seen(root)
        self.problems: list[Problem] = []

    def go(self) -> None:
        self.counts["trees"] += 1
        would_start = self.would_start()
        loaded = self.daemon_json()
        judged = self.judge is not None and not self.verdict(loaded)
        result = self.set()
        if not self.was_applied("set", result):
            self.expect_as_before("a set that was refused")
            for problem in self.problems if judged else ():
                if problem.where.startswith(DAEMON_JSON):
                    raise Fault(f"dockerd takes this file, and set refuses it: {problem}")
            return
        after = seen(self.root)
        self.expect_private(after)
        self.expect_shown()
        if judged:
            self.expect_accepted(loaded)
        again = self.set()
        if not isinstance(again, api.Applied) or again.changed:
            raise Fault(f"the second set was not idle: {again}")
        if difference(after, seen(self.root)):
            raise Fault("the second set changed something")
        self.undo()
        self.expect_as_before("set; undo")
        self.counts["set; undo"] += 1
        if self.tree.bare and would_start:
            self.there_and_away()
        elif self.tree.bare:
            self.mended_and_away()

    def there_and_away(self) -> None:
        """Where there was no proxy before."""
        if not self.was_applied("second set", self.set()):
            raise Fault("set was done before, and is refused after undo")
        if not self.was_applied("unset", self.unset()):
            raise Fault("unset is refused after set")
        self.expect_as_before("set; unset")
        self.counts["set; unset"] += 1
        self.undo()
        self.expect_shown()
        self.undo()
        self.expect_as_before("set; unset; undo; undo")

    def mended_and_away(self) -> None:
        """Where the daemon would not have started unset need not be the identity, but what set has
        mended it does not break again.
        """
        if not self.was_applied("second set", self.set()):
            raise Fault("set was done before, and is refused after undo")
        mended = not self.is_refused()
        if self.was_applied("unset", self.unset()):
            if mended and self.is_refused():
                raise Fault("unset brings back a fault that set had mended")
            self.counts["set; unset where the daemon would not have started"] += 1
            self.undo()
        elif mended:
            raise Fault("unset is refused where set has mended daemon.json")
        self.undo()
        self.expect_as_before("set; unset; undo; undo")

    def is_refused(self) -> bool:
        """Whether dockerd would not start with daemon.json as it is."""
        if self.judge is not None:
            return bool(self.verdict(self.daemon_json()))
        return not self.would_start()

    def observe(self) -> api.Host:
        return api.observe(root=self.root, user=self.tree.user)

    def set(self) -> api.Result | str:
        try:
            proposal = api.plan_set(
                self.observe(),
                self.asked.typed,
                parts=self.asked.parts,
                via=self.asked.via,
                contact=False,
            )
            return api.apply(proposal.plan, _yes)
        except DockproxyError as error:
            return str(error.message)

    def unset(self) -> api.Result | str:
        try:
            proposal = api.plan_unset(self.observe(), parts=self.asked.parts)
            return api.apply(proposal.plan, _yes)
        except DockproxyError as error:
            return str(error.message)

    def was_applied(self, what: str, result: api.Result | str) -> bool:
        """Whether it was done. To refuse is right for some trees: the counts tell of them."""
        if isinstance(result, api.Applied):
            if not result.changed:
                self.counts[f"{what}: nothing to do"] += 1
            return result.changed
        if isinstance(result, str):
            self.counts[f"{what} refused: {result}"] += 1
            return False
        if not isinstance(result, api.Declined):
            raise Fault(f"{what}: {result}")
        problems = [problem for problem in result.preview.problems if problem.refuses]
        if result.outcome is not None and result.outcome.problem is not None:
            problems.append(result.outcome.problem)
        self.problems = problems
        for problem in problems:
            self.counts[f"{what} refused: {problem.code}"] += 1
        return False

    def undo(self) -> None:
        result = api.undo(None, _yes, root=self.root)
        if not (isinstance(result, api.Applied) and result.changed):
            raise Fault(f"undo: {result}")

    def expect_as_before(self, what: str) -> None:
        different = difference(self.before, seen(self.root))
        if different:
            raise Fault(f"{what} is not the identity:\n" + "\n".join(different))

    def expect_private(self, after: dict[str, Seen]) -> None:
        """What is new and holds a password is for its owner alone."""
        secrets = [url.rpartition("@")[0] for url in self.asked.proxies.values() if "@" in url]
        for path, now in after.items():
            if path in self.before or now.kind != "file" or not now.mode & 0o077:
                continue
            text = now.content.replace(b"%%", b"%").decode("utf-8", "replace")
            if any(secret in text for secret in secrets):
                raise Fault(f"{path} holds a password and has mode {now.mode:o}")

    def expect_shown(self) -> None:
        """What status resolves is what was asked, and the addresses are in the files whole."""
        host = self.observe()
        for part in self.asked.parts:
            component = host.component(part)
            if component is None:
                self.counts[f"{part} without a sign of it"] += 1
                continue
            now = {key: value.value for key, value in component.proxies.items()}
            for key, value in self.asked.of(part).items():
                old = value.replace("socks5h://", "socks5://", 1) if part == "daemon" else value
                if now.get(key, "") != mask_url(old):
                    raise Fault(f"{part}.{key} is {now.get(key)!r} and not {mask_url(old)!r}")
                self.counts["values shown"] += 1

    def would_start(self) -> bool:
        """Whether no daemon.json keeps the daemon from starting, as far as we can tell."""
        daemon = self.observe().component("daemon")
        return daemon is None or all(drift.code != "daemon-json-broken" for drift in daemon.drift)

    def daemon_json(self) -> bytes | None:
        """The bytes of daemon.json, its links followed below root."""
        from dockproxy.core.agent.paths import resolve

        try:
            with open(resolve(self.root, DAEMON_JSON).real, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def verdict(self, content: bytes | None) -> str:
        """What dockerd says against it."""
        return "" if content is None or self.judge is None else self.judge(content)

    def expect_accepted(self, before: bytes | None) -> None:
        now = self.daemon_json()
        if now == before:
            self.counts["daemon.json not touched"] += 1
            return
        said = self.verdict(now)
        if said:
            raise Fault(f"dockerd took {before!r} and refuses {now!r}: {said}")
        self.counts["daemon.json accepted by dockerd"] += 1


def _yes(preview: api.Preview) -> bool:
    return True
