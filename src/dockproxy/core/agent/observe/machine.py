"""The machine itself, and the environment of whoever asks."""

from __future__ import annotations

import os
import sys

from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.observe.secrets import addresses_in
from dockproxy.core.agent.observe.values import kept_variables
from dockproxy.core.agent.system import look_at, user_of
from dockproxy.core.model.snapshot import Machine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict


NAME = "machine"


def observe(look: Look) -> Machine:
    """Its name and system, and with whose rights it is seen."""
    uid = os.geteuid()
    user = user_of(uid)
    name = os.uname().nodename if look.live else _host_name(look.root)
    system = "darwin" if sys.platform == "darwin" else "linux"
    kernel = os.uname().release if look.live else ""
    who = user.name if user else str(uid)
    return Machine(name, system, uid, who, look.root, uid == 0, kernel)


def environment(look: Look) -> Dict[str, str]:
    """The caller's proxy and DOCKER_* variables, masked; none below a root folder."""
    if look.live:
        look.secrets.note(addresses_in("environment", look.caller.environment))
    return kept_variables(look.caller.environment) if look.live else {}


def _host_name(root: str) -> str:
    data = look_at(root, "/etc/hostname").data or b""
    lines = data.decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in lines if line.strip() and line[0] != "#"), "")
