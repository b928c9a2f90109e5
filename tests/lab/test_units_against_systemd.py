"""Our reading of units and drop-ins, and what we write there, beside the real systemd's."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from dockproxy.core.formats.systemd_unit import Unit, parse
from dockproxy.core.formats.unit_dropins import order_dropins
from dockproxy.core.formats.unit_edit import quote_assignment, set_environment
from dockproxy.core.formats.unit_environment import (
    Claim,
    effective_environment,
    pass_patterns,
    unset_patterns,
)
from tests.lab.real_systemd import (
    FRAGMENT,
    PRINTABLE,
    TEXTS,
    Anything,
    Systemd,
    kind_of,
    report,
)
from tests.support import random_units
from tests.support.line_diff import changed_lines

pytestmark = pytest.mark.lab


def _ours(stack: list[tuple[str, Unit]], unit: str) -> dict[str, object]:
    """What Environment= alone comes to; a specifier that we can't expand equals anything."""
    found = effective_environment(stack, {})
    claims = {name: each.claim for name, each in found.variables.items()}
    for name, each in found.removed.items():
        if each.claim.kind == "unset-environment":
            claims[name] = each.overridden[0]
    return {
        name: _expanded(claim, unit)
        for name, claim in claims.items()
        if claim.kind == "environment"
    }


def _expanded(claim: Claim, unit: str) -> object:
    value = claim.value or ""
    if not claim.note:
        return value
    known = {"%%": "%", "%H": socket.gethostname(), "%n": unit}
    parts = re.findall("%.|%$|[^%]+", value, re.DOTALL)
    if any(part[0] == "%" and part[1:].isalpha() and part not in known for part in parts):
        return Anything()
    return "".join(known.get(part, part) for part in parts)


def test_random_drop_ins_are_read_as_systemd_reads_them(
    open_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    # given
    rng = Random(20261)
    texts = {f"u{i}.service": random_units.unit_text(rng) for i in range(TEXTS)}
    systemd = Systemd(open_folder)
    for name, text in texts.items():
        systemd.unit(name)
        systemd.write(f"units/{name}.d/x.conf", text)
    # when
    loaded = systemd.load()
    complaints = systemd.complaints()
    # then
    differing: list[tuple[object, ...]] = []
    for name, text in texts.items():
        if re.search(r"[\s\"']%[Hn]=", text):  # a name that only this host knows
            continue
        unit = parse(text)
        stack = [(name, parse(FRAGMENT)), ("x.conf", unit)]
        passed = list(dict.fromkeys(pattern.text for pattern in pass_patterns(stack)))
        unset = list(dict.fromkeys(pattern.text for pattern in unset_patterns(stack)))
        said = [kind_of(problem.message) for problem in unit.problems]
        ours = (_ours(stack, name), passed, unset, said)
        real = loaded[name]
        theirs = (real.environment, real.passed, real.unset, complaints.get(name, []))
        if ours != theirs:
            differing.append((text, ours, theirs))
    report(differing)
    record_property("units read as systemd reads them", TEXTS)


def test_a_unit_file_that_systemd_stops_to_read_is_not_loaded(open_folder: Path) -> None:
    # given
    rng = Random(20262)
    systemd = Systemd(open_folder)
    texts = {}
    for index in range(TEXTS):
        texts[f"u{index}.service"] = FRAGMENT + random_units.unit_text(rng)
        systemd.unit(f"u{index}.service", texts[f"u{index}.service"])
    # when
    loaded = systemd.load()
    # then
    ours = {name: parse(text).stopped is None for name, text in texts.items()}
    real = {name: loaded[name].state == "loaded" for name in texts}
    report([(texts[n], ours[n], loaded[n].state) for n in texts if ours[n] != real[n]])
    assert 0 < sum(ours.values()) < TEXTS


def test_what_set_environment_writes_is_what_systemd_reads_and_all_else_is_as_before(
    open_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    # given
    rng = Random(20263)
    systemd = Systemd(open_folder)
    wanted: dict[str, dict[str, object]] = {}
    edited: dict[str, tuple[str, str]] = {}
    for index in range(TEXTS):
        name = f"u{index}.service"
        value = "".join(chr(rng.choice(PRINTABLE)) for _ in range(rng.randint(0, 12)))
        variable = rng.choice(random_units.NAMES)
        text = random_units.unit_text(rng)
        others = _ours([(name, parse(FRAGMENT)), ("x.conf", parse(text))], name)
        others.pop(variable, None)
        taken = index % 3 == 0
        wanted[name] = others if taken else {**others, variable: value}
        edited[name] = (text, set_environment(text, [(variable, None if taken else value)]))
        systemd.unit(name)
        systemd.write(f"units/{name}.d/x.conf", edited[name][1])
    # when
    loaded = systemd.load()
    # then
    report(
        [
            (edited[name], wanted[name], loaded[name])
            for name in wanted
            if wanted[name] != loaded[name].environment
        ]
    )
    report([texts for texts in edited.values() if not _only_what_must(*texts)])
    record_property("edited units read by systemd as asked", len(wanted))


def _only_what_must(before: str, after: str) -> bool:
    """Whether no line went or came that did not have to: a new one with its section, or those that
    held the word, which may stand there several times, over several lines."""
    one, two = (re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) for text in (before, after))
    gone, come = changed_lines(one, two)
    held = sum("=" in line or "\\" in line for line in one)
    return come <= gone + 3 and gone <= held + 1


def test_every_character_survives_quoting(open_folder: Path) -> None:
    # given
    systemd = Systemd(open_folder)
    characters = [chr(code) for code in (*range(1, 0x250), *range(0x2010, 0x2030), 0xE000, 0x1F600)]
    wanted = {f"u{i}.service": f"{c}a{c}1{c}{c}" for i, c in enumerate(characters) if c != "\n"}
    for name, value in wanted.items():
        systemd.unit(name)
        systemd.write(
            f"units/{name}.d/x.conf", f"[Service]\nEnvironment={quote_assignment('A', value)}\n"
        )
    # when
    loaded = systemd.load()
    # then
    report([(v, loaded[n]) for n, v in wanted.items() if loaded[n].environment != {"A": v}])


def test_drop_ins_are_ordered_and_masked_as_systemd_does(open_folder: Path) -> None:
    # given
    rng = Random(20264)
    places = ("etc", "run", "units")
    systemd = Systemd(open_folder)
    units = [f"p{i}.service" for i in range(30)] + [f"a-b-c{i}.service" for i in range(30)]
    units += [f"t{i}@x.service" for i in range(10)]
    written = []
    for unit in units:
        systemd.unit(unit)
        for _ in range(rng.randint(1, 5)):
            own = rng.choice(
                (unit, unit, unit.replace("@x", "@"), "a-b-.service", "a-.service", "service")
            )
            name = rng.choice(
                ("10-a.conf", "b.conf", "B.conf", "é.conf", "c.conf~", "d", ".e.conf")
            )
            path = f"{rng.choice(places)}/{own}.d/{name}"
            if rng.random() < 0.1:
                (open_folder / path).parent.mkdir(parents=True, exist_ok=True)
                (open_folder / path).unlink(missing_ok=True)
                (open_folder / path).symlink_to("/dev/null")
            elif not (open_folder / path).is_symlink():
                systemd.write(path, "[Service]\n")
            written.append(str(open_folder / path))
    # when
    loaded = systemd.load(places)
    # then
    lookup = tuple(str(open_folder / place) for place in places)
    ours = {unit: order_dropins(unit, dict.fromkeys(written), lookup).used for unit in units}
    report([(ours[u], loaded[u].drop_ins) for u in units if ours[u] != loaded[u].drop_ins])
    assert sum(len(used) for used in ours.values()) > 100
