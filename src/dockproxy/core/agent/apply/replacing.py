"""One file replaced, written over or removed, if it is still the one that was looked at.

Whoever may rename folders on the way could lead a path elsewhere between any two looks at it. So
what is changed is told by what is open: the folder, or the file itself.
"""

from __future__ import annotations

import os
import stat

from dockproxy.core.agent import paths
from dockproxy.core.agent.apply.files import (
    State,
    Wanted,
    look,
    padding,
    sync_folder,
    write_all,
)
from dockproxy.core.agent.apply.problems import Refusal, of_error, refusal
from dockproxy.core.model.message import N_, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional, Tuple


_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def write(root: str, base: State, wanted: Wanted, temporary: str) -> str:
    """Make the file what is wanted, if it is still what ``base`` says.

    temporary: the name of the temporary file in the target's folder. Gives why it was written in
    place, or "". Raises Refusal (code ``changed``, or what the system refused); then the file is
    as it was.
    """
    try:
        place = paths.resolve(root, base.path)
        if wanted.content is None:
            _remove(root, base, place)
            return ""
        for folder in place.missing:
            _make_folder(paths.below(root, folder), wanted.folder_mode)
        if base.in_place:
            _overwrite(root, base, place, wanted.content)
            return base.in_place
        return _replace(root, base, place, wanted, temporary)
    except OSError as error:
        raise Refusal(of_error(error, base.path)) from error


def _compare(root: str, base: State) -> None:
    if not look(root, base.path).same_as(base):
        raise _changed(base)


def _compare_in(folder: int, name: str, base: State) -> None:
    """That what bears this name in the open folder is what was looked at, too."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        if base.content is not None:
            raise _changed(base) from None
        return
    try:
        _compare_open(handle, base)
    finally:
        os.close(handle)


def _compare_open(handle: int, base: State) -> None:
    facts = os.fstat(handle)
    same = stat.S_ISREG(facts.st_mode) and base.content is not None
    same = same and (stat.S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid) == (
        base.mode,
        base.uid,
        base.gid,
    )
    if not same or _content(handle, facts.st_size) != base.content:
        raise _changed(base)


def _content(handle: int, size: int) -> bytes:
    pieces = []
    done = 0
    while done <= size:
        piece = os.pread(handle, size + 1 - done, done)
        if not piece:
            break
        pieces.append(piece)
        done += len(piece)
    return b"".join(pieces)


def _changed(base: State) -> Refusal:
    return refusal(
        "changed",
        N_("the file is no longer what the plan was made from"),
        base.path,
        Message(N_("run the command again: it plans from the file as it is now")),
    )


def _make_folder(real: str, mode: int) -> None:
    try:
        os.mkdir(real, mode)
    except FileExistsError:
        return
    os.chmod(real, mode)
    sync_folder(real)
    sync_folder(os.path.dirname(real))


def _replace(root: str, base: State, place: paths.Place, wanted: Wanted, temporary: str) -> str:
    folder = os.open(place.folder, _FOLDER)
    try:
        remove_temporary(folder, temporary)
        handle = os.open(
            temporary,
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
            0o600,
            dir_fd=folder,
        )
        try:
            try:
                labelled = _dress(handle, wanted)
                write_all(handle, wanted.content or b"")
                os.fsync(handle)
            finally:
                os.close(handle)
            _compare(root, base)
            if not labelled and base.content is not None:
                _overwrite(root, base, place, wanted.content or b"", wanted.mode)
                return "label"
            _compare_in(folder, place.name, base)
            os.rename(temporary, place.name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            remove_temporary(folder, temporary)
        os.fsync(folder)
        return ""
    finally:
        os.close(folder)


def remove_temporary(folder: int, temporary: str) -> None:
    """Take away the temporary file, if there is one."""
    try:
        os.unlink(temporary, dir_fd=folder)
    except FileNotFoundError:
        pass


def _dress(handle: int, wanted: Wanted) -> bool:
    """Owner, labels and mode for the new file. False if a label could not be given to it."""
    facts = os.fstat(handle)
    if (facts.st_uid, facts.st_gid) != (wanted.uid, wanted.gid):
        os.fchown(handle, wanted.uid, wanted.gid)
    whole = True
    try:
        there = os.listxattr(handle)
    except OSError:
        there = []
    for name in there:
        if name.startswith("system.posix_acl") and name not in wanted.xattrs:
            os.removexattr(handle, name)
    for name, value in wanted.xattrs.items():
        try:
            os.setxattr(handle, name, value)
        except OSError:
            whole = False
    os.fchmod(handle, wanted.mode)
    return whole


def _overwrite(
    root: str, base: State, place: paths.Place, content: bytes, mode: Optional[int] = None
) -> None:
    """Write over the file where it stands. mode: the one to give it first, None: as it is.

    What is there can be loaded at every moment: a shorter text is first padded with line ends to
    the old length, which JSON, units and environment files all take, and then cut.
    """
    handle = os.open(place.real, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _compare(root, base)
        _compare_open(handle, base)
        if mode not in (None, base.mode):
            os.fchmod(handle, mode or 0)
        old = base.content or b""
        try:
            _pwrite(handle, content + padding(content, len(old) - len(content)))
            os.ftruncate(handle, len(content))
            os.fsync(handle)
        except OSError:
            _pwrite(handle, old)
            os.ftruncate(handle, len(old))
            os.fsync(handle)
            raise
    finally:
        os.close(handle)


def _pwrite(handle: int, content: bytes) -> None:
    done = 0
    while done < len(content):
        done += os.pwrite(handle, content[done:], done)


def _remove(root: str, base: State, place: paths.Place) -> None:
    _compare(root, base)
    if base.content is None:
        return
    folder = os.open(place.folder, _FOLDER)
    try:
        _compare_in(folder, place.name, base)
        os.unlink(place.name, dir_fd=folder)
        os.fsync(folder)
    finally:
        os.close(folder)


def remove_folders(root: str, folders: Tuple[str, ...]) -> None:
    """Take away folders that we made, the innermost first, as far as they are empty."""
    for inside in reversed(folders):
        real = paths.below(root, inside)
        try:
            os.rmdir(real)
        except FileNotFoundError:
            continue
        except OSError:
            return
        try:
            sync_folder(os.path.dirname(real))
        except OSError:
            continue  # gone it is; a power cut at worst brings an empty folder back
