"""``dockproxy explain``: a rule's page, or what an error text means and what causes it here."""

from __future__ import annotations

import argparse
import sys

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import DockproxyError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_, message
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from dockproxy.resolve.host import Host

_KEPT = 1 << 21
"""Of an endless text this much of its beginning is kept, and of its end."""

_CODE = pattern(r"[Dd][Pp][0-9]+")
_NAME = pattern(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+")


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
    if args.list or not args.words:
        return _list(args, console)
    codes = _codes(words.split())
    if codes:
        return _pages(codes, args, console)
    return _recognised(_text(words, console), args, console)


def _list(args: argparse.Namespace, console: Console) -> int:
    from dockproxy.rules.registry import all_rules

    if args.format == "json":
        from dockproxy.render.json_explain import pages_json

        console.json(pages_json(all_rules()))
        return 0
    from dockproxy.render.text_explain import list_text

    console.out(list_text(all_rules(), console.style))
    return 0


def _codes(words: list[str]) -> list[str]:
    """The codes that these words are, if they are codes or names of rules and nothing else."""
    from dockproxy.rules.registry import code_named, modules, no_such_rule

    if not words or not all(_CODE.fullmatch(word) or _NAME.fullmatch(word) for word in words):
        return []
    codes = [word.upper() if word.upper() in modules() else code_named(word) for word in words]
    if all(codes):
        return list(dict.fromkeys(codes))
    unknown = next(word for word, code in zip(words, codes, strict=True) if not code)
    near = _near(unknown)
    if near or _CODE.fullmatch(unknown):
        hint = message(N_("did you mean {names}?"), names=", ".join(near)) if near else None
        raise no_such_rule(unknown, hint=hint)
    return []


def _near(word: str) -> list[str]:
    """Codes, or names, that are spelt much like it."""
    from difflib import get_close_matches

    from dockproxy.rules.registry import modules, names

    if _CODE.fullmatch(word):
        return get_close_matches(word.upper(), list(modules()), 3, 0.75)
    return get_close_matches(word.lower().replace("_", "-"), list(names()), 3, 0.8)


def _pages(codes: list[str], args: argparse.Namespace, console: Console) -> int:
    from dockproxy.rules.registry import rule

    if args.format == "json":
        from dockproxy.render.json_explain import pages_json

        console.json(pages_json([rule(code) for code in codes]))
        return 0
    from dockproxy.render.text_explain import page_text

    console.out("\n".join(page_text(rule(code), console.style) for code in codes))
    return 0


def _text(words: str, console: Console) -> str:
    if words != "-":
        return words
    if sys.stdin.isatty():
        console.note(_("paste the error text, then press Ctrl-D on a line of its own"))
    source: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    return _decoded(_ends(source)) if source is not None else sys.stdin.read(_KEPT)


def _ends(source: BinaryIO) -> bytes:
    """All that comes until the other side ends, however late; of very much both ends."""
    first = b""
    while len(first) < _KEPT:
        piece = source.read1(1 << 16) if hasattr(source, "read1") else source.read(1 << 16)
        if not piece:
            return first
        first += piece
    last = bytearray()
    while piece := source.read(1 << 20):
        last += piece
        del last[:-_KEPT]
    return first + b"\n" + bytes(last) if last else first


def _decoded(data: bytes) -> str:
    """PowerShell writes UTF-16 with a mark before it; all else is taken for UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and data[:2000].count(0) > len(data[:2000]) // 4:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _recognised(text: str, args: argparse.Namespace, console: Console) -> int:
    from dockproxy.messages.reading import lines_of
    from dockproxy.messages.recognise import recognise, with_causes_here

    host: Host | None = None
    matches = recognise(text)
    if lines_of(text):
        host = _observed(args, console)
    if host is not None:
        from dockproxy.messages.here import proxies_of
        from dockproxy.rules.diagnose import diagnose

        matches = recognise(text, proxies_of(host), here=True)
        if any(match.kind.codes for match in matches):
            matches = with_causes_here(matches, diagnose(host))
    if args.format == "json":
        from dockproxy.render.json_explain import matches_json

        console.json(matches_json(matches, host))
    elif matches:
        from dockproxy.render.text_explain import matches_text

        console.out(matches_text(matches, console.style))
    else:
        console.note(_("nothing in this is known to be about proxies"))
        console.note("  " + _("what is wrong here, whatever it says: dockproxy doctor"))
    return 0 if matches else 1


def _observed(args: argparse.Namespace, console: Console) -> Host | None:
    """The machine that was asked for; None where this one cannot be looked at, which does not keep
    the words from being explained.
    """
    from dockproxy.cli.observing import observed

    try:
        return observed(args, console)
    except DockproxyError as error:
        if args.from_file is not None or args.root or args.user or args.context:
            raise
        console.error(error)
        return None
