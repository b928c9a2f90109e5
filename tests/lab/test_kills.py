"""The whole command killed for real at every system call that changes something: ``killing``."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator

import pytest

from tests.properties.killing import Case, Killer
from tests.properties.trees import Item, Tree

pytestmark = pytest.mark.lab

Record = Callable[[str, object], None]
PROXY = "http://ann:s3cr%40t@proxy.corp.test:3128"
DAEMON_JSON = "etc/docker/daemon.json"
DROP_IN = "etc/systemd/system/docker.service.d/http-proxy.conf"
UNIT = Item("file", b"[Service]\nExecStart=/usr/sbin/dockerd -H fd://\n")
OLD = Item("file", b'{\n    "debug": true\n}\n', mode=0o640, gid=4)
INSTANCE = "root/.docker/buildx/instances/big"
NODE = b'{"Name":"big0","Endpoint":"unix:///var/run/docker.sock","DriverOpts":{"image":"x"}}'
BUILDER = Item(
    "file", b'{"Name":"big","Driver":"docker-container","Nodes":[%s]}' % NODE, mode=0o600
)
LONG = Item("file", b'{"proxies": {"http-proxy": "http://%s:1"}}\n' % (b"a" * 90))


def _with(*items: tuple[str, Item]) -> Tree:
    return Tree({"usr/lib/systemd/system/docker.service": UNIT, **dict(items)})


DAEMON = ("--for=daemon", PROXY)
CLIENT = ("--for=client", PROXY)
CASES = (
    Case("both, daemon.json there", _with((DAEMON_JSON, OLD)), (PROXY,)),
    Case("daemon.json new, with its folder", _with(), DAEMON),
    Case(
        "daemon.json with other proxies",
        _with((DAEMON_JSON, LONG)),
        (*DAEMON, "--no-proxy=localhost"),
    ),
    Case("drop-in new, with its folder", _with(), ("--via=systemd", *DAEMON)),
    Case(
        "drop-in there",
        _with((DROP_IN, Item("file", b'[Service]\nEnvironment="HTTP_PROXY=http://a:1"\r\n'))),
        DAEMON,
    ),
    Case(
        "drop-in instead of daemon.json",
        _with((DAEMON_JSON, LONG)),
        ("--via=systemd", *DAEMON),
    ),
    Case(
        "EnvironmentFile",
        _with(
            (DROP_IN, Item("file", b"[Service]\nEnvironmentFile=/etc/default/docker\n")),
            ("etc/default/docker", Item("file", b"HTTPS_PROXY=http://a:1\n", mode=0o600)),
        ),
        DAEMON,
    ),
    Case("config.json new, with its folder", _with(), CLIENT),
    Case(
        "config.json there",
        _with(
            ("root/.docker/config.json", Item("file", b'{"auths": {"x": {}}}\r\n', mode=0o600)),
        ),
        CLIENT,
    ),
    Case("a builder's instance file", _with((INSTANCE, BUILDER)), ("--for=builder:big", PROXY)),
    Case(
        "daemon.json behind two links",
        _with(
            (DAEMON_JSON, Item("link", target="../../srv/link.json")),
            ("srv/link.json", Item("link", target="/srv/daemon.json")),
            ("srv/daemon.json", OLD),
        ),
        DAEMON,
    ),
    Case(
        "a link to a file that is not there yet",
        _with((DAEMON_JSON, Item("link", target="/srv/config/daemon.json"))),
        DAEMON,
    ),
    Case(
        "in place, longer",
        _with((DAEMON_JSON, OLD), ("srv/other-name.json", Item("name", target=DAEMON_JSON))),
        DAEMON,
        in_place=True,
    ),
    Case(
        "in place, shorter",
        _with((DAEMON_JSON, LONG), ("srv/other-name.json", Item("name", target=DAEMON_JSON))),
        ("--for=daemon", "--http-proxy=http://p:1", "--no-proxy="),
        in_place=True,
    ),
)
COMMANDS = ("set", "undo", "unset")
QUICK = {
    ("both, daemon.json there", "set"),
    ("both, daemon.json there", "undo"),
    ("in place, longer", "set"),
    ("in place, longer", "undo"),
}


@pytest.fixture
def folder(lab_machine: None) -> Iterator[str]:
    """A folder in memory: each run waits for the disk dozens of times."""
    if shutil.which("strace") is None:
        subprocess.run(["apt-get", "install", "-y", "-q", "strace"], check=True, timeout=600)
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(prefix="dockproxy-kills-", dir=memory) as name:
        yield name


EACH = [
    pytest.param(
        case,
        command,
        id=f"{command}, {case.name}",
        marks=() if (case.name, command) in QUICK else (pytest.mark.soak,),
    )
    for case in CASES
    for command in COMMANDS
]


@pytest.mark.parametrize(("case", "command"), EACH)
def test_whatever_is_killed_leaves_whole_files_and_undo_brings_them_back(
    folder: str, case: Case, command: str, record_property: Record
) -> None:
    killer = Killer(case, folder)
    points = killer.points(command)
    record_property("kill points", killer.strike(command, points))
    assert len(points) >= 20


def test_where_the_child_with_the_users_rights_is_killed_all_is_put_back(
    folder: str, record_property: Record
) -> None:
    home = Item("folder", mode=0o700, uid=1000, gid=1000)
    config = Item("file", b'{"auths": {"x": {}}}\n', mode=0o600, uid=1000, gid=1000)
    tree = _with(
        (DAEMON_JSON, OLD),
        ("etc/passwd", Item("file", b"ann:x:1000:1000::/home/ann:/bin/sh\n")),
        ("home/ann", home),
        ("home/ann/.docker", home),
        ("home/ann/.docker/config.json", config),
    )
    killer = Killer(Case("another user's config.json", tree._replace(user="ann"), (PROXY,)), folder)

    calls = ("openat", "unlinkat", "renameat", "fsync")
    struck = killer.strike_children("home/ann/.docker", calls)

    record_property("kill points", struck)
    assert struck >= len(calls)
