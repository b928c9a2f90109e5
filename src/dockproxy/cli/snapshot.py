"""``dockproxy snapshot``: all that was seen of a machine, as a file to look at elsewhere."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_
from dockproxy.core.model.snapshot import Unknown
from dockproxy.text import _

_SHOWN = 5


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "snapshot",
        _("Write down what status looks at, as JSON without secrets; status --from reads it."),
        "  sudo dockproxy snapshot > host.json\n"
        "  dockproxy status --from host.json\n"
        "  ssh web1 sudo dockproxy snapshot | dockproxy status --from -",
    )
    made.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="-",
        help=_("write it into FILE, whole or not at all (-: standard output)"),
    )
    made.add_argument(
        "--with-secrets",
        action="store_true",
        help=_("the proxies' users and passwords too, in a list apart; into a file, mode 0600"),
    )
    options.add_from(made)
    options.add_probe(made)
    options.add_place(made)
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Observe, write."""
    from dockproxy.transport.files import STDOUT

    to_stream = args.output in STDOUT
    if args.with_secrets and to_stream:
        raise UsageError(
            N_("secrets are written to a file of their own alone"),
            hint=N_("dockproxy snapshot --with-secrets -o FILE"),
        )
    from dockproxy.cli.observing import observed
    from dockproxy.recorded import dump_snapshot, write_snapshot

    host = observed(args, console, with_secrets=args.with_secrets)
    if to_stream:
        console.out(dump_snapshot(host))
    else:
        write_snapshot(host, args.output, with_secrets=args.with_secrets)
        _say_what_is_in_it(args, console, len(host.snapshot.secrets))
    _say_what_is_not(console, host.snapshot.unknown)
    return 0


def _say_what_is_in_it(args: argparse.Namespace, console: Console, secrets: int) -> None:
    from dockproxy.render.terminal import clean

    name = clean(args.output)
    if not args.with_secrets:
        console.note(_("{file} is written; no secret is in it").format(file=name))
    elif not secrets:
        console.note(_("{file} is written; no secret was found for it").format(file=name))
    else:
        text = _("{file} is written (0600) and HOLDS SECRETS ({count}): give it to nobody")
        console.note(text.format(file=name, count=secrets))


def _say_what_is_not(console: Console, unknown: tuple[Unknown, ...]) -> None:
    """Whoever reads the file can't look again, so what it lacks is said here."""
    from dockproxy.render.terminal import clean

    missed = [item for item in unknown if item.reason != "offline"]
    if missed:
        names = ", ".join(clean(item.about) for item in missed[:_SHOWN])
        if len(missed) > _SHOWN:
            names = _("{names} and {rest} more").format(names=names, rest=len(missed) - _SHOWN)
        console.note(_("could not be seen: {names}").format(names=names))
        if any(item.reason == "permission" for item in missed):
            from dockproxy.cli.under_sudo import program

            command = clean(f"sudo {program()} snapshot")
            console.note("  " + _("with sudo more is seen: {command}").format(command=command))
