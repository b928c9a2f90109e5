"""Which package brought a file: dpkg's lists, read as they are, or rpm asked.

dpkg-query.1 (dpkg 1.21): ``info/PACKAGE.list`` holds every path of a package, ``.conffiles`` those
that dpkg asks about before it replaces them. rpm keeps a changed ``%config`` file too, as it is or
beside the new one (rpm 4.18, docs/manual/spec.md, "%config").
"""

from __future__ import annotations

import os
import shutil

from dockproxy.core.agent import paths
from dockproxy.core.agent.system import names_in, run
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.report import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


_LISTS = "/var/lib/dpkg/info"
_RPM = ("/var/lib/rpm", "/usr/lib/sysimage/rpm")


class Owner(NamedTuple):
    """A package. asks: its next version leaves a changed file alone, or asks."""

    package: str
    asks: bool


def owner_of(root: str, path: str) -> Optional[Owner]:
    """The package that brought this file, None if none is known to."""
    folder = paths.below(root, _LISTS)
    names = names_in(root, _LISTS) or []
    for name in names:
        if name.endswith(".list") and _holds(f"{folder}/{name}", path):
            package = name[: -len(".list")]
            asks = _holds(f"{folder}/{package}.conffiles", path)
            return Owner(package.partition(":")[0], asks)
    if names or root or not any(os.path.isdir(place) for place in _RPM):
        return None
    return _of_rpm(path)


def _holds(file: str, path: str) -> bool:
    try:
        with open(file, "rb") as source:
            return b"\n" + os.fsencode(path) + b"\n" in b"\n" + source.read()
    except OSError:
        return False


def _of_rpm(path: str) -> Optional[Owner]:
    if shutil.which("rpm") is None:
        return None
    said = run(["rpm", "-qf", "--queryformat", "%{NAME}\n", path])
    name = said.out.partition("\n")[0].strip()
    if said.status != 0 or not name:
        return None
    listed = run(["rpm", "-qc", name])
    return Owner(name, path in listed.out.split("\n"))


def question(root: str, path: str) -> Optional[Problem]:
    """What a person should know before a package's file is changed."""
    owner = owner_of(root, path)
    if owner is None:
        return None
    text = N_("the package {package} brought this file: its next version takes the change away")
    hint = N_("set it where no package writes: {flag}")
    if owner.asks:
        text = N_("the package {package} brought this file: its next version may ask what to keep")
        hint = N_("keep yours then, or set it where no package writes: {flag}")
    flag = "--via systemd" if path.endswith(".json") else "--via daemon-json"
    said = message(text, package=owner.package)
    return Problem("package-owned", said, False, path, "", message(hint, flag=flag))
