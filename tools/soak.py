"""Run the long numbers and write docs/soak-report.md: what ran, how often, and how it ended.

Usage: soak.py [--select EXPRESSION] [--keep FOLDER [--only-report]] [--report PATH]

The tests give their figures with pytest's ``record_property``; they are taken from its JUnit file.
DOCKPROXY_SEED sets where the random trees begin, so that another run sees others. With --keep each
part's results are kept in that folder, and a part whose results are there is not run again: so a
soak that was cut short goes on where it was, and with --only-report it tells what is missing.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
Run = tuple[tuple[str, ...], dict[str, str]]
LONGER: tuple[Run, ...] = (
    (("tests/core/formats", "tests/semantics"), {"HYPOTHESIS_PROFILE": "long"}),
    (
        (
            "-m",
            "not soak",
            "tests/lab/test_kills.py",
            "tests/lab/test_kills_builders.py",
            "tests/lab/test_kills_live.py",
        ),
        {},
    ),
    (
        (
            "tests/lab/test_units_against_systemd.py",
            "tests/lab/test_environment_files_against_systemd.py",
        ),
        {"DOCKPROXY_UNIT_TEXTS": "10000"},
    ),
)
PROGRAMS = (
    "tools/mutate_resolve.py",
    "benchmarks/startup.py",
    "benchmarks/on_host.py",
    "benchmarks/route.py",
)
"""Programs that print figures of their own; each fails where they are too low."""


class Case(NamedTuple):
    """One test that ran. name: its sentence; part: its parameters."""

    file: str
    name: str
    part: str
    result: str
    seconds: float
    figures: tuple[tuple[str, str], ...]


def main() -> int:
    """Run, write, and fail if anything failed or nothing ran."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--select", default="", help="only tests that pytest's -k takes")
    parser.add_argument("--keep", default="", help="a folder for each part's results")
    parser.add_argument("--only-report", action="store_true", help="run nothing more")
    parser.add_argument("--report", default=os.path.join(HERE, "docs", "soak-report.md"))
    args = parser.parse_args()
    begun = time.time()
    parts: list[Run] = [(("-m", "soak", path), {}) for path in _files_with_soak()]
    parts += LONGER
    missing: list[str] = []
    with _folder(args.keep) as folder:
        if args.only_report:
            missing = [_name(part, args.select) for part in parts if not _is_kept(part, folder)]
            missing += [path for path in PROGRAMS if not _is_kept(path, folder)]
            parts = [part for part in parts if _is_kept(part, folder)]
        cases = [case for part in parts for case in _run(part, args.select, folder)]
        chosen = [path for path in PROGRAMS if not args.select and path not in missing]
        programs = [_program(path, folder) for path in chosen]
        commits = _commits(folder)
    with open(args.report, "w", encoding="utf-8") as report:
        report.write(_report(cases, programs, begun, commits, missing))
    print(f"{args.report} is written")
    good = all(case.result == "passed" for case in (*cases, *programs))
    return 0 if cases and good else 1


def _files_with_soak() -> list[str]:
    """The tests' files that hold a long one: each is a part of its own."""
    found = []
    for folder, _folders, names in os.walk(os.path.join(HERE, "tests")):
        for name in names:
            path = os.path.join(folder, name)
            if name.startswith("test_") and name.endswith(".py"):
                with open(path, encoding="utf-8") as file:
                    if "mark.soak" in file.read():
                        found.append(os.path.relpath(path, HERE))
    return sorted(found)


@contextmanager
def _folder(kept: str) -> Iterator[str]:
    if kept:
        os.makedirs(kept, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield folder


def _name(part: Run, select: str = "") -> str:
    words, variables = part
    return " ".join((*words, *variables, select)).strip()


def _path(folder: str, what: str, ending: str) -> str:
    return os.path.join(folder, re.sub(r"[^A-Za-z0-9]+", "-", what).strip("-") + ending)


def _is_kept(part: Run | str, folder: str) -> bool:
    if isinstance(part, str):
        return os.path.exists(_path(folder, part, ".txt"))
    return os.path.exists(_path(folder, _name(part), ".xml"))


def _results(folder: str, what: str, ending: str) -> str:
    """Where a part's results are; the commit that it ran on is noted beside them."""
    path = _path(folder, what, ending)
    if not os.path.exists(path):
        with open(f"{path}.commit", "w", encoding="utf-8") as file:
            file.write(_commit())
    return path


def _commits(folder: str) -> str:
    found = set()
    for name in os.listdir(folder):
        if name.endswith(".commit"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found.add(file.read())
    return ", ".join(sorted(found))


def _run(part: Run, select: str, folder: str) -> list[Case]:
    words, variables = part
    results = _results(folder, _name(part, select), ".xml")
    if not os.path.exists(results):
        chosen = ["-k", select] if select else []
        command = [sys.executable, "-m", "pytest", *words, *chosen, f"--junitxml={results}"]
        subprocess.run(command, cwd=HERE, env={**os.environ, **variables}, check=False)
    if not os.path.exists(results):
        return []
    return [_case(found) for found in ElementTree.parse(results).getroot().iter("testcase")]


def _program(path: str, folder: str) -> Case:
    results = _results(folder, path, ".txt")
    if not os.path.exists(results):
        begun = time.time()
        done = subprocess.run(
            [sys.executable, path], cwd=HERE, stdout=subprocess.PIPE, text=True, check=False
        )
        print(done.stdout)
        with open(results, "w", encoding="utf-8") as file:
            file.write(f"{done.returncode} {time.time() - begun}\n{done.stdout}")
    with open(results, encoding="utf-8") as file:
        (status, seconds), output = file.readline().split(), file.read()
    result = "passed" if status == "0" else "failed"
    return Case(path, path, "", result, float(seconds), (("output", output),))


def _case(found: ElementTree.Element) -> Case:
    name, _, part = str(found.get("name", "")).removeprefix("test_").partition("[")
    kinds = {child.tag for child in found}
    result = (
        "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
    )
    figures = tuple(
        (str(item.get("name")), str(item.get("value"))) for item in found.iter("property")
    )
    file = str(found.get("classname", "")).replace(".", "/") + ".py"
    return Case(file, name, part.removesuffix("]"), result, float(found.get("time", 0)), figures)


def _report(
    cases: list[Case], programs: list[Case], begun: float, commits: str, missing: list[str]
) -> str:
    seconds = sum(case.seconds for case in (*cases, *programs))
    failed = [case for case in (*cases, *programs) if case.result != "passed"]
    lines = [
        "# The long numbers",
        "",
        f"Written by `make soak` on {time.strftime('%Y-%m-%d', time.gmtime(begun))} at commit"
        f" {commits}, in {seconds / 60:.0f} min of tests on {_machine()}.",
        "",
        f"{len(cases)} tests and {len(programs)} other programs ran; {len(failed)} did not pass.",
    ]
    if missing:
        lines += ["", "Not run this time: " + ", ".join(f"`{part}`" for part in missing) + "."]
    for name in dict.fromkeys((case.file, case.name) for case in cases):
        lines += _section([case for case in cases if (case.file, case.name) == name])
    for program in programs:
        output = program.figures[0][1].rstrip()
        lines += ["", f"## {program.name}", "", f"{program.result}, {program.seconds:.0f} s", ""]
        lines += ["```", output, "```"]
    return "\n".join(lines) + "\n"


def _section(cases: list[Case]) -> list[str]:
    """One test with all its parameters; figures of the same name are added up."""
    first = cases[0]
    seconds = sum(case.seconds for case in cases)
    bad = [case for case in cases if case.result != "passed"]
    lines = ["", f"## {first.name.replace('_', ' ').capitalize()}", ""]
    runs = f"{len(cases)} times, " if len(cases) > 1 else ""
    ended = f"{len(bad)} did not pass" if bad else "passed"
    lines += [f"`{first.file}`: {runs}{ended}, {seconds:.0f} s"]
    lines += [f"- **{case.result}**: {case.part or case.name}" for case in bad]
    totals: dict[str, float] = {}
    for case in cases:
        for name, value in case.figures:
            if value.replace(".", "", 1).isdigit():
                totals[name] = totals.get(name, 0) + float(value)
    width = max((len(f"{total:g}") for total in totals.values()), default=0)
    if totals:
        lines += [
            "",
            "```",
            *(f"{total:{width}.10g}  {name}" for name, total in totals.items()),
            "```",
        ]
    if len(cases) > 1 and totals:
        lines += ["", "| | s | figures |", "| --- | --- | --- |"]
        for case in cases:
            said = ", ".join(f"{value} {name}" for name, value in case.figures)
            lines.append(f"| {case.part} | {case.seconds:.0f} | {said} |")
    return lines


def _commit() -> str:
    words = ["git", "-C", HERE, "describe", "--always", "--dirty"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}"


if __name__ == "__main__":
    sys.exit(main())
