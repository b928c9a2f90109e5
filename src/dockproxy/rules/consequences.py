"""What a fix does beyond what it mends: whether the daemon then uses another proxy."""

from __future__ import annotations

from collections.abc import Mapping

from dockproxy.core.formats.mending import mended
from dockproxy.core.formats.text_codec import DIALECTS
from dockproxy.core.model.finding import Fix
from dockproxy.core.model.proxies import ADDRESS_KEYS, DAEMON_KEYS
from dockproxy.core.model.secret import MASK
from dockproxy.core.model.snapshot import FileFact
from dockproxy.resolve.host import Value
from dockproxy.resolve.make import resolve
from dockproxy.rules.facts import Facts


def overrides_a_proxy(facts: Facts, fix: Fix) -> bool:
    """Whether what this fix of a unit, or of a file that it reads, brings to life takes the place
    of a setting that the daemon has from elsewhere.
    """
    daemon = facts.daemon_component
    if daemon is None or not any(daemon.proxies.get(key) for key in DAEMON_KEYS):
        return False
    changed: dict[str, FileFact] = {}
    for edit in fix.edits:
        fact = facts.snapshot.file(edit.path)
        if fact is None or fact.text is None or edit.format in DIALECTS:
            continue
        text = fact.text
        for repair in edit.repairs:
            text = mended(text, repair, None)
        if text != fact.text:
            changed[edit.path] = fact._replace(text=text, shifts=())
    if not changed:
        return False
    files = tuple(changed.get(fact.path, fact) for fact in facts.snapshot.files)
    after = resolve(facts.snapshot._replace(files=files)).component("daemon")
    return after is None or _differ(daemon.proxies, after.proxies)


def _differ(before: Mapping[str, Value], after: Mapping[str, Value]) -> bool:
    for key in DAEMON_KEYS:
        old, new = before.get(key), after.get(key)
        if old is None or not old.value:
            continue
        if new is None:
            return True
        elsewhere = old.origin.path != new.origin.path
        same = old.value == new.value
        if elsewhere and (not same or MASK in new.value):
            return True
        if key in ADDRESS_KEYS and not same:
            return True
    return False
