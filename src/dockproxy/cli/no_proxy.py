"""``dockproxy no-proxy``: what a list means to whom, and a list that means what is wanted."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.no_proxy.programs import CLIENT, DEFAULT, Asked, programs
from dockproxy.render.terminal import clean
from dockproxy.text import _, tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.no_proxy.check import Checked

MOST_IN_A_VARIABLE = 131072 - len("no_proxy=") - 1
"""Linux: MAX_ARG_STRLEN, of which the name and the end are part."""


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "no-proxy",
        _(
            "check: say of each entry of a NO_PROXY list what goes direct because of it, and for\n"
            "whom; exit code 1 if one of them matches nothing or too much for all of them, or for\n"
            "one that --for names, or spoils the list for one. - is standard input.\n"
            "make: print the shortest list with which just these go direct in all the programs:\n"
            "HOST, .DOMAIN (all names under it), ADDRESS, NETWORK/BITS, HOST:PORT or a URL (that\n"
            "port alone) or - for such words on standard input. Exit code 1 if all of them, or\n"
            "one that --for names, still send some of it through the proxy, or let the hosts of\n"
            "others past it (too much): the list is then the nearest that can be had. What some\n"
            "of the default ones make of it is a note on standard error.\n"
            "Each program answers as it would decide: nothing is contacted."
        ),
        '  dockproxy no-proxy check "localhost,127.0.0.1,10.0.0.0/8,.corp.example"\n'
        '  dockproxy no-proxy check "*.corp.example" --for curl@7.74,curl,node\n'
        "  dockproxy no-proxy check - --json < list.txt\n"
        "  dockproxy no-proxy make registry.corp.example 10.1.2.0/24\n"
        "  dockproxy no-proxy make .corp.example registry.example:5000 --for daemon,curl,pip",
    )
    made.add_argument("verb", choices=["check", "make"], help=_("what to do"))
    made.add_argument(
        "words", metavar="LIST|HOST", nargs="*", help=_("the list, or what is to go direct")
    )
    made.add_argument(
        "--for",
        dest="programs",
        metavar="PROGRAMS",
        help=_(
            "programs that are to understand it, by commas, with a version where one is meant"
            " (curl@7.85). client: {client}; all: every known one (default: {default})"
        ).format(client=", ".join(CLIENT), default=DEFAULT),
    )
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Ask the programs, print what they say."""
    asked = programs(DEFAULT if args.programs is None else args.programs)
    if args.format != "json":
        for program in asked:
            if program.note is not None:
                console.note(clean(tr(program.note)))
    if args.verb == "make":
        return _make(args, console, asked)
    return _check(args, console, asked)


def _check(args: argparse.Namespace, console: Console, asked: tuple[Asked, ...]) -> int:
    from dockproxy.no_proxy.check import check

    listing = _list(args.words)
    raw = listing.encode("utf-8", "surrogateescape")
    is_too_long = len(raw) > MOST_IN_A_VARIABLE
    if is_too_long:
        console.note(
            _(
                "no variable can hold this on Linux, and no program started with it: it is longer"
                " than 128 KiB. The entries up to there are looked at"
            )
        )
        held = raw[:MOST_IN_A_VARIABLE]
        listing = (held.rpartition(b",")[0] or held).decode("utf-8", "surrogateescape")
    faults: list[str] = []
    named = args.programs is not None
    found = _noting(check(listing, asked), faults, named)
    if args.format == "json":
        from dockproxy.render.json_no_proxy import check_json

        for piece in check_json(found, asked):
            console.exact(piece)
        return 1 if faults or is_too_long else 0
    from dockproxy.render.text_no_proxy import Tally, entry_text

    tally = Tally()
    for checked in found:
        console.out(entry_text(checked, console.style))
        tally.add(checked)
    console.out(tally.text(asked, console.style))
    return 1 if faults or is_too_long else 0


def _noting(found: Iterator[Checked], faults: list[str], named: bool) -> Iterator[Checked]:
    """The same, the first that is at fault put aside. named: whether the programs were chosen: what
    only one of them makes of an entry is a fault then (of the usual ones apt takes any suffix).
    """
    for checked in found:
        if not faults and (checked.is_fault if named else checked.is_fault_for_all):
            faults.append(checked.entry)
        yield checked


def _list(words: list[str]) -> str:
    if len(words) != 1:
        raise UsageError(
            N_("check takes one list") if words else N_("which list?"),
            hint=N_("put it in quotes, or give - and the list on standard input"),
        )
    listing: str = words[0]
    if listing == "-":
        listing = _standard_input().rstrip("\r\n")
    if "\0" in listing:
        raise UsageError(N_("the list holds a NUL byte, which no variable can"))
    return listing


def _standard_input() -> str:
    given = sys.stdin.buffer.read() if sys.stdin is not None else b""
    return given.decode("utf-8", "surrogateescape")


def _members(words: list[str]) -> list[str]:
    """The words, with those of standard input where - stands."""
    if "-" not in words:
        return words
    place = words.index("-")
    read = re.split(r"[\s,]+", _standard_input().removeprefix("\ufeff"))
    rest = [word for word in words[place:] if word != "-"]
    return [*words[:place], *(word for word in read if word), *rest]


def _make(args: argparse.Namespace, console: Console, asked: tuple[Asked, ...]) -> int:
    from dockproxy.no_proxy.make import make

    words = _members(args.words)
    if not words:
        raise UsageError(
            N_("what is to go direct?"),
            hint=message(N_("for instance: {example}"), example="no-proxy make .corp.example"),
        )
    made = make(words, asked, named=args.programs is not None)
    if args.format == "json":
        from dockproxy.render.json_no_proxy import made_json

        console.json(made_json(made, asked))
    else:
        from dockproxy.render.text_no_proxy import made_notes

        console.exact(made.listing + "\n")
        notes = made_notes(made, console.style)
        if notes:
            console.note(notes.rstrip("\n"))
    return 1 if made.is_at_fault else 0
