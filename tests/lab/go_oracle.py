"""Ask the real Go, and record what it says: ``python -m tests.lab.go_oracle``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.lab.equipment.golang import SUITES, build
from tests.semantics.go_answers import narrow, our_words, wide
from tests.semantics.go_cases import UPSTREAM, setting

FOLDER = Path(__file__).resolve().parents[1] / "semantics" / "go"
SETTINGS = 120
TARGETS = 20


class Go:
    """A process that answers for any environment."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, environ: Mapping[str, str], targets: Sequence[str]) -> list[str]:
        """``direct``, ``error url``, ``error cgi`` or ``proxy URL`` for each target."""
        return [narrow(said) for said in self.exchange(question(environ, targets))]

    def exchange(self, asked: object) -> list[str]:
        """A line there, a line back."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found


def question(environ: Mapping[str, str], targets: Sequence[str]) -> dict[str, object]:
    """As proxies.go wants it."""
    pairs = [[wide(name), wide(value)] for name, value in environ.items()]
    return {"env": pairs, "targets": [wide(target) for target in targets]}


@contextmanager
def go(version: str, program: str = "proxies") -> Iterator[Go]:
    """The real one, built with that compiler."""
    with subprocess.Popen(
        [build(program, version)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={},
    ) as process:
        yield Go(process)


def settings(
    version: str, seed: int, count: int, targets: int
) -> Iterator[tuple[Mapping[str, str], Sequence[str]]]:
    """Random ones. Before 1.27 Go's names beyond ASCII are an accident where they are no UTF-8."""
    rng = Random(seed)
    for _ in range(count):
        environ, urls = setting(rng, targets)
        if version != "1.27":
            urls = [
                url for url in urls if url.encode("utf-8", "replace").count(b"?") == url.count("?")
            ]
        yield environ, urls


def disagreements(version: str, seed: int, count: int, targets: int) -> tuple[int, list[str]]:
    """How many decisions were compared, and all that differ."""
    wrong, compared = [], 0
    with go(version) as real:
        for environ, urls in settings(version, seed, count, targets):
            said = real.ask(environ, urls)
            ours = our_words(environ, urls, version)
            compared += len(urls)
            for url, theirs, own in zip(urls, said, ours, strict=True):
                if theirs != own:
                    wrong.append(f"{environ!a} {url!a}: Go {theirs!a}, ours {own!a}")
    return compared, wrong


def main() -> int:
    """Record the tables of go_cases, and random ones, of all versions."""
    FOLDER.mkdir(exist_ok=True)
    for version in SUITES:
        with go(version) as real, (FOLDER / f"{version}.jsonl").open("w") as file:
            for environ, urls in (*UPSTREAM, *settings(version, 12, SETTINGS, TARGETS)):
                asked = question(environ, urls)
                print(json.dumps({**asked, "said": real.exchange(asked)}), file=file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
