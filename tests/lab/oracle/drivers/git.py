"""git of five Debian suites, each with its suite's libcurl."""

from __future__ import annotations

from functools import partial

from tests.lab.oracle.cases import COMMON
from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian

SUITES = {"2.30": "bullseye", "2.39": "bookworm", "2.47": "trixie", "2.53": "forky", "2.55": "sid"}
ENVIRONMENT = {"GIT_SSL_NO_VERIFY": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
DRIVERS = [
    Driver(
        "git",
        version,
        ("/usr/bin/git", "ls-remote", "{}"),
        root=partial(debian, suite, "git"),
        env=ENVIRONMENT,
        variables=COMMON,
    )
    for version, suite in SUITES.items()
]
