"""``dockproxy explain``: a rule's page."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "explain",
        _("Tell all about a code of dockproxy doctor: what happens, why, and how to mend it."),
        "  dockproxy explain DP101\n  dockproxy explain --list",
    )
    made.add_argument("code", metavar="CODE", nargs="?", help=_("as DP101"))
    made.add_argument("--list", action="store_true", help=_("list every code"))
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Print the page."""
    from dockproxy.render.text_explain import list_text, page_text
    from dockproxy.rules.registry import all_rules, modules, rule

    if args.list or args.code is None:
        console.out(list_text(all_rules(), console.style))
        return 0
    if args.code.upper() not in modules():
        raise UsageError(
            message(N_("{code}: there is no such rule"), code=args.code),
            hint=N_("dockproxy explain --list names them all"),
        )
    console.out(page_text(rule(args.code), console.style))
    return 0
