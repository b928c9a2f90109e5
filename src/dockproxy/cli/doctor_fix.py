"""``dockproxy doctor --fix``: one plan of all that can be mended, and what remains after it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from dockproxy import api
from dockproxy.cli.change import DONE, FAULT, REFUSED, Around, Ending, carry_out, report
from dockproxy.cli.console import Agreeing, Console
from dockproxy.cli.observing import observed
from dockproxy.core.model.finding import Finding
from dockproxy.plan.mend import propose_fixes, what_follows
from dockproxy.render.terminal import clean
from dockproxy.resolve.host import Host
from dockproxy.text import _, tr
from dockproxy.transport.choose import transport_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


Findings = Sequence[Finding]
_ROUNDS = 6


def mend(
    args: argparse.Namespace,
    console: Console,
    host: Host,
    diagnose: Callable[[Host], Findings],
) -> int:
    """Carry out the fixes that are safe, or that were said yes to, the same way as ``set``.

    1 where an error or a warning is left after it.
    """
    findings = diagnose(host)
    chosen = _all_wanted(args, console, host, diagnose, findings)
    proposal = propose_fixes(host, chosen, keep_containers=args.keep_containers)
    around = Around(proposal.notes)
    if not proposal.plan.edits and proposal.plan.restart is None:
        declined = _can_ask(args, console) and any(
            each.fix is not None and not each.caused_by for each in findings
        )
        ending = Ending("declined", REFUSED) if declined else Ending("unchanged", DONE)
        if args.format == "text" and not declined and findings:
            console.note(clean(tr(proposal.notes[0])))
            return _say_what_is_left(args, console, ending, findings, DONE)
    else:
        if args.format == "text":
            console.out("\n".join(dict.fromkeys(_named(each) for each in chosen)))
        transport = transport_for(api.needs_root(proposal.plan), console.interactive)
        channel = Agreeing.of(console) if args.yes else console
        ending = carry_out(
            args,
            console,
            around,
            lambda confirm: api.apply(proposal.plan, confirm, transport=transport, channel=channel),
        )
    left: Findings = findings
    if ending.outcome is not None and ending.exit_code == DONE:
        host = observed(args, console)
        left = diagnose(host)
    code = report(args, console, host, around, ending, more=_left_json(args, host, left))
    return _say_what_is_left(args, console, ending, left, code)


def _all_wanted(
    args: argparse.Namespace,
    console: Console,
    host: Host,
    diagnose: Callable[[Host], Findings],
    findings: Findings,
) -> list[Finding]:
    """Those to mend, with those that show only once others are mended: dockerd refuses a file in
    which one of two faults is left. None is asked about twice.
    """
    offered = [each for each in findings if each.fix is not None]
    chosen = _wanted(args, console, findings)
    for _round in range(_ROUNDS):
        known = [each.fix.edits for each in offered if each.fix is not None]
        more = [
            each
            for each in what_follows(host, chosen, diagnose)
            if each.fix is not None and each.fix.edits not in known
        ]
        wanted = _wanted(args, console, more)
        if not wanted:
            break
        offered += more
        chosen += wanted
    return chosen


def _wanted(args: argparse.Namespace, console: Console, findings: Findings) -> list[Finding]:
    """Those to mend: causes first, and what follows from a cause only if that is mended too."""
    chosen: list[Finding] = []
    for each in findings:
        causes = set(each.caused_by)
        if causes and not causes & {other.id for other in chosen}:
            continue
        if _is_wanted(args, console, each):
            chosen.append(each)
    return chosen


def _is_wanted(args: argparse.Namespace, console: Console, finding: Finding) -> bool:
    """A safe fix always; another one if it is asked for and agreed to. Where nobody can be asked
    it is part of the plan, which is then shown and not carried out.
    """
    if finding.fix is None:
        return False
    if finding.fix.safe:
        return True
    if not args.unsafe:
        return False
    return not _can_ask(args, console) or console.confirm(f"{_named(finding)}?")


def _can_ask(args: argparse.Namespace, console: Console) -> bool:
    """Whether each offered fix is asked for: nobody said yes to all of them."""
    asked = args.unsafe and not args.yes and not args.dry_run
    return bool(asked and console.interactive and args.format == "text")


def _named(finding: Finding) -> str:
    title = "" if finding.fix is None else clean(tr(finding.fix.title))
    return f"{finding.code}: {clean(tr(finding.message))}\n  {title}"


def _left_json(args: argparse.Namespace, host: Host, left: Findings) -> dict[str, Any]:
    """What remains, as ``doctor --json`` says it."""
    if args.format != "json":
        return {}
    from dockproxy.render.json_doctor import findings_json

    document = findings_json(host, left)
    return {"findings": document["findings"], "summary": document["summary"]}


def _say_what_is_left(
    args: argparse.Namespace, console: Console, ending: Ending, left: Findings, code: int
) -> int:
    wrong = [each for each in left if each.severity != "info"]
    if ending.result not in ("applied", "unchanged") or code != DONE or not wrong:
        return code
    codes = ", ".join(dict.fromkeys(each.code for each in wrong))
    said = _("still wrong: {number} ({codes}); dockproxy doctor says what to do")
    console.note(said.format(number=len(wrong), codes=codes))
    fixes = [each.fix for each in wrong if each.fix is not None and not each.caused_by]
    if ending.result == "applied" and any(fix.safe or args.unsafe for fix in fixes):
        console.note(_("more of it can be mended now: run the same command again"))
    elif not args.unsafe and fixes:
        console.note(_("some of it can be mended with --fix --unsafe, which asks for each"))
    return FAULT
