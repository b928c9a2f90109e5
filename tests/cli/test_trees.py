"""``--root``: the whole way of a change on a tree that is no machine, as when an image is built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.process import SOURCE, environment, run, run_as
from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, JOURNAL, PROXY, Seen, Tree

PASSWD = "root:x:0:0:root:/root:/bin/sh\nann:x:4321:4322:Ann:/home/ann:/bin/sh\n"
NOBODY = 65534


def but_the_journal(tree: Tree) -> dict[str, Seen]:
    """All that lies there; the journal may lie elsewhere by a link."""
    return {path: seen for path, seen in tree.seen().items() if "/dockproxy" not in path}


def whole_way(tree: Tree, *words: str) -> None:
    """set, set again, status, history, undo: and the tree is as it was."""
    before = but_the_journal(tree)
    assert tree.set(*words).code == 0
    after = but_the_journal(tree)
    assert after != before
    assert "nothing to do" in tree.set(*words).out
    assert but_the_journal(tree) == after
    assert tree.given("daemon")["http_proxy"] == PROXY
    assert "  done  set" in tree.run("history").out
    undone = tree.run("undo", "--yes")
    assert undone.code == 0, undone.text
    assert but_the_journal(tree) == before


def test_set_and_undo_on_a_bare_tree(tree: Tree) -> None:
    whole_way(tree)


def test_neither_the_callers_variables_nor_sudo_choose_the_client(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "HOME": "/home/else",
        "DOCKER_CONFIG": "/somewhere",
        "DOCKER_HOST": "tcp://10.0.0.9:2375",
        "DOCKER_CONTEXT": "other",
        "SUDO_UID": "4321",
        "SUDO_USER": "ann",
        "XDG_STATE_HOME": "/state",
        "HTTP_PROXY": "http://of-the-shell:1",
    }.items():
        monkeypatch.setenv(name, value)
    tree.write("/etc/passwd", PASSWD)

    assert tree.set().code == 0

    assert PROXY in tree.read(CONFIG_JSON).decode()
    assert os.path.isdir(tree.root + JOURNAL)
    assert tree.status()["host"]["endpoint"] == "unix:///var/run/docker.sock"
    assert "of-the-shell" not in json.dumps(tree.status())
    assert not os.path.exists(tree.root + "/home")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_users_file_is_theirs_by_the_trees_own_passwd(tree: Tree) -> None:
    tree.write("/etc/passwd", PASSWD)
    os.makedirs(tree.root + "/home/ann")
    os.chown(tree.root + "/home/ann", 4321, 4322)
    for folder in Path(tree.root, "x").parents:
        if folder.stat().st_uid == 0 and str(folder) not in ("/", "/tmp"):
            folder.chmod(0o755)

    assert tree.set("--user", "ann", "--for", "client").code == 0

    for path in ("/home/ann/.docker", "/home/ann/.docker/config.json"):
        facts = os.stat(tree.root + path)
        assert (facts.st_uid, facts.st_gid) == (4321, 4322), path
    assert not os.path.exists(tree.root + "/root")
    assert tree.run("undo", "--yes").code == 0
    assert os.listdir(tree.root + "/home/ann") == []


@pytest.mark.parametrize(
    ("link", "target", "lands"),
    [
        ("/etc/docker", "/opt/conf", "/opt/conf/daemon.json"),
        ("/etc/docker", "../../../../../../opt/conf", "/opt/conf/daemon.json"),
        ("/etc/docker/daemon.json", "/opt/conf/d.json", "/opt/conf/d.json"),
        ("/root", "/var/roothome", "/var/roothome/.docker/config.json"),
        ("/var/lib", "/data/lib", "/data/lib/dockproxy/journal"),
    ],
)
def test_links_lead_where_they_would_after_chroot(
    tree: Tree, tmp_path: Path, link: str, target: str, lands: str
) -> None:
    os.makedirs(tree.root + "/opt/conf")
    os.makedirs(tree.root + "/var/roothome")
    os.makedirs(tree.root + "/data/lib")
    os.makedirs(os.path.dirname(tree.root + link), exist_ok=True)
    os.symlink(target, tree.root + link)

    whole_way(tree)
    assert tree.set().code == 0

    assert os.path.exists(tree.root + lands)
    assert os.readlink(tree.root + link) == target
    assert sorted(os.listdir(tmp_path)) == ["host"]


def test_a_link_out_of_the_tree_is_no_way_to_this_machine(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "daemon.json").write_text("{}")
    os.makedirs(tree.root + "/etc")
    os.symlink(str(outside), tree.root + "/etc/docker")

    assert tree.set().code == 0

    assert (outside / "daemon.json").read_text() == "{}"
    assert os.path.exists(f"{tree.root}{outside}/daemon.json")


WATCHED = """
import json, sys
from dockproxy.cli import main
TREE, commands = sys.argv[1], json.loads(sys.argv[2])
OURS = (TREE, sys.prefix, sys.base_prefix, json.loads(sys.argv[3]), "/dev/null", "/proc/self/")
seen = []

def hook(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
        seen.append([event, str(arguments)])
    elif event == "open" and isinstance(arguments[0], str):
        # A bare name is looked up in a folder that was opened before.
        if "/" in arguments[0] and not arguments[0].startswith(OURS):
            seen.append([event, arguments[0]])

sys.addaudithook(hook)
codes = []
for words in commands:
    try:
        codes.append(main.main([*words, "--root", TREE]))
    except SystemExit as ended:
        codes.append(ended.code)
print(json.dumps([codes, seen]), file=sys.stderr)
"""


def test_nothing_is_contacted_started_or_read_but_the_tree(tree: Tree) -> None:
    commands = [
        ["status"],
        ["set", PROXY, "--yes"],
        ["set", "http://127.0.0.1:7890", "--yes"],
        ["unset", "no_proxy", "--yes"],
        ["history"],
        ["undo", "--yes"],
        ["snapshot"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, tree.root, json.dumps(commands), json.dumps(SOURCE)],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=True,
    )

    codes, seen = json.loads(done.stderr.splitlines()[-1])
    assert codes == [0, 0, 1, 0, 0, 0, 0], done.stderr  # 1: containers can't be given loopback
    assert seen == []


# Whose tree it is ------------------------------------------------------------------------------


@pytest.fixture
def of_nobody() -> Iterator[Tree]:
    """A tree in a place that everybody may enter; it belongs to nobody."""
    folder = Path("/tmp", f"dockproxy-tree-{os.getpid()}")  # pytest's own is root's alone
    folder.mkdir(mode=0o755)
    tree = Tree(str(folder))
    for above, _, names in os.walk(folder):
        for path in (above, *(os.path.join(above, name) for name in names)):
            os.chown(path, NOBODY, NOBODY)
    yield tree
    shutil.rmtree(folder)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")


@as_root
def test_the_owner_of_a_tree_needs_no_root(of_nobody: Tree) -> None:
    root = of_nobody.root
    before = of_nobody.seen()

    done = run_as(NOBODY, "set", PROXY, "--yes", "--root", root)
    assert done.returncode == 0, done.stderr
    assert os.stat(root + DAEMON_JSON).st_uid == NOBODY
    assert b"done  set" in run_as(NOBODY, "history", "--root", root).stdout
    undone = run_as(NOBODY, "undo", "--yes", "--root", root)

    assert undone.returncode == 0, undone.stderr
    assert of_nobody.seen() == before


@as_root
def test_who_may_not_write_to_a_tree_is_refused_and_told_why(of_nobody: Tree) -> None:
    before = of_nobody.seen()

    seen = run_as(4321, "status", "--root", of_nobody.root)
    done = run_as(4321, "set", PROXY, "--yes", "--root", of_nobody.root)

    assert seen.returncode == 0
    assert done.returncode == 3, done.stdout
    assert b"may not" in done.stdout + done.stderr
    assert of_nobody.seen() == before
    assert not os.path.exists(of_nobody.root + JOURNAL)


@as_root
def test_in_a_tree_of_others_root_leaves_what_is_there_to_its_owner(of_nobody: Tree) -> None:
    of_nobody.write(DAEMON_JSON, "{}")
    os.chown(of_nobody.root + DAEMON_JSON, NOBODY, NOBODY)

    assert run("set", PROXY, "--yes", "--root", of_nobody.root).returncode == 0

    assert os.stat(of_nobody.root + DAEMON_JSON).st_uid == NOBODY
