"""Hosts from live machines and file trees: part of the library (``dockproxy.api``).

Apart from it, since a look needs nothing of what plans and applies.
"""

from __future__ import annotations

from dockproxy.core.model.errors import UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.record import load
from dockproxy.core.model.report import Entry
from dockproxy.core.model.secret import Secret
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.transport.base import Channel, Silent, Transport, request
from dockproxy.transport.local import Local

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dockproxy.core.model.finding import Fix
    from dockproxy.resolve.given import Given
    from dockproxy.resolve.host import Host, Value

_APART = ("builder", "flag")
"""Kinds of origins whose secrets are kept by another name than their file's."""


def observe(
    *,
    root: str = "",
    context: str | None = None,
    user: str | None = None,
    transport: Transport | None = None,
    with_secrets: bool = False,
    only: str = "",
    channel: Channel | None = None,
) -> Host:
    """What this machine (or the tree below root) has, with every value's origin resolved.

    with_secrets: keep addresses with their user information too, in ``host.snapshot.secrets``.
    only: ``daemon`` for a quick look at that alone, where files explain what runs; ``status`` for
    one that leaves out what rules alone ask for.
    channel: hears of the agent's events.
    Raises UsageError for a root that is no folder, a user or a context that does not exist.
    """
    way = transport or Local()
    asked = request("observe", root, context=context, user=user, secrets=with_secrets, only=only)
    host = _resolved(way.request(asked, channel or Silent()))
    if only == "daemon" and not _explains(host):
        host = _resolved(way.request({**asked, "only": "status"}, channel or Silent()))
    if context is not None and any(item.reason == "no-context" for item in host.unknown):
        raise no_such_context(context)
    return host


def _resolved(answer: Mapping[str, Any]) -> Host:
    from dockproxy.resolve.make import resolve

    return resolve(load(Snapshot, answer["snapshot"]))


def _explains(host: Host) -> bool:
    """Whether files say where all that the running daemon uses comes from."""
    daemon = host.component("daemon")
    return daemon is not None and daemon.in_sync is True


def observe_project(folder: str, transport: Transport | None = None) -> Host:
    """What the compose files, Dockerfiles, bake files and .env of a folder say, and nothing of this
    machine. Nothing is executed, and nothing outside of the folder is read.

    Raises UsageError for what is no folder, or holds none of these files.
    """
    from dockproxy import __version__
    from dockproxy.core.model.snapshot import SCHEMA, FileFact, Machine, Unknown
    from dockproxy.project.read import MOST_ROUNDS, Reading

    way = transport or Local()
    reading = Reading(folder)
    unknown: list[Unknown] = []
    more: list[tuple[str, str]] | None = None
    for _ in range(MOST_ROUNDS):
        also = {} if more is None else {"also": [list(item) for item in more]}
        answer = way.request(request("project", folder, **also), Silent())
        unknown += (load(Unknown, item) for item in answer["unknown"])
        facts = [load(FileFact, item) for item in answer["files"]]
        more = reading.add(facts, answer["committed"], answer["ignored"])
        if not more:
            break
    project, outside = reading.project()
    if not project.files and not unknown:
        raise UsageError(
            N_("there is no compose file, Dockerfile, bake file or .env in it"), where=folder
        )
    if not project.files:
        first = unknown[0]
        raise UsageError(
            message(N_("nothing of it could be read: {reason}"), reason=first.reason),
            where=first.about.partition(".")[2],
        )
    machine = Machine("", "", 0, "", folder)
    snapshot = Snapshot(SCHEMA, __version__, 0.0, machine, "", project=project)
    from dockproxy.resolve.make import resolve

    return resolve(snapshot._replace(unknown=(*unknown, *outside)))


def diff_of(host: Host, fix: Fix, *, transport: Transport | None = None) -> str:
    """What a fix would change in the files as they now are, as a unified diff without a secret; ""
    where it changes none, or none that can be read. Nothing is changed.
    """
    from dockproxy.core.model.plan import Plan
    from dockproxy.core.model.record import dump
    from dockproxy.core.model.report import Preview

    root = host.snapshot.machine.root
    plan = Plan("fix", fix.edits, None, host.snapshot.daemon_json, root)
    asked = request("preview", root, plan=dump(plan, reveal=True))
    answer = (transport or Local()).request(asked, Silent())
    diffs = [file.diff for file in load(Preview, answer["preview"]).files]
    return "".join(diffs)


def no_such_context(name: str) -> UsageError:
    """What is said of a context that is not here."""
    return UsageError(
        message(N_("there is no Docker context {name} here"), name=name),
        hint=N_("docker context ls lists them"),
    )


def reveal(
    host: Host, given: Given, *, user: str | None = None, transport: Transport | None = None
) -> dict[str, Secret]:
    """The values of a component as they are, passwords included, read again where each stands; of
    a Snapshot from a file those that were kept in it.

    Raises UsageError where one is no longer what was observed, or shown to nobody.
    """
    root, client = host.snapshot.machine.root, host.snapshot.client
    places = [
        {
            **value.origin._asdict(),
            "key": key,
            "masked": value.value,
            "entry": host.client_entry,
            "container": given.name,
        }
        for key, value in given.values.items()
        if value.masked
    ]
    texts: dict[str, str | None] = {}
    if host.recorded:
        texts = {key: _kept(host, value) for key, value in given.values.items()}
    elif places:
        context = client.context if client and client.endpoint_from == "--context" else None
        asked = request("reveal", root, places=places, user=user, context=context)
        answer = (transport or Local()).request(asked, Silent())
        keys = (place["key"] for place in places)
        texts = dict(zip(keys, answer["values"], strict=True))
    found = {}
    for key, value in given.values.items():
        text = texts.get(key) if value.masked else value.value
        if text is None:
            raise UsageError(
                message(N_("the password in {key} could not be read"), key=key),
                where=value.origin.path,
                hint=N_("dockproxy snapshot keeps passwords only with --with-secrets")
                if host.recorded
                else N_("give the proxy itself, or run it with sudo"),
            )
        found[key] = Secret(text)
    return found


def _kept(host: Host, value: Value) -> str | None:
    """The one text that was kept of that place, None where none or several could be meant."""
    kind = value.origin.kind
    name = f".{value.origin.name.replace('env.', '', 1)}"
    if kind == "config.json":
        name = f".{host.client_entry}{name}"
    texts = {
        kept.value.reveal()
        for kept in host.snapshot.secrets
        if str(kept.value) == value.value
        and f".{kept.name}".endswith(name)
        and (kind in _APART or value.origin.path is None or kept.about == value.origin.path)
    }
    return texts.pop() if len(texts) == 1 else None


def unfinished(root: str = "") -> tuple[Entry, ...]:
    """Entries that a dead run left half done, as far as this user may see them; ``undo`` mends."""
    answer = Local().request(request("history", root, finished=False), Silent())
    return tuple(load(Entry, entry) for entry in answer["unfinished"])
