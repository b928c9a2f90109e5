"""Real shells that carry out what dockproxy prints."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache

import pytest

from tests.lab.equipment.trees import Trees

ALL = ("sh", "dash", "bash", "zsh", "fish")
STARTS = {"zsh": ["-f"], "fish": ["--no-config"], "bash": ["--norc", "--noprofile"]}
BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/dev/null"}
SHOW = "import json, os; print(json.dumps({n: v for n, v in os.environ.items()}))"

PRINTABLE = "".join(map(chr, range(0x20, 0x7F))) + "é中‘’‚‛“”😀"


OVER_USR = 'mount -t overlay overlay -o "lowerdir=$1:/usr" /usr && shift && exec "$@"'


def need(shell: str) -> None:
    """Skip where that program can't be had: see ``at``."""
    at(shell)


@cache
def at(shell: str) -> tuple[str, ...]:
    """The words that start it: this machine's own, else Debian's in a view of /usr that is laid
    over this machine's for that process alone (as root on Debian, with the lab's cache).
    """
    found = shutil.which(shell)
    if found is not None:
        return (found,)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        pytest.skip(f"{shell} is not installed, and only root on Debian can have it from the lab")
    folder = Trees().shells()
    return ("unshare", "--mount", "sh", "-c", OVER_USR, "sh", f"{folder}/usr", f"/usr/bin/{shell}")


def variables_after(
    shell: str, script: str, environment: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What a program started at the script's end has in its environment."""
    ended = f"{script}\n'{sys.executable}' -c '{SHOW}'\n"
    done = subprocess.run(
        [*at(shell), *STARTS.get(shell, []), "-c", ended],
        env={**BARE, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    assert not done.stderr, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found
