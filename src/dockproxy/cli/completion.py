"""``dockproxy completion``: the script that makes a shell complete our words."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.render.completion import SCRIPTS
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "completion",
        _(
            "Print the script that completes commands, flags and what is here: journal entries,\n"
            "containers, contexts, users, builders. Nothing on the network is asked for them."
        ),
        "  source <(dockproxy completion bash)                  # in ~/.bashrc\n"
        "  source <(dockproxy completion zsh)                   # in ~/.zshrc, behind compinit\n"
        "  dockproxy completion fish > ~/.config/fish/completions/dockproxy.fish",
    )
    made.add_argument("shell", choices=tuple(SCRIPTS), help=_("the shell that is to read it"))
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Print it."""
    console.exact(SCRIPTS[args.shell])
    return 0
