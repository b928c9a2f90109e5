"""``python -m tests.lab.oracle``: ask a real program, record what it does, compare it with us.

ask PROGRAM@VERSION [NAME=VALUE …] URL …   what it does, and what ours says
record PROGRAM@VERSION [--seed N] [--settings M]   to tests/semantics/recorded/, the odd ones first
compare PROGRAM@VERSION [--seed N] [--settings M]   disagreements on fresh cases, the first 20
odd PROGRAM@VERSION                                 the same for cases.py's odd proxies and lists
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from itertools import chain

from dockproxy.semantics.registry import program
from dockproxy.semantics.target import parse_target
from tests.lab.equipment.downloads import REPO
from tests.lab.oracle import agreement
from tests.lab.oracle.cases import Case, cases, odd_cases
from tests.lab.oracle.drivers import Driver, driver, drivers
from tests.lab.oracle.oracle import Answer, Oracle

RECORDED = os.path.join(REPO, "tests", "semantics", "recorded")
SHOWN = 20
SETTING = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)=(.*)", re.S)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("ask", "record", "compare", "odd", "list"))
    parser.add_argument("driver", nargs="?", default="")
    parser.add_argument("asked", nargs="*", metavar="NAME=VALUE|URL")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--settings", type=int, default=300)
    parser.add_argument("--worlds", type=int, default=2)
    parser.add_argument("-v", "--verbose", action="store_true", help="what the program printed")
    options = parser.parse_intermixed_args()
    if options.what == "list":
        print("\n".join(drivers()))
        return 0
    asked = driver(options.driver)
    if options.what == "ask":
        return ask(asked, options.asked, options.verbose)
    if options.what == "record":
        return record(asked, options.seed or 1, options.settings, options.worlds)
    if options.what == "odd":
        return compare(asked, 0, 0, options.worlds)
    seed = options.seed if options.seed is not None else secrets.randbelow(1 << 32)
    return compare(asked, seed, options.settings, options.worlds)


def ask(asked: Driver, words: list[str], verbose: bool) -> int:
    """One environment, some targets."""
    found = [match for word in words if (match := SETTING.fullmatch(word))]
    env = {match.group(1): match.group(2) for match in found}
    targets = [word for word in words if not SETTING.fullmatch(word)]
    with Oracle(asked) as oracle:
        for target, answer in zip(targets, oracle.ask(env, targets)):
            print(f"{target}\n  real: {answer.token}\n  ours: {ours(asked, env, target)}")
            for seen in answer.came:
                print(f"    {seen.host}:{seen.port} {seen.speech} {seen.line!r} {seen.inside}")
            if verbose:
                print("    | " + answer.output.replace("\n", "\n    | "))
    return 0


def record(asked: Driver, seed: int, settings: int, worlds: int) -> int:
    """A file of cases and what was seen."""
    os.makedirs(RECORDED, exist_ok=True)
    path = os.path.join(RECORDED, f"{asked.name}.jsonl")
    count, began = 0, time.monotonic()
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        both = chain(
            answered(asked, 0, 0, worlds) if asked.cases is None else (),
            answered(asked, seed, settings, worlds),
        )
        for case, answers in both:
            seen = [answer.token for answer in answers]
            count += len(seen)
            line = {"env": case.env, "targets": case.targets, "seen": seen}
            file.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")
    os.replace(f"{path}.new", path)
    spent = time.monotonic() - began
    print(f"{path}: {count} decisions in {spent:.0f} s, {os.path.getsize(path) >> 10} KiB")
    return 0


def compare(asked: Driver, seed: int, settings: int, worlds: int) -> int:
    """Print what we say otherwise."""
    count = wrong = 0
    for case, answers in answered(asked, seed, settings, worlds):
        decide = program(asked.name).semantics.decider(case.env, program(asked.name).version)
        for target, answer in zip(case.targets, answers):
            count += 1
            decision = decide(parse_target(target))
            if not agreement.agree(answer.token, decision, target):
                wrong += 1
                if wrong > SHOWN:
                    continue
                print(f"{json.dumps(case.env)}\n  {target}\n    real: {answer.token}")
                print(f"    ours: {agreement.said(decision)} ({decision.reason})")
                last = answer.output.strip().splitlines()[-1:] or [""]
                print(f"    printed: {last[0][:200]}", flush=True)
    print(f"seed {seed}: {count} decisions, {wrong} disagreements")
    return 1 if wrong else 0


def answered(
    asked: Driver, seed: int, settings: int, worlds: int
) -> Iterator[tuple[Case, list[Answer]]]:
    """Random cases that this program can be asked, with its answers. settings 0: the odd ones."""
    drawn = cases(seed, settings, asked.variables, asked.schemes, asked.cases)
    if not settings and asked.cases is None:
        drawn = odd_cases(asked.variables, asked.schemes)
    with Oracle(asked, worlds) as oracle:
        yield from oracle.ask_all(_askable(asked, case) for case in drawn)


def _askable(asked: Driver, case: Case) -> Case:
    if asked.left_out is None:
        return case
    return Case(case.env, [each for each in case.targets if not asked.left_out(case.env, each)])


def ours(asked: Driver, env: dict[str, str], target: str) -> str:
    """What our semantics says, if there is one yet."""
    try:
        known = program(asked.name)
        decision = known.semantics.decider(env, known.version)(parse_target(target))
    except Exception as error:
        return f"({error!r})"
    return f"{agreement.said(decision)} ({decision.reason})"


if __name__ == "__main__":
    sys.exit(main())
