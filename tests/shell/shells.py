"""Real shells that carry out what dockproxy prints."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping

import pytest

ALL = ("sh", "dash", "bash", "zsh", "fish")
STARTS = {"zsh": ["-f"], "fish": ["--no-config"], "bash": ["--norc", "--noprofile"]}
BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/dev/null"}
SHOW = "import json, os; print(json.dumps({n: v for n, v in os.environ.items()}))"

PRINTABLE = "".join(map(chr, range(0x20, 0x7F))) + "é中‘’‚‛“”😀"


def need(shell: str) -> None:
    """Skip where that shell is not installed: in the lab all of them are."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here; the lab has it")


def variables_after(
    shell: str, script: str, environment: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What a program started at the script's end has in its environment."""
    need(shell)
    ended = f"{script}\n'{sys.executable}' -c '{SHOW}'\n"
    done = subprocess.run(
        [shell, *STARTS.get(shell, []), "-c", ended],
        env={**BARE, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    assert not done.stderr, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found
