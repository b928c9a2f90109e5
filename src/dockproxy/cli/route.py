"""``dockproxy route``: which way a request will go, and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from types import SimpleNamespace

from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_
from dockproxy.core.model.proxies import PROXY_KEYS, Proxies
from dockproxy.render.terminal import clean
from dockproxy.route.party import EVERY, Party, absent, check_name, parties_given
from dockproxy.route.router import Router
from dockproxy.text import _, tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from dockproxy.route.answer import Answer

_LONGEST_FILE = 1 << 26
_BLOCK = 1 << 18


def plain(words: list[str]) -> SimpleNamespace | None:
    """What the parser makes of targets alone, None for anything else: argparse takes as long to
    load as all the questions to a daemon do.
    """
    if not words or any(word.startswith("-") for word in words):
        return None
    nothing = dict.fromkeys((*PROXY_KEYS, "env_file", "user", "context", "from_file"))
    return SimpleNamespace(**nothing, targets=words, asked="daemon", root="", format="text")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    from dockproxy.cli import options

    made = options.Parser(
        "route",
        _(
            "Tell which way a request will go, through a proxy or direct, and what decides it,\n"
            "for the daemon, or for any program just as that program decides by itself.\n"
            "TARGET is a URL, HOST:PORT, an address, or an image: all that a pull of it touches.\n"
            "With - the targets are lines on standard input: answers in their order, one a line,\n"
            "of target, decision, proxy and reason by tabs, or with --json an object each. A host\n"
            "is asked by https, by programs other than Docker's by http as they would."
        ),
        "  dockproxy route redis\n"
        "  dockproxy route --as curl https://example.com 10.0.0.5:8080\n"
        "  dockproxy route --as curl@7.74 --no-proxy 10.0.0.0/8 --http-proxy http://p:3128 \\\n"
        "    http://10.1.2.3\n"
        "  dockproxy route --as all registry.corp.example\n"
        "  awk '{print $7}' access.log | dockproxy route --json -",
    )
    made.add_argument("targets", metavar="TARGET", nargs="+", help=_("where a request goes to"))
    made.add_argument(
        "--as",
        dest="asked",
        metavar="WHO",
        default="daemon",
        help=_(
            "daemon (default), cli, client, builder:NAME, container:NAME, a program as it is in a"
            " new container (curl, or curl@7.74 for a version), or all"
        ),
    )
    group = made.add_argument_group(_("proxies, instead of this machine's"))
    for key in PROXY_KEYS:
        flag = f"--{key.replace('_', '-')}"
        group.add_argument(flag, metavar="LIST" if key == "no_proxy" else "URL")
    group.add_argument(
        "--env-file",
        metavar="FILE",
        action=options.Named,
        help=_("NAME=VALUE lines: the whole environment, in its order, values as they are"),
    )
    options.add_place(made)
    options.add_from(made)
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Find out who asks, then answer."""
    if "-" in args.targets:
        if args.targets != ["-"]:
            raise UsageError(N_("- stands alone: the targets are then on standard input"))
        if args.env_file == "-":
            raise UsageError(N_("standard input can't be both the variables and the targets"))
    parties = _parties(args, console)
    routers = [_router(party) for party in parties]
    for note in dict.fromkeys(_notes(parties, routers)):
        console.note(note)
    if "-" in args.targets:
        return _stream(parties, routers, args, console)
    table = [row for word in dict.fromkeys(args.targets) for row in _rows(routers, word)]
    flat = [answer for row in table for answer in row]
    if args.format == "json":
        console.exact("".join(map(_Lines(parties), flat)))
    elif args.asked == EVERY:
        from dockproxy.render.text_route import table_text

        console.out(table_text(table, console.style))
    else:
        from dockproxy.render.text_route import answers_text

        console.out(answers_text(flat, parties[0].origins, console.style))
    return 2 if all(answer.is_no_target for answer in flat) else 0


def _rows(routers: list[Router], word: str) -> Iterator[tuple[Answer, ...]]:
    """What every party does, for each of the requests that a target stands for."""
    return zip(*(router.routes(word) for router in routers), strict=True)


def _notes(parties: list[Party], routers: list[Router]) -> Iterator[str]:
    for party, router in zip(parties, routers, strict=True):
        for note in (*party.notes, *([router.note] if router.note else ())):
            yield clean(tr(note))
        for item in party.unknown:
            said = _("{about} could not be seen ({reason}): the answers may be wrong")
            yield clean(said.format(about=item.about, reason=item.reason))


def _router(party: Party) -> Router:
    return Router(
        party.environ,
        party.program,
        as_=party.as_,
        registries=party.registries,
        images=party.images,
    )


def _parties(args: argparse.Namespace, console: Console) -> list[Party]:
    check_name(args.asked)
    typed = {key: getattr(args, key) for key in PROXY_KEYS}
    given = any(value is not None for value in typed.values())
    sources = {_("a proxy"): given, "--env-file": args.env_file is not None}
    if any(sources.values()):
        from dockproxy.cli import options

        options.refuse_two(sources)
        options.refuse_two({**sources, "--root": bool(args.root), "--from": bool(args.from_file)})
        return parties_given(
            args.asked, Proxies(**typed) if given else _environment_of(args.env_file, console)
        )
    if args.asked == "daemon" and not (args.root or args.from_file or args.user or args.context):
        from dockproxy.transport.base import Silent, request
        from dockproxy.transport.local import Local

        if not Local().request(request("signs", ""), Silent())["docker"]:
            return [absent("daemon")]
    from dockproxy.cli.observing import observed

    only = "daemon" if args.asked == "daemon" else "status"
    host = observed(args, console, only=only, channel=_Meanwhile())
    from dockproxy.route.on_host import parties_of

    return parties_of(host, args.asked)


class _Meanwhile:
    """Loads what reads the agent's answer while the agent waits for the Engine's."""

    def emit(self, event: dict[str, Any]) -> None:
        """While it waits."""
        if event.get("event") == "waiting":
            import dockproxy.render.text_route
            import dockproxy.resolve.make
            import dockproxy.route.on_host
            import dockproxy.semantics.go  # noqa: F401 - only loaded

    def ask(self, question: dict[str, Any]) -> bool:
        """Nobody is asked."""
        return False


def _environment_of(path: str, console: Console) -> dict[str, str]:
    """NAME=VALUE lines. A file whose every line ends in CRLF is one of Windows; a single CR at a
    line's end is the value's.
    """
    from dockproxy.cli.values import is_pair, left_out, text_of

    text = text_of(path, _LONGEST_FILE)
    if "\0" in text:
        raise UsageError(
            N_("is no text of variables: it has NUL bytes"),
            where=path,
            hint=N_("write it as UTF-8, one NAME=VALUE a line"),
        )
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    windows = bool(lines) and all(line.endswith("\r") for line in lines)
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        name, equals, value = (line[:-1] if windows else line).lstrip(" \t").partition("=")
        if not is_pair(name, equals):
            console.note(left_out(path, number))
            continue
        if name.startswith("#") or not equals:
            continue
        found.pop(name, None)
        found[name] = value
    return found


class _Lines:
    """Answers as lines of JSON."""

    def __init__(self, parties: Iterable[Party]) -> None:
        import json

        self._write = json.dumps
        self._parties = {party.as_: party for party in parties}

    def __call__(self, answer: Answer) -> str:
        from dockproxy.render.json_route import answer_json
        from dockproxy.route.answer import decided_by

        party = self._parties[answer.as_]
        origin = party.origins.get(decided_by(answer))
        return self._write(answer_json(answer, origin, party.unknown)) + "\n"


def _stream(
    parties: list[Party], routers: list[Router], args: argparse.Namespace, console: Console
) -> int:
    from dockproxy.render.text_route import line_text
    from dockproxy.route.bulk import answers_of_lines

    several = len(parties) > 1
    written = _Lines(parties) if args.format == "json" else lambda each: line_text(each, several)
    if not several:
        for answered in answers_of_lines(_blocks(), routers[0], written):
            console.exact(answered)
            if console.reader_gone:
                break
        return 0
    for line in sys.stdin.buffer:
        word = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        rows = _rows(routers, word)
        console.exact("".join(written(answer) for row in rows for answer in row))
        if console.reader_gone:
            break
    return 0


def _blocks() -> Iterator[bytes]:
    """Standard input as it comes."""
    while block := os.read(sys.stdin.fileno(), _BLOCK):
        yield block
