"""Go the way of one seed again: ``python -m tests.properties SEED``, with src in PYTHONPATH."""

from __future__ import annotations

import sys
from collections import Counter

from tests.properties.journey import Way, go

way = Way.of(int(sys.argv[1]))
counts: Counter[str] = Counter()
print(way)
try:
    go(way, counts)
finally:
    print(dict(counts))
