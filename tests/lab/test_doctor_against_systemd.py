"""Where doctor finds fault with a unit, and where systemd does: the same lines, none besides."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from dockproxy import api
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_mending import is_service_misspelt
from dockproxy.core.model.finding import Finding
from dockproxy.core.model.proxies import DAEMON_KEYS, variable_names
from dockproxy.core.model.secret import mask_url
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.lab.real_systemd import FRAGMENT, Loaded, Systemd, SystemdLibrary, report
from tests.support.random_proxy_units import Case, case

pytestmark = pytest.mark.lab

SEED = 20261127
UNITS = int(os.environ.get("DOCKPROXY_DOCTOR_UNITS", "300"))
FOLDER = "/etc/systemd/system/docker.service.d"
IGNORED = ("DP201", "DP202", "DP210", "DP211", "DP216", "DP217")
PROXY = re.compile(r"(?i)(https?|no)[_-]?proxy")
STOPS = ("Invalid section header", "Bad characters in section header", "String is not UTF-8")

Places = set[tuple[str, int]]


def test_doctor_finds_fault_where_systemd_does(
    open_folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    compare(UNITS, SEED, open_folder, tmp_path)
    record_property("units judged as systemd does", f"{UNITS}, seed {SEED}")


@pytest.mark.soak
def test_doctor_finds_fault_where_systemd_does_2000_times(
    open_folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    compare(2000, SEED + 1, open_folder, tmp_path)
    record_property("units judged as systemd does", f"2000, seed {SEED + 1}")


def compare(number: int, seed: int, folder: Path, trees: Path) -> None:
    print(f"seed {seed}, {number} units")
    rng = Random(seed)
    cases = [case(rng) for _ in range(number)]
    systemd = Systemd(folder)
    for index, each in enumerate(cases):
        systemd.unit(f"d{index}.service")
        for name, text in each.drop_ins.items():
            systemd.write(f"units/d{index}.service.d/{name}", text)
            alone = f"d{index}x{name.removesuffix('.conf')}.service"
            systemd.unit(alone)
            systemd.write(f"units/{alone}.d/{name}", text)
    loaded = systemd.load()
    complaints: dict[str, Places] = {}
    said: dict[tuple[str, str, int], list[str]] = {}
    for unit, name, line, words in re.findall(r"/([^/\s]+)\.d/([^/\s]+):(\d+): (.*)", systemd.log):
        said.setdefault((unit, name, int(line)), []).append(words)
    for unit, name, line in said:
        complaints.setdefault(unit, set()).add((name, line))
    library = SystemdLibrary()
    differing: list[tuple[object, ...]] = []
    for index, each in enumerate(cases):
        unit = f"d{index}.service"
        root = trees / str(index)
        findings = doctor(root, each)
        theirs = (
            ignored_by_systemd(each, unit, complaints.get(unit, set()), said),
            taken_away(each, index, loaded),
            in_two_files(each, index, loaded),
            *environment_files(each, root, loaded[unit], library),
        )
        ours = (
            first_lines(each, places(findings, IGNORED, FOLDER)),
            keys(findings, "DP206"),
            keys(findings, "DP205") if theirs[2] is not None else None,
            places(findings, ("DP208",), FOLDER) != set(),
            places(findings, ("DP209",), "/etc/docker"),
        )
        if ours != theirs:
            differing.append((index, each, ours, theirs, complaints.get(unit)))
    report(differing)


def doctor(root: Path, each: Case) -> tuple[Finding, ...]:
    files = {"/usr/lib/systemd/system/docker.service": FRAGMENT, **each.environment_files}
    files.update((f"{FOLDER}/{name}", text) for name, text in each.drop_ins.items())
    for path, text in files.items():
        file = root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    return diagnose(resolve(api.observe(root=str(root)).snapshot))


def places(findings: tuple[Finding, ...], codes: tuple[str, ...], folder: str) -> Places:
    return {
        (place.path.rpartition("/")[2], place.line)
        for finding in findings
        if finding.code in codes
        for place in finding.evidence
        if place.path is not None and place.line is not None and place.path.startswith(folder)
    }


def first_lines(each: Case, found: Places) -> Places:
    """Each place as the first line of the setting that it is in."""
    spans = {
        (name, line): (name, meant.line)
        for name, text in each.drop_ins.items()
        for meant in parse(text).assignments
        for line in range(meant.line, meant.last_line + 2)
    }
    return {spans.get(place, place) for place in found}


def keys(findings: tuple[Finding, ...], code: str) -> set[str]:
    return {key for each in findings if each.code == code for key in DAEMON_KEYS if key in each.id}


def ignored_by_systemd(
    each: Case, unit: str, complained: Places, said: dict[tuple[str, str, int], list[str]]
) -> Places:
    """The lines that name a proxy and of which systemd ignores something, the header of a section
    of such lines that it does not know and that is meant for its own, and where it gives up.
    """
    found: Places = set()
    for name, text in each.drop_ins.items():
        lines = {line for there, line in complained if there == name}
        for line in lines:
            if any(words.startswith(STOPS) for words in said[unit, name, line]):
                found.add((name, line))
        headers = {
            line: words.split("'")[1]
            for line in lines
            for words in said[unit, name, line]
            if words.startswith("Unknown section")
        }
        unknown = set(headers.values())
        for meant in parse(text).assignments:
            file = meant.key == "EnvironmentFile" and meant.section == "Service"
            if not file and not PROXY.search(meant.value + meant.key):
                continue
            spans = range(meant.first_line + 1, meant.last_line + 2)
            if meant.section in unknown or any(line in spans for line in lines):
                found.add((name, meant.line))
                if is_service_misspelt(meant.section or ""):
                    found |= {(name, line) for line in headers if headers[line] == meant.section}
    return found


def taken_away(each: Case, index: int, loaded: dict[str, Loaded]) -> set[str]:
    """Keys that a file alone would set, and that the unit as a whole does not have."""
    whole = loaded[f"d{index}.service"]
    left = {name for name in whole.environment if name not in whole.unset}
    alone: set[str] = set()
    for name in each.drop_ins:
        there = loaded[f"d{index}x{name.removesuffix('.conf')}.service"].environment
        alone |= {variable for variable, value in there.items() if value}
    from_file, unset = referenced(each, whole), set(whole.unset)
    return {
        key
        for key in DAEMON_KEYS
        for variable in variable_names(key)
        if variable in (alone | (from_file & unset)) and variable not in left | (from_file - unset)
    }


def referenced(each: Case, whole: Loaded) -> set[str]:
    """Variables of the EnvironmentFile that the unit reads."""
    named = [path.lstrip("-").partition(" ")[0] for path in whole.files]
    if "/etc/docker/proxy.env" not in named:
        return set()
    found = set()
    for line in each.environment_files["/etc/docker/proxy.env"].splitlines():
        variable = line.partition("=")[0].strip()
        if variable.isidentifier():
            found.add(variable)
    return found


def in_two_files(each: Case, index: int, loaded: dict[str, Loaded]) -> set[str] | None:
    """Keys that two drop-ins set to different values; None where more than that goes on."""
    whole = loaded[f"d{index}.service"]
    if any("reset" in name for name in each.drop_ins) or whole.files:
        return None
    values: dict[str, set[str]] = {
        name: {mask_url(value)} for name, value in whole.environment.items()
    }  # where passwords alone differ a Snapshot does not show it
    for name in each.drop_ins:
        there = loaded[f"d{index}x{name.removesuffix('.conf')}.service"].environment
        for variable, value in there.items():
            if value:  # an empty one that loses takes nothing away
                values.setdefault(variable, set()).add(mask_url(value))
    return {
        key
        for key in DAEMON_KEYS
        for variable in variable_names(key)
        if len(values.get(variable, ())) > 1
    }


def environment_files(
    each: Case, root: Path, whole: Loaded, library: SystemdLibrary
) -> tuple[bool, Places]:
    """Whether a file that must be there is missing, and the lines of one that systemd drops."""
    missing = False
    dropped: Places = set()
    for shown in whole.files:
        optional = shown.startswith("-") or "ignore_errors=yes" in shown
        path = shown.lstrip("-").partition(" ")[0]
        file = root / path.lstrip("/")
        values = library.environment_file(file) if file.exists() else None
        missing = missing or (values is None and not optional)
        if values is None:
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            name, equals, value = line.strip().partition("=")
            if equals and not line.strip().startswith("#") and value and name.strip() not in values:
                dropped.add((path.rpartition("/")[2], number))
    return missing, dropped
