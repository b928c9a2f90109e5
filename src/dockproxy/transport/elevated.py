"""The agent as root on this machine, through sudo, doas or pkexec, asked once.

The request travels over a pipe, never in an argument. The program started is this interpreter,
isolated, with only the folder that holds ``dockproxy`` put before its path, so a tool installed
with pipx works; see docs/decisions/0016.
"""

from __future__ import annotations

import os
import shutil

from dockproxy.core.model.errors import DockproxyError, RefusedError
from dockproxy.core.model.message import N_, message
from dockproxy.transport.piped import Piped, agent_command

_NEVER_ASK = {"sudo": ("-n",), "doas": ("-n",), "pkexec": ("--disable-internal-agent",)}
WAYS = tuple(_NEVER_ASK)
_ADMINISTRATORS = frozenset(("root", "sudo", "wheel", "admin"))


def way_to_root() -> str | None:
    """The first of sudo, doas, pkexec that is installed, or None."""
    return next((name for name in WAYS if shutil.which(name)), None)


def is_an_administrator() -> bool:
    """Whether this user is in a group that distributions let become root: who is not may be let
    all the same, but is told off and reported by sudo if not.
    """
    import grp

    named = set()
    for number in (os.getegid(), *os.getgroups()):
        try:
            named.add(grp.getgrgid(number).gr_name)
        except KeyError:
            continue
    return bool(named & _ADMINISTRATORS)


class Elevated(Piped):
    """Root's agent; the question for a password is the way's own, asked when it starts."""

    def __init__(self, way: str, interactive: bool) -> None:
        options = () if interactive else _NEVER_ASK[way]
        super().__init__([way, *options, *agent_command()])
        self.way = way

    def refused(self) -> DockproxyError:
        """The way did not let us through."""
        said = message(N_("{way} did not give root's rights"), way=self.way)
        return RefusedError(said)
