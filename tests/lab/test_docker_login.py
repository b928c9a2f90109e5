"""The real ``docker login`` writes config.json while dockproxy does."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

CONFIG = "/root/.docker/config.json"
REGISTRY = "registry.corp.test:5443"
LOGIN = f"docker login {REGISTRY} -u ann -p pass-word"
RACE = f"""
{LOGIN} || exit 1
touch /tmp/racing
while test -e /tmp/racing; do {LOGIN}; docker logout {REGISTRY}; done >/dev/null 2>&1
{LOGIN}
"""
WATCH = f"""
import json, os, sys
seen = 0
while os.path.exists("/tmp/racing"):
    with open("{CONFIG}", "rb") as file:
        text = file.read()
    json.loads(text)
    seen += 1
print(seen)
"""


@pytest.mark.soak
def test_neither_loses_a_byte_to_the_other_and_every_reader_finds_a_whole_file(
    host: Host, squid: Proxy, record_property: Callable[[str, object], None]
) -> None:
    host.dockproxy("set", squid.url, "--for", "daemon", "--yes", "--no-check")
    racing = host.start(["sh", "-c", RACE])
    host.sh("until test -e /tmp/racing; do sleep 0.05; done")
    reading = host.start(["python3", "-c", WATCH])
    try:
        codes = []
        for turn in range(8):
            for words in (("set", f"http://p{turn}:1"), ("unset",)):
                done = host.dockproxy(*words, "--for", "client", "--yes", check=False)
                assert done.returncode in (0, 3), done.output
                codes.append(done.returncode)
    finally:
        host.remove("/tmp/racing")
    assert racing.wait(60) == 0
    read, errors = reading.communicate(timeout=60)

    assert (reading.returncode, errors) == (0, b"")
    assert int(read) > 100
    assert 0 in codes
    record_property("config.json read whole beside docker login and dockproxy", int(read))
    kept = json.loads(host.read(CONFIG))
    assert (
        host.dockproxy("set", squid.url, "--for", "client", "--yes", "--no-check").returncode == 0
    )
    host.sh(LOGIN)
    after = json.loads(host.read(CONFIG))
    assert after["auths"] == kept["auths"] == {REGISTRY: {"auth": "YW5uOnBhc3Mtd29yZA=="}}
    assert after["proxies"]["default"]["httpProxy"] == squid.url


def test_what_login_wrote_in_between_stays_when_it_is_taken_back(host: Host, squid: Proxy) -> None:
    host.write(CONFIG, '{"credHelpers": {"other.test": "none"}}', 0o600)
    host.dockproxy("set", squid.url, "--yes", "--no-check")
    host.sh(LOGIN)  # writes the whole file anew, in an order and indentation of its own

    done = host.dockproxy("undo", "--yes", check=False)

    assert done.returncode == 0, done.output
    kept = json.loads(host.read(CONFIG))
    assert kept == {
        "auths": {REGISTRY: {"auth": "YW5uOnBhc3Mtd29yZA=="}},
        "credHelpers": {"other.test": "none"},
    }
