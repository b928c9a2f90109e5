"""Observing a folder: all that lies below it as chroot would see it, and nothing else."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from dockproxy.core.agent.observe.requests import observe
from dockproxy.core.agent.protocol import handle
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.snapshot import FileFact, Snapshot
from dockproxy.transport.base import Silent

UNIT = "[Service]\nExecStart=/usr/bin/dockerd -H fd://\n"


class Tree:
    """A folder that stands for a machine's root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def write(self, path: str, content: str | bytes = "") -> Path:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def link(self, path: str, target: str) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(target)

    def observe(self, **request: Any) -> Snapshot:
        return observe({"do": "observe", "root": str(self.root), **request})

    def fact(self, path: str) -> FileFact:
        fact = self.observe().file(path)
        assert fact is not None, path
        return fact


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "root")


def reasons(snapshot: Snapshot) -> dict[str, str]:
    return {unknown.about: unknown.reason for unknown in snapshot.unknown}


def test_an_empty_folder_gives_a_snapshot_that_says_what_was_not_asked(tree: Tree) -> None:
    snapshot = tree.observe()

    assert snapshot.daemon_json == "/etc/docker/daemon.json"
    assert snapshot.systemd is None
    assert snapshot.engine is None
    assert reasons(snapshot) == {
        "systemd": "offline",
        "daemon.process": "offline",
        "engine": "offline",
    }
    fact = snapshot.file("/etc/docker/daemon.json")
    assert fact is not None
    assert fact.kind == "missing"


def test_a_snapshot_survives_the_way_through_json(tree: Tree) -> None:
    tree.write("/etc/docker/daemon.json", b'{"proxies": {"http-proxy": "http://\xff:p@h:1"}}')
    tree.write("/etc/systemd/system/docker.service", UNIT)
    snapshot = tree.observe()
    assert load(Snapshot, json.loads(json.dumps(dump(snapshot)))) == snapshot


def test_a_root_that_is_no_folder_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        handle({"do": "observe", "root": str(tmp_path / "nowhere")}, Silent())


def test_the_client_of_a_folder_is_its_root_user(tree: Tree) -> None:
    tree.write("/etc/passwd", "root:x:0:0::/var/roothome:/bin/sh\n")
    tree.write("/var/roothome/.docker/config.json", "{}")
    environment = {
        "DOCKER_CONFIG": "/elsewhere",
        "DOCKER_HOST": "tcp://x",
        "HTTP_PROXY": "http://p",
    }

    snapshot = tree.observe(caller={"uid": 1000, "gid": 1000, "environment": environment})

    assert snapshot.client is not None
    assert snapshot.client.config_path == "/var/roothome/.docker/config.json"
    assert snapshot.client.endpoint == "unix:///var/run/docker.sock"
    assert snapshot.environment == {}


def test_a_user_is_looked_up_in_the_folders_own_passwd(tree: Tree) -> None:
    tree.write("/etc/passwd", "broken\nann:x:1234:1235::/home/ann:/bin/sh\n")
    tree.write("/home/ann/.docker/config.json", '{"currentContext": "far"}')

    client = tree.observe(user="ann").client

    assert client is not None
    assert (client.uid, client.gid, client.home) == (1234, 1235, "/home/ann")
    assert (client.context, client.endpoint_from) == ("far", "currentContext")
    with pytest.raises(UsageError):
        tree.observe(user="nobody-of-that-name")


def test_links_are_followed_as_chroot_would(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    tree.link("/etc/docker", "/srv/docker")
    tree.write("/srv/docker/real.json", '{"debug": true}')
    tree.link("/srv/docker/daemon.json", "../../../../srv/docker/real.json")
    tree.link("/root/.docker/config.json", str(tmp_path / "secret"))

    snapshot = tree.observe()

    fact = snapshot.file("/etc/docker/daemon.json")
    assert fact is not None
    assert (fact.kind, fact.target) == ("file", "/srv/docker/real.json")
    assert fact.text == '{"debug": true}'
    client = snapshot.file("/root/.docker/config.json")
    assert client is not None
    assert client.kind == "dangling"
    assert client.text is None


@pytest.mark.parametrize("target", ["/etc/docker/daemon.json", "loop.json"])
def test_a_link_to_itself_is_dangling(tree: Tree, target: str) -> None:
    tree.link("/etc/docker/loop.json", "daemon.json")
    tree.link("/etc/docker/daemon.json", target)
    assert tree.fact("/etc/docker/daemon.json").kind == "dangling"


def test_a_fifo_a_socket_and_a_device_are_not_opened(tree: Tree) -> None:
    daemon = tree.write("/etc/docker/daemon.json")
    daemon.unlink()
    os.mkfifo(daemon)
    tree.link("/etc/systemd/system/docker.service", "/dev/null")
    tree.write("/dev/x")
    with socket.socket(socket.AF_UNIX) as listener:
        config = tree.write("/root/.docker/config.json")
        config.unlink()
        listener.bind(str(config))
        snapshot = tree.observe()

    kinds = {fact.path: fact.kind for fact in snapshot.files}
    assert kinds["/etc/docker/daemon.json"] == "other"
    assert kinds["/root/.docker/config.json"] == "other"


@pytest.mark.parametrize("target", ["/dev/null", "../../../dev/null"])
def test_a_link_to_dev_null_masks_a_unit_where_the_tree_has_no_devices(
    tree: Tree, target: str
) -> None:
    tree.write("/usr/lib/systemd/system/docker.service", UNIT)
    tree.link("/etc/systemd/system/docker.service", target)
    assert tree.fact("/etc/systemd/system/docker.service").kind == "other"


def test_half_a_pair_in_utf_16_is_no_byte(tree: Tree) -> None:
    broken = b"\xff\xfe" + '{"labels": ["a=\udc80\n"]}'.encode("utf-16-le", "surrogatepass")
    tree.write("/etc/docker/daemon.json", broken)

    traits = tree.fact("/etc/docker/daemon.json").traits

    assert traits["fault"].startswith("1:")
    assert "\udc80" not in traits["mended"]


def test_a_folder_in_place_of_a_file_and_a_file_in_place_of_a_folder(tree: Tree) -> None:
    (tree.root / "etc/docker/daemon.json").mkdir(parents=True)
    tree.write("/root/.docker", "a file")
    tree.write("/etc/systemd/system/docker.service.d", "a file")

    snapshot = tree.observe()

    kinds = {fact.path: fact.kind for fact in snapshot.files}
    assert kinds["/etc/docker/daemon.json"] == "directory"
    assert kinds["/root/.docker/config.json"] == "missing"
    assert kinds["/etc/systemd/system/docker.service.d"] == "file"


def test_a_file_over_a_mebibyte_is_not_read(tree: Tree) -> None:
    tree.write("/etc/docker/daemon.json", b" " * (1024 * 1024 + 1))
    tree.write("/root/.docker/config.json", b" " * (1024 * 1024))

    snapshot = tree.observe()

    fact = snapshot.file("/etc/docker/daemon.json")
    assert fact is not None
    assert (fact.kind, fact.text, fact.size) == ("file", None, 1024 * 1024 + 1)
    assert reasons(snapshot)["files./etc/docker/daemon.json"] == "too-large"
    config = snapshot.file("/root/.docker/config.json")
    assert config is not None
    assert config.text is not None


def test_bytes_that_are_no_text_are_kept_apart_from_text(tree: Tree) -> None:
    tree.write("/etc/docker/daemon.json", b"\xff\xfe{\x00}\x00")
    tree.write("/etc/systemd/system/docker.service", b"\xef\xbb\xbf[Service]\n\x00\xff\n")

    daemon = tree.fact("/etc/docker/daemon.json")
    unit = tree.fact("/etc/systemd/system/docker.service")

    assert (daemon.text, daemon.encoding, daemon.bom) == ("{}", "utf-16-le", True)
    assert unit.bom
    assert unit.kind == "file"


def test_owner_mode_time_and_hard_links_are_copied(tree: Tree) -> None:
    file = tree.write("/etc/docker/daemon.json", "{}")
    os.chmod(file, 0o640)
    os.utime(file, (5, 1234.5))
    os.link(file, file.parent / "other.json")

    fact = tree.fact("/etc/docker/daemon.json")

    assert (fact.mode, fact.mtime, fact.hard_links, fact.size) == (0o640, 1234.5, 2, 2)
    assert (fact.uid, fact.gid) == (os.getuid(), os.getgid())


def test_every_drop_in_of_every_folder_is_seen_the_unread_ones_too(tree: Tree) -> None:
    paths = [
        "/etc/systemd/system/docker.service.d/proxy.conf",
        "/etc/systemd/system/docker.service.d/proxy.conf.bak",
        "/etc/systemd/system/docker.service.d/.hidden.conf",
        "/run/systemd/system/docker.service.d/a.conf",
        "/run/systemd/system.control/docker.service.d/50-x.conf",
        "/run/systemd/transient/docker.service.d/t.conf",
        "/run/systemd/generator/docker.service.d/g.conf",
        "/usr/local/lib/systemd/system/docker.service.d/l.conf",
        "/usr/lib/systemd/system/service.d/all.conf",
        "/etc/systemd/system/docker.socket.d/s.conf",
        "/etc/systemd/system/containerd.service.d/c.conf",
    ]
    for path in paths:
        tree.write(path, "[Service]\n")

    seen = {fact.path for fact in tree.observe().files if fact.role == "drop-in"}

    assert seen == set(paths)


def test_with_a_merged_usr_a_unit_is_seen_once(tree: Tree) -> None:
    tree.link("/lib", "usr/lib")
    tree.write("/usr/lib/systemd/system/docker.service", UNIT)

    units = [fact.path for fact in tree.observe().files if fact.role == "unit"]

    assert len(units) == 1


def test_the_files_that_a_unit_names_are_seen_with_globs(tree: Tree) -> None:
    tree.write(
        "/lib/systemd/system/docker.service", f"{UNIT}EnvironmentFile=-/etc/default/docker\n"
    )
    tree.write(
        "/etc/systemd/system/docker.service.d/x.conf",
        "[Service]\nEnvironmentFile=/etc/proxy.d/*.env\nEnvironmentFile=-/etc/none-[ab]\n",
    )
    tree.write("/etc/proxy.d/a.env", "A=1\n")
    tree.write("/etc/proxy.d/.b.env", "A=1\n")
    tree.write("/etc/proxy.d/c.txt", "A=1\n")

    facts = {f.path: f.kind for f in tree.observe().files if f.role == "environment-file"}

    assert facts == {
        "/etc/default/docker": "missing",
        "/etc/sysconfig/docker": "missing",
        "/etc/conf.d/docker": "missing",
        "/etc/proxy.d/a.env": "file",
        "/etc/none-[ab]": "missing",
    }


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"/lib/systemd/system/docker.service": UNIT}, "/etc/docker/daemon.json"),
        (
            {
                "/lib/systemd/system/docker.service": UNIT,
                "/etc/systemd/system/docker.service.d/a.conf": "[Service]\nExecStart=\n"
                'ExecStart=/usr/bin/dockerd --config-file "/srv/my docker.json"\n',
            },
            "/srv/my docker.json",
        ),
        (
            {
                "/lib/systemd/system/docker.service": UNIT,
                "/etc/systemd/system/docker.service": "[Service]\n"
                "ExecStart=/usr/bin/dockerd --config-file=/a.json --config-file=/b.json\n",
            },
            "/b.json",
        ),
    ],
)
def test_the_daemons_file_is_the_one_that_the_unit_names(
    tree: Tree, files: dict[str, str], path: str
) -> None:
    for name, text in files.items():
        tree.write(name, text)
    snapshot = tree.observe()
    assert snapshot.daemon_json == path
    assert snapshot.file(path) is not None


@pytest.mark.parametrize(
    ("head", "owner"),
    [
        ("# Ansible managed: template.j2 modified on 2024-01-01 by root\n", "Ansible"),
        ("# BEGIN ANSIBLE MANAGED BLOCK\n", "Ansible"),
        ("# This file is managed by Puppet. DO NOT EDIT.\n", "Puppet"),
        ("#\n# Generated by Chef for host\n", "Chef"),
        ("# This file is managed by Salt. Do not edit.\n", "Salt"),
        ("# THIS FILE IS MANAGED BY SALTSTACK\n", "Salt"),
        ("\n" * 40 + "#-- start managed zone --\n", "Salt"),
        ("\n" * 40 + "# BEGIN ANSIBLE MANAGED BLOCK proxies\n", "Ansible"),
        ("# Created by cloud-init v. 23.1\n", "cloud-init"),
        ("# generated by home-manager\n", "home-manager"),
        ("# started by Saltbox, managed by saltbox and by Puppeteer\n", None),
        ("# managed by puppeteer\n", None),
        ("# a chef once sat in a puppet theatre\n", None),
        ("\n" * 40 + "# managed by puppet\n", None),
    ],
)
def test_says_who_else_writes_a_file(tree: Tree, head: str, owner: str | None) -> None:
    path = "/etc/systemd/system/docker.service.d/proxy.conf"
    tree.write(path, f"{head}[Service]\n")
    assert tree.fact(path).managed_by == owner


def test_a_file_in_the_nix_store_is_nixs(tree: Tree) -> None:
    tree.write("/nix/store/abc-daemon.json", "{}")
    tree.link("/etc/docker/daemon.json", "/nix/store/abc-daemon.json")
    assert tree.fact("/etc/docker/daemon.json").managed_by == "Nix"


def test_a_file_of_home_managers_is_home_managers(tree: Tree) -> None:
    tree.write("/nix/store/abc-home-manager-files/.docker/config.json", "{}")
    tree.link("/root/.docker/config.json", "/nix/store/abc-home-manager-files/.docker/config.json")
    assert tree.fact("/root/.docker/config.json").managed_by == "home-manager"


def test_the_snaps_docker_command_has_a_config_json_of_its_own(tree: Tree) -> None:
    tree.link("/snap/bin/docker", "/usr/bin/snap")
    tree.write("/root/.docker/config.json", "{}")
    before_it_ever_ran = tree.observe().client
    tree.write("/root/snap/docker/2285/.docker/config.json", "{}")
    tree.link("/root/snap/docker/current", "2285")
    snaps = tree.observe().client
    tree.write("/usr/bin/docker", "")
    not_the_first = tree.observe().client

    assert before_it_ever_ran is not None and snaps is not None and not_the_first is not None
    assert before_it_ever_ran.config_path == "/root/.docker/config.json"
    assert snaps.config_path == "/root/snap/docker/current/.docker/config.json"
    assert snaps.config_from == "snap"
    assert not_the_first.config_path == "/root/.docker/config.json"


def test_a_context_gives_its_endpoint_and_nothing_else(tree: Tree) -> None:
    import hashlib

    key = hashlib.sha256(b"far").hexdigest()
    path = f"/root/.docker/contexts/meta/{key}/meta.json"
    meta = {
        "Name": "far",
        "Metadata": {"Description": "topsecret"},
        "Endpoints": {"docker": {"Host": "tcp://user:topsecret@h:2376", "SkipTLSVerify": False}},
    }
    tree.write(path, json.dumps(meta))

    snapshot = tree.observe(context="far")

    assert snapshot.client is not None
    assert snapshot.client.endpoint == "tcp://xxxxx:xxxxx@h:2376"
    assert snapshot.client.endpoint_from == "--context"
    assert "topsecret" not in json.dumps(dump(snapshot))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no-context"),
        ("{", "bad-context"),
        ("[1]", "bad-context"),
        ('{"Endpoints": {"docker": {"Host": 5}}}', "bad-context"),
        ('{"Endpoints": []}', "bad-context"),
    ],
)
def test_a_context_that_cannot_be_read_is_unknown(
    tree: Tree, content: str | None, reason: str
) -> None:
    import hashlib

    if content is not None:
        key = hashlib.sha256(b"far").hexdigest()
        tree.write(f"/root/.docker/contexts/meta/{key}/meta.json", content)

    snapshot = tree.observe(context="far")

    assert snapshot.client is not None
    assert snapshot.client.endpoint == ""
    assert reasons(snapshot)["client.endpoint"] == reason
