"""Fixes of one value where it stands: an address, or an entry of NO_PROXY."""

from __future__ import annotations

from dockproxy.core.model.finding import Fix
from dockproxy.core.model.message import Message
from dockproxy.core.model.plan import Repair
from dockproxy.core.model.proxies import CLIENT_JSON_NAMES, DAEMON_JSON_NAMES
from dockproxy.resolve.host import Value
from dockproxy.rules.facts import Facts
from dockproxy.rules.repairs import edit_of
from dockproxy.rules.rule import Found


def value_key(facts: Facts, key: str, value: Value) -> tuple[str, ...]:
    """Where in its file a value stands, as a Change says it; () where no file of ours holds it."""
    origin = value.origin
    if origin.path is None:
        return ()
    if origin.kind == "daemon.json":
        return ("proxies", DAEMON_JSON_NAMES[key]) if key in DAEMON_JSON_NAMES else ()
    if origin.kind == "config.json":
        return ("proxies", facts.host.client_entry, CLIENT_JSON_NAMES[key])
    if origin.kind in ("systemd", "environment-file"):
        return (origin.name,)
    return ()


def fix_found(
    facts: Facts, found: Found, title: Message, safe: bool, *repairs: Repair
) -> Fix | None:
    """What mends the value that is meant by a finding's key, COMPONENT.KEY."""
    component, _, key = found.key.partition(".")
    return value_fix(facts, component, key, title, safe, *repairs)


def value_fix(
    facts: Facts,
    component: str,
    key: str,
    title: Message,
    safe: bool,
    *repairs: Repair,
    both: bool = True,
) -> Fix | None:
    """What mends a component's value where it stands; None for one that stands in no such file.

    repairs: their keys are below the value's own, so of ``entry`` the entry alone. both: of a
    variable in both cases of its name.
    """
    part = facts.host.component(component)
    value = part.proxies.get(key) if part is not None else None
    where = value_key(facts, key, value) if value is not None else ()
    fact = facts.snapshot.file(value.origin.path or "") if value is not None else None
    if not where or fact is None or fact.kind != "file":
        return None
    names = [where]
    if both and len(where) == 1:
        other = where[0].lower() if where[0].isupper() else where[0].upper()
        names.append((other,))
    made = [each._replace(key=(*name, *each.key)) for name in names for each in repairs]
    return Fix(title, safe, (edit_of(facts, fact, component, *made),), (component,))
