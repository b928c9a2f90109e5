"""Our reading of EnvironmentFiles, and what we write there, beside the real systemd's."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from dockproxy.core.formats import environment_file
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.core.formats.unit_environment import (
    file_references,
)
from tests.lab.real_systemd import (
    PRINTABLE,
    TEXTS,
    Systemd,
    SystemdLibrary,
    report,
)
from tests.support import random_units

pytestmark = pytest.mark.lab


def test_environment_files_are_listed_as_systemd_lists_them(open_folder: Path) -> None:
    # given
    rng = Random(20265)
    values = (
        "/etc/default/docker", "-/etc/default/docker", "", "relative", '"/quoted"', "/a//b/./c/",
        "/a/../b", "- /blank", "/with blank", "-/etc/*.conf", "--/twice", "/a%%b", "/a%40", "/",
        "-",
    )  # fmt: skip
    systemd = Systemd(open_folder)
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


def test_random_environment_files_are_read_as_systemd_reads_them(open_folder: Path) -> None:
    # given
    rng = Random(20266)
    reader = SystemdLibrary()
    differing: list[tuple[object, ...]] = []
    for _ in range(TEXTS * 5):
        text = random_units.environment_file_text(rng)
        path = open_folder / "file"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        # when
        real = reader.environment_file(path)
        content = environment_file.parse(text, reader.version)
        # then
        ours = None if content.refused else content.values()
        if ours != real:
            differing.append((text, ours, real))
    report(differing)


def test_what_edit_writes_is_what_systemd_reads(open_folder: Path) -> None:
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
        path = open_folder / "file"
        path.write_bytes(edited.encode("utf-8", "surrogateescape"))
        # when
        real = reader.environment_file(path)
        # then
        if real is None or real.get("A") != value:
            differing.append((text, value, edited, real))
    report(differing)
