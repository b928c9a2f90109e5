"""Run the long numbers and write docs/soak-report.md: what ran, how often, and how it ended.

Usage: soak.py [--select EXPRESSION] [--report PATH]

The tests give their figures with pytest's ``record_property``; they are taken from its JUnit file.
DOCKPROXY_SEED sets where the random trees begin, so that another run sees others.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
RUNS: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
    (("-m", "soak"), {}),
    (("tests/core/formats", "tests/semantics"), {"HYPOTHESIS_PROFILE": "long"}),
    (("-m", "not soak", "tests/lab/test_kills.py", "tests/lab/test_kills_live.py"), {}),
    (
        (
            "tests/lab/test_units_against_systemd.py",
            "tests/lab/test_environment_files_against_systemd.py",
        ),
        {"DOCKPROXY_UNIT_TEXTS": "10000"},
    ),
)
PROGRAMS = ("tools/mutate_resolve.py", "benchmarks/startup.py", "benchmarks/status.py")
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
    parser.add_argument("--report", default=os.path.join(HERE, "docs", "soak-report.md"))
    args = parser.parse_args()
    begun = time.time()
    cases = [case for words, variables in RUNS for case in _run(words, variables, args.select)]
    programs = [] if args.select else [_program(path) for path in PROGRAMS]
    with open(args.report, "w", encoding="utf-8") as report:
        report.write(_report(cases, programs, begun, time.time() - begun))
    print(f"{args.report} is written")
    good = all(case.result == "passed" for case in (*cases, *programs))
    return 0 if cases and good else 1


def _run(words: Iterable[str], variables: dict[str, str], select: str) -> list[Case]:
    with tempfile.TemporaryDirectory() as folder:
        results = os.path.join(folder, "results.xml")
        chosen = ["-k", select] if select else []
        command = [sys.executable, "-m", "pytest", *words, *chosen, f"--junitxml={results}"]
        subprocess.run(command, cwd=HERE, env={**os.environ, **variables}, check=False)
        if not os.path.exists(results):
            return []
        return [_case(found) for found in ElementTree.parse(results).getroot().iter("testcase")]


def _program(path: str) -> Case:
    begun = time.time()
    done = subprocess.run(
        [sys.executable, path], cwd=HERE, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout)
    result = "passed" if done.returncode == 0 else "failed"
    return Case(path, path, "", result, time.time() - begun, (("output", done.stdout),))


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


def _report(cases: list[Case], programs: list[Case], begun: float, seconds: float) -> str:
    failed = [case for case in (*cases, *programs) if case.result != "passed"]
    lines = [
        "# The long numbers",
        "",
        f"Written by `make soak` on {time.strftime('%Y-%m-%d', time.gmtime(begun))} at commit"
        f" {_commit()}, in {seconds / 60:.0f} min on {_machine()}.",
        "",
        f"{len(cases)} tests and {len(programs)} other programs ran; {len(failed)} did not pass.",
    ]
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
