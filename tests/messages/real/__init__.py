"""Error texts as people pasted them, each with the address of its report and the right kind.

What stands in the files is what programs printed, cut to the lines that matter; names of people are
left out. ``first.txt`` and ``second.txt`` are about proxies, ``fresh.txt`` was collected after the
kinds had been mended, ``third.txt`` later. ``others.txt`` is about no proxy at all,
nor is ``alike.txt``, though the words are alike.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_SEED = 13
HELD_OUT = 60


class Real(NamedTuple):
    """A text. kind: of ``dockproxy.messages``, ``-`` where nothing must be recognised."""

    kind: str
    address: str
    text: str


def texts(name: str) -> list[Real]:
    """All of one file: ``@@@ KIND ADDRESS``, then the text up to the next such line."""
    found = []
    for block in (_HERE / name).read_text("utf-8").split("@@@ ")[1:]:
        heading, _, text = block.partition("\n")
        kind, address = heading.split()
        found.append(Real(kind, address, text.rstrip("\n")))
    return found


def split() -> tuple[list[Real], list[Real]]:
    """Those that were looked at while the kinds were written, and those that were not."""
    every = texts("first.txt") + texts("second.txt")
    chosen = set(random.Random(_SEED).sample(range(len(every)), HELD_OUT))
    seen = [each for number, each in enumerate(every) if number not in chosen]
    return seen, [each for number, each in enumerate(every) if number in chosen]
