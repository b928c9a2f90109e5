"""Which commands and settings systemd refuses a service for, and whether doctor says so."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from dockproxy import api
from dockproxy.core.formats.systemd_unit import parse
from dockproxy.resolve.make import resolve
from dockproxy.rules.diagnose import diagnose
from tests.lab.real_systemd import Systemd

pytestmark = pytest.mark.lab

COMMANDS = [
    *("/a", "dockerd -H fd://", "./d", "bin/d", "~/d", '""', "-", "@", "/usr/sbin/", '/a "x'),
    *("/a %q", "/a %1", "/a ; /b", "/a ;", "; /a", ";", r"/a \; b", "@/a", "!!!/a", "!!/a", "+!/a"),
    *("::/a", r"/a \z", '"/a b"', '"/a b/"', r"/a\x20", r"/a\x22", "..", "$D", "-bin/d", '-/a "x'),
    *("- /a", "/a /b ; c/d", '-""', '"/a', r"\z", "%h/a", "%n", '/a"b', "-@/a", "/a;b", '/a "; b"'),
    *("@/a b", "/a ; -b/c ; /d"),
]
SETTINGS = [
    "\n".join(lines)
    for lines in itertools.product(
        ("Type=notify", "Type=oneshot", "Type=dbus", "Type=bogus", ""),
        ("ExecStart=/a", "ExecStart=/a\nExecStart=/b", ""),
        ("ExecStop=/b", "Restart=always", "RemainAfterExit=yes\nExecStop=/b", "BusName=x..y", ""),
        ("", "Type=simple", "Restart=no", "PAMName=x\nKillMode=process"),
    )
]
STOPPED = ("DP208", "DP223", "DP228", "DP231")


def test_doctor_says_which_services_systemd_refuses(open_folder: Path, tmp_path: Path) -> None:
    systemd = Systemd(open_folder)
    texts = [*SETTINGS, *(f"Environment=A=1\nExecStart={value}" for value in COMMANDS)]
    texts += [f"Type=oneshot\nExecStart={value}" for value in COMMANDS]
    for index, text in enumerate(texts):
        systemd.unit(f"s{index}.service", f"[Unit]\nDefaultDependencies=no\n[Service]\n{text}\n")
    loaded = systemd.load()
    differing = []
    for index, text in enumerate(texts):
        root = tmp_path / str(index)
        unit = root / "usr/lib/systemd/system/docker.service"
        unit.parent.mkdir(parents=True)
        unit.write_text(f"[Service]\n{text}\n")
        found = diagnose(resolve(api.observe(root=str(root)).snapshot), STOPPED)
        state = loaded[f"s{index}.service"].state
        if (state != "loaded") != any(each.severity == "error" for each in found):
            differing.append((text, state, [each.code for each in found]))
    assert not differing, "\n".join(map(repr, differing[:9]))


def test_what_follows_a_command_in_a_drop_in_counts_where_systemd_reads_on(
    open_folder: Path,
) -> None:
    systemd = Systemd(open_folder)
    texts = [f"[Service]\nEnvironment=A=1\nExecStart={v}\nEnvironment=B=1\n" for v in COMMANDS]
    for index, text in enumerate(texts):
        systemd.unit(f"d{index}.service")
        systemd.write(f"units/d{index}.service.d/x.conf", text)
    loaded = systemd.load()
    theirs = [sorted(loaded[f"d{index}.service"].environment) for index in range(len(texts))]
    ours = [
        [each.value.partition("=")[0] for each in parse(text).service("Environment")]
        for text in texts
    ]
    assert ours == theirs
