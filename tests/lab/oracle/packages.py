"""Where the programs come from: Debian's suites and PyPI, unpacked into the lab's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable

from tests.lab.equipment.commands import run
from tests.lab.equipment.downloads import Archive, cache_folder, locked
from tests.lab.equipment.trees import unpack

LINKS = ("bin", "sbin", "lib", "lib64")
FILES = {
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
    "etc/passwd": "root:x:0:0:root:/mnt:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/resolv.conf": "",
}
FOLDERS = ("proc", "dev", "tmp", "mnt", "run", "var/tmp", "usr/bin", "usr/sbin", "usr/lib", "etc")


def debian(suite: str, *packages: str, script: str = "") -> str:
    """A tree to chroot into: these packages of a suite and all that they need.

    script: what a shell does in the tree once it is unpacked (maintainer scripts do not run).
    """
    recipe = repr((suite, packages, script, FILES))

    def make(target: str) -> None:
        for name in FOLDERS:
            os.makedirs(os.path.join(target, name), exist_ok=True)
        for name in LINKS:
            os.makedirs(os.path.join(target, "usr", name), exist_ok=True)
            os.symlink(f"usr/{name}", os.path.join(target, name))
        for name, content in FILES.items():
            with open(os.path.join(target, name), "w", encoding="utf-8") as file:
                file.write(content)
        unpack(Archive(suite).download_with_needs(packages, os.devnull), target)
        if script:
            run(["chroot", target, "/bin/sh", "-c", script], timeout=300)

    return made(f"oracle-{suite}-{packages[0]}", recipe, make)


def wheels(*requirements: str) -> str:
    """A folder for PYTHONPATH with these requirements, pinned as ``name==version``."""

    def make(target: str) -> None:
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", target]
        run([*pip, *requirements], timeout=600, env=dict(os.environ))

    return made(f"oracle-wheels-{requirements[0]}", repr(requirements), make)


def npm(*packages: str) -> str:
    """A folder with ``node_modules`` of these packages, pinned as ``name@version``."""

    def make(target: str) -> None:
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", target]
        run([*command, *packages], timeout=600, env=dict(os.environ))

    return made(f"oracle-npm-{packages[0]}".replace("/", "-"), repr(packages), make)


def made(name: str, recipe: str, make: Callable[[str], None]) -> str:
    """The folder of the cache for this recipe, made if it isn't there."""
    full = f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"
    folder = os.path.join(cache_folder(), "trees")
    path = os.path.join(folder, full)
    if not os.path.isdir(path):
        with locked(f"{full}.lock"):
            if not os.path.isdir(path):
                os.makedirs(folder, exist_ok=True)
                scratch = tempfile.mkdtemp(prefix="making-", dir=folder)
                try:
                    target = os.path.join(scratch, "tree")
                    os.mkdir(target, 0o755)
                    make(target)
                    os.rename(target, path)
                finally:
                    shutil.rmtree(scratch, ignore_errors=True)
    return path
