"""``dockproxy undo``: the last change taken back, byte for byte."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.report import Preview
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
    made.set_defaults(kind="undo")
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Preview, ask, take back."""
    from dockproxy import api
    from dockproxy.cli.change import DONE, Around, Ending, carry_out, report
    from dockproxy.cli.console import Agreeing
    from dockproxy.cli.journals import Journals

    host = api.observe(root=args.root, context=args.context, user=args.user)
    transport = Journals(args, console).transport(args.entry)
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
        ),
    )
    if ending.preview is not None and _nothing_to_take_back(ending.preview):
        ending = Ending("unchanged", DONE, ending.preview)
    return report(args, console, host, around, ending)


def _nothing_to_take_back(preview: Preview) -> bool:
    return any(problem.code == "no-entry" for problem in preview.problems)
