"""``dockproxy set``: one proxy, everywhere it must be, proved."""

from __future__ import annotations

import argparse
import os
import sys

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_
from dockproxy.plan.intent import SETTABLE, VIAS, Intent, intent_from
from dockproxy.render.terminal import clean
from dockproxy.text import _

FORCES = ("loopback", "would-not-start")
_LONGEST_PASSWORD = 4096


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "set",
        _(
            "Set a proxy for the daemon (pulls) and the client (containers and builds). Shows\n"
            "every change and what a restart stops, asks, does it, proves it; undo takes it back."
        ),
        "  dockproxy set http://10.0.0.1:3128\n"
        "  dockproxy set http://alice@proxy.corp.example:8080 --password-stdin < password.txt\n"
        "  dockproxy set --no-proxy-add registry.corp.example --for daemon\n"
        "  dockproxy set --from-env --dry-run",
    )
    made.add_argument("url", metavar="URL", nargs="?", help=_("for http and https targets alike"))
    options.add_proxies(made, _("entries to add to that list"))
    made.add_argument(
        "--from-env", action="store_true", help=_("take the values from your environment")
    )
    made.add_argument(
        "--password-stdin", action="store_true", help=_("read the proxy's password from stdin")
    )
    options.add_parts(
        made,
        _(
            "what to set: daemon (pulls), client (containers and builds); default both;"
            " also builder:NAME or builders (of buildx, each with a container of its own)"
        ),
    )
    made.add_argument(
        "--via", choices=VIAS, default="auto", help=_("how the daemon gets it (default auto)")
    )
    made.add_argument(
        "--no-check",
        action="store_true",
        help=_(
            "do not contact the proxy before or after; else --dry-run and --check contact it too,"
            " and exit with 3 if it would be refused"
        ),
    )
    options.add_change(made)
    options.add_keep(made)
    made.add_argument(
        "--force",
        action="append",
        choices=FORCES,
        default=[],
        help=_(
            "loopback: give containers a 127.0.0.1 or IPv6 proxy, though it is out of their reach;"
            " would-not-start: write into a daemon.json that no known dockerd takes"
        ),
    )
    options.add_place(made)
    options.add_format(made)
    made.set_defaults(kind="set")
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Plan, show, ask, apply, prove."""
    from dockproxy.cli.propose import propose_and_apply

    return propose_and_apply(args, console, _intent(args, console))


def _intent(args: argparse.Namespace, console: Console) -> Intent:
    typed = {
        "http_proxy": args.http_proxy,
        "https_proxy": args.https_proxy,
        "ftp_proxy": args.ftp_proxy,
        "all_proxy": args.all_proxy,
        "no_proxy": args.no_proxy,
    }
    if args.from_env:
        for key, given in typed.items():
            if given is None:
                typed[key] = os.environ.get(key.upper()) or os.environ.get(key) or None
    changes_list = bool(args.no_proxy_add or args.no_proxy_remove)
    if args.url is None and not changes_list and all(value is None for value in typed.values()):
        if args.from_env:
            raise UsageError(
                N_("your environment holds no proxy"),
                hint=N_("give one: dockproxy set http://HOST:PORT"),
            )
        raise UsageError(
            N_("which proxy?"), hint=N_("dockproxy set http://10.0.0.1:3128, or see set --help")
        )
    intent = intent_from(
        args.url,
        **typed,
        no_proxy_add=tuple(args.no_proxy_add),
        no_proxy_remove=tuple(args.no_proxy_remove),
        parts=options.parts_of(args.parts, SETTABLE),
        via=args.via,
    )
    return with_password(intent, args, console)


def with_password(intent: Intent, args: argparse.Namespace, console: Console) -> Intent:
    """The intent with the password that is asked for, or read from stdin, in its addresses."""
    from urllib.parse import unquote

    from dockproxy.plan.address import refuse_too_long

    given = [address for address in intent.addresses.values() if address is not None]
    if args.password_stdin:
        if not any(address.user for address in given):
            raise UsageError(
                N_("--password-stdin needs the user in the address"),
                hint=N_("dockproxy set http://USER@HOST:PORT --password-stdin"),
            )
        if not any(address.user and address.password is None for address in given):
            raise UsageError(N_("the address holds a password already, and one is on stdin too"))
        password = _password_from_stdin()
    elif console.interactive and any(a.user and a.password is None for a in given):
        address = next(a for a in given if a.user and a.password is None)
        user = clean(unquote(address.user or ""))
        asked = _("Password of {user} at {host}: ").format(user=user, host=clean(address.host))
        password = console.secret(asked)
    else:
        if any(a.user and a.password is None for a in given):
            if getattr(args, "kind", "") == "set" and not args.from_env:
                raise UsageError(
                    N_("no password was given, and nobody can be asked for it"),
                    hint=N_(
                        "give it by --password-stdin; if the user has none, write a colon for the"
                        " empty password: http://USER:@HOST:PORT"
                    ),
                )
            console.note(_("no password was given, and nobody can be asked: see --password-stdin"))
        if any(address.password for address in given) and not args.from_env:
            console.note(
                _(
                    "a password on the command line stays in the shell's history and was seen in"
                    " the process list; --password-stdin, or the user's name alone, is safer"
                )
            )
        return intent
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in password):
        raise UsageError(N_("the password holds a control character: no proxy takes one"))
    addresses = {
        key: address.with_password(password)
        if address is not None and address.user and address.password is None
        else address
        for key, address in intent.addresses.items()
    }
    for made in addresses.values():
        if made is not None:
            refuse_too_long(made)
    return intent._replace(addresses=addresses, password_apart=True)


def _password_from_stdin() -> str:
    """One line. Whoever types it need not end the input; what came with it is not passed over."""
    typed = b""
    while b"\n" not in typed and len(typed) <= _LONGEST_PASSWORD:
        piece = os.read(sys.stdin.fileno(), _LONGEST_PASSWORD + 1)
        if not piece:
            break
        typed += piece
    typed, _end, more = typed.partition(b"\n")
    if len(typed) > _LONGEST_PASSWORD:
        raise UsageError(N_("what stands on stdin is too long for a password"))
    if more.strip():
        raise UsageError(N_("on stdin stands more than one line: a password is one"))
    try:
        password = typed.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise UsageError(N_("the password on stdin is not UTF-8 text")) from None
    if not password:
        raise UsageError(N_("there is no password on stdin"))
    return password
