"""``dockproxy explain``: a rule's page, or what an error text means and what causes it here."""

from __future__ import annotations

import argparse
import re
import sys

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.resolve.host import Host

_LONGEST = 1 << 20
_CODE = re.compile(r"[Dd][Pp][0-9]+")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "explain",
        _(
            "Tell all about a code of dockproxy doctor, or what an error text means that Docker,\n"
            "BuildKit, curl, apt, pip, npm or a proxy prints: its causes, and which of them is so\n"
            "on this machine. - is standard input. Exit code 1 if nothing in it is about proxies."
        ),
        "  dockproxy explain DP101\n"
        "  dockproxy explain --list\n"
        '  dockproxy explain "proxyconnect tcp: dial tcp 127.0.0.1:7890: connection refused"\n'
        "  docker pull redis 2>&1 | dockproxy explain -",
    )
    made.add_argument("words", metavar="CODE|TEXT", nargs="*", help=_("as DP101, or an error text"))
    made.add_argument("--list", action="store_true", help=_("list every code"))
    options.add_from(made)
    options.add_place(made)
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Print a page, the list, or what was recognised."""
    words = " ".join(args.words)
    if args.list or not words:
        return _list(console)
    if all(_CODE.fullmatch(word) for word in words.split()):
        return _pages(words.split(), console)
    return _recognised(_text(words), args, console)


def _list(console: Console) -> int:
    from dockproxy.render.text_explain import list_text
    from dockproxy.rules.registry import all_rules

    console.out(list_text(all_rules(), console.style))
    return 0


def _pages(codes: list[str], console: Console) -> int:
    from dockproxy.render.text_explain import page_text
    from dockproxy.rules.registry import modules, rule

    for code in codes:
        if code.upper() not in modules():
            raise UsageError(
                message(N_("{code}: there is no such rule"), code=code),
                hint=N_("dockproxy explain --list names them all"),
            )
    console.out("\n".join(page_text(rule(code), console.style) for code in codes))
    return 0


def _text(words: str) -> str:
    if words != "-":
        return words
    return sys.stdin.buffer.read(_LONGEST).decode("utf-8", "replace")


def _recognised(text: str, args: argparse.Namespace, console: Console) -> int:
    from dockproxy.messages.recognise import recognise, with_causes_here

    matches = recognise(text)
    host: Host | None = None
    if any(match.kind.codes for match in matches):
        from dockproxy.cli.observing import observed
        from dockproxy.rules.diagnose import diagnose

        host = observed(args, console)
        matches = with_causes_here(matches, diagnose(host))
    if args.format == "json":
        from dockproxy.render.json_doctor import matches_json

        console.json(matches_json(matches, host))
    elif matches:
        from dockproxy.render.text_explain import matches_text

        console.out(matches_text(matches, console.style))
    else:
        console.note(_("nothing in this is known to be about proxies"))
        console.note("  " + _("what is wrong here, whatever it says: dockproxy doctor"))
    return 0 if matches else 1
