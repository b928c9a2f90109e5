"""A program of the lab's trees, run as nobody."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

NOBODY = 65534


def run_as_nobody(
    argv: Sequence[str], env: Mapping[str, str], timeout: float = 60
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end. It is opened by whoever runs the tests: a checkout may lie where nobody
    can go.
    """
    ids: dict[str, Any] = {}
    if os.getuid() == 0:
        ids = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    program = os.open(argv[0], os.O_RDONLY)
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            list(argv),
            executable=f"/proc/self/fd/{program}",
            pass_fds=(program,),
            env=dict(env),
            capture_output=True,
            timeout=timeout,
            check=False,
            **ids,
        )
        return done
    finally:
        os.close(program)
