"""dnf of three Debian suites, asked for a repository's metadata."""

from __future__ import annotations

from functools import partial

from tests.lab.oracle.drivers import Driver
from tests.lab.oracle.packages import debian

ASK = """\
import sys, tempfile
import dnf

for number, url in enumerate(sys.stdin):
    base = dnf.Base()
    base.conf.cachedir = tempfile.mkdtemp(dir="/tmp")
    base.conf.logdir = "/tmp"
    base.conf.substitutions.update(releasever="1", basearch="x86_64", arch="x86_64")
    base.conf.sslverify = False
    base.conf.retries = 1
    base.conf.timeout = 4
    try:
        repo = base.repos.add_new_repo(f"r{number}", base.conf, baseurl=[url.rstrip("\\n")])
        repo.load()
    except Exception as error:
        print(type(error).__name__, error, file=sys.stderr)
    finally:
        base.close()
    print("done", flush=True)
"""
SUITES = {"4.14": "bookworm", "4.23": "trixie", "4.24": "forky"}
DRIVERS = [
    Driver(
        "dnf",
        version,
        ("/usr/bin/python3", "/mnt/ask.py"),
        root=partial(debian, suite, "python3-dnf", "libc-bin"),
        lines=True,
        files={"ask.py": ASK},
    )
    for version, suite in SUITES.items()
]
