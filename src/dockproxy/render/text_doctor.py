"""Findings for a person: the cause, its line, what to do; below it what follows from it."""

from __future__ import annotations

from collections.abc import Sequence

from dockproxy.core.model.finding import SEVERITIES, Evidence, Finding
from dockproxy.core.model.message import N_
from dockproxy.render.page import INDENT, Page
from dockproxy.render.terminal import Style, clean, fit, paint
from dockproxy.render.text_unknown import path_of, thing, unseen_names
from dockproxy.resolve.host import Host
from dockproxy.rules.groups import Group, Groups
from dockproxy.rules.ignores import Ignored
from dockproxy.text import tr

_COLOURS = {"error": "red", "warning": "yellow", "info": "dim"}
_LONGEST = 100
_MAIN_ROLES = ("daemon-json", "client-json", "unit", "drop-in", "environment-file")


def findings_text(
    host: Host,
    findings: Sequence[Finding],
    style: Style,
    ignored: Sequence[Ignored] = (),
    left_out: int = 0,
) -> str:
    """The whole report, ending in a newline. ignored: counted, with where that is said. left_out:
    how many --select and --ignore passed over.
    """
    page = Page(style)
    behind: dict[str, list[Finding]] = {}
    for finding in findings:
        for cause in finding.caused_by:
            behind.setdefault(cause, []).append(finding)
    for finding in findings:
        if finding.caused_by:
            continue
        if page.lines:
            page.blank()
        _finding(page, finding)
        followers = behind.get(finding.id)
        if followers:
            page.add(page.say("from that follows:"), INDENT)
            for each in followers:
                page.add(f"{each.code} {clean(tr(each.message))}", INDENT * 2, INDENT * 3)
    if page.lines:
        page.blank()
    if findings or not (ignored or left_out):
        page.add(_summary(page, host, findings))
    if left_out:
        one, many = N_("1 finding is left out"), N_("{number} findings are left out")
        said = page.say("{findings} by --select or --ignore")
        if not findings:
            said = page.say("Nothing is said here: {findings} by --select or --ignore")
        page.add(said.format(findings=_counted(page, left_out, one, many)))
    if ignored:
        files = ", ".join(clean(file) for file in dict.fromkeys(each.by.file for each in ignored))
        said = page.say("{number} ignored by {files}, which has the reasons")
        if not findings:
            said = page.say("Nothing is wrong but {number} ignored by {files}, with the reasons")
            if _unread(page, host):
                said = page.say("Nothing was found but {number} ignored by {files}")
        page.add(said.format(number=len(ignored), files=files))
    if host.unknown:
        names = ", ".join(unseen_names(page, host))
        page.add(page.say("could not be seen: {names}").format(names=clean(names)), "", INDENT)
    return page.text()


def _finding(page: Page, finding: Finding) -> None:
    head = f"{page.severity(finding.severity)} {finding.code} {finding.name}"
    page.lines.append(paint(head, _COLOURS[finding.severity], page.style))
    page.add(clean(tr(finding.message)), INDENT, INDENT)
    for evidence in finding.evidence:
        _evidence(page, evidence)
    if finding.remedy is not None:
        page.add(clean(tr(finding.remedy)), INDENT + page.arrow, INDENT * 2)
    if finding.fix is not None:
        word = page.say("--fix") if finding.fix.safe else page.say("--fix --unsafe")
        page.add(f"{word}: {clean(tr(finding.fix.title))}", INDENT + page.arrow, INDENT * 2)


def _evidence(page: Page, evidence: Evidence) -> None:
    place = clean(evidence.path or "")
    if evidence.line is not None:
        place += f":{evidence.line}"
        place += f":{evidence.column}" if evidence.column is not None else ""
    text = fit(clean(evidence.text.strip()), _LONGEST, page.mark)
    between = ": " if place and text else ""
    page.add(f"{place}{between}{text}", INDENT * 2, INDENT * 3, "dim")


def _summary(page: Page, host: Host, findings: Sequence[Finding]) -> str:
    roots = [each for each in findings if not each.caused_by]
    project = host.snapshot.project
    unread = _unread(page, host) if not roots else []
    if unread:
        said = page.say("Nothing was found in what could be seen; not seen: {names}")
        return said.format(names=clean(", ".join(unread)))
    if not roots and project is not None:
        files = _counted(page, len(project.files), N_("1 file"), N_("{number} files"))
        said = page.say("Nothing is wrong with Docker's proxies in this project ({files}).")
        return said.format(files=files)
    if not roots and not host.components:
        return page.say("There is no Docker here: no daemon, no docker.service, no configuration.")
    if not roots:
        return page.say("Nothing is wrong with Docker's proxies here.")
    counts = {name: sum(each.severity == name for each in findings) for name in SEVERITIES}
    said = page.say("{errors}, {warnings}, {remarks}")
    return said.format(
        errors=_counted(page, counts["error"], N_("1 error"), N_("{number} errors")),
        warnings=_counted(page, counts["warning"], N_("1 warning"), N_("{number} warnings")),
        remarks=_counted(page, counts["info"], N_("1 remark"), N_("{number} remarks")),
    )


def _counted(page: Page, number: int, one: str, many: str) -> str:
    return page.say(one if number == 1 else many).format(number=number)


def _unread(page: Page, host: Host) -> list[str]:
    """The files that set proxies and could not be read: nobody knows what is wrong with them."""
    snapshot = host.snapshot
    roles = {fact.path: fact.role for fact in snapshot.files}
    names = []
    for item in host.unknown:
        path = path_of(item, snapshot)
        is_file = item.about.startswith("files.") and snapshot.project is None
        if is_file and roles.get(path) not in _MAIN_ROLES:
            continue
        if path or item.about == "project.files":
            names.append(thing(page, item, snapshot))
    return list(dict.fromkeys(names))


def groups_text(groups: Groups, style: Style) -> str:
    """Many machines: each cause with how many have it, and some of their names."""
    page = Page(style)
    for group in groups.all():
        head = f"{page.severity(group.severity)} {group.code} {group.name}"
        said = page.say("on {count} of {hosts}").format(count=group.count, hosts=groups.hosts)
        page.lines.append(paint(f"{head}: {said}", _COLOURS[group.severity], style))
        page.add(clean(tr(group.example)), INDENT, INDENT)
        page.add(_hosts(page, group), INDENT, INDENT * 2, "dim")
    if page.lines:
        page.blank()
    snapshots = _counted(page, groups.hosts, N_("1 Snapshot"), N_("{number} Snapshots"))
    said = page.say("{snapshots}, {healthy} of them without an error or a warning")
    page.add(said.format(snapshots=snapshots, healthy=groups.healthy))
    if groups.ignored:
        one = N_("1 finding is ignored by the configuration")
        many = N_("{number} findings are ignored by the configuration")
        page.add(_counted(page, groups.ignored, one, many))
    if groups.unreadable:
        names = page.names(groups.unreadable_names)
        said = page.say("{number} files are no Snapshots: {names}")
        if groups.unreadable == 1:
            said = page.say("1 file is no Snapshot: {names}")
        page.add(said.format(number=groups.unreadable, names=names))
    return page.text()


def _hosts(page: Page, group: Group) -> str:
    names = ", ".join(clean(name) for name in group.hosts[:5])
    rest = group.count - min(5, len(group.hosts))
    return page.say("{names} and {rest} more").format(names=names, rest=rest) if rest else names
