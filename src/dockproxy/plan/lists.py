"""What becomes of each part's NO_PROXY under an intent."""

from __future__ import annotations

from dockproxy.core.model.message import N_, Message, message
from dockproxy.core.model.proxies import ADDRESS_KEYS, entries
from dockproxy.core.model.secret import MASK, mask_url
from dockproxy.plan import no_proxy
from dockproxy.plan.intent import BUILDER, Intent
from dockproxy.resolve.host import Host

_LEFT_BY = {"systemd": ("daemon.json",), "daemon-json": ("systemd", "environment-file")}
"""By what ``--via`` says the sources that the proxies are taken out of."""


def list_for(host: Host, intent: Intent, part: str, name: str | None = None) -> str | None:
    """The list to write, or None where what is there stays."""
    current = _there(host, part, name)
    gives = _gives(intent, part)
    asked = intent.no_proxy is not None or intent.no_proxy_add or intent.no_proxy_remove
    if not asked and gives and part == "daemon" and _moves(host, intent.via):
        return current
    if not asked and (current or not gives):
        return None
    start = intent.no_proxy if intent.no_proxy is not None else current
    if not start and intent.no_proxy is None and gives:
        default = no_proxy.default_for_daemon if part == "daemon" else no_proxy.default_for_client
        start = default(host.snapshot)
    if not intent.no_proxy_add and not intent.no_proxy_remove:
        return start
    return no_proxy.changed(start, intent.no_proxy_add, intent.no_proxy_remove)


def has_no_use_for_a_list(host: Host, intent: Intent) -> bool:
    """Whether only no_proxy's entries change, and the daemon is seen to have no proxy: it would
    be restarted for nothing. Where the daemon alone is named, that is what is wanted.
    """
    if intent.parts == ("daemon",) or (intent.no_proxy is not None and not intent.addresses):
        return False
    if not (intent.no_proxy or intent.no_proxy_add or intent.no_proxy_remove):
        return False
    if any(key in ADDRESS_KEYS for key in intent.addresses):
        return False
    harmless = ("daemon.in_use", "daemon.started_at", "engine", "container", "builder")
    if not all(item.about.startswith(harmless) for item in host.unknown):
        return False  # what was not read may give it one
    daemon = host.component("daemon")
    there = daemon.proxies if daemon is not None else {}
    in_use = (daemon.in_use if daemon is not None else None) or {}
    return not any(there.get(key) or in_use.get(key) for key in ADDRESS_KEYS)


def not_there(host: Host, intent: Intent) -> list[Message]:
    """What to say of entries that are to be removed and that no list has."""
    if any(item.reason == "permission" for item in host.unknown):
        return []
    lists = [intent.no_proxy] if intent.no_proxy is not None else []
    for component in host.components:
        of = component.component
        if of in intent.parts or (of == "builder" and _names_builders(intent)):
            lists.append(_there(host, of, component.name))
    have = {entry.lower() for text in lists for entry in entries(text or "")}
    gone = [entry for text in intent.no_proxy_remove for entry in entries(text)]
    return [
        message(N_("no_proxy has no entry “{entry}”, so none is removed"), entry=mask_url(entry))
        for entry in gone
        if entry.lower() not in have
    ]


def typed_entries(intent: Intent) -> list[str]:
    """The entries that a person gave."""
    return [
        entry for text in (intent.no_proxy or "", *intent.no_proxy_add) for entry in entries(text)
    ]


def _names_builders(intent: Intent) -> bool:
    return any(part == "builders" or part.startswith(BUILDER) for part in intent.parts)


def _there(host: Host, part: str, name: str | None) -> str:
    component = host.component(part, name)
    there = component.proxies.get("no_proxy") if component else None
    return there.value if there is not None else ""


def _moves(host: Host, via: str) -> bool:
    """Whether the list stands in the daemon's other source: it goes with the proxies."""
    daemon = host.component("daemon")
    there = daemon.proxies.get("no_proxy") if daemon is not None else None
    if there is None or MASK in there.value:
        return False  # what is masked can't be written anew
    if (there.origin.path or "").startswith(("/usr/", "/lib/", "/run/")):
        return False
    return there.origin.kind in _LEFT_BY.get(via, ())


def _gives(intent: Intent, part: str) -> bool:
    """Whether that part gets a proxy, so that a list makes sense beside it."""
    if part != "daemon":
        return intent.gives_a_proxy
    return any(intent.addresses.get(key) is not None for key in ADDRESS_KEYS)
