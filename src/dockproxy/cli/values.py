"""The proxies that ``env`` and ``exec`` give: of the flags, of a file, or of this machine."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import RefusedError, UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.proxies import PROXY_KEYS
from dockproxy.core.model.secret import Secret, mask_url
from dockproxy.render.terminal import clean
from dockproxy.text import _, tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.resolve.given import Given
    from dockproxy.resolve.host import Host

_LONGEST = 100_000


class Values(NamedTuple):
    """values: by our keys, none of them empty. host: None where nothing of a machine was read."""

    values: Mapping[str, Secret]
    source: str
    host: Host | None = None
    given: Given | None = None


def add_values(made: argparse.ArgumentParser) -> None:
    """Where the values come from."""
    made.add_argument("url", metavar="URL", nargs="?", help=_("for http and https targets alike"))
    options.add_proxies(
        made, _("entries to add to the list that would be given without this; no file is changed")
    )
    made.add_argument(
        "--env-file",
        metavar="FILE",
        help=_("NAME=VALUE lines with the proxies, instead of this machine's; - is stdin"),
    )
    made.add_argument(
        "--as",
        dest="component",
        metavar="PART",
        help=_(
            "whose proxies: client, daemon, cli, container:NAME or builder:NAME"
            " (default: the client's, and where it has none the daemon's)"
        ),
    )
    made.add_argument(
        "--off", action="store_true", help=_("no proxies: the ten variables are taken away")
    )
    options.add_place(made)
    options.add_from(made)


def values_of(args: argparse.Namespace, console: Console) -> Values:
    """The values asked for: none with --off, else at least one. Raises UsageError."""
    typed = (args.url, args.http_proxy, args.https_proxy, args.ftp_proxy, args.all_proxy)
    given = any(text is not None for text in (*typed, args.no_proxy))
    options.refuse_two(
        {
            _("a proxy"): given,
            "--env-file": args.env_file is not None,
            "--as": args.component is not None,
            "--from": args.from_file is not None and args.component is None,
            "--off": args.off,
        }
    )
    if args.off:
        return Values({}, "off")
    if given:
        found = Values(_typed(args, console), "flags")
    elif args.env_file is not None:
        found = Values(_from_file(args.env_file, console), "file")
    else:
        found = _of_machine(args, console)
    values = {key: value for key, value in _changed_list(args, found.values).items() if value}
    for key, value in values.items():
        if not value.reveal().isprintable():
            raise UsageError(message(N_("{key} holds a line break or another control"), key=key))
    if not values:
        raise UsageError(
            _nothing(found, args.component),
            hint=N_("give one: http://HOST:PORT; or --off for none"),
        )
    if os.environ.get("REQUEST_METHOD"):
        console.note(
            _("REQUEST_METHOD is set, as for CGI: docker and other programs refuse HTTP_PROXY then")
        )
    return found._replace(values=values)


def _nothing(found: Values, asked: str | None) -> str:
    if found.source == "file":
        return N_("the file names no proxy")
    if found.source == "flags":
        return N_("what was given names no proxy")
    if asked is not None or (
        found.given is not None and found.given.component not in ("client", "daemon")
    ):
        return N_("no proxy is set there")
    return N_("no proxy is set, neither for the client nor for the daemon")


def _typed(args: argparse.Namespace, console: Console) -> dict[str, Secret]:
    from dockproxy.cli.set import with_password
    from dockproxy.plan.intent import intent_from
    from dockproxy.plan.no_proxy import LOOPBACK

    intent = intent_from(
        args.url,
        http_proxy=args.http_proxy,
        https_proxy=args.https_proxy,
        ftp_proxy=args.ftp_proxy,
        all_proxy=args.all_proxy,
        no_proxy=args.no_proxy,
    )
    args.from_env = False
    intent = with_password(intent, args, console)
    for note in intent.notes:
        console.note(clean(tr(note)))
    values = {key: Secret(address.url) for key, address in intent.addresses.items() if address}
    listed = intent.no_proxy
    if listed is None and values:
        listed = ",".join(LOOPBACK)
    return {**values, "no_proxy": Secret(listed or "")}


def _from_file(path: str, console: Console) -> dict[str, Secret]:
    """NAME=VALUE lines, values verbatim, as ``docker run --env-file`` reads them; of the two
    spellings of one name the upper case wins, as it does for Docker's programs.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text_of(path).split("\n"), 1):
        name, equals, value = line.rstrip("\r").lstrip(" \t").partition("=")
        if equals and name.lower() in PROXY_KEYS:
            found[name] = value
        elif not is_pair(name, equals):
            console.note(left_out(path, number))
    values: dict[str, Secret] = {}
    for key in PROXY_KEYS:
        spelled = {name: value for name, value in found.items() if name.lower() == key}
        if len(set(spelled.values())) > 1:
            console.note(
                _("{name} and {other} differ in the file: {name} is taken").format(
                    name=key.upper(), other=key
                )
            )
        for name in (key.upper(), key):
            if spelled.get(name):
                values.setdefault(key, Secret(spelled[name]))
    return values


def is_pair(name: str, equals: str) -> bool:
    """Whether a line is NAME=VALUE, or one that nobody misses: empty, or a comment."""
    if name.startswith("#") or not (name.strip() or equals):
        return True
    return bool(equals and name) and " " not in name and "\t" not in name


def left_out(path: str, number: int) -> str:
    """What to say of a line that is none."""
    said = _("{path}: line {number} is no NAME=VALUE and is left out")
    return clean(said.format(path=path, number=number))


def text_of(path: str, most: int = _LONGEST * 10) -> str:
    """What is in a file of variables; most: bytes. Raises UsageError."""
    try:
        with open(0 if path == "-" else path, "rb", closefd=path != "-") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        why = os.strerror(getattr(error, "errno", None) or 22)
        raise UsageError(message(N_("can't be read: {why}"), why=why), where=path) from error
    if len(data) > most:
        raise UsageError(N_("is too large for a file of variables"), where=path)
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _of_machine(args: argparse.Namespace, console: Console) -> Values:
    from dockproxy import live
    from dockproxy.cli.observing import observed
    from dockproxy.resolve.given import given
    from dockproxy.transport.choose import transport_for

    host = observed(args, console)
    chosen = given(host, args.component)
    transport = None
    if chosen.hidden and not (args.root or host.recorded or os.geteuid() == 0):
        try:
            transport = transport_for(True, console.interactive)
            host = live.observe(context=args.context, user=args.user, transport=transport)
            chosen = given(host, args.component)
        except RefusedError:
            if not chosen.values:
                raise
    if chosen.hidden and not chosen.values:
        raise UsageError(
            N_("what is set there can't be seen without its owner's rights"),
            where=chosen.hidden[0].about,
            hint=N_("run it with sudo"),
        )
    values = live.reveal(host, chosen, user=args.user, transport=transport)
    return Values(values, chosen.component, host, chosen)


def _changed_list(args: argparse.Namespace, values: Mapping[str, Secret]) -> dict[str, Secret]:
    if not (args.no_proxy_add or args.no_proxy_remove):
        return dict(values)
    from dockproxy.plan.no_proxy import changed

    current = values["no_proxy"].reveal() if "no_proxy" in values else ""
    text = changed(current, args.no_proxy_add, args.no_proxy_remove)
    return {**values, "no_proxy": Secret(text)}


def holds_secret(value: Secret) -> bool:
    """Whether it may not be shown."""
    return mask_url(value.reveal()) != value.reveal()


def other_spellings() -> list[str]:
    """Names in this environment that some programs read too: ``Http_Proxy``."""
    return [
        name
        for name in os.environ
        if name.lower() in PROXY_KEYS
        and name not in (name.lower(), name.upper())
        and name.isidentifier()
    ]
