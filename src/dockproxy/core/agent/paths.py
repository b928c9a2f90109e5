"""Where a path leads below ``--root``, every symbolic link followed as chroot would."""

from __future__ import annotations

import errno
import os

from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import List, Tuple


MOST_LINKS = 40
"""Linux follows 40 symbolic links and then says ELOOP (fs/namei.c, MAXSYMLINKS)."""


class Place(NamedTuple):
    """inside: the path as a program below root spells it, links resolved. real: where this
    process finds it. missing: the folders on the way that are not there, the outermost first.
    """

    inside: str
    real: str
    missing: Tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that holds it, as this process finds it."""
        return os.path.dirname(self.real)

    @property
    def name(self) -> str:
        """Its last component."""
        return os.path.basename(self.real)


def below(root: str, inside: str) -> str:
    """An inside path as this process finds it."""
    return root.rstrip("/") + inside if root not in ("", "/") else inside


def resolve(root: str, path: str) -> Place:
    """Where ``path`` lies, its last component followed too. It need not exist.

    Raises OSError (ELOOP) for links that lead round in a circle, and ENOTDIR where a file stands
    in for a folder.
    """
    left: List[str] = [part for part in reversed(path.split("/")) if part not in ("", ".")]
    inside = ""
    missing: List[str] = []
    links = 0
    while left:
        part = left.pop()
        if part == "..":
            inside = inside.rpartition("/")[0]
            continue
        here = f"{inside}/{part}"
        try:
            target = os.readlink(below(root, here))
        except FileNotFoundError:
            inside = here
            if left:
                missing.append(here)
            continue
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            inside = here
            continue
        links += 1
        if links > MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        if target.startswith("/"):
            inside = ""
        left.extend(item for item in reversed(target.split("/")) if item not in ("", "."))
    return Place(inside or "/", below(root, inside or "/"), tuple(missing))
