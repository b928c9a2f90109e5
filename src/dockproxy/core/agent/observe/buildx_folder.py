"""Where buildx keeps a user's builders, and whether there are any: most machines have none."""

from __future__ import annotations

import os

from dockproxy.core.agent.observe.look import Look
from dockproxy.core.agent.system import names_in
from dockproxy.core.model.snapshot import Client
from dockproxy.core.places import linux


def buildx_folder(look: Look, client: Client) -> str:
    """BUILDX_CONFIG where it is the client's own variable, else beside its config.json."""
    own = look.live and client.uid == look.caller.uid
    named = look.caller.environment.get("BUILDX_CONFIG", "") if own else ""
    if named:
        return os.path.abspath(named)
    return f"{os.path.dirname(client.config_path)}/{linux.BUILDX_FOLDER}"


def may_have_builders(look: Look, client: Client) -> bool:
    """Seen without loading what reads them; true too where it can't be told."""
    return names_in(look.root, instances_folder(look, client)) != []


def instances_folder(look: Look, client: Client) -> str:
    """The folder with a file for each builder."""
    return f"{buildx_folder(look, client)}/{linux.BUILDX_INSTANCES}"
