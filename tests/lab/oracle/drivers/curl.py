"""curl of five Debian suites."""

from __future__ import annotations

from functools import partial

from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian

COMMAND = (
    "/usr/bin/curl",
    "-q",
    "-s",
    "-k",
    "--proxy-insecure",
    "-g",
    "-o",
    "/dev/null",
    "--max-time",
    "8",
    "{}",
)
SUITES = {"7.74": "bullseye", "7.88": "bookworm", "8.14": "trixie", "8.22": "forky", "8.23": "sid"}
DRIVERS = [
    Driver("curl", version, COMMAND, root=partial(debian, suite, "curl", "libc-bin"))
    for version, suite in SUITES.items()
]
