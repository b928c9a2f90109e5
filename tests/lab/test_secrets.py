"""A marked password is found nowhere: output, Snapshot, log, argument, files others can read."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from tests.lab.equipment import Host, Proxy

pytestmark = pytest.mark.lab

USER = "m4rk-user"
PASSWORD = 'M4RK@"7/pa:ss %\\w&d'
URL = f"http://{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@10.88.0.1:3129"
AUTH = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

WATCHER = """
import glob, sys, time
needles = [line.rstrip("\\n").encode() for line in open("/root/needles")]
end = time.time() + float(sys.argv[1])
looked = 0
while time.time() < end:
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            words = open(path, "rb").read()
        except OSError:
            continue
        looked += 1
        for needle in needles:
            if needle in words:
                print("FOUND", words)
    time.sleep(0.002)
print("looked", looked)
"""

READABLE = r"""
find / -xdev -path /proc -prune -o -path /sys -prune -o -path /opt/dockproxy -prune -o \
    -type f -perm -o+r -newer /root/needles -print0 | xargs -0 -r grep -l -a -F -f /root/needles
"""


def _needles() -> list[str]:
    """Every spelling of the password that could give it away, each long enough to be its own."""
    encoded = quote(PASSWORD, safe="")
    spellings = {
        PASSWORD,
        encoded,
        encoded.replace("%", "%%"),
        json.dumps(PASSWORD)[1:-1],
        AUTH,
        base64.b64encode(PASSWORD.encode()).decode(),
        "M4RK",
    }
    return sorted(spellings)


def _assert_clean(text: str, where: str) -> None:
    for needle in _needles():
        assert needle not in text, f"{needle!r} in {where}"


@pytest.mark.parametrize("via", ["daemon-json", "systemd"])
def test_a_marked_password_is_shown_nowhere(host: Host, auth_proxy: Proxy, via: str) -> None:
    assert auth_proxy.address == "10.88.0.1:3129"
    host.write("/root/needles", "\n".join(_needles()) + "\n", mode=0o600)
    host.write("/root/watch.py", WATCHER)
    auths = {"auths": {"registry.corp.test:5443": {"auth": AUTH}}}
    host.write("/root/.docker/config.json", json.dumps(auths), mode=0o600)
    host.write("/root/env", f"export HTTPS_PROXY='{URL}'\n", mode=0o600)
    watcher = host.start(["python3", "/root/watch.py", "25"])
    outputs = {}

    def run(name: str, words: str) -> None:
        command = f". /root/env; PYTHONPATH=/opt/dockproxy/src python3 -m dockproxy {words}"
        result = host.run(["sh", "-c", command], check=False)
        assert "Traceback" not in result.output
        outputs[f"{name} ({result.returncode})"] = result.output

    options = f"--from-env --via {via} --no-check"
    run("dry run", f"set {options} --dry-run")
    run("dry run as JSON", f"set {options} --dry-run --json")
    run("set", f"set {options} --yes")
    run("status", "status")
    run("status as JSON", "status --json")
    run("set again", f"set {options} --yes")
    host.write("/root/env", f"export HTTPS_PROXY='{URL.replace('M4RK', 'M4RKED')}'\n", mode=0o600)
    run("another password's dry run", f"set {options} --dry-run")
    run("history", "history")
    run("history as JSON", "history --json")
    snapshot = host.run(
        ["env", "PYTHONPATH=/opt/dockproxy/src", "python3", "-m", "dockproxy.core.agent"],
        input=json.dumps({"do": "observe", "caller": {"uid": 0, "gid": 0, "home": "/root"}}) + "\n",
    )
    outputs["snapshot"] = snapshot.output
    run("undo's dry run", "undo --dry-run")
    readable = host.sh(READABLE, check=False).stdout
    run("undo as JSON", "undo --yes --json")

    assert "set (0)" in outputs and "undo as JSON (0)" in outputs, outputs
    for name, output in outputs.items():
        _assert_clean(output, name)
    assert readable.split() == []
    _assert_clean(host.sh("journalctl --no-pager -o cat _COMM=python3").output, "the journal")
    said = watcher.communicate(timeout=60)[0]
    seen = said.decode() if isinstance(said, bytes) else said
    assert "FOUND" not in seen, seen
    assert int(seen.split()[-1]) > 1000


def test_the_watches_do_see_what_is_there_to_be_seen(host: Host) -> None:
    host.write("/root/needles", "\n".join(_needles()) + "\n", mode=0o600)
    host.write("/root/watch.py", WATCHER)
    watcher = host.start(["python3", "/root/watch.py", "2"])
    host.run(["sh", "-c", "sleep 1", URL])
    said = watcher.communicate(timeout=60)[0]
    assert "FOUND" in (said.decode() if isinstance(said, bytes) else said)
    host.write("/etc/leak", f"x {URL}\n", mode=0o644)

    assert host.sh(READABLE, check=False).stdout.split() == ["/etc/leak"]
