"""``dockproxy unset``: no proxy any more, wherever it stands."""

from __future__ import annotations

import argparse

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import PROXY_KEYS, misspelt_key
from dockproxy.plan.intent import SETTABLE, intent_to_unset
from dockproxy.text import _


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "unset",
        _("Take the proxies away, from every file that sets them, and restart what must be."),
        "  dockproxy unset\n"
        "  dockproxy unset --for client\n"
        "  dockproxy unset no_proxy --for daemon --dry-run",
    )
    made.add_argument(
        "keys",
        metavar="NAME",
        nargs="*",
        help=_("which of {names}; default all").format(names=", ".join(PROXY_KEYS)),
    )
    options.add_parts(
        made,
        _(
            "whose proxies to take away: daemon (pulls), client (containers and builds); default"
            " both; also builder:NAME or builders (of buildx, each with a container of its own)"
        ),
    )
    options.add_change(made)
    options.add_keep(made)
    options.add_place(made)
    options.add_format(made)
    made.set_defaults(kind="unset", no_check=True, force=[])
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Plan, show, ask, apply."""
    from dockproxy.cli.propose import propose_and_apply

    keys = tuple(dict.fromkeys(_key(word) for word in args.keys))
    parts = options.parts_of(args.parts, SETTABLE)
    return propose_and_apply(args, console, intent_to_unset(parts, keys))


def _key(word: str) -> str:
    """Our key for a name in any case, as variables and files spell it. Raises UsageError."""
    key = word.lower().replace("-", "_")
    if key in PROXY_KEYS:
        return key
    hint = message(N_("choose from: {known}"), known=", ".join(PROXY_KEYS))
    near = misspelt_key(word)
    if near:
        hint = message(N_("did you mean {near}?"), near=near)
    raise UsageError(
        message(N_("“{name}” is not one of Docker's proxy settings"), name=word), hint=hint
    )
