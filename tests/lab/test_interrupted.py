"""A signal in the midst of a change: it is brought to a whole end first, or taken back after."""

from __future__ import annotations

import subprocess
import time

import pytest

from tests.lab.equipment import Host, Proxy
from tests.lab.restarts import (
    BOUNDED,
    DONE,
    INTERRUPTED,
    assert_put_back,
    entries,
    see,
    wait_for_new_daemon,
)

pytestmark = pytest.mark.lab


def begin(host: Host, url: str) -> subprocess.Popen[bytes]:
    """A ``set`` at work, its process id in /run/dp-pid."""
    noted = ["sh", "-c", 'echo $$ > /run/dp-pid; exec "$@"', "sh"]
    words = ["python3", "-m", "dockproxy", "set", url, "--for", "daemon", *BOUNDED]
    return host.start([*noted, *words], env={"PYTHONPATH": "/opt/dockproxy/src"})


def until(run: subprocess.Popen[bytes], words: bytes) -> None:
    """Read what it says up to the line with these words."""
    assert run.stderr is not None
    for line in run.stderr:
        if words in line:
            return
    raise AssertionError(f"it ended and never said {words!r}")


def test_ctrl_c_while_the_daemon_proves_its_way_leaves_the_change(
    host: Host, squid: Proxy, containers: None
) -> None:
    before = see(host)
    run = begin(host, squid.url)
    until(run, b"seeing that it stays")
    with squid.hung():
        until(run, b"the daemon asks a registry")
        time.sleep(1)

        host.sh("kill -INT $(cat /run/dp-pid)")

        out, err = run.communicate(timeout=60)
    assert run.returncode == INTERRUPTED, out + err
    assert b"interrupted: the change is made, its proof is left out" in err
    after = see(host)
    assert after.proxies == (squid.url, squid.url)
    assert after.containers == before.containers
    assert entries(host)[0]["state"] == "done"
    assert_put_back(host, before, host.dockproxy("undo", *BOUNDED, check=False), DONE)


@pytest.mark.parametrize("signal", ["INT", "HUP"])
def test_a_signal_to_us_in_the_middle(
    host: Host, squid: Proxy, containers: None, signal: str
) -> None:
    before, old = see(host), host.daemon_pid()
    run = begin(host, squid.url)
    wait_for_new_daemon(host, old)

    host.sh(f"kill -{signal} $(cat /run/dp-pid)")

    out, err = run.communicate(timeout=120)
    assert run.returncode == INTERRUPTED, out + err
    after = see(host)
    assert after.proxies == (squid.url, squid.url)
    assert after.containers == before.containers
    assert entries(host)[0]["state"] == "done"


def test_undo_after_we_were_killed_in_the_middle(
    host: Host, squid: Proxy, containers: None
) -> None:
    before, old = see(host), host.daemon_pid()
    run = begin(host, squid.url)
    wait_for_new_daemon(host, old)
    host.sh("kill -KILL $(cat /run/dp-pid)")
    run.communicate(timeout=60)
    assert entries(host)[0]["state"] == "written"

    undone = host.dockproxy("undo", *BOUNDED, check=False)

    assert_put_back(host, before, undone, DONE)
    assert entries(host)[1]["state"] == "undone"
