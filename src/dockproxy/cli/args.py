"""``dockproxy args``: words for a docker command, names of variables without their values."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.render.shell import ARGS, argument_words
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "args",
        _(
            "Print the words that make docker hand its own proxy variables on to a container or a\n"
            "build. They are names without values, need no quoting, and hold no secret. What the\n"
            "environment of docker lacks a container does not get either, whatever config.json\n"
            "says; a BuildKit build gets config.json's value of it.\n"
            "With --off they stand for empty values: no proxies, although config.json has some."
        ),
        "  dockproxy exec -- docker run $(dockproxy args run) redis\n"
        "  dockproxy exec http://10.0.0.1:3128 -- docker build $(dockproxy args build) .\n"
        "  docker run $(dockproxy args run --off) redis\n"
        "  docker build $(dockproxy args build --off) .",
    )
    made.add_argument("command", choices=tuple(ARGS), help=_("the docker command"))
    made.add_argument("--off", action="store_true", help=_("no proxies"))
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Print them, a word a line: fish and PowerShell split at line ends alone."""
    words = argument_words(args.command, args.off)
    if args.format == "json":
        from dockproxy.render.json_env import args_json

        console.json(args_json(args.command, words))
    else:
        console.exact("\n".join(words) + "\n")
    return 0
