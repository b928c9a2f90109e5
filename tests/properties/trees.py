"""Random file trees of hosts with Docker, below a folder; and what lies in such a tree."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from tests.properties import json_texts, unit_texts

UNIT = "usr/lib/systemd/system/docker.service"
JOURNAL = "var/lib/dockproxy"
_TO_THE_JOURNAL = ("var", "var/lib", JOURNAL)
ANN = 1000
DROP_INS = "etc/systemd/system/docker.service.d"
_PASSWD = "root:x:0:0:root:/root:/bin/bash\nann:x:{uid}:{gid}:Ann:/home/ann:/bin/bash\n"


class Item(NamedTuple):
    """Something in a tree. kind: ``file``, ``folder``, ``link`` (symbolic) or ``name`` (one more
    name of a file, a hard link). target: of a link, as written; of a name, the file's path.
    """

    kind: str
    content: bytes = b""
    target: str = ""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    xattrs: tuple[tuple[str, bytes], ...] = ()


class Tree(NamedTuple):
    """items: by path, without a slash before it. user: whose docker CLI is meant. bare: no file
    holds a proxy that is not empty.
    """

    items: Mapping[str, Item]
    user: str | None = None
    bare: bool = False

    @property
    def config(self) -> str:
        """Where the config.json of that user lies."""
        return "home/ann/.docker/config.json" if self.user else "root/.docker/config.json"

    def build(self, root: str) -> None:
        """Make it below an empty folder. Owners are given as far as this process may."""
        for path, item in self.items.items():
            real = os.path.join(root, path)
            os.makedirs(os.path.dirname(real), 0o755, exist_ok=True)
            _make(root, real, item)
        for path, item in self.items.items():
            if item.kind != "name" and os.geteuid() == 0:
                os.chown(os.path.join(root, path), item.uid, item.gid, follow_symlinks=False)
            if item.kind in ("file", "folder"):
                os.chmod(os.path.join(root, path), item.mode)


def _make(root: str, real: str, item: Item) -> None:
    if item.kind == "folder":
        os.makedirs(real, exist_ok=True)
    elif item.kind == "link":
        os.symlink(item.target, real)
    elif item.kind == "name":
        os.link(os.path.join(root, item.target), real)
    else:
        with open(real, "wb") as file:
            file.write(item.content)
        for name, value in item.xattrs:
            try:
                os.setxattr(real, name, value)
            except OSError:
                continue


class Seen(NamedTuple):
    """What lies at a path: all that a change and its undo must leave alike."""

    kind: str
    mode: int
    uid: int
    gid: int
    content: bytes = b""
    target: str = ""
    xattrs: tuple[tuple[str, bytes], ...] = ()
    names: tuple[str, ...] = ()


def seen(root: str) -> dict[str, Seen]:
    """Everything below root, the journal and the folders that lead to it excepted."""
    found: dict[str, Seen] = {}
    names: dict[tuple[int, int], list[str]] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            real = os.path.join(folder, name)
            path = os.path.relpath(real, root)
            if path in _TO_THE_JOURNAL or path.startswith(f"{JOURNAL}/"):
                continue
            info = os.lstat(real)
            found[path] = _seen(real, info)
            if stat.S_ISREG(info.st_mode) and info.st_nlink > 1:
                names.setdefault((info.st_dev, info.st_ino), []).append(path)
    for paths in names.values():
        for path in paths:
            found[path] = found[path]._replace(names=tuple(sorted(paths)))
    return found


def _seen(real: str, info: os.stat_result) -> Seen:
    mode = stat.S_IMODE(info.st_mode)
    if stat.S_ISLNK(info.st_mode):
        return Seen("link", 0, info.st_uid, info.st_gid, target=os.readlink(real))
    if stat.S_ISDIR(info.st_mode):
        return Seen("folder", mode, info.st_uid, info.st_gid)
    with open(real, "rb") as file:
        content = file.read()
    xattrs = tuple((name, os.getxattr(real, name)) for name in sorted(os.listxattr(real)))
    return Seen("file", mode, info.st_uid, info.st_gid, content, xattrs=xattrs)


def difference(before: Mapping[str, Seen], after: Mapping[str, Seen]) -> list[str]:
    """What is not alike, a line each."""
    return [
        f"{path}: {before.get(path)} became {after.get(path)}"
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]


def random_tree(rng: Random) -> Tree:
    """A tree with what a host with Docker may have of files that bear on proxies."""
    making = _Making(rng, bare=rng.random() < 0.4)
    making.units()
    making.docker_folder()
    user = "ann" if rng.random() < 0.4 else None
    making.users()
    making.config("root", 0)
    making.config("home/ann", ANN if os.geteuid() == 0 else os.getuid())
    making.strangers()
    return Tree(making.items, user, making.bare)


class _Making:
    """One tree in the making."""

    def __init__(self, rng: Random, bare: bool) -> None:
        self.rng = rng
        self.bare = bare
        self.items: dict[str, Item] = {}

    def units(self) -> None:
        rng = self.rng
        text = rng.choice((unit_texts.DEBIAN, unit_texts.DOCKER_CE))
        if rng.random() < 0.9:
            if rng.random() < 0.3:
                self.items["lib"] = Item("link", target="usr/lib")
            self.items[UNIT] = Item("file", text.encode())
        if rng.random() < 0.08:
            self.items["etc/systemd/system/docker.service"] = Item("file", text.encode())
        if rng.random() < 0.5:
            names = ("http-proxy.conf", "10-proxy.conf", "override.conf", "zz.conf", "limits.conf")
            folder = DROP_INS
            if rng.random() < 0.06:
                folder = "srv/units/docker.service.d"
                self.items[DROP_INS] = Item("link", target="/srv/units/docker.service.d")
            for name in rng.sample(names, rng.choice((1, 1, 2, 3))):
                self.placed(f"{folder}/{name}", unit_texts.drop_in(rng, self.bare))
        if rng.random() < 0.06:
            folder = rng.choice(("run/systemd/system", "usr/lib/systemd/system"))
            path = f"{folder}/docker.service.d/{rng.choice(('vendor.conf', '10-proxy.conf'))}"
            self.items[path] = Item("file", unit_texts.drop_in(rng, self.bare))
        if rng.random() < 0.3:
            self.placed("etc/default/docker", unit_texts.environment_file(rng, self.bare))

    def docker_folder(self) -> None:
        rng = self.rng
        folder = "etc/docker"
        kind = rng.random()
        if kind < 0.06:
            folder = "srv/etc-docker"
            self.items["etc/docker"] = Item("link", target="/srv/etc-docker")
        if kind < 0.7:
            self.items[folder] = Item("folder", mode=rng.choice((0o755, 0o750)))
            self.items[f"{folder}/key.json"] = Item("file", b'{"kty":"EC"}', mode=0o600)
        if rng.random() < 0.3:
            self.placed(f"{folder}/proxy.env", unit_texts.environment_file(rng, self.bare))
        content = json_texts.daemon_json(rng, self.bare)
        path = f"{folder}/daemon.json"
        if content is not None:
            self.placed(path, content)
        elif rng.random() < 0.15:
            self.items["srv"] = Item("folder", mode=0o755)
            self.items[path] = Item("link", target="/srv/daemon.json")

    def users(self) -> None:
        uid, gid = (ANN, ANN) if os.geteuid() == 0 else (os.getuid(), os.getgid())
        self.items["etc/passwd"] = Item("file", _PASSWD.format(uid=uid, gid=gid).encode())

    def config(self, home: str, owner: int) -> None:
        rng = self.rng
        content = json_texts.config_json(rng, self.bare)
        self.items[home] = Item("folder", mode=0o700, uid=owner, gid=owner)
        if content is None and rng.random() < 0.5:
            return
        folder = f"{home}/.docker"
        if rng.random() < 0.08:
            self.items[folder] = Item("link", target="dotfiles/docker", uid=owner, gid=owner)
            self.items[f"{home}/dotfiles"] = Item("folder", mode=0o755, uid=owner, gid=owner)
            folder = f"{home}/dotfiles/docker"
        mode = rng.choice((0o700, 0o755))
        self.items[folder] = Item("folder", mode=mode, uid=owner, gid=owner)
        if content is not None:
            self.placed(f"{folder}/config.json", content, owner, rng.choice((0o600, 0o600, 0o644)))

    def strangers(self) -> None:
        self.items["etc/hostname"] = Item("file", b"dockerhost\n")

    def placed(self, path: str, content: bytes, owner: int = 0, mode: int = 0o644) -> None:
        """A file at path: as it is, behind symbolic links, or with a second name."""
        rng = self.rng
        mode = rng.choice((mode,) * 5 + (0o600, 0o640, 0o444))
        gid = owner if rng.random() < 0.9 or os.geteuid() != 0 else 4
        xattrs = (("user.note", b"ours"),) if rng.random() < 0.05 else ()
        file = Item("file", content, mode=mode, uid=owner, gid=gid, xattrs=xattrs)
        folder, _, name = path.rpartition("/")
        kind = rng.random()
        if kind < 0.8:
            self.items[path] = file
        elif kind < 0.88:
            self.items[f"{folder}/{name}.real"] = file
            self.items[path] = Item("link", target=f"{name}.real", uid=owner, gid=owner)
        elif kind < 0.92:
            self.items[f"srv/config/{name}"] = file
            self._open_folder("srv/config", owner)
            self.items[path] = Item("link", target=f"/srv/config/{name}", uid=owner, gid=owner)
        elif kind < 0.96:
            up = "../" * (folder.count("/") + 1)
            self.items[f"srv/config/{name}"] = file
            self._open_folder("srv/config", owner)
            self.items[f"{folder}/{name}.link"] = Item("link", target=f"{up}srv/config/{name}")
            self.items[path] = Item("link", target=f"./{name}.link", uid=owner, gid=owner)
        else:
            self.items[path] = file
            self.items[f"{folder}/{name}.kept"] = Item("name", target=path)

    def _open_folder(self, path: str, owner: int) -> None:
        self.items[path] = Item("folder", mode=0o755, uid=owner, gid=owner)
