"""Run the long numbers, and write what came of them to docs/soak-report.md.

The tests marked ``soak`` (what a test gives to ``record_property`` stands in the report), the
mutants of resolve, the benchmarks. Exit 1 if any of them failed.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "soak-report.md"
PROGRAMS = (
    ("Mutants of resolve", "tools/mutate_resolve.py"),
    ("Start-up", "benchmarks/startup.py"),
    ("Status on a live host", "benchmarks/status.py"),
)


class Part(NamedTuple):
    """One part of the report: whether it went well, and its lines."""

    title: str
    passed: bool
    text: str


def soak_tests() -> Part:
    """The tests marked soak, each with its result, its time and what it recorded."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [sys.executable, "-m", "pytest", "-m", "soak"]
        command += [f"--junitxml={results}", "-o", "junit_family=xunit1"]
        done = subprocess.run(command, cwd=ROOT, check=False)
        cases = list(ElementTree.parse(results).getroot().iter("testcase"))
    lines = ["| test | result | seconds | figures |", "| --- | --- | --- | --- |"]
    lines += [_row(case) for case in cases]
    return Part("Tests", done.returncode == 0, "\n".join(lines))


def _row(case: ElementTree.Element) -> str:
    wrong = [kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None]
    figures = "; ".join(
        f"{item.get('name')}: {item.get('value')}" for item in case.iter("property")
    )
    name = case.get("name", "").replace("_", " ").removeprefix("test ").replace("|", "\\|")
    seconds = float(case.get("time", "0"))
    return f"| {name} | {wrong[0] if wrong else 'passed'} | {seconds:.0f} | {figures} |"


def program(title: str, path: str) -> Part:
    """One program that prints its figures."""
    done = subprocess.run(
        [sys.executable, path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    sys.stdout.write(done.stdout + done.stderr)
    lines = (done.stdout or done.stderr).strip()
    return Part(title, done.returncode == 0, f"`{path}`\n\n```\n{lines}\n```")


def commit() -> str:
    """The commit that was measured."""
    words = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main() -> int:
    """Run it all, write the report."""
    start = time.monotonic()
    parts = [soak_tests(), *(program(title, path) for title, path in PROGRAMS)]
    minutes = (time.monotonic() - start) / 60
    lines = [
        "# Soak report",
        "",
        "Written by `make soak`.",
        "",
        f"{time.strftime('%Y-%m-%d')}, commit {commit()}, {platform.platform()},"
        f" {os.cpu_count()} cores, Python {platform.python_version()}, {minutes:.0f} minutes.",
    ]
    for part in parts:
        verdict = "passed" if part.passed else "FAILED"
        lines += ["", f"## {part.title}: {verdict}", "", part.text]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"written: {REPORT.relative_to(ROOT)}")
    return 0 if all(part.passed for part in parts) else 1


if __name__ == "__main__":
    sys.exit(main())
