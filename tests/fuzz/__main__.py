"""Fuzz the readers: ``python -m tests.fuzz SECONDS``, from the root of the repository.

Each reader gets the same part of the processor's seconds, with inputs that no run saw before
(unless --seed names them). A fault is made smaller, printed with the command that shows it again,
and kept in tests/fuzz/found, where the tests try it from then on.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "src"))

from tests.fuzz.run import keep, run, smaller, try_one
from tests.fuzz.subjects import SUBJECTS


def main() -> int:
    """1 if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0, help="in all (60)")
    parser.add_argument("--only", action="append", choices=sorted(SUBJECTS), help="this reader")
    parser.add_argument("--seed", default=os.urandom(4).hex(), help="which inputs")
    parser.add_argument("--inputs", type=int, default=0, help="so many for each, not seconds")
    parser.add_argument("--again", nargs=2, metavar=("READER", "BASE64"), help="try one input")
    args = parser.parse_args()
    if args.again:
        fault, part = try_one(args.again[0], base64.b64decode(args.again[1]))
        print(fault or f"no fault, {part:.2f} of the time allowed")
        return int(fault is not None)
    names = args.only or list(SUBJECTS)
    faults = 0
    print(f"seed {args.seed}")
    for name in names:
        ran = run(name, args.seed, args.inputs, 0 if args.inputs else args.seconds / len(names))
        print(
            f"{name:24}{ran.inputs:8} inputs {ran.bytes // 1024:8} KiB {ran.seconds:7.1f} s, the"
            f" slowest took {ran.slowest:.2f} of its time, {len(ran.faults)} faults",
            flush=True,
        )
        for fault in map(smaller, ran.faults):
            faults += 1
            print(f"  {fault}\n  kept as {os.path.relpath(keep(fault))}", flush=True)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
