"""Owner, mode, links and labels of every file that ``set`` and ``undo`` write."""

from __future__ import annotations

import os
import struct

import pytest

from tests.cli.tree import CONFIG_JSON, DAEMON_JSON, DROP_IN, Tree

TEXTS = {
    DAEMON_JSON: '{\n  "debug": true\n}\n',
    CONFIG_JSON: '{\n\t"psFormat": "x"\n}\n',
    DROP_IN: "[Service]\nEnvironment=A=b\n",
}
# acl(5) as linux/posix_acl_xattr.h spells it: user::rw-, user:1234:r--, group::r--, mask::r--.
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry)
    for entry in (
        (1, 6, 0xFFFFFFFF),
        (2, 4, 1234),
        (4, 4, 0xFFFFFFFF),
        (16, 4, 0xFFFFFFFF),
        (32, 0, 0xFFFFFFFF),
    )
)
LABELS = {
    "user.note": b"of the owner's",
    "system.posix_acl_access": ACL,
    "security.selinux": b"system_u:object_r:container_config_t:s0\0",
}


def labels(real: str) -> dict[str, bytes]:
    return {name: os.getxattr(real, name) for name in sorted(os.listxattr(real))}


def label(real: str) -> None:
    for name, value in LABELS.items():
        if not name.startswith("security.") or os.geteuid() == 0:
            os.setxattr(real, name, value)


@pytest.mark.parametrize("linked", [False, True], ids=["itself", "behind a link"])
@pytest.mark.parametrize("path", TEXTS)
def test_set_and_undo_keep_mode_acl_and_labels(tree: Tree, path: str, linked: bool) -> None:
    inside = f"/srv/config{path}" if linked else path
    tree.write(inside, TEXTS[path])
    real = tree.real(inside)
    if linked:
        os.symlink(inside, tree.real(path))
    os.chmod(real, 0o640)
    label(real)
    before, kept = tree.seen(), labels(real)
    assert len(kept) >= 2

    said = tree.set("--via", "systemd" if path == DROP_IN else "daemon-json")

    assert said.code == 0, said.text
    assert tree.read(inside) != TEXTS[path].encode()
    assert labels(real) == kept
    assert tree.seen()[inside].mode == before[inside].mode
    assert tree.run("undo", "--yes").code == 0
    assert labels(real) == kept
    assert tree.seen() == before


def test_the_default_acl_of_a_folder_gives_nobody_more_than_the_file_did(tree: Tree) -> None:
    tree.write(DAEMON_JSON, TEXTS[DAEMON_JSON])
    real = tree.real(DAEMON_JSON)
    os.chmod(real, 0o600)
    os.setxattr(os.path.dirname(real), "system.posix_acl_default", ACL)

    assert tree.set("--for", "daemon").code == 0

    assert labels(real) == {}
    assert os.stat(real).st_mode & 0o7777 == 0o600


def test_a_label_that_a_new_file_is_refused_has_the_old_file_written_in_place(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(DAEMON_JSON, TEXTS[DAEMON_JSON])
    real = tree.real(DAEMON_JSON)
    os.setxattr(real, "user.note", b"x")
    number = os.stat(real).st_ino

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setxattr", refuse)
    said = tree.set("--for", "daemon")

    assert said.code == 0, said.text
    assert os.stat(real).st_ino == number
    assert labels(real) == {"user.note": b"x"}
    assert tree.given("daemon")["https_proxy"]
