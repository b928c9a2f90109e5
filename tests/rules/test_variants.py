"""A rule knows its fault, and what is well, however it is written: see ``variants.py``.

DOCKPROXY_SEED chooses others.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest

from dockproxy.api import dump_snapshot, load_snapshot
from dockproxy.core.model.finding import Finding
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.registry import all_rules
from dockproxy.rules.rule import Example, Rule
from tests.rules.examples import host_of, mended
from tests.rules.variants import variants

SEED = os.environ.get("DOCKPROXY_SEED", "13")
NOT_THE_SAME: dict[tuple[str, str], str] = {}
"""Ways that are no variant of a rule's examples, and why not."""
_TOKEN = re.compile(r'"[^"]*"|[^\s,:}\]"=]+|.')


def drawn(kind: str, count: int) -> list[object]:
    """Of each rule so many variants of its examples, 0 for five of each example."""
    cases: list[object] = []
    for rule in all_rules():
        made = []
        for number, example in enumerate(getattr(rule, kind), 1):
            for way, variant in variants(example, f"{SEED}:{rule.code}:{kind}:{number}"):
                if not any((rule.code, one) in NOT_THE_SAME for one in way.split("+")):
                    name = f"{rule.code}-{number}-{way}"
                    made.append(pytest.param(rule, example, variant, id=name))
        if count and len(made) > count:
            made = random.Random(f"{SEED}:{rule.code}").sample(made, count)
        cases += made
    return cases


def soaked(kind: str) -> list[object]:
    """Five of each example, but for one of each rule with long numbers."""
    first = drawn(kind, 1)
    few = {case.id for case in first}  # type: ignore[attr-defined]
    rest = [case for case in drawn(kind, 0) if case.id not in few]  # type: ignore[attr-defined]
    marked = [
        pytest.param(*case.values, id=case.id, marks=pytest.mark.soak)  # type: ignore[attr-defined]
        for case in rest
    ]
    return [*first, *marked]


def of(rule: Rule, findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.code == rule.code]


def pointed_at(finding: Finding, root: Path) -> str | None:
    """The word in the file at the finding's first place, None where it has none."""
    first = finding.evidence[0]
    if first.path is None or first.line is None or first.column is None:
        return None
    content = (root / first.path.removeprefix(str(root)).lstrip("/")).read_bytes()
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    found = _TOKEN.match(lines[first.line - 1].rstrip("\r"), first.column - 1)
    return found.group() if found is not None else ""


def tight(content: bytes) -> bytes:
    """Without blanks before a line and round its first sign: a line that is put in has its own."""
    return re.sub(rb"(?m)^[ \t]+|(?<=^Environment)[ \t]*(=)[ \t]*", rb"\1", content)


@pytest.mark.parametrize(("rule", "example", "variant"), soaked("bad"))
def test_a_bad_example_is_found_however_it_is_written(
    rule: Rule, example: Example, variant: Example, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    before = of(rule, diagnose(host_of(example, tmp_path / "a")))
    host = host_of(variant, tmp_path / "b")
    after = of(rule, diagnose(host))

    assert len(after) == len(before)
    assert sorted(each.severity for each in after) == sorted(each.severity for each in before)
    pointed = sorted(str(pointed_at(each, tmp_path / "a")).lower() for each in before)
    assert sorted(str(pointed_at(each, tmp_path / "b")).lower() for each in after) == pointed
    assert of(rule, diagnose(load_snapshot(dump_snapshot(host)))) == after
    assert [bool(each.fix) for each in after] == [bool(each.fix) for each in before]


@pytest.mark.parametrize(
    ("rule", "example", "variant"),
    [case for case in soaked("bad") if case.values[1].fixed],  # type: ignore[attr-defined]
)
def test_its_fix_mends_it_all_the_same(
    rule: Rule, example: Example, variant: Example, tmp_path: Path
) -> None:
    made_anew = False
    for finding in of(rule, diagnose(host_of(variant, tmp_path))):
        for edit in finding.fix.edits if finding.fix is not None else ():
            file = tmp_path / edit.path.lstrip("/")
            made_anew = made_anew or not file.exists()
            after = mended(tmp_path, edit)
            if after is None:  # taken away
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(after)

    for path, content in (variant.fixed or {}).items():
        if path not in variant.files:  # made anew: a copy of what is written otherwise here
            continue
        wanted = content if isinstance(content, bytes) else content.encode()
        assert tight((tmp_path / path.lstrip("/")).read_bytes()) == tight(wanted)
    assert made_anew or any(
        (tmp_path / path.lstrip("/")).read_bytes()
        != (content if isinstance(content, bytes) else content.encode())
        for path, content in variant.files.items()
    )
    assert of(rule, diagnose(host_of(variant._replace(files={}), tmp_path))) == []


@pytest.mark.parametrize(("rule", "example", "variant"), soaked("good"))
def test_a_good_example_is_silent_however_it_is_written(
    rule: Rule, example: Example, variant: Example, tmp_path: Path
) -> None:
    found = diagnose(host_of(variant, tmp_path))
    assert [each for each in found if each.severity != "info"] == []
