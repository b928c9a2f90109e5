"""A running service's environment beside what we make of its files."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path
from random import Random

import pytest

from dockproxy.core.formats.systemd_unit import Unit, parse
from dockproxy.core.formats.unit_environment import (
    effective_environment,
)
from tests.lab.equipment import Host
from tests.lab.real_systemd import (
    Anything,
    report,
)
from tests.support import random_units

pytestmark = pytest.mark.lab


# What systemd and the shell give to every service of the lab's host.
SYSTEMDS_OWN = ("SYSTEMD_EXEC_PID", "JOURNAL_STREAM", "PATH", "INVOCATION_ID", "LANG", "PWD")


def test_a_running_service_has_the_environment_that_a_stack_of_files_gives(
    host: Host, open_folder: Path
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
            _put(open_folder / "etc/systemd/system" / path, text)
    for path, content in files.items():
        if content is not None:
            _put(open_folder / path[1:], content)
    _copy(host, open_folder)
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
            variable: Anything() if each.claim.note else each.value
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
