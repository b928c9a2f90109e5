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
    from collections.abc import Sequence
    from typing import Any

    from dockproxy.core.model.report import Entry

_COMPLETE = ("done", "undone", "unreadable")


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
    made.add_argument(
        "--all",
        action="store_true",
        help=_("with rm: all of your own (as root: root's) but those of runs that were cut short"),
    )
    made.add_argument("--yes", "-y", action="store_true", help=_("answer the question with yes"))
    options.refuse_from(made, _("a Snapshot holds no journal: history is asked on the machine"))
    options.add_place(made)
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """List, or remove after a question."""
    from dockproxy.cli.journals import Journals

    if args.verb == "rm":
        return _remove(args, console)
    journals = Journals(args, console, only_looks=True)
    if args.format == "json":
        from dockproxy.core.model.record import dump

        console.json(_document(args, "entries", [dump(entry) for entry in journals.entries]))
        return 0
    console.out(_listed(journals.entries, console))
    return 0


def _listed(entries: Sequence[Entry], console: Console) -> str:
    from dockproxy.render.text_change import history_text

    when = {
        entry.id: time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at)) for entry in entries
    }
    return history_text(entries, when, console.style)


def _document(args: argparse.Namespace, name: str, content: list[Any]) -> dict[str, Any]:
    from dockproxy import live
    from dockproxy.render.json_v1 import document

    host = live.observe(root=args.root)
    opening = document("history", host.snapshot, host.unknown)
    unknown = opening.pop("unknown")
    return {**opening, name: content, "unknown": unknown}


def _remove(args: argparse.Namespace, console: Console) -> int:
    """One's own journal is meant, which as root is root's; another one's entries go if named."""
    from dockproxy import api
    from dockproxy.cli.journals import Journals, no_entry

    if not args.entries and not args.all:
        raise UsageError(N_("which entries?"), hint=N_("name them, or give --all"))
    journals = Journals(args, console, wanted=args.entries, only_own=not args.entries)
    known = {entry.id: entry for entry in journals.entries}
    for entry in args.entries:
        if entry not in known:
            raise no_entry(entry)
    chosen = [known[entry] for entry in dict.fromkeys(args.entries)]
    if args.all:
        mine = [entry for entry in journals.own if entry not in chosen]
        kept = [entry for entry in mine if entry.state not in _COMPLETE]
        chosen += [entry for entry in mine if entry not in kept]
        _say_what_stays(console, kept, journals.has_others)
    if not args.yes and args.format == "text" and chosen:
        console.out(_listed(chosen, console))
    question = _("Remove these entries? What they hold can't be undone afterwards.")
    if chosen and not args.yes and (args.format == "json" or not console.confirm(question)):
        if args.format == "json":
            console.json(_document(args, "removed", []))
        asked = console.interactive and args.format != "json"
        said = _("nothing was removed (nobody said yes; --yes does)")
        console.note(_("nothing was removed") if asked else said)
        return 3
    removed: list[str] = []
    for each in chosen:
        removed += api.forget((each.id,), args.root, journals.transport(each.id))
    if args.format == "json":
        console.json(_document(args, "removed", sorted(removed)))
        return 0
    console.out(_("removed: {names}").format(names=", ".join(sorted(removed)) or _("nothing")))
    return 0


def _say_what_stays(console: Console, kept: Sequence[Entry], others: bool) -> None:
    if kept:
        names = ", ".join(entry.id for entry in kept)
        text = _("kept, the only way back from a change that was cut short: {names}")
        console.note(text.format(names=names))
    if others:
        console.note(_("root's entries stay: name them, or run this as root, to remove them"))
