"""argparse as dockproxy uses it: our texts, options anywhere, no password repeated."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence

from dockproxy.cli.console import Console, columns
from dockproxy.core.model.light import pattern
from dockproxy.core.model.message import N_
from dockproxy.render.terminal import Style, clean, printable
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from _typeshed import SupportsWrite


argparse._ = _  # type: ignore[attr-defined]
"""argparse asks gettext for each of its texts: that searches the disk for catalogues that nobody
has, and leaves them English. Ours has them (see ``_ARGPARSE``), and costs nothing in English.
"""
_ARGPARSE = (
    N_("argument %(argument_name)s: %(message)s"),
    N_("unrecognized arguments: %s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
)


_NUMBER = pattern(r"[0-9.]+")
_NEGATIVE = pattern(r"-[0-9.]+")


def _is_option(word: str) -> bool:
    """As argparse sees it."""
    if not word.startswith("-") or word == "-" or _NEGATIVE.fullmatch(word):
        return False
    return " " not in word.partition("=")[0]


def _wants_json(words: Sequence[str]) -> bool:
    pairs = zip(words, (*words[1:], ""), strict=False)
    return any(
        word in ("--json", "--format=json") or (word, following) == ("--format", "json")
        for word, following in pairs
    )


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Text as it was written, and argparse's own word for the usage in the reader's language.

    argparse makes one for each argument, to check it. It asks shutil for the width, which loads
    every compressor that Python has.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=(columns(sys.stdout) or 80) - 2)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """See argparse."""
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse, with our examples kept as written and no abbreviations of flags."""

    def __init__(self, name: str, summary: str, examples: str) -> None:
        super().__init__(
            prog=f"dockproxy {name}",
            description=summary,
            epilog=_("examples:") + "\n" + examples,
            formatter_class=_Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self._typed: list[str] = []
        self._positionals.title = _("positional arguments")
        self._optionals.title = _("options")
        self.add_argument("-h", "--help", action="help", help=_("show this help message and exit"))

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Every word is known, or it ends here. What stands behind an option that is not known may
        be a password (``--proxy-user bob:pw``): the options alone are named then.
        """
        self._typed = list(args or ())
        made: argparse.Namespace
        made, left = self.parse_known_args(self._typed, namespace)
        left = [word for word in left if word != "--"]
        if left:
            options = [word.partition("=")[0] for word in left if _is_option(word)]
            self.error(_("unrecognized arguments: %s") % " ".join(options or left))
        return made

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Options may stand between other words: argparse takes just one run of those."""
        made, left = super().parse_known_args(self._in_order(args or ()), namespace)
        return made, list(left)

    def _in_order(self, words: Sequence[str]) -> list[str]:
        """The options, each with its value, and behind ``--`` the rest."""
        options: list[str] = []
        rest: list[str] = []
        left: Iterator[str] = iter(words)
        waiting: argparse.Action | None = None
        for word in left:
            if word == "--":
                rest += left
            elif waiting is not None and waiting.nargs == "?" and _NUMBER.fullmatch(word):
                options[-1] += f"={word}"
            elif waiting is not None and waiting.nargs is None and not _is_option(word):
                options.append(word)
            elif _is_option(word):
                options.append(word)
                waiting = self._option_string_actions.get(word)
                continue
            else:
                rest.append(word)
            waiting = None
        return [*options, "--", *rest] if rest else options

    def error(self, message: str) -> NoReturn:
        """The usage and what is wrong, on stderr; exit code 2."""
        from dockproxy.cli.words import Words

        self.print_usage(sys.stderr)
        said = Words(self._typed).masked(message)
        if _wants_json(self._typed):
            from dockproxy.core.model.errors import UsageError
            from dockproxy.render.json_v1 import error_json

            Console.standard().json(error_json(UsageError(said)))
        self.exit(2, _("{program}: error: {what}").format(program=self.prog, what=said) + "\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Never raises over a console that can't show a character, and repeats none that commands
        it: argparse quotes what was typed.
        """
        if message and file is not None:
            encoding = getattr(file, "encoding", None) or "ascii"
            shown = "\n".join(clean(line) for line in message.split("\n"))
            if file is sys.stdout:
                Console.standard().out(shown.removesuffix("\n"))
                return
            file.write(printable(shown, Style(encoding=encoding, unicode=True)))
