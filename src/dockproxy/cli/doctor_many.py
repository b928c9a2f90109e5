"""``dockproxy doctor --from FOLDER``: many machines' Snapshots, grouped by what is wrong."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence

from dockproxy.cli.console import Console
from dockproxy.cli.ignoring import ignores
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.finding import SEVERITIES, Finding
from dockproxy.core.model.light import NamedTuple
from dockproxy.core.model.message import N_
from dockproxy.render.text_doctor import groups_text
from dockproxy.rules.diagnose import diagnose
from dockproxy.rules.groups import Groups
from dockproxy.rules.ignores import divide

_EVERY = 50
"""Snapshots between two words of progress."""


class _Seen(NamedTuple):
    name: str
    findings: tuple[Finding, ...] | None


def diagnose_folder(
    args: argparse.Namespace, console: Console, select: Sequence[str], ignore: Sequence[str]
) -> int:
    """Look into each file in turn; memory does not grow with their number."""
    if args.format not in ("text", "json"):
        raise UsageError(N_("of a folder the format is text or json"))
    groups = Groups()
    known = ignores(args, console)
    for number, seen in enumerate(_each(args.from_file, select, ignore), 1):
        if seen.findings is None:
            groups.unread(seen.name)
        else:
            divided = divide(seen.findings, known)
            groups.add(seen.name, divided.kept)
            groups.ignored += len(divided.ignored)
        if number % _EVERY == 0:
            console.emit(
                {"text": {"text": N_("{number} Snapshots"), "params": {"number": str(number)}}}
            )
    if not groups.hosts and not groups.unreadable:
        raise UsageError(N_("holds no file that ends in .json"), where=args.from_file)
    if args.format == "json":
        from dockproxy.render.json_doctor import groups_json

        console.json(groups_json(groups))
    else:
        console.out(groups_text(groups, console.style))
    if not groups.hosts:
        return 2
    return 1 if any(each.severity in SEVERITIES[:2] for each in groups.all()) else 0


def _each(folder: str, select: Sequence[str], ignore: Sequence[str]) -> Iterator[_Seen]:
    from dockproxy.recorded import read_snapshot

    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    except OSError as error:
        raise UsageError(N_("can't be read"), where=folder) from error
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.isfile(path):  # a pipe or a terminal would be waited for
            yield _Seen(name, None)
            continue
        try:
            host = read_snapshot(path)
        except UsageError:
            yield _Seen(name, None)
            continue
        yield _Seen(name, diagnose(host, select, ignore))
