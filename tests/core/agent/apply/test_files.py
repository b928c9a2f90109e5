"""One file replaced: what is kept of it, and what happens where it can't be."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from dockproxy.core.agent.apply import files, replacing
from dockproxy.core.agent.apply.files import State, Wanted
from dockproxy.core.agent.apply.problems import Refusal

TEMPORARY = ".dockproxy-test-0"


def wanted(base: State, content: bytes | None) -> Wanted:
    return Wanted(content, base.mode, os.geteuid(), os.getegid(), base.xattrs)


def write(root: Path, path: str, content: bytes | None) -> str:
    base = files.look(str(root), path)
    return replacing.write(str(root), base, wanted(base, content), TEMPORARY)


def refused(root: Path, path: str, content: bytes | None = b"new") -> str:
    with pytest.raises(Refusal) as caught:
        write(root, path, content)
    return caught.value.problem.code


def test_mode_and_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    path.chmod(0o604)
    os.setxattr(path, "user.label", b"x")

    assert write(tmp_path, "/f", b"new") == ""

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o7777 == 0o604
    assert os.getxattr(path, "user.label") == b"x"
    assert os.listdir(tmp_path) == ["f"]


def test_a_new_file_gets_the_mode_asked_for_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        base = files.look(str(tmp_path), "/a/b/f")
        replacing.write(
            str(tmp_path), base, Wanted(b"x", 0o644, os.geteuid(), os.getegid()), TEMPORARY
        )
    finally:
        os.umask(old)

    assert (tmp_path / "a/b/f").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "a/b").stat().st_mode & 0o777 == 0o755
    assert base.missing == ("/a", "/a/b")


def test_a_chain_of_links_is_followed_and_kept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/f").write_bytes(b"old")
    (tmp_path / "second").symlink_to("real/f")
    (tmp_path / "first").symlink_to("/second")

    write(tmp_path, "/first", b"new")

    assert (tmp_path / "real/f").read_bytes() == b"new"
    assert os.readlink(tmp_path / "first") == "/second"
    assert os.readlink(tmp_path / "second") == "real/f"
    assert files.look(str(tmp_path), "/first").target == "/real/f"


def test_links_that_lead_round_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert refused(tmp_path, "/a") == "link-loop"


def test_a_file_with_several_names_is_written_in_place(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old and longer")
    os.link(tmp_path / "f", tmp_path / "g")
    inode = (tmp_path / "f").stat().st_ino

    assert write(tmp_path, "/f", b"new") == "hard-links"

    assert (tmp_path / "g").read_bytes() == b"new"
    assert (tmp_path / "f").stat().st_ino == inode


def test_a_mount_of_its_own_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_bytes(b"old")
    monkeypatch.setattr(files, "is_mount_point", lambda real: real.endswith("/f"))
    inode = (tmp_path / "f").stat().st_ino

    assert write(tmp_path, "/f", b"something longer") == "bind-mount"

    assert (tmp_path / "f").read_bytes() == b"something longer"
    assert (tmp_path / "f").stat().st_ino == inode


def test_what_is_written_in_place_can_be_loaded_before_it_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = b'{"debug": true, "proxies": {"http-proxy": "http://h:1"}}'
    (tmp_path / "f").write_bytes(old)
    os.link(tmp_path / "f", tmp_path / "g")
    moments: list[bytes] = []
    monkeypatch.setattr(
        os, "ftruncate", lambda handle, size: moments.append((tmp_path / "f").read_bytes())
    )

    write(tmp_path, "/f", b'{"debug": true}')

    assert moments == [b'{"debug": true}'.ljust(len(old), b"\n")]


def test_a_file_that_changed_since_it_was_looked_at_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    base = files.look(str(tmp_path), "/f")
    path.write_bytes(b"theirs")

    with pytest.raises(Refusal) as caught:
        replacing.write(str(tmp_path), base, wanted(base, b"new"), TEMPORARY)

    assert caught.value.problem.code == "changed"
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("change", ["mode", "appeared", "gone"])
def test_it_is_also_changed_where_its_mode_or_its_being_there_differs(
    tmp_path: Path, change: str
) -> None:
    path = tmp_path / "f"
    if change != "appeared":
        path.write_bytes(b"old")
    base = files.look(str(tmp_path), "/f")
    if change == "mode":
        path.chmod(0o600)
    elif change == "gone":
        path.unlink()
    else:
        path.write_bytes(b"theirs")

    with pytest.raises(Refusal) as caught:
        replacing.write(str(tmp_path), base, wanted(base, b"new"), TEMPORARY)

    assert caught.value.problem.code == "changed"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["write", "fsync", "rename", "fchmod"])
def test_whatever_the_system_refuses_the_file_is_the_old_one_in_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    base = files.look(str(tmp_path), "/f")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(Refusal) as caught:
            replacing.write(str(tmp_path), base, wanted(base, b"new"), TEMPORARY)

    codes = {errno.ENOSPC: "disk-full", errno.EIO: "io-error", errno.EROFS: "read-only"}
    assert caught.value.problem.code == codes.get(number, "not-permitted")
    assert caught.value.problem.quote == os.strerror(number)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


def test_no_space_while_writing_in_place_brings_the_old_text_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old text")
    os.link(path, tmp_path / "g")
    real = os.pwrite
    calls: list[int] = []

    def short_then_full(handle: int, data: bytes, offset: int) -> int:
        calls.append(offset)
        if len(calls) == 1:
            return real(handle, data[:4], offset)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data, offset)

    monkeypatch.setattr(os, "pwrite", short_then_full)
    assert refused(tmp_path, "/f", b"the new text, longer") == "disk-full"

    assert path.read_bytes() == b"old text"


@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "socket"])
def test_what_is_no_regular_file_is_refused_and_never_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "f"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("dev")
        (tmp_path / "dev").symlink_to("null")
        if os.geteuid() != 0:
            os.mkfifo(tmp_path / "null")
        else:
            os.mknod(tmp_path / "null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    else:
        import socket

        socket.socket(socket.AF_UNIX).bind(str(path))

    assert refused(tmp_path, "/f") == "not-a-file"


def test_a_file_over_a_mebibyte_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b" " * (1024 * 1024 + 1))

    assert refused(tmp_path, "/f") == "too-large"


def test_a_dangling_link_gets_its_file(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "f").symlink_to("there/missing")

    write(tmp_path, "/f", b"new")

    assert (tmp_path / "there/missing").read_bytes() == b"new"
    assert (tmp_path / "f").is_symlink()


def test_a_read_only_file_system_is_said_before_any_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_bytes(b"old")
    monkeypatch.setattr(files, "is_read_only", lambda real: True)
    state = files.look(str(tmp_path), "/f")

    with pytest.raises(Refusal) as caught:
        files.check_writable(str(tmp_path), state)

    assert caught.value.problem.code == "read-only"


def test_a_link_into_the_nix_store_is_refused_with_where_the_change_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nix/store/x").mkdir(parents=True)
    (tmp_path / "nix/store/x/f").write_bytes(b"old")
    (tmp_path / "f").symlink_to("/nix/store/x/f")
    monkeypatch.setattr(files, "is_read_only", lambda real: "/nix/store" in real)

    with pytest.raises(Refusal) as caught:
        files.check_writable(str(tmp_path), files.look(str(tmp_path), "/f"))

    assert "configuration.nix" in str(caught.value.problem.hint)


def test_mount_points_are_read_with_their_escapes() -> None:
    from dockproxy.core.agent.apply.mounts import mount_points

    table = (
        "36 35 98:0 / / rw,noatime master:1 - ext3 /dev/root rw\n"
        r"40 36 0:30 /f /etc/my\040file rw - tmpfs tmpfs rw"
    )

    assert mount_points(table) == {"/", "/etc/my file"}


def test_folders_of_ours_go_only_while_they_are_empty(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/theirs").write_bytes(b"")

    replacing.remove_folders(str(tmp_path), ("/a", "/a/b", "/a/b/c"))

    assert sorted(os.listdir(tmp_path / "a")) == ["theirs"]
