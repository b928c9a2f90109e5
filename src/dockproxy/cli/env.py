"""``dockproxy env``: statements that set the proxies in this shell, and nowhere else."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.cli.values import add_values, holds_secret, other_spellings, values_of
from dockproxy.render import shell as shells
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "env",
        _(
            "Print statements that set the proxies in a shell, both spellings of each variable;\n"
            "what has no value is unset. Nothing is changed: the shell that reads them does that."
        ),
        '  eval "$(dockproxy env)"                          # sh, bash, dash, zsh, ksh\n'
        "  dockproxy env --as daemon | source               # fish\n"
        "  dockproxy env --shell powershell | Out-String | Invoke-Expression\n"
        '  eval "$(dockproxy env http://10.0.0.1:3128)"\n'
        '  eval "$(dockproxy env --off)"',
    )
    add_values(made)
    made.add_argument(
        "--password-stdin", action="store_true", help=_("read the proxy's password from stdin")
    )
    made.add_argument(
        "--shell",
        choices=shells.SHELLS,
        help=_("whose language to print (default: the shell that runs this, else $SHELL's)"),
    )
    options.add_format(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Find the values, print them."""
    from dockproxy.cli.shells import shell_of

    shell = "" if args.format == "json" else shell_of(args.shell)
    found = values_of(args, console)
    masked = {key for key, value in found.values.items() if holds_secret(value)}
    if not console.out_is_terminal:
        masked = set()
    shown = {
        key: str(value) if key in masked else value.reveal() for key, value in found.values.items()
    }
    changes = shells.variables(shown)
    if args.off:
        changes.update(dict.fromkeys(other_spellings()))
    if args.format == "json":
        from dockproxy.render.json_env import env_json

        texts = {key: (text, key in masked) for key, text in shown.items()}
        unset = [name for name, value in changes.items() if value is None]
        console.json(env_json(texts, unset, found.host, found.given))
        return 0
    lines = {name: shells.statement(name, value, shell) for name, value in changes.items()}
    console.exact(
        "".join(
            f"# {line}\n" if name.lower() in masked else f"{line}\n" for name, line in lines.items()
        )
    )
    if console.out_is_terminal:
        _explain(console, shell, bool(masked))
    return 0


def _explain(console: Console, shell: str, masked: bool) -> None:
    if masked:
        console.note(
            _("a password is not shown on a terminal: those lines are masked, and comments")
        )
    command = shells.how("dockproxy env …", shell)
    console.note(_("to have this carried out by your shell: {command}").format(command=command))
