"""What a change would do, and how it ended, for a person. Finished data in, text out."""

from __future__ import annotations

from collections.abc import Iterable

from dockproxy.core.model.message import N_, Message
from dockproxy.core.model.probe import DaemonProof, ProxyProbe
from dockproxy.core.model.report import (
    Entry,
    FilePreview,
    LeftOut,
    Outcome,
    Preview,
    Problem,
    RemakePreview,
    RestartPreview,
)
from dockproxy.render.terminal import Style, clean, paint
from dockproxy.text import _, tr

_STATES = {
    "planned": N_("planned"),
    "written": N_("written"),
    "restarted": N_("restarted"),
    "done": N_("done"),
    "undone": N_("undone"),
    "broken": N_("broken"),
    "unreadable": N_("unreadable"),
}
"""What an entry of the journal says of how far its change came."""
_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def preview_text(preview: Preview, style: Style) -> str:
    """The files' diffs, the restart with all that it stops, and what must be known first."""
    parts = [_file(file, style) for file in preview.files if file.changed]
    refused = any(problem.refuses and not problem.force for problem in preview.problems)
    if preview.restart is not None and preview.restart.needed and not refused:
        parts.append(_restart(preview.restart, style))
    if not refused:
        parts += [_remake(remake, style) for remake in preview.builders]
    parts += [problem_text(problem, style) for problem in preview.problems]
    return "\n".join(part for part in parts if part)


def problem_text(problem: Problem, style: Style, *, begun: bool = False) -> str:
    """One problem: what, where, the other program's words, what to do. begun: it came up when
    something was changed already, so that nothing was refused.
    """
    colour, word = ("red", _("refused")) if problem.refuses else ("yellow", _("take note"))
    if begun:
        word = _("failed")
    where = f"{clean(problem.where)}: " if problem.where else ""
    lines = [f"{paint(word, colour, style)}: {where}{clean(tr(problem.message))}"]
    if problem.quote:
        lines += [f"  | {clean(line)}" for line in problem.quote.strip().splitlines()]
    if problem.hint is not None:
        lines.append(f"  {clean(tr(problem.hint))}")
    if problem.refuses and problem.force:
        lines.append("  " + _("--force {word} overrides this").format(word=problem.force))
    return "\n".join(lines)


def left_out_text(left_out: Iterable[LeftOut], style: Style, verb: str = "set") -> str:
    """The parts that were asked for and are left as they are; those of one reason together.

    verb: the command.
    """
    word = _("not unset") if verb == "unset" else _("not set")
    together: dict[tuple[str, str], list[str]] = {}
    for part in left_out:
        together.setdefault((tr(part.why), tr(part.how)), []).append(part.component)
    return "\n".join(
        f"{paint(word, 'red', style)}: {', '.join(parts)}: {clean(why)}\n  {clean(how)}"
        for (why, how), parts in together.items()
    )


def notes_text(notes: Iterable[Message], style: Style) -> str:
    """Remarks, a line each."""
    word = paint(_("note"), "cyan", style)
    return "\n".join(f"{word}: {clean(tr(note))}" for note in notes)


def probe_text(probe: ProxyProbe, style: Style) -> str:
    """Whether a proxy answers, and if not where it stopped."""
    if probe.ok:
        text = _("{proxy} answers, and leads to {target}")
        return paint(
            text.format(proxy=clean(probe.url), target=clean(probe.target)), "green", style
        )
    url = clean(probe.url)
    told = probe.message is not None and url in tr(probe.message)
    start = "" if told else f"{paint(url, 'yellow', style)}: "
    return _with_hint(start, probe.message, probe.hint)


def proof_text(proof: DaemonProof, style: Style, guessed: bool = False) -> str:
    """What the daemon itself said when it asked a registry. guessed: nothing here tells that this
    machine uses that registry.
    """
    registry = clean(proof.image.partition("/")[0])
    if proof.ok:
        said = _("proved: the daemon asked {registry}, and was answered")
        return paint(said.format(registry=registry), "green", style)
    if proof.ok is None:
        said = _("not proved, the daemon could not be asked about {registry}: ")
    elif guessed:
        said = _("not proved: no image here names a registry, and {registry} was not reached: ")
    else:
        said = _("the daemon asked {registry}, and was not answered: ")
    said = said.format(registry=registry)
    text = _with_hint(paint(said, "yellow", style), proof.message, proof.hint)
    return f"{text}\n  | {clean(proof.quote)}" if proof.quote else text


def _with_hint(start: str, message: Message | None, hint: Message | None) -> str:
    text = start + (clean(tr(message)) if message is not None else "")
    return text if hint is None else f"{text}\n  {clean(tr(hint))}"


def outcome_text(
    outcome: Outcome,
    style: Style,
    *,
    root: str = "",
    gone: tuple[str, ...] = (),
    log: str = "journalctl -u docker",
) -> str:
    """How it ended, and what to do by hand where that is needed. root: of ``--root``. gone: the
    containers that were said to be lost with the restart. log: the command that shows the daemon's.
    """
    endings = {
        "applied": ("green", _("done")),
        "unchanged": ("green", _("nothing to do")),
        "refused": ("red", _("nothing was changed")),
        "rolled-back": ("yellow", _("it failed, and everything was put back as it was")),
        "broken": ("red", _("it failed, and not everything could be put back")),
    }
    colour, word = endings[outcome.result]
    if outcome.interrupted and outcome.result == "rolled-back":
        word = _("interrupted: everything was put back as it was")
    elif outcome.result == "broken" and outcome.files_back:
        word = _("it failed; every file is as it was before, but the daemon does not run")
    elif outcome.interrupted and outcome.result == "applied":
        word = _("interrupted too late: done, and it stays")
    lines = []
    if outcome.problem is not None:
        begun = outcome.result in ("rolled-back", "broken") and not outcome.interrupted
        lines.append(problem_text(outcome.problem, style, begun=begun))
    lines.append(paint(word, colour, style))
    if outcome.result == "rolled-back" and outcome.restarted:
        lines.append("  " + _("{log} -n 50 shows what the daemon said").format(log=log))
    if outcome.result == "applied" and outcome.entry:
        words = outcome.entry + (f" --root {clean(root)}" if root else "")
        said = _("{done} (take it back with: dockproxy undo {entry})")
        lines[-1] = said.format(done=lines[-1], entry=words)
    if outcome.builders:
        names = clean(", ".join(outcome.builders))
        lines.append(_("made anew: builder {names}").format(names=names))
    if outcome.started:
        lines.append(_("started again: {names}").format(names=clean(", ".join(outcome.started))))
    missing = [name for name in outcome.not_started if name not in gone]
    if missing:
        names = clean(", ".join(missing))
        lines.append(
            paint(_("could not be started again: {names}").format(names=names), "red", style)
        )
    if outcome.notes:
        lines.append(notes_text(outcome.notes, style))
    if outcome.by_hand:
        lines.append(_("by hand, in this order:"))
        lines += [f"  {clean(command)}" for command in outcome.by_hand]
    return "\n".join(lines)


def commands_text(commands: Iterable[str]) -> str:
    """What an administrator pastes into a shell: nothing before a line, nothing behind it."""
    lines = [
        "\t".join(clean(part) for part in line.split("\t"))
        for command in commands
        for line in command.split("\n")
    ]
    said = _("as root, in this order:")
    if any("xxxxx" in line for line in lines):
        said = _("as root, in this order (xxxxx stands for what is secret: put it in first):")
        if any("xxxxx" in line and line.startswith("Environment=") for line in lines):
            said = _(
                "as root, in this order (xxxxx stands for what is secret: put it in first; behind"
                " Environment= every % of it is written twice: %%):"
            )
    return "\n".join([said, "", *lines])


def unfinished_text(entries: Iterable[Entry]) -> str:
    """What to do about changes that were left half done."""
    cut_short = _(
        "a run was cut short in the midst of a change ({entry}): dockproxy undo {entry}\n"
        "  or leave all as it is: dockproxy history rm {entry}"
    )
    failed = _(
        "a change failed, and not all of it could be put back ({entry}): dockproxy undo {entry}\n"
        "  or leave all as it is: dockproxy history rm {entry}"
    )
    said = ((failed if entry.state == "broken" else cut_short, entry.id) for entry in entries)
    return "\n".join(text.format(entry=name) for text, name in said)


def history_text(entries: Iterable[Entry], when: dict[str, str], style: Style) -> str:
    """The journal, newest first. when: each entry's time as it shall be shown."""
    lines = []
    for entry in entries:
        word = _("put back") if entry.put_back else _(_STATES.get(entry.state, entry.state))
        state = paint(word, "green" if entry.state == "done" else "yellow", style)
        undoes = " " + _("(undoes {entry})").format(entry=entry.undoes) if entry.undoes else ""
        what = _("this entry can't be read") if entry.state == "unreadable" else entry.intent
        lines.append(f"{entry.id}  {when[entry.id]}  {state}  {what}{undoes}")
        lines += [f"    {clean(path)}" for path in entry.paths]
    return "\n".join(lines) or _("nothing was changed yet")


def _file(file: FilePreview, style: Style) -> str:
    lines = [
        paint(line, _DIFF_COLOURS.get(line[:1], ""), style) if line[:1] in _DIFF_COLOURS else line
        for line in (clean(line) for line in file.diff.expandtabs(4).rstrip("\n").split("\n"))
    ]
    if file.target and file.target != file.path:
        lines.append("  " + _("(a link: {target} is written)").format(target=clean(file.target)))
    reasons = {
        "bind-mount": _("(a bind mount: written in place)"),
        "hard-links": _("(it has several names: written in place)"),
    }
    if file.in_place:
        lines.append("  " + reasons.get(file.in_place, _("(written in place)")))
    return "\n".join(lines)


def _remake(remake: RemakePreview, style: Style) -> str:
    name = clean(remake.builder)
    if not remake.needed:
        text = _("builder {name}: its container is made by the next build")
        return text.format(name=name) if remake.absent and not remake.containers else ""
    lines = [paint(_("builder {name} will be made anew").format(name=name), "bold", style)]
    for names, text in (
        (remake.containers, _("stop and are replaced, running builds end: {names}")),
        (remake.volumes, _("the cache is kept: {names}")),
    ):
        lines.append("  " + text.format(names=clean(", ".join(names))))
    return "\n".join(lines)


def _restart(restart: RestartPreview, style: Style) -> str:
    said = _("{unit} will be restarted").format(unit=restart.unit)
    lines = [paint(said, "bold", style)]
    for names, text in (
        (restart.stops, _("stop, and come back by themselves: {names}")),
        (restart.started_again, _("stop, and are started again by dockproxy: {names}")),
        (restart.lost, _("stop, and are gone for good (--rm): {names}")),
    ):
        if names:
            lines.append("  " + text.format(names=clean(", ".join(names))))
    if restart.switches_live_restore:
        lines.append("  " + _("containers go on running: live-restore is on during it alone"))
    elif restart.live_restore:
        lines.append("  " + _("containers go on running (live-restore is on)"))
    elif not (restart.stops or restart.started_again or restart.lost):
        lines.append("  " + _("no container is running"))
    if restart.swarm not in ("", "inactive"):
        lines.append("  " + _("this is a Swarm node ({role})").format(role=restart.swarm))
    word = paint(_("goes live with it"), "yellow", style)
    lines += [f"  {word}: {clean(tr(pending))}" for pending in restart.pending]
    return "\n".join(lines)
