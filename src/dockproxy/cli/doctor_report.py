"""What ``dockproxy doctor`` found, in the form that was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from dockproxy.cli.console import Console
from dockproxy.core.model.finding import Finding, Fix
from dockproxy.resolve.host import Host
from dockproxy.rules.ignores import Divided

_MOST_READ = 10_000_000
"""Characters of files, each time that one is read for a diff."""


def report(
    args: argparse.Namespace, console: Console, host: Host, divided: Divided, left_out: int = 0
) -> None:
    """Print it. Documents also tell what each fix would change. left_out: findings of the codes
    that nobody asked for.
    """
    findings, ignored = divided.kept, divided.ignored
    if args.format == "json":
        from dockproxy.render.json_doctor import findings_json

        console.json(findings_json(host, findings, ignored, _diffs(host, findings)))
    elif args.format == "sarif":
        from dockproxy.render.sarif import findings_sarif

        diffs = _diffs(host, findings)
        console.json(findings_sarif(findings, host.unknown, ignored, diffs))
    elif args.format == "github":
        from dockproxy.render.ci import findings_github

        console.exact(findings_github(findings))
    elif args.format == "junit":
        from dockproxy.render.ci import findings_junit

        console.exact(findings_junit(findings, ignored))
    else:
        from dockproxy.render.text_doctor import findings_text

        console.out(findings_text(host, findings, console.style, ignored, left_out))


def _diffs(host: Host, findings: Sequence[Finding]) -> dict[str, str]:
    """By finding, of the files as they are, or else as they were seen, for not everybody may edit
    them; none of a fix that changes no file, and none of the last of very many in large files.
    """
    sizes = {fact.path: len(fact.text or "") for fact in host.snapshot.files}
    diffs: dict[str, str] = {}
    left = _MOST_READ
    for each in findings:
        edits = each.fix.edits if each.fix is not None else ()
        left -= sum(sizes.get(edit.path, 0) for edit in edits)
        if each.fix is not None and edits and left > 0:
            diff = _diff(host, each.fix)
            if diff:
                diffs[each.id] = diff
    return diffs


def _diff(host: Host, fix: Fix) -> str:
    from dockproxy import live, recorded

    if host.snapshot.project is not None:
        return ""
    now = "" if host.recorded else live.diff_of(host, fix)
    return now or recorded.diff_of(host, fix)
