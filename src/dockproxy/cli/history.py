"""``dockproxy history``: what was changed, and ``history rm``."""

from __future__ import annotations

import argparse
import time

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "history",
        _("List what dockproxy changed, newest first; rm removes entries and what they hold."),
        "  dockproxy history\n"
        "  dockproxy history rm 20260102-101500-1\n"
        "  dockproxy history rm --all --yes",
    )
    made.add_argument("verb", metavar="rm", nargs="?", choices=["rm"], help=_("remove entries"))
    made.add_argument("entries", metavar="ID", nargs="*", help=_("the entries to remove"))
    made.add_argument("--all", action="store_true", help=_("with rm: all entries"))
    made.add_argument("--yes", "-y", action="store_true", help=_("answer the question with yes"))
    options.add_place(made)
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """List, or remove after a question."""
    from dockproxy import api
    from dockproxy.cli.journals import transport_to_journals
    from dockproxy.core.model.errors import UsageError
    from dockproxy.core.model.message import N_
    from dockproxy.render.json_change import history_json
    from dockproxy.render.json_v1 import document
    from dockproxy.render.text_change import history_text

    transport = transport_to_journals(args, console)
    if args.verb == "rm":
        if not args.entries and not args.all:
            raise UsageError(N_("which entries?"), hint=N_("name them, or give --all"))
        question = _("Remove these entries? What they hold can't be undone afterwards.")
        if not args.yes and not console.confirm(question):
            console.note(_("nothing was removed (nobody said yes; --yes does)"))
            return 3
        entries = () if args.all else tuple(args.entries)
        removed = api.forget(entries, args.root, transport)
        console.out(_("removed: {names}").format(names=", ".join(removed) or _("nothing")))
        return 0
    entries = api.history(args.root, transport)
    if args.format == "json":
        host = api.observe(root=args.root)
        console.json(history_json(document("history", host.snapshot, host.unknown), entries))
        return 0
    when = {
        entry.id: time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at)) for entry in entries
    }
    console.out(history_text(entries, when, console.style))
    return 0
