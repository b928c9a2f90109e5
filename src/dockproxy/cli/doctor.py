"""``dockproxy doctor``: what is wrong with Docker's proxies, cause first."""

from __future__ import annotations

import argparse
import os

from dockproxy.cli import options
from dockproxy.cli.console import Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.text import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.resolve.host import Host
    from dockproxy.rules.ignores import Divided


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = options.Parser(
        "doctor",
        _(
            "Say what is wrong with Docker's proxies: the cause, the line, and what mends it.\n"
            "Each kind of fault has a code; dockproxy explain CODE tells all about it."
        ),
        "  dockproxy doctor\n"
        "  dockproxy doctor --probe                           # contacts the proxies, too\n"
        "  dockproxy doctor --from host.json\n"
        "  dockproxy doctor --from snapshots/                 # a folder of many, by cause\n"
        "  dockproxy doctor --project .                       # compose files, Dockerfiles, .env\n"
        "  dockproxy doctor --select DP1,DP2 --ignore DP213\n"
        "  dockproxy doctor --json | jq '.findings[] | [.code, .message]'",
    )
    for flag, text in (
        ("--select", _("only these codes, or all that begin so (DP1)")),
        ("--ignore", _("leave these out")),
    ):
        made.add_argument(flag, metavar="CODES", action="append", default=[], help=text)
    which = made.add_mutually_exclusive_group()
    which.add_argument(
        "--config",
        metavar="FILE",
        action=options.Named,
        help=_("the file that names findings to ignore, and why (docs/doctor.md)"),
    )
    which.add_argument("--no-config", action="store_true", help=_("read no such file"))
    options.add_from(made)
    options.add_probe(made)
    made.add_argument(
        "--project",
        metavar="DIR",
        action=options.Named,
        help=_("the compose files, Dockerfiles, bake files and .env below DIR, and nothing else"),
    )
    options.add_place(made)
    options.add_format(made, ("text", "json", "sarif", "github", "junit"))
    group = made.add_argument_group(_("mending"))
    group.add_argument(
        "--fix", action="store_true", help=_("mend what can be mended in one way alone")
    )
    group.add_argument(
        "--unsafe", action="store_true", help=_("with --fix: offer the other fixes too, one by one")
    )
    group.add_argument("--yes", "-y", action="store_true", help=_("answer the questions with yes"))
    group.add_argument(
        "--dry-run", action="store_true", help=_("show what would be done, and do nothing")
    )
    options.add_keep(group)
    made.set_defaults(kind="doctor", check=False)
    made.add_argument("--strict", action="store_true", help=_("exit 2 if something can't be seen"))
    return made


def run(args: argparse.Namespace, console: Console) -> int:
    """Observe, diagnose, print; 1 if there is an error or a warning."""
    from dockproxy.cli.doctor_report import report
    from dockproxy.cli.ignoring import ignores, say_unused
    from dockproxy.rules.diagnose import diagnose
    from dockproxy.rules.ignores import divide

    if args.unsafe and not args.fix:
        raise UsageError(N_("--unsafe goes with --fix"))
    for flag, given in (
        ("--yes", args.yes),
        ("--dry-run", args.dry_run),
        ("--keep-containers", args.keep_containers),
    ):
        if given and not args.fix:
            raise UsageError(message(N_("{option} goes with --fix"), option=flag))
    if args.fix and args.from_file is not None:
        raise UsageError(N_("Snapshots can be looked at, not mended"))
    is_folder = args.from_file is not None and os.path.isdir(args.from_file)
    if is_folder and args.project is None and not args.probe:
        from dockproxy.cli.doctor_many import diagnose_folder

        return diagnose_folder(args, console, _codes(args.select), _codes(args.ignore))
    select, ignore = _codes(args.select), _codes(args.ignore)
    known = ignores(args, console)

    def judge(host: Host) -> Divided:
        return divide(diagnose(host, select, ignore), known)

    host = _seen(args, console)
    if args.fix:
        from dockproxy.cli.doctor_fix import mend

        if args.format not in ("text", "json"):
            raise UsageError(N_("with --fix the format is text or json"))
        return mend(args, console, host, lambda seen: judge(seen).kept)
    divided = judge(host)
    findings = divided.kept
    left_out = 0
    if (select or ignore) and args.format == "text":
        left_out = len(divide(diagnose(host), known).kept) - len(findings)
    report(args, console, host, divided, left_out)
    if not select and not ignore:
        say_unused(console, divided)
    if args.strict and host.unknown:
        return 2
    return 1 if any(each.severity != "info" for each in findings) else 0


def _seen(args: argparse.Namespace, console: Console) -> Host:
    from dockproxy.cli.observing import observed

    return _in_project(args) if args.project is not None else observed(args, console)


def _in_project(args: argparse.Namespace) -> Host:
    """A folder's files alone: what they say holds on every machine."""
    from dockproxy.live import observe_project

    options.refuse_two({"--project": True, "--fix": args.fix})
    for flag in ("from_file", "root", "user", "context", "probe"):
        name = f"--{flag.partition('_')[0]}"
        options.refuse_two({"--project": True, name: bool(getattr(args, flag))})
    return observe_project(args.project)


def _codes(given: list[str]) -> list[str]:
    """Codes, checked. Raises UsageError for what no code begins with."""
    from dockproxy.rules.registry import begins_a_code, no_such_rule

    codes = [code.strip().upper() for text in given for code in text.split(",") if code.strip()]
    for code in codes:
        if not begins_a_code(code):
            raise no_such_rule(code)
    return codes
