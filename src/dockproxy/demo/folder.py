"""A folder for the sample host, gone afterwards unless it is to be kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def temporary_folder(keep: bool) -> Iterator[str]:
    """A new folder's path, with no symbolic link in it."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="dockproxy-demo-"))
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
