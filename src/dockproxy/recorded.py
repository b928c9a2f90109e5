"""Hosts from Snapshots' files, and files from hosts: part of the library (``dockproxy.api``).

Apart from it, since a look into a file needs no agent and no way to one.
"""

from __future__ import annotations

import json
import os

from dockproxy.core.formats.snapshot_json import LIMIT, too_large
from dockproxy.core.formats.snapshot_json import read_snapshot as parse_snapshot
from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.light import pattern
from dockproxy.core.model.secret import hides_something
from dockproxy.render.json_v1 import snapshot_json
from dockproxy.resolve.host import Drift, Host
from dockproxy.resolve.make import resolve
from dockproxy.transport.files import read_bytes, shown_name, write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockproxy.core.model.finding import Fix

_ENCODINGS = frozenset(("utf-8", "utf-16-le", "utf-16-be"))
"""Of files (text_codec.Decoded); a stranger's Snapshot may name any codec."""
_PLAIN_COMMANDS = pattern(r"(?:[A-Za-z0-9 ._/:@=,-]| && )*")


def read_snapshot(path: str | os.PathLike[str]) -> Host:
    """The host of a Snapshot's file (``-``: standard input); of this machine nothing is looked at.

    Raises UsageError for what can't be read, and for what is no Snapshot that this version knows.
    """
    name = os.fspath(path)
    return load_snapshot(read_bytes(name), shown_name(name))


def load_snapshot(document: str | bytes, name: str = "Snapshot") -> Host:
    """The host of a Snapshot's document; name: what to call it in an error."""
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    host = resolve(parse_snapshot(data, name))
    components = tuple(
        component._replace(drift=tuple([_without_danger(drift) for drift in component.drift]))
        if component.drift
        else component
        for component in host.components
    )
    return host._replace(components=components, recorded=True)


def _without_danger(drift: Drift) -> Drift:
    """A remedy is there to be copied into a shell, and names from a stranger's file are in it."""
    return (
        drift
        if not drift.remedy or _PLAIN_COMMANDS.fullmatch(drift.remedy)
        else drift._replace(remedy="")
    )


def diff_of(host: Host, fix: Fix) -> str:
    """What a fix would change in the files as the Snapshot has them, as a unified diff; "" where it
    changes none. Only a text in which nothing is masked is sure to break where the file does.
    """
    from dockproxy.core.agent.apply.diff import masked_diff
    from dockproxy.core.agent.apply.edits import changed
    from dockproxy.core.agent.apply.problems import Refusal

    diffs = []
    for edit in fix.edits:
        fact = host.snapshot.file(edit.path)
        if fact is None or fact.text is None or fact.encoding not in _ENCODINGS:
            continue
        if hides_something(fact.text) and any(each.kind == "json-syntax" for each in edit.repairs):
            continue
        mark = "\ufeff" if fact.bom else ""
        errors = "surrogateescape" if fact.encoding == "utf-8" else "surrogatepass"
        try:
            before = (mark + fact.text).encode(fact.encoding, errors)
            diffs.append(masked_diff(edit.path, before, changed(before, edit, False), edit.format))
        except (Refusal, UnicodeError):  # a Snapshot may say anything
            continue
    return "".join(diffs)


def dump_snapshot(host: Host, *, with_secrets: bool = False) -> str:
    """The Snapshot's document, JSON in ASCII: what ``read_snapshot`` reads.

    Secrets are in it only if they were kept (``observe(with_secrets=True)``) and asked for here.
    Raises UsageError for one so large that nobody could read it.
    """
    document = snapshot_json(host.snapshot, with_secrets=with_secrets)
    text = json.dumps(document, indent=2) + "\n"
    if len(text) > LIMIT:
        raise UsageError(too_large())
    return text


def write_snapshot(host: Host, path: str | os.PathLike[str], *, with_secrets: bool = False) -> None:
    """``dump_snapshot`` into a file, whole or not at all; with secrets for its owner alone (0600).

    Raises UsageError where it can't be written; what was there is then as it was.
    """
    text = dump_snapshot(host, with_secrets=with_secrets)
    write_text(os.fspath(path), text, private=with_secrets)
