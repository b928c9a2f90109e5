"""How each real program is run: a file an ecosystem, with its ``DRIVERS``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import NamedTuple

from tests.lab.equipment.commands import LabError
from tests.lab.oracle.cases import COMMON, Case, Variables

Environment = Mapping[str, str]


class Driver(NamedTuple):
    """One program in one version.

    command: what is run. With ``lines`` once a setting: it reads targets from standard input, and
    prints a line ``done`` after each. Without, once a target, which takes the place of ``{}``.
    root: makes, if need be, the tree to chroot into; none: this machine's own files. files: put
    into /mnt, where HOME is. binds: folders of this machine (made by a call) at a name below /mnt.
    env: set before the case's own. schemes: of the targets. variables, or cases: what the
    generator draws. left_out: why a case can't be asked, "" where it can. timeout: of a target.
    strict_names: whether names that no host can have do not exist, as is so outside.
    """

    program: str
    version: str
    command: tuple[str, ...]
    root: Callable[[], str] | None = None
    lines: bool = False
    files: Mapping[str, str] = MappingProxyType({})
    binds: Mapping[str, Callable[[], str]] = MappingProxyType({})
    env: Environment = MappingProxyType({})
    schemes: tuple[str, ...] = ("http", "https")
    variables: Variables = COMMON
    cases: Callable[[Random], Case] | None = None
    left_out: Callable[[Environment, str], str] | None = None
    timeout: float = 10
    strict_names: bool = False

    @property
    def name(self) -> str:
        """``program@version``."""
        return f"{self.program}@{self.version}"

    def prepare(self) -> None:
        """Get all that it takes."""
        for get in (self.root, *self.binds.values()):
            if get is not None:
                get()


def drivers() -> dict[str, Driver]:
    """All drivers by ``program@version``."""
    found: dict[str, Driver] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        for driver in getattr(loaded, "DRIVERS", ()):
            found[driver.name] = driver
    return found


def driver(name: str) -> Driver:
    """One driver by ``program@version``."""
    found = drivers()
    if name not in found:
        raise LabError(f"no driver {name}; there are {', '.join(found)}")
    return found[name]
