"""The public library: observe a machine, plan a change, preview it, apply it, take it back.

Nothing here prints or prompts: ``apply`` and ``undo`` ask their ``confirm`` callable, with the
Preview, and give back what came of it: ``Applied | Declined | RolledBack | Broken``, never None.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple, Union

from dockproxy.core.model.errors import DockproxyError, RefusedError, UsageError
from dockproxy.core.model.message import N_, message
from dockproxy.core.model.plan import Plan
from dockproxy.core.model.probe import DaemonProof, ProxyProbe
from dockproxy.core.model.proxies import Proxies
from dockproxy.core.model.record import dump, load
from dockproxy.core.model.report import Entry, Outcome, Preview
from dockproxy.core.model.secret import Secret
from dockproxy.core.model.snapshot import Snapshot
from dockproxy.plan.address import Address
from dockproxy.plan.client import gateways
from dockproxy.plan.intent import SETTABLE, Intent, intent_from, intent_to_unset
from dockproxy.plan.make import Proposal, loopback_address, propose
from dockproxy.recorded import dump_snapshot, load_snapshot, read_snapshot, write_snapshot
from dockproxy.resolve.given import Given
from dockproxy.resolve.host import Host, Value
from dockproxy.resolve.make import resolve
from dockproxy.transport.base import Channel, Silent, Transport, caller
from dockproxy.transport.choose import transport_for
from dockproxy.transport.local import Local

__all__ = [
    "Applied",
    "Broken",
    "Declined",
    "DockproxyError",
    "Entry",
    "Host",
    "Plan",
    "Preview",
    "Proposal",
    "Proxies",
    "RolledBack",
    "Snapshot",
    "apply",
    "await_turn",
    "check_proxies",
    "dump_snapshot",
    "forget",
    "history",
    "load_snapshot",
    "observe",
    "plan_set",
    "plan_unset",
    "preview",
    "preview_undo",
    "prove_daemon",
    "read_snapshot",
    "reveal",
    "undo",
    "unfinished",
    "write_snapshot",
]


class Applied(NamedTuple):
    """Done and seen to work, or nothing was to be done (changed is False)."""

    changed: bool
    preview: Preview
    outcome: Outcome | None = None


class Declined(NamedTuple):
    """Refused or declined: nothing was changed. problem codes say why; empty: confirm said no."""

    preview: Preview
    outcome: Outcome | None = None


class RolledBack(NamedTuple):
    """Failed, and everything was put back."""

    preview: Preview
    outcome: Outcome


class Broken(NamedTuple):
    """Failed, and not everything could be put back: ``outcome.by_hand`` holds the commands."""

    preview: Preview
    outcome: Outcome


_APART = ("builder", "flag")
"""Kinds of origins whose secrets are kept by another name than their file's."""

Result = Union[Applied, Declined, RolledBack, Broken]
Confirm = Callable[[Preview], bool]


def observe(
    *,
    root: str = "",
    context: str | None = None,
    user: str | None = None,
    transport: Transport | None = None,
    with_secrets: bool = False,
) -> Host:
    """What this machine (or the tree below root) has, with every value's origin resolved.

    with_secrets: keep addresses with their user information too, in ``host.snapshot.secrets``.
    Raises UsageError for a root that is no folder, a user or a context that does not exist.
    """
    way = transport or Local()
    asked = _request("observe", root, context=context, user=user, secrets=with_secrets)
    answer = way.request(asked, Silent())
    host = resolve(load(Snapshot, answer["snapshot"]))
    if context is not None and any(item.reason == "no-context" for item in host.unknown):
        raise no_such_context(context)
    return host


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
        asked = _request("reveal", root, places=places, user=user, context=context)
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


def plan_set(
    host: Host,
    proxies: Proxies,
    *,
    parts: tuple[str, ...] = SETTABLE,
    via: str = "auto",
    no_proxy_add: tuple[str, ...] = (),
    no_proxy_remove: tuple[str, ...] = (),
    contact: bool = True,
) -> Proposal:
    """The Plan that sets these proxies. A loopback proxy for containers is looked for at Docker's
    gateways, which contacts it; ``contact=False`` forbids that.
    """
    intent = intent_from(
        **proxies._asdict(),
        no_proxy_add=no_proxy_add,
        no_proxy_remove=no_proxy_remove,
        parts=parts,
        via=via,
    )
    found = answering_gateways(host, intent) if contact else ()
    return _marked(host, propose(host, intent, answering_gateways=found))


def plan_unset(
    host: Host, *, parts: tuple[str, ...] = SETTABLE, keys: tuple[str, ...] = ()
) -> Proposal:
    """The Plan that takes the proxies named (or all) away."""
    return _marked(host, propose(host, intent_to_unset(parts, keys)))


def _marked(host: Host, proposal: Proposal) -> Proposal:
    return proposal._replace(plan=proposal.plan._replace(recorded=host.recorded))


def answering_gateways(host: Host, intent: Intent) -> tuple[str, ...]:
    """At which of Docker's gateways the intent's loopback proxy answers too."""
    address = loopback_address(intent)
    for_containers = any(part != "daemon" for part in intent.parts)
    if address is None or not for_containers:
        return ()
    if host.recorded or host.snapshot.machine.root:
        return ()
    hosts = gateways(host.snapshot)
    probes = check_proxies([address.with_host(name) for name in hosts], probe_target(host))
    return tuple(name for name, probe in zip(hosts, probes, strict=True) if probe.answers)


def probe_target(host: Host) -> str:
    """One registry of this machine as ``host:port``: a mirror, an image's, else Docker Hub's."""
    image = proof_image(host)
    engine = host.snapshot.engine
    if engine is not None and engine.registry_mirrors:
        first = engine.registry_mirrors[0]
        authority = first.partition("://")[2].partition("/")[0]
        port = 80 if first.startswith("http://") else 443
        return authority if _has_port(authority) else f"{authority}:{port}"
    if image is not None:
        registry = image.partition("/")[0]
        return registry if _has_port(registry) else f"{registry}:443"
    return "registry-1.docker.io:443"


def proof_image(host: Host) -> str | None:
    """An image that this machine has from a registry named in its reference, or None."""
    for image in host.snapshot.images:
        registry, slash, _ = image.partition("/")
        if slash and ("." in registry or ":" in registry):
            return image
    return None


def check_proxies(addresses: list[Address], target: str, timeout: float = 5.0) -> list[ProxyProbe]:
    """Contact each proxy, side by side, and ask it for the way to target (``host:port``)."""
    if not addresses:
        return []
    checks = [{"proxy": address.url, "target": target, "timeout": timeout} for address in addresses]
    answer = Local().request(_request("probe", "", checks=checks), Silent())
    return [load(ProxyProbe, probe) for probe in answer["probes"]]


def prove_daemon(
    endpoint: str, image: str, timeout: float = 30.0, transport: Transport | None = None
) -> DaemonProof:
    """Have the daemon itself ask the image's registry, through its own proxy; nothing is pulled."""
    asked = {"endpoint": endpoint, "image": image, "timeout": timeout}
    answer = (transport or Local()).request(_request("probe", "", daemon=asked), Silent())
    return load(DaemonProof, answer["daemon"])


def needs_root(plan: Plan) -> bool:
    """Whether any edit lies outside the calling user's own home."""
    daemons = acting_user(plan)
    others = daemons is not None and daemons != os.geteuid()
    return not plan.root and (others or any(edit.owner is None for edit in plan.edits))


def acting_user(plan: Plan) -> int | None:
    """Whose rights the plan is carried out with: a rootless daemon's is its user's. None: one's
    own, or root's.
    """
    owners = [edit.owner for edit in plan.edits if edit.component == "daemon"]
    return owners[0] if owners and not plan.root else None


def preview(
    plan: Plan, transport: Transport | None = None, channel: Channel | None = None
) -> Preview:
    """What the plan would do; nothing is changed. Raises RefusedError for one of a Snapshot's file:
    its paths may be another machine's, or a stranger's choice.
    """
    if plan.recorded:
        raise RefusedError(
            N_("this plan was made from a Snapshot's file, not from this machine"),
            hint=N_("observe the machine itself, and plan from that"),
        )
    way = transport or transport_for(needs_root(plan), interactive=False)
    answer = way.request(
        _request("preview", plan.root, plan=dump(plan, reveal=True), **_whose(plan)),
        channel or Silent(),
    )
    return load(Preview, answer["preview"])


def apply(
    plan: Plan,
    confirm: Confirm,
    *,
    transport: Transport | None = None,
    channel: Channel | None = None,
    force: tuple[str, ...] = (),
    wait: float = 30.0,
) -> Result:
    """Preview, ask ``confirm``, then apply with the whole restart protocol."""
    way = transport or transport_for(needs_root(plan), interactive=False)
    seen = preview(plan, way, channel)
    return _carry_out(
        seen,
        confirm,
        force,
        lambda: way.request(
            _request(
                "apply",
                plan.root,
                plan=dump(plan, reveal=True),
                bases={file.path: file.base for file in seen.files},
                force=list(force),
                wait=wait,
                **_whose(plan),
            ),
            channel or Silent(),
        ),
    )


def _whose(plan: Plan) -> dict[str, int]:
    user = acting_user(plan)
    return {} if user is None else {"as": user}


def preview_undo(
    entry: str | None, *, root: str = "", transport: Transport | None = None
) -> Preview:
    """What taking back that journal entry (or the newest) would do."""
    way = transport or Local()
    answer = way.request(_request("undo", root, entry=entry, preview=True), Silent())
    return load(Preview, answer["preview"])


def undo(
    entry: str | None,
    confirm: Confirm,
    *,
    root: str = "",
    timeout: float = 300.0,
    transport: Transport | None = None,
    channel: Channel | None = None,
    force: tuple[str, ...] = (),
    wait: float = 30.0,
) -> Result:
    """Take back a journal entry (the newest if None): every file byte for byte as it was.

    Where every file is so already (a run that was killed), ``confirm`` gets a Preview that changes
    nothing, and its yes closes the entry.
    """
    way = transport or Local()
    seen = preview_undo(entry, root=root, transport=way)
    return _carry_out(
        seen,
        confirm,
        force,
        lambda: way.request(
            _request(
                "undo",
                root,
                entry=seen.entry,
                preview=False,
                bases={file.path: file.base for file in seen.files},
                timeout=timeout,
                force=list(force),
                wait=wait,
            ),
            channel or Silent(),
        ),
    )


def history(root: str = "", transport: Transport | None = None) -> tuple[Entry, ...]:
    """The journal's entries, newest first."""
    answer = (transport or Local()).request(_request("history", root), Silent())
    return tuple(load(Entry, entry) for entry in answer["entries"])


def unfinished(root: str = "") -> tuple[Entry, ...]:
    """Entries that a dead run left half done, as far as this user may see them; ``undo`` mends."""
    answer = Local().request(_request("history", root), Silent())
    return tuple(load(Entry, entry) for entry in answer["unfinished"])


def await_turn(
    root: str = "",
    wait: float = 0.0,
    transport: Transport | None = None,
    channel: Channel | None = None,
) -> bool:
    """Whether another run had to be waited for. Raises RefusedError, which names it, if it does
    not end within ``wait`` seconds.
    """
    request = _request("turn", root, wait=wait)
    return bool((transport or Local()).request(request, channel or Silent())["waited"])


def forget(
    entries: tuple[str, ...], root: str = "", transport: Transport | None = None
) -> tuple[str, ...]:
    """Remove journal entries, and with them the old texts that they hold; no entry means all."""
    request = _request("forget", root, entries=list(entries) or "all")
    answer = (transport or Local()).request(request, Silent())
    return tuple(answer["removed"])


def _carry_out(
    seen: Preview, confirm: Confirm, force: tuple[str, ...], act: Callable[[], dict[str, Any]]
) -> Result:
    if any(problem.refuses and problem.force not in force for problem in seen.problems):
        return Declined(seen)
    if not seen.changed:
        if seen.entry and confirm(seen):
            act()  # its entry is closed, so that the next undo takes back the one before it
        return Applied(False, seen)
    if not confirm(seen):
        return Declined(seen)
    outcome = load(Outcome, act()["outcome"])
    if outcome.result in ("applied", "unchanged"):
        return Applied(outcome.result == "applied", seen, outcome)
    if outcome.result == "refused":
        return Declined(seen, outcome)
    if outcome.result == "rolled-back":
        return RolledBack(seen, outcome)
    if outcome.result == "broken":
        return Broken(seen, outcome)
    raise RefusedError(N_("the agent's answer could not be read"))


def _request(do: str, root: str, **more: object) -> dict[str, Any]:
    return {"do": do, "root": root, "caller": caller(), **more}


def _has_port(authority: str) -> bool:
    return authority.rpartition(":")[2].isdigit() and not authority.endswith("]")
