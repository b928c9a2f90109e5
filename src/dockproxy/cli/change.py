"""What ``set``, ``unset`` and ``undo`` share: show it, ask, do it, say how it ended."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from dockproxy import api
from dockproxy.cli.console import Agreeing, Console
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import Message
from dockproxy.core.model.probe import DaemonProof, ProxyProbe
from dockproxy.core.model.report import LeftOut, Outcome, Preview
from dockproxy.render import json_change, text_change
from dockproxy.render.json_v1 import document
from dockproxy.render.terminal import Style, clean
from dockproxy.resolve.host import Host
from dockproxy.text import _, tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


DONE, FAULT, REFUSED, PUT_BACK, BROKEN, INTERRUPTED = 0, 1, 3, 4, 5, 130


class Around(NamedTuple):
    """What is said around the change itself. verdict: "", ``refused`` or ``declined``: what the
    proxy's check meant. commands: those that an administrator must run.
    """

    notes: tuple[Message, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    checks: tuple[ProxyProbe, ...] = ()
    verdict: str = ""
    commands: tuple[str, ...] = ()


class Ending(NamedTuple):
    """How a change ended. result: a word of ``json_change``. proof_guessed: the registry that the
    daemon was asked about is none that this machine is known to use.
    """

    result: str
    exit_code: int
    preview: Preview | None = None
    outcome: Outcome | None = None
    proof: DaemonProof | None = None
    proof_guessed: bool = False


def carry_out(
    args: argparse.Namespace,
    console: Console,
    around: Around,
    act: Callable[[api.Confirm], api.Result],
) -> Ending:
    """Show the preview, ask where it must be asked, act."""
    asked = _Asked(args, console, around)
    result = act(asked.confirm)
    preview, outcome = result.preview, result.outcome
    if isinstance(result, api.Declined):
        if asked.was_dry and around.verdict:
            return Ending("refused", REFUSED, preview)
        if asked.was_dry:
            return Ending("planned", FAULT if args.check else DONE, preview)
        if any(problem.code == "nothing-left" for problem in preview.problems):
            return Ending("unchanged", DONE, preview)
        declined = around.verdict == "declined" or (outcome is None and asked.was_asked)
        if not asked.was_shown and not declined and args.format == "text":
            asked.show(preview)
        ended = "declined" if declined else "refused"
        return Ending(ended, REFUSED, preview, outcome)
    if isinstance(result, api.RolledBack):
        return Ending("rolled-back", _unless_interrupted(outcome, PUT_BACK), preview, outcome)
    if isinstance(result, api.Broken):
        return Ending("broken", BROKEN, preview, outcome)
    if not result.changed:
        return Ending("unchanged", REFUSED if _only_left_out(around) else DONE, preview, outcome)
    return Ending("applied", _unless_interrupted(outcome, DONE), preview, outcome)


class _Asked:
    """The confirm callable, and what came of it."""

    def __init__(self, args: argparse.Namespace, console: Console, around: Around) -> None:
        self._args, self._around = args, around
        self._console = Agreeing.of(console) if args.yes else console
        self.was_shown = False
        self.was_asked = False
        self.was_dry = False

    def confirm(self, preview: Preview) -> bool:
        """Show it, and ask where a question is due: not for an entry that is only to be closed."""
        if self._around.verdict == "declined":
            return False
        if not preview.changed:
            return not (self._args.dry_run or self._args.check)
        if self._args.format == "text":
            self.show(preview)
        if self._args.dry_run or self._args.check:
            self.was_dry = True
            return False
        if self._around.verdict:
            return False
        self.was_asked = True
        can_ask = self._console.interactive and self._args.format == "text"
        if not self._args.yes and not can_ask:
            self._console.note(_("nobody can be asked here: run it again with --yes to do this"))
            return False
        return self._console.confirm(_question(preview))

    def show(self, preview: Preview) -> None:
        """The preview and all that is said around it, on stdout."""
        self.was_shown = True
        style = self._console.style
        for text in (
            text_change.preview_text(preview, style),
            "\n".join(text_change.probe_text(probe, style) for probe in self._around.checks),
            text_change.left_out_text(self._around.left_out, style, self._args.kind),
            text_change.notes_text(self._around.notes, style),
        ):
            if text:
                self._console.out(text)


def report(
    args: argparse.Namespace,
    console: Console,
    host: Host,
    around: Around,
    ending: Ending,
    *,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Say how it ended; the exit code. more: what else the JSON holds."""
    try:
        _say(args, console, host, around, ending, more=more or {})
    except UsageError as error:
        if ending.outcome is None:
            raise
        console.error(error)  # that nobody hears of it makes nothing undone
    return ending.exit_code


def _say(
    args: argparse.Namespace,
    console: Console,
    host: Host,
    around: Around,
    ending: Ending,
    *,
    more: Mapping[str, Any],
) -> None:
    if args.format == "json":
        console.json(
            json_change.change_json(
                {**document(args.kind, host.snapshot, host.unknown)},
                ending.result,
                ending.preview,
                ending.outcome,
                notes=around.notes,
                left_out=around.left_out,
                checks=around.checks,
                proof=ending.proof,
                commands=around.commands,
            )
            | dict(more)
        )
        return
    style = console.style
    if ending.outcome is not None and ending.result != "unchanged":
        console.out(_outcome(args, ending.preview, ending.outcome, style))
    elif ending.result == "unchanged":
        if around.left_out:
            console.out(text_change.left_out_text(around.left_out, style, args.kind))
        problems = ending.preview.problems if ending.preview else ()
        said = [tr(problem.message) for problem in problems if problem.code == "nothing-left"]
        if said or not around.commands:  # with commands there is something to do, by another
            nothing = _("nothing was changed") if around.left_out else _("nothing to do")
            console.out(clean("".join(said)) or nothing)
    elif ending.result == "planned":
        console.note(_("nothing was changed: this is what would be done"))
    elif ending.result in ("refused", "declined"):
        if around.verdict == "refused":
            console.note(_("refused; to set it all the same, without asking the proxy: --no-check"))
        console.note(_("nothing was changed"))
    if ending.proof is not None:
        console.out(text_change.proof_text(ending.proof, style, ending.proof_guessed))
    if ending.result == "applied" and around.left_out:
        parts = ", ".join(part.component for part in around.left_out)
        console.out(_("not all of it is done, see above: {parts}").format(parts=parts))
    if around.commands:
        console.out(text_change.commands_text(around.commands))


def _outcome(
    args: argparse.Namespace, preview: Preview | None, outcome: Outcome, style: Style
) -> str:
    restart = preview.restart if preview is not None else None
    gone = restart.lost if restart is not None else ()
    own = restart is not None and restart.user is not None
    log = "journalctl --user -u docker" if own else "journalctl -u docker"
    return text_change.outcome_text(outcome, style, root=args.root, gone=gone, log=log)


def _question(preview: Preview) -> str:
    anew = ", ".join(clean(remake.builder) for remake in preview.builders if remake.needed)
    if anew and preview.restart is not None and preview.restart.needed:
        text = _("Do this, restart {unit} and make builder {names} anew?")
        return text.format(unit=preview.restart.unit, names=anew)
    if anew:
        return _("Do this, and make builder {names} anew?").format(names=anew)
    if preview.restart is not None and preview.restart.needed:
        return _("Do this, and restart {unit}?").format(unit=preview.restart.unit)
    return _("Do this?")


def _only_left_out(around: Around) -> bool:
    return bool(around.left_out)


def _unless_interrupted(outcome: Outcome | None, code: int) -> int:
    return INTERRUPTED if outcome is not None and outcome.interrupted else code
