"""``dockproxy __complete``: what could stand at the cursor, from the commands' own parsers.

Never raises, contacts no network, and gives up on what takes long: DOCKPROXY_COMPLETION_SECONDS
(0.1) is all that names of containers, contexts and the like may take.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from dockproxy.cli.main import COMMANDS, module_of
from dockproxy.core.model.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


PATIENCE = 0.1
_LONGEST = 60

_SETTINGS = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
_LIVE_OPTIONS = {"--context": "contexts", "--user": "users"}


class Found(NamedTuple):
    """kind: ``words``, ``files``, ``dirs`` or ``program``. words: each with its description."""

    kind: str = "words"
    words: tuple[tuple[str, str], ...] = ()


class _TooLong(Exception):
    pass


def complete(argv: Sequence[str]) -> int:
    """Print what could stand there, for the shell named first; always 0."""
    try:
        from dockproxy import text

        text.use(text.language_of(os.environ))
        shell, words, cut = _typed(argv)
        found = candidates(words)
        lines = [f":{found.kind}", *_lines(found, words[-1], shell, cut)]
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))
        sys.stdout.flush()
    except (Exception, SystemExit):
        return 0
    return 0


def _lines(found: Found, current: str, shell: str, cut: int) -> list[str]:
    if found.kind != "words":
        return [word for word, _text in found.words]
    fitting = [(word, text) for word, text in found.words if word.startswith(current)]
    if shell == "bash":
        return [word[cut:] for word, _text in fitting]
    return [f"{word}\t{text}" if text else word for word, text in fitting]


def _typed(argv: Sequence[str]) -> tuple[str, list[str], int]:
    """The shell, the words behind ``dockproxy`` up to the cursor, and for bash how much of the
    last one stands before what it takes for a word of its own (COMP_WORDBREAKS).
    """
    shell = argv[0]
    if shell != "bash":
        return shell, list(argv[1:]) or [""], 0
    line = argv[1].encode("utf-8", "surrogateescape")[: int(argv[2])]
    words = _split(line.decode("utf-8", "replace"))[1:] or [""]
    breaks = [char for char in "=:" if char in argv[3]]
    cut = max((words[-1].rfind(char) + 1 for char in breaks), default=0)
    return shell, words, cut


def _split(line: str) -> list[str]:
    """The words of a command line that may be unfinished."""
    words, word, quote, begun, escaped = [], "", "", False, False
    for char in line:
        if escaped:
            word, escaped = word + char, False
        elif char == "\\" and quote != "'":
            begun = escaped = True
        elif quote:
            quote, word = ("", word) if char == quote else (quote, word + char)
        elif char in "'\"":
            quote, begun = char, True
        elif char in " \t\n":
            if begun or word:
                words.append(word)
            word, begun = "", False
        else:
            word += char
    return [*words, word]


def candidates(words: Sequence[str]) -> Found:
    """What could stand in the place of the last word; words: all behind ``dockproxy``."""
    *before, current = words
    first = before[0] if before else current
    if not before and not current.startswith("-"):
        from dockproxy.text import _

        return Found(words=tuple((name, _(summary)) for name, summary in COMMANDS.items()))
    name, typed = (
        (first, before[1:]) if before and not first.startswith("-") else ("status", before)
    )
    if name not in COMMANDS:
        return Found()
    if name == "exec" and "--" in typed:
        return Found("program", ((str(typed.index("--") + 3), ""),))
    from importlib import import_module

    parser: argparse.ArgumentParser = import_module(module_of(name)).parser()
    found = _in_command(name, parser, typed, current)
    if not before and current.startswith("-"):
        return found._replace(words=(*found.words, ("--version", "")))
    return found


def _in_command(
    name: str, parser: argparse.ArgumentParser, typed: Sequence[str], current: str
) -> Found:
    options = {flag: action for action in parser._actions for flag in action.option_strings}
    pending, positionals = "", []
    for word in typed:
        if pending:
            pending = ""
        elif word.startswith("-") and word != "-":
            pending = word if word in options and _takes_value(options[word]) else ""
        else:
            positionals.append(word)
    if pending:
        return _value(pending, options[pending])
    flag, equals, _value_typed = current.partition("=")
    if equals and flag in options and _takes_value(options[flag]):
        found = _value(flag, options[flag])
        return found._replace(words=tuple((f"{flag}={word}", text) for word, text in found.words))
    if current.startswith("-"):
        shown = [
            (flag, _short(action.help or ""))
            for flag, action in options.items()
            if action.help != argparse.SUPPRESS and (flag.startswith("--") or current == flag)
        ]
        return Found(words=tuple(shown))
    return _positional(name, parser, positionals)


def _takes_value(action: argparse.Action) -> bool:
    return action.nargs != 0


def _value(flag: str, action: argparse.Action) -> Found:
    if action.choices is not None:
        return Found(words=tuple((str(choice), "") for choice in action.choices))
    if action.metavar in ("DIR", "FILE"):
        return Found("dirs" if action.metavar == "DIR" else "files")
    if flag in _LIVE_OPTIONS:
        return _words(live(_LIVE_OPTIONS[flag]))
    if flag == "--as":
        named = [f"container:{name}" for name in live("containers")]
        named += [f"builder:{name}" for name in live("builders")]
        programs = []
        if action.metavar == "WHO":
            from dockproxy.semantics.registry import PROGRAMS

            programs = ["all", *PROGRAMS]
        return _words(["client", "daemon", "cli", *named, *programs])
    if action.metavar == "PROGRAMS":
        from dockproxy.no_proxy.programs import known

        return _words(known())
    if flag == "--for":
        named = [f"builder:{name}" for name in live("builders")]
        return _words(["daemon", "client", "daemon,client", "builders", *named])
    return Found()


def _positional(name: str, parser: argparse.ArgumentParser, typed: Sequence[str]) -> Found:
    if name == "undo":
        return Found() if typed else Found(words=_entries(open_only=True))
    if name == "history":
        if not typed:
            return _words(["rm"])
        entries = _entries(open_only=False) if typed[0] == "rm" else ()
        return Found(words=tuple(item for item in entries if item[0] not in typed))
    if name == "unset":
        return _words([key for key in _SETTINGS if key not in typed])
    places = [action for action in parser._actions if not action.option_strings]
    if len(typed) < len(places) and places[len(typed)].choices is not None:
        return _words([str(choice) for choice in places[len(typed)].choices or ()])
    return Found()


def _words(words: Sequence[str]) -> Found:
    return Found(words=tuple((word, "") for word in words))


def _entries(open_only: bool) -> tuple[tuple[str, str], ...]:
    """The journal's entries that this user may see, newest first, and what each did."""
    entries = _asked({"do": "history"}).get("entries", ())
    return tuple(
        (str(entry["id"]), _short(" ".join((entry["intent"], *entry["paths"]))))
        for entry in entries
        if not (open_only and entry.get("state") == "undone")
    )


def live(of: str) -> list[str]:
    """Names of this machine, see core/agent/observe/names.py."""
    return [str(name) for name in _asked({"do": "names", "of": of}).get("names", ())]


def _asked(request: dict[str, Any]) -> dict[str, Any]:
    """The agent's answer, nothing where it takes too long."""
    from dockproxy.core.model.errors import DockproxyError
    from dockproxy.transport.base import Silent, caller
    from dockproxy.transport.local import Local

    try:
        seconds = float(os.environ.get("DOCKPROXY_COMPLETION_SECONDS", ""))
    except ValueError:
        seconds = PATIENCE
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return Local().request({"root": "", "caller": caller(), **request}, Silent())
    except (_TooLong, DockproxyError):
        return {}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(_number: int, _frame: object) -> None:
    raise _TooLong


def _short(text: str) -> str:
    """A help text's first clause, in few words."""
    first = text.replace("%%", "%").partition(";")[0].partition(" (")[0]
    return first if len(first) <= _LONGEST else first[: _LONGEST - 1].rstrip() + "…"
