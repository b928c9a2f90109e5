"""Our reading of units and EnvironmentFiles beside the real systemd's, on random texts.

Units: ``systemd --test`` reads a folder of units as the service manager would, prints what it made
of each, and starts nothing. EnvironmentFiles: systemd's own load_env_file, called in its library.
DOCKPROXY_UNIT_TEXTS sets how many texts each test takes.
"""

from __future__ import annotations

import base64
import ctypes
import glob
import os
import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from dockproxy.core.formats import environment_file
from dockproxy.core.formats.systemd_unit import Unit, parse
from dockproxy.core.formats.unit_dropins import order_dropins
from dockproxy.core.formats.unit_edit import quote_assignment, set_environment
from dockproxy.core.formats.unit_environment import (
    Claim,
    effective_environment,
    file_references,
    pass_patterns,
    unset_patterns,
)
from tests.lab.equipment import Host
from tests.support import random_units

pytestmark = pytest.mark.lab

TEXTS = int(os.environ.get("DOCKPROXY_UNIT_TEXTS", "400"))
SYSTEMD = "/lib/systemd/systemd"
FRAGMENT = "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/true\n"


PRINTABLE = [code for code in range(32, 0x180) if chr(code).isprintable()] + [0x1F600, 9]
# What systemd and the shell give to every service of the lab's host.
SYSTEMDS_OWN = ("SYSTEMD_EXEC_PID", "JOURNAL_STREAM", "PATH", "INVOCATION_ID", "LANG", "PWD")
# A fault's beginning, in systemd's words, is enough to know it by.
KINDS = (
    "Failed to resolve specifiers", "Invalid environment assignment", "Invalid syntax",
    "Unknown section", "Assignment outside of section", "Unknown key", "Missing '='",
    "Missing key name", "Invalid section header", "Bad characters in section header",
    "String is not UTF-8 clean",
)  # fmt: skip


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that nobody's processes can read (tmp_path is its owner's alone)."""
    with tempfile.TemporaryDirectory(prefix="dockproxy-units-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


class Loaded(NamedTuple):
    """What systemd says of one unit."""

    state: str
    environment: dict[str, str]
    passed: list[str]
    unset: list[str]
    files: list[str]
    drop_ins: list[str]


class Systemd:
    """A folder of units, and what the real systemd reads in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self.log = ""

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogateescape"))

    def unit(self, name: str, fragment: str = FRAGMENT, place: str = "units") -> None:
        self.names.append(name)
        self.write(f"{place}/{name}", fragment)

    def load(self, places: tuple[str, ...] = ("units",)) -> dict[str, Loaded]:
        wants = "".join(f"Wants={name}\n" for name in self.names)
        self.write("units/all.target", f"[Unit]\nDefaultDependencies=no\n{wants}")
        environment = {
            "SYSTEMD_UNIT_PATH": ":".join(str(self.folder / place) for place in places),
            "SYSTEMD_LOG_TARGET": "console",
        }
        # Test mode refuses to run as root, and needs no right at all.
        ids = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
        done = subprocess.run(
            [SYSTEMD, "--test", "--system", "--unit=all.target", "--no-pager"],
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
            **ids,  # type: ignore[call-overload]
        )
        self.log = done.stderr.decode("utf-8", "surrogateescape")
        dump = done.stdout.decode("utf-8", "surrogateescape")
        assert " Unit all.target:" in dump, self.log
        return dict(_units(dump))

    def complaints(self) -> dict[str, list[str]]:
        """What the log says of each unit's x.conf: the kinds of fault, in order."""
        found: dict[str, list[str]] = {}
        for name, message in re.findall(r"/([^/\s]+)\.d/x\.conf:\d+: (.*)", self.log):
            kind = _kind(message)
            if kind in KINDS and (kind != "Unknown key" or "nvironment" in message):
                found.setdefault(name, []).append(_kind(message))
        return found


class SystemdLibrary:
    """systemd's own functions, in the library that its programs share."""

    def __init__(self) -> None:
        path = max(glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so"))
        self.version = int(re.findall(r"shared-(\d+)", path)[0])
        self.library = ctypes.CDLL(path)

    def environment_file(self, path: Path) -> dict[str, str] | None:
        """What a service gets of this file (load_env_file, strv_env_clean); None: refused."""
        items = ctypes.POINTER(ctypes.c_char_p)()
        if self.library.load_env_file(None, os.fsencode(path), ctypes.byref(items)) < 0:
            return None
        found = {}
        for index in range(10**6 if items else 0):
            item = items[index]
            if item is None:
                break
            name, _, value = item.decode("utf-8").partition("=")
            if self.library.env_assignment_is_valid(item):
                found[name] = value
        return found


def _kind(message: str) -> str:
    return next((kind for kind in KINDS if message.startswith(kind)), message)


def _units(dump: str) -> Iterator[tuple[str, Loaded]]:
    for block in re.split("\t(?:->|→) Unit ", dump)[1:]:
        name, _, body = block.partition(":\n")
        fields: dict[str, list[str]] = {}
        for entry in re.split(r"\n\t\t(?=[A-Z][A-Za-z -]*: )", "\n" + body[:-1]):
            key, _, value = entry.partition(": ")
            fields.setdefault(key, []).append(value)
        pairs = [item.partition("=") for item in fields.get("Environment", [])]
        yield (
            name,
            Loaded(
                fields.get("Unit Load State", ["?"])[0],
                {key: value for key, _, value in pairs},
                fields.get("PassEnvironment", []),
                fields.get("UnsetEnvironment", []),
                fields.get("EnvironmentFile", []),
                fields.get("DropIn Path", []),
            ),
        )


class _Any:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def report(differing: list[tuple[object, ...]]) -> None:
    shown = "\n\n".join("\n".join(map(repr, case)) for case in differing[:4])
    assert not differing, f"{len(differing)} of {TEXTS} differ:\n{shown}"


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
        return _Any()
    return "".join(known.get(part, part) for part in parts)


def test_random_drop_ins_are_read_as_systemd_reads_them(folder: Path) -> None:
    # given
    rng = Random(20261)
    texts = {f"u{i}.service": random_units.unit_text(rng) for i in range(TEXTS)}
    systemd = Systemd(folder)
    for name, text in texts.items():
        systemd.unit(name)
        systemd.write(f"units/{name}.d/x.conf", text)
    # when
    loaded = systemd.load()
    complaints = systemd.complaints()
    # then
    differing: list[tuple[object, ...]] = []
    for name, text in texts.items():
        unit = parse(text)
        stack = [(name, parse(FRAGMENT)), ("x.conf", unit)]
        passed = list(dict.fromkeys(pattern.text for pattern in pass_patterns(stack)))
        unset = list(dict.fromkeys(pattern.text for pattern in unset_patterns(stack)))
        said = [_kind(problem.message) for problem in unit.problems]
        ours = (_ours(stack, name), passed, unset, said)
        real = loaded[name]
        theirs = (real.environment, real.passed, real.unset, complaints.get(name, []))
        if ours != theirs:
            differing.append((text, ours, theirs))
    report(differing)


def test_a_unit_file_that_systemd_stops_to_read_is_not_loaded(folder: Path) -> None:
    # given
    rng = Random(20262)
    systemd = Systemd(folder)
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


def test_what_set_environment_writes_is_what_systemd_reads(folder: Path) -> None:
    # given
    rng = Random(20263)
    systemd = Systemd(folder)
    wanted = {}
    for index in range(TEXTS):
        name = f"u{index}.service"
        value = "".join(chr(rng.choice(PRINTABLE)) for _ in range(rng.randint(0, 12)))
        variable = rng.choice(random_units.NAMES)
        text = random_units.unit_text(rng)
        systemd.unit(name)
        systemd.write(f"units/{name}.d/x.conf", set_environment(text, [(variable, value)]))
        wanted[name] = (variable, value, text)
    # when
    loaded = systemd.load()
    # then
    report(
        [
            (case, loaded[name])
            for name, case in wanted.items()
            if loaded[name].environment.get(case[0]) != case[1]
        ]
    )


def test_every_character_survives_quoting(folder: Path) -> None:
    # given
    systemd = Systemd(folder)
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


def test_drop_ins_are_ordered_and_masked_as_systemd_does(folder: Path) -> None:
    # given
    rng = Random(20264)
    places = ("etc", "run", "units")
    systemd = Systemd(folder)
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
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).unlink(missing_ok=True)
                (folder / path).symlink_to("/dev/null")
            elif not (folder / path).is_symlink():
                systemd.write(path, "[Service]\n")
            written.append(str(folder / path))
    # when
    loaded = systemd.load(places)
    # then
    lookup = tuple(str(folder / place) for place in places)
    ours = {unit: order_dropins(unit, dict.fromkeys(written), lookup).used for unit in units}
    report([(ours[u], loaded[u].drop_ins) for u in units if ours[u] != loaded[u].drop_ins])
    assert sum(len(used) for used in ours.values()) > 100


def test_environment_files_are_listed_as_systemd_lists_them(folder: Path) -> None:
    # given
    rng = Random(20265)
    values = (
        "/etc/default/docker", "-/etc/default/docker", "", "relative", '"/quoted"', "/a//b/./c/",
        "/a/../b", "- /blank", "/with blank", "-/etc/*.conf", "--/twice", "/a%%b", "/a%40", "/",
        "-",
    )  # fmt: skip
    systemd = Systemd(folder)
    texts = {}
    for index in range(60):
        lines = [f"EnvironmentFile={rng.choice(values)}" for _ in range(rng.randint(1, 3))]
        texts[f"u{index}.service"] = "[Service]\n" + "\n".join(lines)
        systemd.unit(f"u{index}.service")
        systemd.write(f"units/u{index}.service.d/x.conf", texts[f"u{index}.service"])
    # when
    loaded = systemd.load()
    # then
    ours = {
        name: [
            ("-" if each.optional else "") + each.pattern
            for each in file_references([("x.conf", parse(text))])
        ]
        for name, text in texts.items()
    }
    report([(texts[n], ours[n], loaded[n].files) for n in texts if ours[n] != loaded[n].files])


def test_random_environment_files_are_read_as_systemd_reads_them(folder: Path) -> None:
    # given
    rng = Random(20266)
    reader = SystemdLibrary()
    differing: list[tuple[object, ...]] = []
    for _ in range(TEXTS * 5):
        text = random_units.environment_file_text(rng)
        path = folder / "file"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        # when
        real = reader.environment_file(path)
        content = environment_file.parse(text, reader.version)
        # then
        ours = None if content.refused else content.values()
        if ours != real:
            differing.append((text, ours, real))
    report(differing)


def test_what_edit_writes_is_what_systemd_reads(folder: Path) -> None:
    # given
    rng = Random(20267)
    reader = SystemdLibrary()
    differing: list[tuple[object, ...]] = []
    for _ in range(TEXTS):
        text = random_units.environment_file_text(rng)
        value = "".join(chr(rng.choice(PRINTABLE)) for _ in range(rng.randint(0, 12)))
        if environment_file.parse(text).refused:
            continue
        edited = environment_file.edit(text, [("A", value)], reader.version)
        path = folder / "file"
        path.write_bytes(edited.encode("utf-8", "surrogateescape"))
        # when
        real = reader.environment_file(path)
        # then
        if real is None or real.get("A") != value:
            differing.append((text, value, edited, real))
    report(differing)


def test_a_running_service_has_the_environment_that_a_stack_of_files_gives(
    host: Host, folder: Path
) -> None:
    # given
    rng = Random(int(os.environ.get("DOCKPROXY_STACK_SEED", "20268")))
    stacks: dict[str, list[tuple[str, Unit]]] = {}
    files: dict[str, str | None] = {}
    for index in range(80):
        name = f"stack{index}"
        file = f"/etc/lab/{name}.env"
        files[file] = random_units.environment_file_text(rng) if rng.random() < 0.8 else None
        dash = rng.choice(("", "-"))
        texts = {
            f"{name}.service": "[Service]\nType=oneshot\nRemainAfterExit=yes\n"
            f"ExecStart=/bin/sh -c 'exec env -0 > /run/%N.env'\nEnvironmentFile={dash}{file}\n",
            f"{name}.service.d/a.conf": random_units.unit_text(rng),
            f"{name}.service.d/b.conf": random_units.unit_text(rng),
        }
        stacks[name] = [(path, parse(text)) for path, text in texts.items()]
        for path, text in texts.items():
            _put(folder / "etc/systemd/system" / path, text)
    for path, content in files.items():
        if content is not None:
            _put(folder / path[1:], content)
    _copy(host, folder)
    # when
    host.systemctl("daemon-reload")
    host.systemctl("start", *(f"{name}.service" for name in stacks), check=False)
    each = 'echo "$f"; base64 -w0 "$f"; echo; echo'
    shown = host.sh(f"cd /run; for f in stack*.env; do {each}; done").stdout
    version = int(host.systemctl("--version").stdout.split()[1])
    # then
    real = _environments(shown)
    differing: list[tuple[object, ...]] = []
    for name, stack in stacks.items():
        ours = effective_environment(stack, files, {}, {}, version)
        assert not ours.unseen
        wanted = {
            variable: _Any() if each.claim.note else each.value
            for variable, each in ours.variables.items()
        }
        theirs = real.get(name)
        if ours.faults:
            if theirs is not None:
                differing.append((name, ours.faults, theirs))
        elif theirs is None or wanted != theirs:
            differing.append((name, wanted, theirs))
    report(differing)
    assert 10 < len(real) < len(stacks)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def _copy(host: Host, folder: Path) -> None:
    """Bytes as they are, which a host's own write may not take."""
    packed = subprocess.run(
        ["tar", "-C", str(folder), "-c", "etc"], capture_output=True, check=True
    ).stdout
    text = base64.b64encode(packed).decode()
    host.run(["sh", "-c", "base64 -d | tar -C / -x"], input=text)


def _environments(shown: str) -> dict[str, dict[str, str]]:
    """Of each service the variables that come from its files."""
    found = {}
    for block in shown.strip().split("\n\n"):
        name, _, encoded = block.partition("\n")
        pairs = base64.b64decode(encoded).decode("utf-8").split("\0")
        values = dict(pair.split("=", 1) for pair in pairs if pair)
        found[name.removesuffix(".env")] = {
            key: value for key, value in values.items() if key not in SYSTEMDS_OWN
        }
    return found
