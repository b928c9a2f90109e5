"""``dockproxy undo``: the last change taken back, byte for byte."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "undo",
        _("Take back the last change, or the one named: every file byte for byte as it was."),
        "  dockproxy undo\n  dockproxy history\n  dockproxy undo 20260102-101500-1 --dry-run",
    )
    made.add_argument("entry", metavar="ID", nargs="?", help=_("an entry of dockproxy history"))
    options.add_change(made)
    options.add_place(made)
    options.add_format(made)
    made.set_defaults(kind="undo", force=[])
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Preview, ask, take back."""
    from dockproxy import api, live
    from dockproxy.cli.change import Around, carry_out, report
    from dockproxy.cli.console import Agreeing
    from dockproxy.cli.journals import Journals, await_turn
    from dockproxy.cli.observing import name_unfinished
    from dockproxy.transport.local import Local

    await_turn(args, console, Local())
    name_unfinished(args, console)
    host = live.observe(root=args.root, context=args.context, user=args.user)
    wanted = (args.entry,) if args.entry else ()
    transport = Journals(args, console, wanted=wanted, in_turn=True).transport(args.entry)
    around = Around()
    ending = carry_out(
        args,
        console,
        around,
        lambda confirm: api.undo(
            args.entry,
            confirm,
            root=args.root,
            timeout=args.timeout,
            transport=transport,
            channel=Agreeing.of(console) if args.yes else console,
            force=tuple(args.force),
            wait=args.wait,
        ),
    )
    return report(args, console, host, around, ending)
