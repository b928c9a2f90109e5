"""``dockproxy status``: where each part of Docker gets its proxy from, and whether it runs so."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "status",
        _("Show where each part of Docker gets its proxy from, and whether what runs agrees."),
        "  dockproxy status\n"
        "  dockproxy status --json | jq '.components[].in_sync'\n"
        "  dockproxy status --root /mnt/image\n"
        "  dockproxy status --from host.json",
    )
    options.add_from(made)
    options.add_place(made)
    options.add_format(made)
    made.add_argument("--check", action="store_true", help=_("exit 1 if something is out of sync"))
    made.add_argument("--strict", action="store_true", help=_("exit 2 if something can't be seen"))
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Observe, resolve, print."""
    from dockproxy.cli.observing import observed

    host = observed(args, console, only="status")
    if args.format == "json":
        from dockproxy.render.json_v1 import status_json

        console.json(status_json(host))
    else:
        from dockproxy.cli.under_sudo import same_again
        from dockproxy.render.text_status import status_text

        sudo = "" if host.recorded else same_again()
        console.out(status_text(host, console.style, sudo))
    if args.strict and host.unknown:
        return 2
    if args.check and any(component.is_change_due for component in host.components):
        return 1
    return 0
