"""``dockproxy history``: what was changed, and ``history rm``."""

from __future__ import annotations

import argparse
import time

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockproxy.cli.journals import Journals


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
    options.refuse_from(made, _("a Snapshot holds no journal: history is asked on the machine"))
    options.add_place(made)
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """List, or remove after a question."""
    from dockproxy.cli.journals import Journals

    journals = Journals(args, console)
    if args.verb == "rm":
        return _remove(args, console, journals)
    if args.format == "json":
        from dockproxy.core.model.record import dump

        console.json(_document(args, "entries", [dump(entry) for entry in journals.entries]))
        return 0
    from dockproxy.render.text_change import history_text

    when = {
        entry.id: time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
        for entry in journals.entries
    }
    console.out(history_text(journals.entries, when, console.style))
    return 0


def _document(args: argparse.Namespace, name: str, content: list[Any]) -> dict[str, Any]:
    from dockproxy import live
    from dockproxy.render.json_v1 import document

    host = live.observe(root=args.root)
    opening = document("history", host.snapshot, host.unknown)
    unknown = opening.pop("unknown")
    return {**opening, name: content, "unknown": unknown}


def _remove(args: argparse.Namespace, console: Console, journals: Journals) -> int:
    from dockproxy import api
    from dockproxy.cli.journals import no_entry

    if not args.entries and not args.all:
        raise UsageError(N_("which entries?"), hint=N_("name them, or give --all"))
    known = {entry.id for entry in journals.entries}
    for entry in args.entries:
        if entry not in known:
            raise no_entry(entry)
    question = _("Remove these entries? What they hold can't be undone afterwards.")
    if not args.yes and (args.format == "json" or not console.confirm(question)):
        if args.format == "json":
            console.json(_document(args, "removed", []))
        asked = console.interactive and args.format != "json"
        said = _("nothing was removed (nobody said yes; --yes does)")
        console.note(_("nothing was removed") if asked else said)
        return 3
    removed: list[str] = []
    for entry in known if args.all else args.entries:
        removed += api.forget((entry,), args.root, journals.transport(entry))
    if args.format == "json":
        console.json(_document(args, "removed", sorted(removed)))
        return 0
    console.out(_("removed: {names}").format(names=", ".join(sorted(removed)) or _("nothing")))
    return 0
