"""Flags that mean the same on every command."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from dockproxy.cli import parsing
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.text import _

Parser = parsing.Parser


class Named(argparse.Action):
    """A folder or file that is named, if only as ``/``: "" is a shell's variable that was not set,
    and must never come to mean this machine.
    """

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """See argparse."""
        if not values:
            said = _("{flag} names nothing; for this machine leave it out")
            if option_string in ("--user", "--context"):
                said = _("{flag} names nothing; for your own leave it out")
            parser.error(said.format(flag=option_string))
        setattr(namespace, self.dest, values)


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")) -> None:
    """``--format`` and ``--json``."""
    parser.add_argument("--format", choices=formats, default="text", help=_("how to print it"))
    parser.add_argument(
        "--json",
        dest="format",
        action="store_const",
        const="json",
        help=_("short for --format json"),
    )


def add_place(parser: argparse.ArgumentParser) -> None:
    """Which machine or tree, and whose client."""
    parser.add_argument(
        "--root",
        metavar="DIR",
        default="",
        action=Named,
        help=_(
            "the file tree below DIR instead of this machine; nothing is contacted or restarted"
        ),
    )
    parser.add_argument(
        "--user",
        metavar="NAME",
        action=Named,
        help=_("whose client settings (default: yours; root's with --root)"),
    )
    parser.add_argument(
        "--context", metavar="NAME", action=Named, help=_("the Docker context to look at")
    )


def add_from(parser: argparse.ArgumentParser) -> None:
    """``--from``, on a command that looks and changes nothing (see cli/observing.py)."""
    parser.add_argument(
        "--from",
        dest="from_file",
        metavar="FILE",
        action=Named,
        help=_("the machine that dockproxy snapshot saw, by its file (-: standard input)"),
    )


class _NotFrom(argparse.Action):
    """``--from`` where it can't be meant: said in more words than that it is not known."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        parser.error(str(self.const))


def add_probe(parser: argparse.ArgumentParser) -> None:
    """``--probe``, the one flag with which a command that looks contacts the network."""
    parser.add_argument(
        "--probe",
        action="store_true",
        help=_("contact the proxies, mirrors and a registry, too, and say what they answer"),
    )


def refuse_from(parser: argparse.ArgumentParser, why: str) -> None:
    """Answer ``--from`` with the reason why this command has none."""
    parser.add_argument("--from", action=_NotFrom, const=why, help=argparse.SUPPRESS)


def add_proxies(parser: argparse.ArgumentParser, adds_to: str) -> None:
    """The proxies themselves. adds_to: the words on what --no-proxy-add adds to."""
    group = parser.add_argument_group(_("proxies"))
    for key, text in (
        ("http", _("for http:// targets")),
        ("https", _("for https:// targets, registries among them")),
        ("all", _("ALL_PROXY, for programs in containers; the daemon reads none")),
        ("ftp", _("for ftp:// targets")),
    ):
        group.add_argument(f"--{key}-proxy", metavar="URL", help=text)
    group.add_argument(
        "--no-proxy", metavar="LIST", help=_("what to reach without a proxy, separated by commas")
    )
    for verb, text in (
        ("add", adds_to),
        ("remove", _("entries to remove from it")),
    ):
        group.add_argument(
            f"--no-proxy-{verb}", metavar="LIST", action="append", default=[], help=text
        )


def add_change(parser: argparse.ArgumentParser) -> None:
    """How a change is gone about."""
    why = _(
        "a Snapshot can be looked at, not changed: on the machine itself,"
        " dockproxy {name} --dry-run shows what would be done"
    )
    refuse_from(parser, why.format(name=parser.prog.rpartition(" ")[2]))
    group = parser.add_argument_group(_("the change"))
    group.add_argument("--yes", "-y", action="store_true", help=_("answer the questions with yes"))
    group.add_argument(
        "--dry-run", action="store_true", help=_("show what would be done, and do nothing")
    )
    group.add_argument(
        "--check", action="store_true", help=_("like --dry-run; exit 1 if a change is due")
    )
    group.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=300.0,
        help=_("how long a restart may take before you are asked (default 300)"),
    )
    group.add_argument(
        "--wait",
        metavar="SECONDS",
        type=_seconds,
        nargs="?",
        const=86400.0,
        default=0.0,
        help=_("if another dockproxy is at work, wait until it has ended"),
    )


def add_keep(parser: argparse._ActionsContainer) -> None:
    """``--keep-containers``, on what restarts the daemon."""
    parser.add_argument(
        "--keep-containers",
        action="store_true",
        help=_("keep containers running over the restart (switches live-restore on for it)"),
    )


def add_parts(parser: argparse.ArgumentParser, what: str) -> None:
    """``--for``. what: the sentence before the parts that there are."""
    parser.add_argument(
        "--for",
        dest="parts",
        metavar="PARTS",
        default="daemon,client",
        help=what,
    )


def parts_of(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """The parts named, in our order. Raises UsageError for one that can't be set."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    builders = [part for part in named if _is_builders(part)]
    for part in named:
        if part not in known and part not in builders:
            every = (*known, "builder:NAME", "builders")
            raise UsageError(
                message(N_("--for {part}: this can't be set"), part=part),
                hint=message(N_("choose from: {known}"), known=", ".join(every)),
            )
    if not named:
        raise UsageError(N_("--for names nothing"), hint=N_("--for daemon,client is the default"))
    return (*(part for part in known if part in named), *dict.fromkeys(builders))


def refuse_two(sources: Mapping[str, bool]) -> None:
    """sources: what can give the values, and whether it was typed. Raises UsageError for two."""
    typed = [name for name, is_typed in sources.items() if is_typed]
    if len(typed) > 1:
        raise UsageError(
            message(N_("{one} and {other} exclude each other"), one=typed[0], other=typed[1])
        )


def _is_builders(part: str) -> bool:
    return part == "builders" or (part.startswith("builder:") and part != "builder:")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86400:
        raise argparse.ArgumentTypeError(_("a number of seconds from 1 to 86400 is wanted"))
    return seconds
