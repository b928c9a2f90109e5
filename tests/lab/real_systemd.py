"""What the real systemd makes of units and EnvironmentFiles, starting nothing.

Units: ``systemd --test`` reads a folder of units as the service manager would and prints what it
made of each. EnvironmentFiles: systemd's own load_env_file, called in its library.
DOCKPROXY_UNIT_TEXTS sets how many texts each test takes.
"""

from __future__ import annotations

import ctypes
import glob
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TEXTS = int(os.environ.get("DOCKPROXY_UNIT_TEXTS", "400"))
SYSTEMD = "/lib/systemd/systemd"
FRAGMENT = "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/true\n"
PRINTABLE = [code for code in range(32, 0x180) if chr(code).isprintable()] + [0x1F600, 9]
# A fault's beginning, in systemd's words, is enough to know it by.
KINDS = (
    "Failed to resolve specifiers", "Invalid environment assignment", "Invalid syntax",
    "Unknown section", "Assignment outside of section", "Unknown key", "Missing '='",
    "Missing key name", "Invalid section header", "Bad characters in section header",
    "String is not UTF-8 clean",
)  # fmt: skip


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
            kind = kind_of(message)
            if kind in KINDS and (kind != "Unknown key" or "nvironment" in message):
                found.setdefault(name, []).append(kind_of(message))
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


def kind_of(message: str) -> str:
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


class Anything:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def report(differing: list[tuple[object, ...]]) -> None:
    shown = "\n\n".join("\n".join(map(repr, case)) for case in differing[:4])
    assert not differing, f"{len(differing)} of {TEXTS} differ:\n{shown}"
